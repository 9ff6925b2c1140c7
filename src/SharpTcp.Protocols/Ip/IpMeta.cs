using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>What the IP layer says of a packet that it delivers to a transport.</summary>
public readonly struct IpMeta
{
    /// <summary>Who sent it.</summary>
    public required IpAddress Source { get; init; }

    /// <summary>To which address it was sent (RFC 1122 §3.2.1.3: the specific destination).</summary>
    public required IpAddress Destination { get; init; }

    /// <summary>The interface it came in on.</summary>
    public required NetworkInterface Interface { get; init; }

    /// <summary>Time to live or hop limit as received.</summary>
    public byte HopLimit { get; init; }

    /// <summary>DSCP and ECN as received.</summary>
    public byte TrafficClass { get; init; }

    /// <summary>Whether it came by link broadcast or to an IP broadcast or multicast address: no transport answers such a packet with an error.</summary>
    public bool IsBroadcastOrMulticast { get; init; }

    /// <summary>Whether the transport checksum need not be verified: an unfragmented packet for which the device vouches.</summary>
    public bool ChecksumVouched { get; init; }

    /// <summary>Payload bytes of each packet if this is a super-packet of several, else 0.</summary>
    public ushort SegmentSize { get; init; }
}
