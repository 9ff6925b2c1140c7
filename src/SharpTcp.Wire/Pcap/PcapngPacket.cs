using System;

namespace SharpTcp.Wire;

/// <summary>One packet of a pcapng file; its spans point into the file.</summary>
public readonly ref struct PcapngPacket
{
    /// <summary>The place of its interface among the section's descriptions, from 0.</summary>
    public int InterfaceIndex { get; init; }

    /// <summary>The interface that recorded it.</summary>
    public PcapngInterface Interface { get; init; }

    /// <summary>Nanoseconds since 1970-01-01 UTC; held at the ends of the range where the file names a time outside.</summary>
    public ulong Timestamp { get; init; }

    /// <summary>The bytes captured.</summary>
    public ReadOnlySpan<byte> Data { get; init; }

    /// <summary>The length that the packet had on the link, as the file claims it.</summary>
    public uint OriginalLength { get; init; }

    /// <summary>Which way it went.</summary>
    public PcapDirection Direction { get; init; }

    /// <summary>The last comment on the packet, or empty.</summary>
    public ReadOnlySpan<byte> CommentUtf8 { get; init; }
}

/// <summary>An interface that a pcapng section describes.</summary>
/// <param name="LinkType">What its packets begin with.</param>
/// <param name="SnapLength">The most bytes captured of a packet; 0 for no limit.</param>
/// <param name="TimestampResolution">The option if_tsresol: a negative power of ten, or of two if the highest bit is set.</param>
/// <param name="TimestampOffset">Seconds to add to every time stamp (if_tsoffset).</param>
public readonly record struct PcapngInterface(PcapLinkType LinkType, uint SnapLength, byte TimestampResolution, long TimestampOffset)
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Converts a time stamp of this interface to nanoseconds, held at the ends of the range.</summary>
    internal ulong ToNanoseconds(ulong ticks)
    {
        var exponent = TimestampResolution & 0x7F;
        UInt128 nanoseconds;
        if ((TimestampResolution & 0x80) != 0)
            nanoseconds = exponent > 94 ? 0 : ((UInt128)ticks * NanosecondsPerSecond) >> exponent; // no tick of 2^94 is a nanosecond
        else
            nanoseconds = exponent > 29 ? 0 : (UInt128)ticks * NanosecondsPerSecond / PowerOfTen(exponent);
        var shifted = (Int128)nanoseconds + (Int128)TimestampOffset * NanosecondsPerSecond;
        return shifted <= 0 ? 0 : shifted >= ulong.MaxValue ? ulong.MaxValue : (ulong)shifted;
    }

    private static UInt128 PowerOfTen(int exponent)
    {
        UInt128 power = 1;
        for (var i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }
}
