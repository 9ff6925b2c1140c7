using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>What an ICMP error says, in either family.</summary>
public enum IcmpErrorKind : byte
{
    /// <summary>No route to the network.</summary>
    NetworkUnreachable,

    /// <summary>The host does not answer.</summary>
    HostUnreachable,

    /// <summary>The host does not speak the protocol.</summary>
    ProtocolUnreachable,

    /// <summary>Nobody listens on the port.</summary>
    PortUnreachable,

    /// <summary>Forbidden by policy.</summary>
    AdministrativelyProhibited,

    /// <summary>The packet does not fit the next hop.</summary>
    PacketTooBig,

    /// <summary>The hop limit ran out, or reassembly took too long.</summary>
    TimeExceeded,

    /// <summary>The header was not understood.</summary>
    ParameterProblem,

    /// <summary>The source route failed.</summary>
    SourceRouteFailed,
}

/// <summary>An ICMP error about a packet of ours, as far as the IP layer has checked it: it quotes a source address that is ours.</summary>
public readonly struct IcmpErrorReport
{
    /// <summary>What it says.</summary>
    public required IcmpErrorKind Kind { get; init; }

    /// <summary>ICMP type as received.</summary>
    public byte Type { get; init; }

    /// <summary>ICMP code as received.</summary>
    public byte Code { get; init; }

    /// <summary>The router or host that sent it.</summary>
    public required IpAddress Reporter { get; init; }

    /// <summary>Our address and port in the quoted packet (port 0 where the quote has none).</summary>
    public required TransportEndpoint Local { get; init; }

    /// <summary>The peer's address and port in the quoted packet.</summary>
    public required TransportEndpoint Remote { get; init; }

    /// <summary>The protocol of the quoted packet.</summary>
    public required byte Protocol { get; init; }

    /// <summary>The sequence number in the quoted TCP header (RFC 5927 §4.1).</summary>
    public SequenceNumber Sequence { get; init; }

    /// <summary>The next hop's MTU, for <see cref="IcmpErrorKind.PacketTooBig"/>; 0 if not given.</summary>
    public int Mtu { get; init; }

    /// <summary>The error as a socket reports it.</summary>
    public SocketError ToSocketError() => Kind switch
    {
        IcmpErrorKind.NetworkUnreachable => SocketError.NetworkUnreachable,
        IcmpErrorKind.PortUnreachable => SocketError.ConnectionRefused,
        IcmpErrorKind.ProtocolUnreachable => SocketError.ProtocolOption,
        IcmpErrorKind.PacketTooBig => SocketError.MessageSize,
        IcmpErrorKind.AdministrativelyProhibited => SocketError.AccessDenied,
        _ => SocketError.HostUnreachable,
    };
}
