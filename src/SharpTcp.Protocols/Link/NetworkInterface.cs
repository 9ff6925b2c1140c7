using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>One attachment of the host to a link (RFC 1122 §1.1.3: a logical interface).</summary>
public sealed partial class NetworkInterface
{
    internal NetworkInterface(int index, InterfaceOptions options, IFrameSink sink)
    {
        Index = index;
        Name = options.Name;
        HardwareAddress = options.HardwareAddress;
        Capabilities = options.Capabilities;
        Options = options;
        Sink = sink;
        IPv4Mtu = options.Capabilities.Mtu;
        IPv6Mtu = options.Capabilities.Mtu;
    }

    /// <summary>The number of the interface in its host, from 1.</summary>
    public int Index { get; }

    /// <summary>Its name, for people.</summary>
    public string Name { get; }

    /// <summary>Its MAC address; unspecified on a link without Ethernet.</summary>
    public MacAddress HardwareAddress { get; }

    /// <summary>What its link can do.</summary>
    public LinkCapabilities Capabilities { get; }

    /// <summary>Largest IP packet that leaves by it, in bytes.</summary>
    public int Mtu => Capabilities.Mtu;

    /// <summary>Whether it is the host's loopback interface.</summary>
    public bool IsLoopback => Options.IsLoopback;

    /// <summary>Whether packets to every unicast address are for this host.</summary>
    public bool TakesAnyAddress => Options.AnyAddress;

    /// <summary>Whether it speaks IPv6: links that carry less than 1,280 bytes cannot (RFC 8200 §5).</summary>
    public bool SpeaksIPv6 => Mtu >= IPv6MinimumMtu;

    /// <summary>What it counted.</summary>
    public InterfaceCounters Counters { get; } = new();

    /// <summary>Its addresses, also those not usable yet.</summary>
    public IReadOnlyList<InterfaceAddress> Addresses => AddressList;

    internal const int IPv6MinimumMtu = 1280;

    internal InterfaceOptions Options { get; }

    internal IFrameSink Sink { get; }

    internal List<InterfaceAddress> AddressList { get; } = [];

    /// <summary>The groups it listens to; set once, when the host attaches it.</summary>
    internal GroupTable Groups { get; set; } = null!;

    /// <summary>Until when an interface that has just come up keeps quiet, so that hosts which start together do not all ask at once (RFC 4862 §5.4.2).</summary>
    internal Instant QuietUntil { get; set; }

    /// <summary>What it learns from routers, if it asks them.</summary>
    internal RouterDiscovery? RouterDiscovery { get; set; }

    /// <summary>Largest IPv6 packet by the routers' word, not above <see cref="Mtu"/>.</summary>
    internal int IPv6Mtu { get; set; }

    /// <summary>Hop limit by the routers' word, or 0.</summary>
    internal byte IPv6HopLimit { get; set; }

    /// <summary>How long an IPv6 neighbour is held reachable, by the routers' word.</summary>
    internal TimeSpan? IPv6ReachableTime { get; set; }

