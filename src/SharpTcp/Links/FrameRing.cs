using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SharpTcp.Protocols;

namespace SharpTcp.Links;

/// <summary>
/// A bounded queue of frames by copy: one array of bytes, used as a ring, that grows to its limit and then stays. A frame never wraps around the end.
/// Not safe for several threads.
/// </summary>
internal sealed class FrameRing
{
    private const int SmallestCapacity = 4096;

    private static readonly int HeaderSize = Align(Unsafe.SizeOf<Header>());

    private readonly int _maxFrames;
    private readonly int _maxBytes;
    private byte[] _bytes = [];
    private int _head;
    private int _tail;
    private int _end; // of the records behind _head, while _tail runs in front of it
    private bool _wrapped;

    /// <summary>Makes an empty ring.</summary>
    /// <param name="maxFrames">The most frames held, at least 1.</param>
    /// <param name="maxBytes">The most memory used; raised to what one largest frame needs.</param>
    public FrameRing(int maxFrames, int maxBytes)
    {
        Debug.Assert(maxFrames > 0, "A ring holds at least a frame.");
        _maxFrames = maxFrames;
        _maxBytes = Math.Max(maxBytes, FrameLayout.LargestFrame + HeaderSize + 8);
    }

    /// <summary>How many frames are held.</summary>
    public int Count { get; private set; }

    /// <summary>Whether half of the frames and half of the memory, or more, are free.</summary>
    public bool IsHalfEmpty => Count <= _maxFrames / 2 && Used <= _maxBytes / 2;

    private int Used => _wrapped ? _end - _head + _tail : _tail - _head;

    /// <summary>Makes room.</summary>
    /// <param name="frames">For how many frames.</param>
    /// <param name="bytes">The bytes of all of them.</param>
    /// <param name="largest">The bytes of the largest.</param>
    /// <returns>Whether they fit, all of them.</returns>
    public bool EnsureRoom(int frames, int bytes, int largest)
    {
        var need = bytes + (long)frames * (HeaderSize + 7);
        if (frames > _maxFrames - Count || need > _maxBytes)
            return false;
        var record = largest + HeaderSize + 7;
        while (!Fits((int)need, record))
        {
            if (_bytes.Length >= _maxBytes)
                return false;
            Grow();
        }
        return true;
    }

    /// <summary>Appends a frame, for which <see cref="EnsureRoom"/> has made room.</summary>
    /// <returns>Where to write it.</returns>
    public Span<byte> Append(int length, in FrameMeta meta, long tag = 0)
    {
        var size = Align(HeaderSize + length);
        if (!_wrapped && _bytes.Length - _tail < size)
        {
            _end = _tail;
            _tail = 0;
            _wrapped = true;
        }
        Debug.Assert((_wrapped ? _head : _bytes.Length) - _tail >= size, "EnsureRoom comes before Append.");
        var record = _bytes.AsSpan(_tail, HeaderSize + length);
        var header = new Header { Length = length, Meta = meta, Tag = tag };
        MemoryMarshal.Write(record, in header);
        _tail += size;
        Count++;
        return record[HeaderSize..];
    }

    /// <summary>Shows the oldest frame; the span is good until the ring is changed.</summary>
    public bool TryPeek(out ReadOnlySpan<byte> frame, out FrameMeta meta, out long tag)
    {
        if (Count == 0)
        {
            frame = default;
            meta = default;
            tag = 0;
            return false;
        }
        var header = MemoryMarshal.Read<Header>(_bytes.AsSpan(_head));
        frame = _bytes.AsSpan(_head + HeaderSize, header.Length);
        meta = header.Meta;
        tag = header.Tag;
        return true;
    }

    /// <summary>Removes the oldest frame.</summary>
    public void Remove()
    {
        Debug.Assert(Count > 0, "There is a frame to remove.");
        _head += Align(HeaderSize + MemoryMarshal.Read<Header>(_bytes.AsSpan(_head)).Length);
        Count--;
        if (Count == 0)
            Clear();
        else if (_wrapped && _head == _end)
        {
            _head = 0;
            _wrapped = false;
        }
    }

    /// <summary>Removes all frames.</summary>
    public void Clear()
    {
        Count = 0;
        _head = _tail = 0;
        _wrapped = false;
    }

    private static int Align(int length) => (length + 7) & ~7;

    // What is lost where the ring wraps is less than the largest record.
    private bool Fits(int need, int record) => _wrapped
        ? _head - _tail >= need
        : _bytes.Length - _tail >= need || _bytes.Length - _tail + _head >= need + record;

    private void Grow()
    {
        var grown = new byte[(int)Math.Min(_maxBytes, Math.Max(SmallestCapacity, _bytes.Length * 2L))];
        var first = _bytes.AsSpan(_head, (_wrapped ? _end : _tail) - _head);
        first.CopyTo(grown);
        var length = first.Length;
        if (_wrapped)
        {
            _bytes.AsSpan(0, _tail).CopyTo(grown.AsSpan(length));
            length += _tail;
        }
        _bytes = grown;
        _head = 0;
        _tail = length;
        _wrapped = false;
    }

    private struct Header
    {
        public long Tag;
        public int Length;
        public FrameMeta Meta;
    }
}
