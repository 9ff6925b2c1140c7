using System;

namespace SharpTcp.Protocols;

/// <summary>A packet that waits, whole and not yet cut, until the MAC of its next hop is known (RFC 1122 §2.3.2.2, RFC 4861 §7.2.2).</summary>
internal sealed class PendingPacket
{
    public Destination? Destination { get; set; }

    /// <summary>Transport header and payload.</summary>
    public byte[] Data { get; set; } = [];

    public int Length { get; set; }

    public int HeaderLength { get; set; }

    public byte Protocol { get; set; }

    public byte HopLimit { get; set; }

    public byte TrafficClass { get; set; }

    public bool DontFragment { get; set; }

    public ushort SegmentSize { get; set; }

    public bool IsSummed { get; set; }

    public bool IsWhole { get; set; }

    public PendingPacket? Next { get; set; }

    public ReadOnlySpan<byte> Header => Data.AsSpan(0, HeaderLength);

    public ReadOnlySpan<byte> Payload => Data.AsSpan(HeaderLength, Length - HeaderLength);
}
