using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>What happened to a UDP port.</summary>
[Flags]
public enum UdpEvents : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A datagram arrived.</summary>
    Readable = 1,

    /// <summary>The link has room again after a send was refused.</summary>
    Writable = 2,

    /// <summary>An error is pending: an ICMP error, or a neighbour that did not answer.</summary>
    Failed = 4,
}

/// <summary>Who uses a UDP port. Called while the host is being driven: it takes note and returns; it never calls back.</summary>
public interface IUdpUser
{
    /// <summary>Something happened to <paramref name="port"/>.</summary>
    void OnUdpEvents(UdpPort port, UdpEvents events);
}

/// <summary>What is known of a received datagram.</summary>
public readonly struct UdpDatagram
{
    /// <summary>Who sent it.</summary>
    public required TransportEndpoint Source { get; init; }

    /// <summary>To which address it was sent (RFC 1122 §4.1.3.5).</summary>
    public required IpAddress Destination { get; init; }

    /// <summary>The index of the interface it came in on.</summary>
    public required int Interface { get; init; }

    /// <summary>Payload bytes of the whole datagram, also where the buffer took fewer.</summary>
    public required int Length { get; init; }

    /// <summary>DSCP and ECN as received.</summary>
    public byte TrafficClass { get; init; }

    /// <summary>Time to live or hop limit as received.</summary>
    public byte HopLimit { get; init; }
}

/// <summary>How a datagram is to be sent; the default takes everything from the port.</summary>
public readonly struct UdpSendOptions
{
    /// <summary>The source address, or the unspecified address for the port's or the host's choice.</summary>
    public IpAddress Source { get; init; }

    /// <summary>The interface to leave by, or 0.</summary>
    public int Interface { get; init; }

    /// <summary>Time to live or hop limit; 0 takes the port's.</summary>
    public byte HopLimit { get; init; }

    /// <summary>DSCP and ECN, where given.</summary>
    public byte? TrafficClass { get; init; }
}
