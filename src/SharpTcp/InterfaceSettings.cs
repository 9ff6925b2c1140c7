using System.Collections.Generic;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp;

/// <summary>How an interface of a <see cref="NetworkStack"/> is set up.</summary>
public sealed record InterfaceSettings
{
    /// <summary>
    /// An interface that configures itself, as any host that is plugged in: IPv4 by DHCP, or by a link-local address while no server answers; IPv6 by what routers advertise. Nothing is
    /// used that another host on the link has, for which some seconds pass.
    /// </summary>
    public static InterfaceSettings Automatic { get; } = new()
    {
        Dhcp = new DhcpOptions(),
        IPv4LinkLocal = true,
        AddressConflictDetection = true,
        RouterDiscovery = true,
        DhcpV6 = new DhcpV6Settings(),
    };

    /// <summary>Its name; null takes the link's.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// Its addresses with the lengths of their prefixes, of both families: <c>10.0.0.7/24</c>, <c>2001:db8::7/64</c>. With a gateway of its own, <c>10.1.0.7/24,gw=10.1.0.1</c>, what
    /// comes from an address goes to its network or to that gateway and takes no other way.
    /// </summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>Its default gateways, one a family: <c>10.0.0.1</c>, <c>fe80::1</c>.</summary>
    public IReadOnlyList<string> Gateways { get; init; } = [];

    /// <summary>Its MAC address; null takes the link's.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>Largest IP packet, in bytes, from 68 up to the link's own; null takes the link's.</summary>
    public int? Mtu { get; init; }

    /// <summary>Asks for each IPv6 address on the link before it is used (RFC 4862 §5.4). Default: yes.</summary>
    public bool DuplicateAddressDetection { get; init; } = true;

    /// <summary>Uses IPv6 addresses that the stack makes itself while they are still being asked for, with care (RFC 4429). Default: no.</summary>
    public bool OptimisticDuplicateAddressDetection { get; init; }

    /// <summary>Believes Redirects of the present first hop, of either family (RFC 1122 §3.2.2.2, RFC 4861 §8). Default: yes.</summary>
    public bool AcceptRedirects { get; init; } = true;

    /// <summary>
    /// Asks for each IPv4 address on the link before it is used, which takes 4 to 7 seconds, and defends it while it is (RFC 5227). Without it a conflict is only reported. Default: no.
    /// </summary>
    public bool AddressConflictDetection { get; init; }

    /// <summary>
    /// Asks the link's routers for IPv6 addresses, routes and more, on Ethernet (RFC 4861 §6.3, RFC 4862). <see cref="NetworkStack.AddressChanged"/> tells what came of it. Default: no.
    /// </summary>
    public bool RouterDiscovery { get; init; }

    /// <summary>
    /// Gets an IPv4 address, routes and more of a DHCP server, on Ethernet (RFC 2131). <see cref="NetworkStack.LeaseChanged"/> tells what came of it. Default: null, for not at all.
    /// </summary>
    public DhcpOptions? Dhcp { get; init; }

    /// <summary>
    /// Gets an IPv6 address, or resolvers and domains alone, of a DHCPv6 server where routers say that there is one; with <see cref="RouterDiscovery"/> only (RFC 8415).
    /// <see cref="NetworkStack.DhcpV6LeaseChanged"/> tells what came of it. Default: null, for not at all.
    /// </summary>
    public DhcpV6Settings? DhcpV6 { get; init; }

    /// <summary>Takes an IPv4 link-local address, on Ethernet: while no DHCP server answers or, without <see cref="Dhcp"/>, always (RFC 3927). Default: no.</summary>
    public bool IPv4LinkLocal { get; init; }

    /// <summary>How the addresses that the stack makes of routers' prefixes end. Default: opaque, and the same for the life of the stack (RFC 7217); or temporary ones beside them (RFC 8981).</summary>
    public InterfaceIdentifierMode IdentifierMode { get; init; }

    /// <summary>
    /// Takes packets to every unicast address, for <see cref="NetworkStack.ListenToFlows"/>: for programs that are the network behind a host, as VPNs and proxies are. The interface needs an
    /// address of each family that it is to answer in, and a route to whoever sends. Default: no.
    /// </summary>
    public bool AnyAddress { get; init; }

    /// <summary>Makes itself an IPv6 link-local address, on Ethernet. Default: yes.</summary>
    public bool IPv6LinkLocal { get; init; } = true;
}
