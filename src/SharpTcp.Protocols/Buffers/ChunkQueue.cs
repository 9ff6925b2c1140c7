using System;
using System.Diagnostics;

namespace SharpTcp.Protocols;

/// <summary>
/// A stream of bytes in chunks that never move: written at any offset from its front, consumed from its front, read as slices. It is the send buffer (which is
/// also the retransmission store) and the receive buffer (where out-of-order bytes take their final place at once, with gaps between).
/// </summary>
/// <remarks>Only the first chunk may be small; so an offset finds its chunk by division.</remarks>
public sealed class ChunkQueue
{
    private readonly BufferPool _pool;
    private readonly MemoryUse _first;
    private readonly MemoryUse _further;
    private byte[]?[] _chunks = new byte[]?[4];
    private int _head;
    private int _count;
    private int _frontOffset;
    private int _firstCapacity;

    /// <summary>Makes an empty queue that takes its chunks from <paramref name="pool"/>.</summary>
    /// <param name="pool">Where the chunks come from.</param>
    /// <param name="first">What a first small chunk is charged as.</param>
    /// <param name="further">What all others are charged as.</param>
    public ChunkQueue(BufferPool pool, MemoryUse first = MemoryUse.Progress, MemoryUse further = MemoryUse.Growth)
    {
        _pool = pool;
        _first = first;
        _further = further;
    }

    /// <summary>Contiguous bytes from the front.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes of the chunks that are held.</summary>
    public int Charged { get; private set; }

    /// <summary>
    /// Room for more contiguous bytes at the end, in one piece: at least one byte and at most <paramref name="wanted"/>, or empty if the
    /// budget is spent. What is written there counts after <see cref="Commit"/>.
    /// </summary>
    public Span<byte> Reserve(int wanted)
    {
        if (!TryLocate(Length, wanted, out var chunk, out var offset))
        {
            return default;
        }

        return chunk.AsSpan(offset, Math.Min(wanted, chunk.Length - offset));
    }

    /// <summary>Counts <paramref name="count"/> bytes that were written into the end.</summary>
    public void Commit(int count) => Length += count;

    /// <summary>Copies bytes to the end and returns how many the budget allowed.</summary>
    public int Append(ReadOnlySpan<byte> data)
    {
        var written = WriteAt(Length, data);
        Length += written;
        return written;
    }

    /// <summary>
    /// Copies bytes to <paramref name="offset"/> from the front, beyond the contiguous part, and returns how many the budget allowed. They count when
    /// <see cref="Commit"/> reaches them.
    /// </summary>
    public int WriteAt(int offset, ReadOnlySpan<byte> data)
    {
        var written = 0;
        while (written < data.Length)
        {
            if (!TryLocate(offset + written, data.Length - written, out var chunk, out var start))
            {
                break;
            }

            var piece = Math.Min(data.Length - written, chunk.Length - start);
            data.Slice(written, piece).CopyTo(chunk.AsSpan(start));
            written += piece;
        }

        return written;
    }

    /// <summary>The first contiguous bytes, as far as they lie in one chunk.</summary>
    public ReadOnlySpan<byte> Front => Length == 0 ? default : Slice(0, Length);

    /// <summary>The bytes at <paramref name="offset"/>, as far as they lie in one chunk and at most <paramref name="wanted"/>.</summary>
    public ReadOnlySpan<byte> Slice(int offset, int wanted)
    {
        Debug.Assert(offset >= 0 && offset < Length, "slices are cut from the contiguous part");
        var (index, start) = Position(offset);
        var chunk = _chunks[(_head + index) & (_chunks.Length - 1)]!;
        return chunk.AsSpan(start, Math.Min(Math.Min(wanted, Length - offset), chunk.Length - start));
    }

    /// <summary>Drops <paramref name="count"/> bytes from the front; chunks that are thereby empty go back to the pool.</summary>
    public void Consume(int count)
    {
        Debug.Assert(count >= 0 && count <= Length, "only contiguous bytes can be consumed");
        Length -= count;
        _frontOffset += count;
        while (_count > 0 && _frontOffset >= _firstCapacity)
        {
            _frontOffset -= _firstCapacity;
            ReturnFirst();
        }
    }

    /// <summary>Gives every chunk back.</summary>
    public void Clear()
    {
        while (_count > 0)
        {
            ReturnFirst();
        }

        _frontOffset = 0;
        Length = 0;
    }

    /// <summary>Gives back the chunks that hold nothing but bytes beyond the contiguous part.</summary>
    public void ReleaseBeyond()
    {
        var kept = Length == 0 ? 0 : Position(Length - 1).Index + 1;
        while (_count > kept)
        {
            _count--;
            ref var last = ref _chunks[(_head + _count) & (_chunks.Length - 1)];
            if (last is not null)
            {
                Charged -= last.Length;
                _pool.Return(last);
                last = null;
            }
        }

        _frontOffset = _count == 0 ? 0 : _frontOffset;
    }

    /// <summary>Gives back what an empty queue still holds. Nothing may lie beyond a gap.</summary>
    public void ReleaseIfEmpty()
    {
        if (Length == 0)
        {
            Clear();
        }
    }

    private (int Index, int Start) Position(int offset)
    {
        var position = _frontOffset + offset;
        return position < _firstCapacity
            ? (0, position)
            : (1 + (position - _firstCapacity) / BufferPool.LargeChunk, (position - _firstCapacity) % BufferPool.LargeChunk);
    }

    private bool TryLocate(int offset, int size, out byte[] chunk, out int start)
    {
        if (_count == 0)
        {
            _firstCapacity = _frontOffset + offset + size <= BufferPool.SmallChunk ? BufferPool.SmallChunk : BufferPool.LargeChunk;
        }

        (var index, start) = Position(offset);
        while (index >= _chunks.Length)
        {
            Grow();
        }

        ref var slot = ref _chunks[(_head + index) & (_chunks.Length - 1)];
        slot ??= TryRent(index, start);
        chunk = slot ?? [];
        return slot is not null;
    }

    private byte[]? TryRent(int index, int start)
    {
        var small = index == 0 && _firstCapacity == BufferPool.SmallChunk;
        var rented = small ? _pool.TryRent(large: false, _first) : _pool.TryRent(large: true, _further, Charged);
        if (rented is null && _count == 0 && index == 0 && start < BufferPool.SmallChunk)
        {
            // Who holds nothing begins with little where there is no more.
            _firstCapacity = BufferPool.SmallChunk;
            rented = _pool.TryRent(large: false, _first);
        }

        if (rented is not null)
        {
            Charged += rented.Length;
            _count = Math.Max(_count, index + 1);
        }

        return rented;
    }

    private void ReturnFirst()
    {
        ref var first = ref _chunks[_head];
        if (first is not null)
        {
            Charged -= first.Length;
            _pool.Return(first);
            first = null;
        }

        _head = (_head + 1) & (_chunks.Length - 1);
        _count--;
        _firstCapacity = BufferPool.LargeChunk;
    }

    private void Grow()
    {
        var larger = new byte[]?[_chunks.Length * 2];
        for (var i = 0; i < _count; i++)
        {
            larger[i] = _chunks[(_head + i) & (_chunks.Length - 1)];
        }

        _chunks = larger;
        _head = 0;
    }
}
