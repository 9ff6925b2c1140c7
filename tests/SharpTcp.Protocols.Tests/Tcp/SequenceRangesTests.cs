using System;
using System.Collections.Generic;
using CsCheck;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Tcp;

public sealed class SequenceRangesTests
{
    private const int Space = 300;

    [Fact]
    public void TheSetIsASetOfBytesAcrossTheWrap() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 3].Select(i => new uint[] { 0u, 1000u, 0xFFFF_FF80u, 0x7FFF_FF80u }[i])).Sample(
            (seed, origin) => RunAgainstModel(seed, origin),
            iter: 200,
            print: value => $"seed {value.Item1}, origin {value.Item2:x}");

    [Fact]
    public void ManyRangesAreFoundInFewSteps()
    {
        var ranges = new SequenceRanges();
        for (var i = 0; i < 1024; i++)
        {
            ranges.Add(Range(0, 10 * i, 10 * i + 5), out _);
        }

        var before = ranges.Steps;
        ranges.Add(Range(0, 5007, 5008), out _);
        Assert.InRange(ranges.Steps - before, 1, 11);
    }

    [Fact]
    public void TheNewestBlocksComeFirstAndSwallowedOnesGo()
    {
        var blocks = new RecentBlocks();
        foreach (var start in (uint[])[10, 30, 50, 70, 90])
        {
            blocks.Push(Range(0, (int)start, (int)start + 5));
        }

        Assert.Equal([90, 70, 50, 30], Starts(blocks));
        blocks.Push(Range(0, 50, 75));
        Assert.Equal([50, 90, 30], Starts(blocks));
        blocks.DropBefore(new SequenceNumber(40));
        Assert.Equal([50, 90], Starts(blocks));
        blocks.DropBefore(new SequenceNumber(100));
        Assert.Equal(0, blocks.Count);
    }

    private static uint[] Starts(RecentBlocks blocks)
    {
        var starts = new uint[blocks.Count];
        for (var i = 0; i < starts.Length; i++)
        {
            starts[i] = blocks[i].Value;
        }

        return starts;
    }

    private static SequenceRange Range(uint origin, int start, int end) =>
        new(new SequenceNumber(origin + (uint)start), new SequenceNumber(origin + (uint)end));

    private static void RunAgainstModel(ulong seed, uint origin)
    {
        var random = new TestEntropy(seed);
        var ranges = new SequenceRanges();
        var bytes = new bool[Space];
        var taken = 0;
        for (var step = 0; step < 60; step++)
        {
            var start = taken + 1 + random.Below(Space - taken - 1);
            var end = Math.Min(Space, start + 1 + random.Below(20));
            if (random.Below(8) == 0)
            {
                var next = new SequenceNumber(origin + (uint)start);
                while (ranges.TakeFirst(ref next))
                {
                }

                taken = start;
                while (taken < Space && bytes[taken])
                {
                    taken++;
                }

                Array.Clear(bytes, 0, taken);
                Assert.Equal(origin + (uint)taken, next.Value);
                if (taken >= Space - 1)
                {
                    break;
                }
            }
            else
            {
                var range = Range(origin, start, end);
                var touches = Array.IndexOf(bytes, true, start, end - start) >= 0 || bytes[start - 1] || (end < Space && bytes[end]);
                Assert.Equal(!touches, ranges.WouldAddRange(range));
                var firstDuplicate = Array.IndexOf(bytes, true, start, end - start);
                var merged = ranges.Add(range, out var duplicate);
                Assert.Equal(firstDuplicate >= 0, duplicate is not null);
                Assert.True(duplicate is null || duplicate.Value.Start.Value == origin + (uint)firstDuplicate);
                Array.Fill(bytes, true, start, end - start);
                Assert.True(merged.Start <= range.Start && merged.End >= range.End);
            }

            Compare(ranges, bytes, origin);
        }
    }

    private static void Compare(SequenceRanges ranges, bool[] bytes, uint origin)
    {
        var expected = new List<SequenceRange>();
        for (var i = 0; i < Space;)
        {
            if (!bytes[i])
            {
                Assert.Null(ranges.Containing(new SequenceNumber(origin + (uint)i)));
                i++;
                continue;
            }

            var start = i;
            while (i < Space && bytes[i])
            {
                i++;
            }

            expected.Add(Range(origin, start, i));
        }

        Assert.Equal(expected.Count, ranges.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i], ranges[i]);
            Assert.Equal(expected[i], ranges.Containing(expected[i].Start));
            Assert.Equal(expected[i], ranges.Containing(expected[i].End - 1u));
        }
    }
}
