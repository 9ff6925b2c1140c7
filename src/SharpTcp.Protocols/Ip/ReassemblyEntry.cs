using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>What became of a fragment.</summary>
internal enum FragmentOutcome : byte
{
    /// <summary>Kept; others are missing.</summary>
    Kept,

    /// <summary>The datagram is whole.</summary>
    Complete,

    /// <summary>It was there already.</summary>
    Duplicate,

    /// <summary>It contradicts what is there: the datagram is discarded.</summary>
    Overlap,

    /// <summary>There is no memory for it.</summary>
    NoRoom,
}

/// <summary>Which datagram a fragment belongs to (RFC 791 §3.2, RFC 8200 §4.5).</summary>
internal readonly record struct ReassemblyKey(IpAddress Source, IpAddress Destination, uint Identification, byte Protocol, int Interface);

/// <summary>A datagram of which fragments are there.</summary>
internal sealed class ReassemblyEntry(Reassembly owner) : TimerEntry, IRecencyNode<ReassemblyEntry>
{
    /// <summary>The most bytes of headers before the fragmentable part.</summary>
    public const int HeaderCapacity = 256;

    private const int MaxFragments = 2048; // more than 65,535 bytes in the pieces of an MTU of 68

    private readonly byte[] _header = new byte[HeaderCapacity];

    // Start and end of each fragment, in order, start in the upper half.
    private uint[] _ranges = new uint[8];
    private int _count;
    private int _bytes;
    private int _total;

    public ReassemblyKey Key { get; set; }

    public NetworkInterface? Interface { get; set; }

    public bool IsGroup { get; set; }

    public bool LinkBroadcast { get; set; }

    /// <summary>Discarded for an overlap: it lives on without memory, so that its later fragments are dropped too (RFC 5722).</summary>
    public bool IsDiscarded { get; private set; }

    /// <summary>The buffer of the fragmentable part.</summary>
    public byte[]? Buffer { get; private set; }

    /// <summary>The headers of the first fragment; empty if it has not come.</summary>
    public ReadOnlySpan<byte> Header => _header.AsSpan(0, HeaderLength);

    public int HeaderLength { get; private set; }

    /// <summary>Where in <see cref="Header"/> the IPv6 fragment header begins, and the Next Header field that names it.</summary>
    public int FragmentHeaderOffset { get; set; }

    public int FragmentFieldOffset { get; set; }

    /// <summary>Bytes of the fragmentable part, once the last fragment is there.</summary>
    public int Total => _total;

    /// <summary>The fragmentable part as far as the first fragment reaches, for quoting.</summary>
    public ReadOnlySpan<byte> FirstData => _count > 0 && _ranges[0] >> 16 == 0 ? Buffer.AsSpan(0, (int)(_ranges[0] & 0xFFFF)) : default;

    /// <summary>The ECN bits of all fragments: bit n is set if codepoint n was seen.</summary>
    public int EcnSeen { get; set; }

    public ReassemblyEntry? Newer { get; set; }

    public ReassemblyEntry? Older { get; set; }

    public SourceQuota? Quota { get; set; }

    /// <summary>Makes it ready for another datagram.</summary>
    public void Begin(in ReassemblyKey key, NetworkInterface link)
    {
        Key = key;
        Interface = link;
        HeaderLength = 0;
        IsDiscarded = false;
        EcnSeen = 0;
        _count = 0;
        _bytes = 0;
        _total = -1;
    }

    public void SetHeader(ReadOnlySpan<byte> header)
    {
        header.CopyTo(_header);
        HeaderLength = header.Length;
    }

    /// <summary>Adds the bytes at an offset; <paramref name="more"/> unless they are the last.</summary>
    public FragmentOutcome Add(int offset, ReadOnlySpan<byte> data, bool more)
    {
        var end = offset + data.Length;
        if (!AgreesWithEnd(end, more))
        {
            return FragmentOutcome.Overlap;
        }

        var index = IndexOf(offset);
        if (index < _count && _ranges[index] >> 16 == (uint)offset && (_ranges[index] & 0xFFFF) == (uint)end)
        {
            // RFC 8200 §4.5 lets exact duplicates pass; one whose bytes differ is none.
            return Buffer.AsSpan(offset, data.Length).SequenceEqual(data) ? FragmentOutcome.Duplicate : FragmentOutcome.Overlap;
        }

        var overlaps = (index > 0 && (_ranges[index - 1] & 0xFFFF) > offset) || (index < _count && _ranges[index] >> 16 < end);
        if (overlaps)
        {
            return FragmentOutcome.Overlap;
        }

        if (_count == MaxFragments || !EnsureBuffer(end))
        {
            return FragmentOutcome.NoRoom;
        }

        data.CopyTo(Buffer.AsSpan(offset));
        Insert(index, (uint)offset << 16 | (uint)end);
        _bytes += data.Length;
        if (!more)
        {
            _total = end;
        }

        return _bytes == _total ? FragmentOutcome.Complete : FragmentOutcome.Kept;
    }

    /// <summary>Gives the memory back and drops what comes later.</summary>
    public void Discard()
    {
        IsDiscarded = true;
        ReleaseBuffer();
    }

    public void ReleaseBuffer()
    {
        if (Buffer is { } buffer)
        {
            Buffer = null;
            owner.Return(this, buffer);
        }
    }

    protected internal override void OnTimer(Instant now) => owner.OnTimeout(this, now);

    /// <summary>Whether the end of a fragment fits the end of the datagram, as far as that is known.</summary>
    private bool AgreesWithEnd(int end, bool more)
    {
        if (_total >= 0)
        {
            return more ? end <= _total : end == _total;
        }

        return more || _count == 0 || (_ranges[_count - 1] & 0xFFFF) <= end;
    }

    /// <summary>The index of the first range that does not begin before an offset.</summary>
    private int IndexOf(int offset)
    {
        var low = 0;
        var high = _count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle] >> 16 < offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void Insert(int index, uint range)
    {
        if (_count == _ranges.Length)
        {
            Array.Resize(ref _ranges, _ranges.Length * 2);
        }

        Array.Copy(_ranges, index, _ranges, index + 1, _count - index);
        _ranges[index] = range;
        _count++;
    }

    private bool EnsureBuffer(int end)
    {
        if (Buffer is { } buffer && buffer.Length >= end)
        {
            return true;
        }

        if (owner.TryRent(this, end > BufferPool.SmallChunk) is not { } larger)
        {
            return false;
        }

        if (Buffer is { } old)
        {
            old.CopyTo(larger, 0);
            owner.Return(this, old);
        }

        Buffer = larger;
        return true;
    }
}

/// <summary>What one source has in reassembly.</summary>
internal sealed class SourceQuota
{
    public int Memory { get; set; }

    public int Entries { get; set; }
}
