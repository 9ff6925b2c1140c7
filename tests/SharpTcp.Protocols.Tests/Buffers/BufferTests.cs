using System;
using CsCheck;
using SharpTcp.Protocols.Tests.Tcp;
using Xunit;

namespace SharpTcp.Protocols.Tests.Buffers;

public sealed class BufferTests
{
    [Fact]
    public void ThePoolKeepsItsBudget()
    {
        var budget = new MemoryBudget(BufferPool.LargeChunk + BufferPool.SmallChunk);
        var pool = new BufferPool(budget);
        var large = pool.TryRent(true, MemoryUse.Progress)!;
        Assert.Null(pool.TryRent(true, MemoryUse.Progress));
        var small = pool.TryRent(false, MemoryUse.Progress)!;
        Assert.Null(pool.TryRent(false, MemoryUse.Progress));
        Assert.Equal(budget.Limit, pool.Used);
        Assert.Equal(2, budget.Refused(MemoryUse.Progress));
        pool.Return(large);
        Assert.Same(large, pool.TryRent(true, MemoryUse.Progress));
        pool.Return(large);
        pool.Return(small);
        Assert.Equal(0, pool.Used);
        Assert.Equal(0, budget.Used);
        Assert.Equal(budget.Limit, budget.Peak);
    }

    [Fact]
    public void ChunksNeverMove()
    {
        var queue = new ChunkQueue(new BufferPool(new MemoryBudget(1 << 24)));
        queue.Append(Pattern.Make(0, 100));
        var front = queue.Front;
        for (var i = 0; i < 100; i++)
        {
            queue.Append(Pattern.Make(100 + i * 10_000, 10_000));
        }

        Pattern.Check(front, 0);
        Assert.True(front.Overlaps(queue.Front, out var offset) && offset == 0);
    }

    [Fact]
    public void ASmallQueueCostsASmallChunk()
    {
        var pool = new BufferPool(new MemoryBudget(1 << 24));
        var queue = new ChunkQueue(pool);
        queue.Append(new byte[10]);
        Assert.Equal(BufferPool.SmallChunk, pool.Used);
        queue.Append(new byte[BufferPool.SmallChunk]);
        Assert.Equal(BufferPool.SmallChunk + BufferPool.LargeChunk, pool.Used);
        Assert.Equal(queue.Charged, pool.Used);
        queue.Consume(queue.Length);
        queue.ReleaseIfEmpty();
        Assert.Equal(0, pool.Used);
    }

    [Fact]
    public void WhatTheBudgetRefusesIsNotWritten()
    {
        var budget = new MemoryBudget(4 * BufferPool.LargeChunk);
        var queue = new ChunkQueue(new BufferPool(budget));

        // Three and a half chunks for growth: the second is granted with one held, the third would be more than what is free.
        Assert.Equal(2 * BufferPool.LargeChunk, queue.Append(new byte[1_000_000]));
        Assert.True(queue.Reserve(10).IsEmpty);
        Assert.Equal(0, queue.WriteAt(queue.Length + 5, new byte[10]));
        queue.Clear();
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public void WhoHoldsNothingBeginsWithASmallChunkWhereThereIsNoMore()
    {
        var budget = new MemoryBudget(BufferPool.SmallChunk);
        var queue = new ChunkQueue(new BufferPool(budget));
        Assert.Equal(BufferPool.SmallChunk, queue.Append(new byte[100_000]));
    }

    [Fact]
    public void ReleasingWhatLiesBeyondKeepsWhatIsContiguous()
    {
        var budget = new MemoryBudget(1 << 24);
        var queue = new ChunkQueue(new BufferPool(budget));
        queue.Append(Pattern.Make(0, 1000));
        queue.WriteAt(500_000, new byte[10]);
        Assert.Equal(BufferPool.SmallChunk + BufferPool.LargeChunk, budget.Used);
        queue.ReleaseBeyond();
        Assert.Equal(BufferPool.SmallChunk, budget.Used);
        Pattern.Check(queue.Front, 0);
        queue.Consume(1000);
        queue.WriteAt(100_000, new byte[10]);
        queue.ReleaseBeyond();
        Assert.Equal(0, budget.Used);
        queue.Append(Pattern.Make(0, 10_000));
        Pattern.Check(queue.Front, 0);
    }

    [Fact]
    public void TheQueueIsAStreamWithGaps() =>
        Gen.Select(Gen.ULong, Gen.Int[1, 200]).Sample(
            (seed, steps) => RunAgainstModel(seed, steps),
            iter: 300,
            print: value => $"seed {value.Item1}, {value.Item2} steps");

    private static void RunAgainstModel(ulong seed, int steps)
    {
        var random = new TestEntropy(seed);
        var pool = new BufferPool(new MemoryBudget(1L << 30));
        var queue = new ChunkQueue(pool);
        long front = 0;
        var length = 0;

        // One range ahead of the contiguous part, as reassembly leaves it.
        var gapStart = 0;
        var gapEnd = 0;
        for (var step = 0; step < steps; step++)
        {
            var size = 1 + random.Below(1 << (1 + random.Below(18)));
            switch (random.Below(6))
            {
                case 0 when gapEnd == 0:
                    Assert.Equal(size, queue.Append(Pattern.Make(front + length, size)));
                    length += size;
                    break;
                case 1 when gapEnd == 0:
                    var span = queue.Reserve(size);
                    Assert.InRange(span.Length, 1, size);
                    Pattern.Fill(span, front + length);
                    queue.Commit(span.Length);
                    length += span.Length;
                    break;
                case 2 when gapEnd == 0:
                    gapStart = length + 1 + random.Below(200_000);
                    gapEnd = gapStart + size;
                    Assert.Equal(size, queue.WriteAt(gapStart, Pattern.Make(front + gapStart, size)));
                    break;
                case 3 when gapEnd > 0:
                    Assert.Equal(gapStart - length, queue.Append(Pattern.Make(front + length, gapStart - length)));
                    queue.Commit(gapEnd - gapStart);
                    length = gapEnd;
                    gapEnd = 0;
                    break;
                default:
                    var count = random.Below(length + 1);
                    queue.Consume(count);
                    front += count;
                    length -= count;
                    if (gapEnd > 0)
                    {
                        gapStart -= count;
                        gapEnd -= count;
                    }
                    else if (length == 0 && random.Below(2) == 0)
                    {
                        queue.ReleaseIfEmpty();
                        Assert.Equal(0, queue.Charged);
                    }

                    break;
            }

            Assert.Equal(length, queue.Length);
            Assert.Equal(queue.Charged, pool.Used);
            Assert.InRange(queue.Charged, 0, length + (gapEnd > 0 ? gapEnd - gapStart : 0) + 4 * BufferPool.LargeChunk);
            if (length > 0)
            {
                var at = random.Below(length);
                var slice = queue.Slice(at, 1000);
                Assert.InRange(slice.Length, 1, Math.Min(1000, length - at));
                Pattern.Check(slice, front + at);
                Pattern.Check(queue.Front[..Math.Min(queue.Front.Length, 500)], front);
            }
        }

        for (var at = 0; at < length;)
        {
            var slice = queue.Slice(at, length);
            Pattern.Check(slice, front + at);
            at += slice.Length;
        }

        queue.Clear();
        Assert.Equal(0, pool.Used);
    }
}
