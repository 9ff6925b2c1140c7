using System;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Protocols;

/// <summary>How a host is set up. The defaults are the RFCs'.</summary>
public sealed record HostOptions
{
    /// <summary>Settings of TCP.</summary>
    public TcpSettings Tcp { get; init; } = new();

    /// <summary>Most bytes of all buffers, queues and connections together (<see cref="MemoryBudget"/>). Default 256 MiB.</summary>
    public long MemoryLimit { get; init; } = 256L * 1024 * 1024;

    /// <summary>
    /// Told of an exception in a handler, which cost the packet or the connection that it belongs to, with a word on where it happened. In a simulation it fails the seed.
    /// </summary>
    public Action<Exception, string>? OnFault { get; init; }

    /// <summary>Time to live and hop limit of packets whose sender asks for none (RFC 1122 §3.2.1.7). Default 64.</summary>
    public byte HopLimit { get; init; } = 64;

    /// <summary>ICMP errors a second that the host sends at most (RFC 1812 §4.3.2.8, RFC 4443 §2.4 f). Default 100.</summary>
    public int IcmpErrorRate { get; init; } = 100;

    /// <summary>ICMP errors that may leave at once before <see cref="IcmpErrorRate"/> holds. Default 50.</summary>
    public int IcmpErrorBurst { get; init; } = 50;

    /// <summary>Whether echo requests to broadcast and multicast addresses are answered (RFC 1122 §3.2.2.6: may be discarded). Default: no.</summary>
    public bool AnswerGroupEcho { get; init; }

    /// <summary>
    /// The 128-bit secret from which stable interface identifiers are made (RFC 7217 §5); kept, the host has the same addresses when it comes back. Default: a random one.
    /// </summary>
    public (ulong First, ulong Second)? IdentifierSecret { get; init; }

    /// <summary>What kinds of addresses go together and are preferred (RFC 6724 §2.1). Default: the table of the RFC.</summary>
    public AddressPolicies AddressPolicies { get; init; } = AddressPolicies.Default;

    /// <summary>Most neighbours that are remembered. Default 1,024; a quarter as many may be in resolution at a time.</summary>
    public int NeighborCapacity { get; init; } = 1024;

    /// <summary>Most bytes of fragments that wait for their datagrams. Default 4 MiB; a quarter of it for one source.</summary>
    public int ReassemblyMemory { get; init; } = 4 * 1024 * 1024;

    /// <summary>First and last ephemeral UDP port (RFC 6056 §3.2).</summary>
    public (ushort First, ushort Last) UdpEphemeralPorts { get; init; } = (32768, 60999);
}
