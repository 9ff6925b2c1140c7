using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// What a DHCP server leased (RFC 2131), as plain data: it can be kept in a file and given back to the client of a later run as <see cref="DhcpOptions.Previous"/>.
/// </summary>
public sealed record DhcpLease
{
    /// <summary>A lease time that never ends (RFC 2131 §3.3).</summary>
    public const uint Forever = uint.MaxValue;

    /// <summary>The address, with the length of its subnet's prefix.</summary>
    public required Prefix Address { get; init; }

    /// <summary>The server that leased it (option 54).</summary>
    public required IPv4Address Server { get; init; }

    /// <summary>Seconds of the lease from when it was asked for, or <see cref="Forever"/>.</summary>
    public required uint Seconds { get; init; }

    /// <summary>Seconds until it is to be renewed with its server (T1).</summary>
    public uint RenewalSeconds { get; init; }

    /// <summary>Seconds until any server may renew it (T2).</summary>
    public uint RebindingSeconds { get; init; }

    /// <summary>The routes, a default route among them: those of option 121, or else of the routers of option 3 (RFC 3442).</summary>
    public IReadOnlyList<DhcpRoute> Routes { get; init; } = [];

    /// <summary>The DNS servers, best first.</summary>
    public IReadOnlyList<IPv4Address> DnsServers { get; init; } = [];

    /// <summary>The NTP servers, best first.</summary>
    public IReadOnlyList<IPv4Address> NtpServers { get; init; } = [];

    /// <summary>The domains to search names in (RFC 3397).</summary>
    public IReadOnlyList<string> SearchDomains { get; init; } = [];

    /// <summary>The domain of the host.</summary>
    public string? DomainName { get; init; }

    /// <summary>The name that the server has for the host.</summary>
    public string? HostName { get; init; }

    /// <summary>The largest IPv4 packet on the link, by the server's word.</summary>
    public int? Mtu { get; init; }
}

/// <summary>A route that a DHCP server told.</summary>
/// <param name="Destination">The network; of length 0 for the default route.</param>
/// <param name="Gateway">The router, or null if the network is on the link (RFC 3442: router 0.0.0.0).</param>
public readonly record struct DhcpRoute(Prefix Destination, IPv4Address? Gateway);