    /// <summary>Time between solicitations (RFC 4861 §6.3.2).</summary>
    internal TimeSpan IPv6RetransTimer { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often another station had an IPv4 address that the interface wanted (RFC 5227 §2.1.1).</summary>
    internal int AddressConflicts { get; set; }

    /// <summary>Who gets it an IPv4 address, if somebody does.</summary>
    internal DhcpClient? Dhcp { get; set; }

    /// <summary>Who gets it an IPv6 address or more of DHCPv6 servers, if routers say that there are some.</summary>
    internal DhcpV6Client? DhcpV6 { get; set; }

    /// <summary>Its IPv4 link-local address, if it may have one.</summary>
    internal LinkLocalAddress? LinkLocal { get; set; }

    /// <summary>Largest IPv4 packet by a DHCP server's word, not above <see cref="Mtu"/>.</summary>
    internal int IPv4Mtu { get; set; }

    internal int MtuFor(IpAddress destination) => destination.IsIPv4 ? IPv4Mtu : IPv6Mtu;

    internal bool IsEthernet => Capabilities.Medium == LinkMedium.Ethernet;

    internal int LinkHeaderLength => IsEthernet ? EthernetView.HeaderLength : 0;

    /// <summary>Whether an IPv4 address is a broadcast one here: limited, directed, or of the old all-zeros form (RFC 1122 §3.3.6).</summary>
    internal bool IsBroadcast(IPv4Address address)
    {
        if (address.IsLimitedBroadcast)
        {
            return true;
        }

        foreach (var own in AddressList)
        {
            if (own.Broadcast is { } broadcast && (broadcast == address || own.Prefix.Network == (IpAddress)address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Hands a frame to the link and counts it.</summary>
    internal bool TrySend(in OutboundFrame frame)
    {
        if (!Sink.TrySend(frame))
        {
            Counters.Refused++;
            return false;
        }

        Counters.FramesOut++;
        Counters.BytesOut += frame.Length;
        return true;
    }
}

/// <summary>How an interface is set up.</summary>
public sealed class InterfaceOptions
{
    /// <summary>Its name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>Its MAC address; needed on Ethernet.</summary>
    public MacAddress HardwareAddress { get; init; }

    /// <summary>What its link can do.</summary>
    public required LinkCapabilities Capabilities { get; init; }

    /// <summary>Whether IPv6 makes itself a link-local address (RFC 4862 §5.3). Default: yes, on Ethernet.</summary>
    public bool IPv6LinkLocal { get; init; } = true;

    /// <summary>How often an IPv6 address is asked for before it is used (RFC 4862 §5.1, DupAddrDetectTransmits); 0 switches detection off. Default 1.</summary>
    public int DuplicateAddressDetectTransmits { get; init; } = 1;

    /// <summary>
    /// Whether IPv6 addresses that the host makes itself are used while they are still being asked for (RFC 4429): for the second that this takes, they answer without claim and ask
    /// nobody. Default: no.
    /// </summary>
    public bool OptimisticDetection { get; init; }

    /// <summary>
    /// Whether an IPv4 address is asked for before it is used, and defended while it is (RFC 5227); it is then usable after 4 to 7 seconds. Without it a conflict is only
    /// reported. Default: no.
    /// </summary>
    public bool AddressConflictDetection { get; init; }

    /// <summary>
    /// Whether routers are asked for, and what they advertise is taken: addresses (RFC 4862), routes, parameters of the link, resolvers. Default: no.
    /// </summary>
    public bool RouterDiscovery { get; init; }

    /// <summary>How the interface gets an IPv4 address, routes and more of DHCP servers (RFC 2131); null for not at all. On Ethernet only. Default: not at all.</summary>
    public DhcpOptions? Dhcp { get; init; }

    /// <summary>
    /// How the interface gets an IPv6 address or more of DHCPv6 servers (RFC 8415), when routers say so; null for not at all. With <see cref="RouterDiscovery"/> only. Default: not at all.
    /// </summary>
    public DhcpV6Settings? DhcpV6 { get; init; }

    /// <summary>
    /// Whether the interface takes an IPv4 link-local address (RFC 3927): while no DHCP server answers or, without <see cref="Dhcp"/>, always. On Ethernet only. Default: no.
    /// </summary>
    public bool IPv4LinkLocal { get; init; }

    /// <summary>Whether Redirects are believed that come from the present first hop (RFC 1122 §3.2.2.2, RFC 4861 §8). Default: yes.</summary>
    public bool AcceptRedirects { get; init; } = true;

    /// <summary>How the interface makes the addresses of advertised prefixes. Default: stable and opaque.</summary>
    public InterfaceIdentifierMode IdentifierMode { get; init; }

    /// <summary>Whether this is the host's loopback interface: packets from and to 127.0.0.0/8 and ::1 are in place there and nowhere else.</summary>
    public bool IsLoopback { get; init; }

    /// <summary>
    /// Takes packets to every unicast address, and lets answers to them leave from it: for programs that are the network behind a host, as VPNs and proxies are. Default: no.
    /// </summary>
    public bool AnyAddress { get; init; }
}
