using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>A segment that left a stack, final as on the wire: with its checksum, and cut out of its super-segment.</summary>
internal sealed record SentSegment(byte[] Bytes, IpAddress Source, IpAddress Destination, Instant At)
{
    public TcpFlags Flags => View.Flags;

    public uint Sequence => View.Sequence.Value;

    public uint Acknowledgment => View.Acknowledgment.Value;

    public ushort Window => View.Window;

    public int PayloadLength => View.Payload.Length;

    public uint SegmentLength => View.SegmentLength;

    public TcpOptionSet Options => TcpOptionSet.Parse(View.Options);

    /// <summary>Where the super-segment that it came in was to be cut, or 0.</summary>
    public ushort SegmentSize { get; init; }

    public byte HopLimit { get; init; }

    public byte TrafficClass { get; init; }

    public bool DontFragment { get; init; }

    public TcpView View => TcpView.TryParse(Bytes, out var view) ? view : throw new InvalidOperationException("a sent segment does not parse");

    public bool Has(TcpFlags flags) => (Flags & flags) == flags;
}
