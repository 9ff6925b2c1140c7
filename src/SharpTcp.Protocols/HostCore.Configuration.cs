using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <content>Interfaces, addresses, routes, neighbours and groups.</content>
public sealed partial class HostCore
{
    private static readonly TimeSpan MaxRtrSolicitationDelay = TimeSpan.FromSeconds(1); // RFC 4861 §10

    /// <summary>All addresses, also those not usable yet.</summary>
    public IReadOnlyList<InterfaceAddress> Addresses => AddressTable.All;

    /// <summary>All routes, best first.</summary>
    public IReadOnlyList<Route> Routes => RouteTable.Routes;

    /// <summary>
    /// Attaches the host to a link. A loopback interface gets 127.0.0.1/8 and ::1/128; on Ethernet IPv6 makes itself a link-local address, unless
    /// <see cref="InterfaceOptions.IPv6LinkLocal"/> forbids it.
    /// </summary>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public NetworkInterface AddInterface(InterfaceOptions options, IFrameSink sink, Instant now)
    {
        Check(options);
        var link = new NetworkInterface(_interfaces.Count + 1, options, sink);
        link.Groups = new GroupTable(this, link, now);
        link.QuietUntil = now + Entropy.NextBetween(TimeSpan.Zero, MaxRtrSolicitationDelay);
        _interfaces.Add(link);
        link.Groups.Join(IPv4Address.AllHosts, now); // RFC 1122 §3.3.7
        if (link.SpeaksIPv6)
        {
            link.Groups.Join(IPv6Address.AllNodes, now); // RFC 4861 §7.2.1
        }

        if (options.IsLoopback)
        {
            LoopbackInterface ??= link;
            AddressTable.Add(link, new Prefix(IPv4Address.Loopback, 8), AddressOrigin.Loopback, now);
            if (link.SpeaksIPv6)
            {
                AddressTable.Add(link, new Prefix(IPv6Address.Loopback, 128), AddressOrigin.Loopback, now);
            }
        }
        else if (options.IPv6LinkLocal && link.IsEthernet && link.SpeaksIPv6)
        {
            AddressTable.Add(link, new Prefix(IPv6Address.LinkLocal(link.HardwareAddress), 64), AddressOrigin.LinkLocal, now);
        }

        if (options.RouterDiscovery && link.IsEthernet && link.SpeaksIPv6)
        {
            link.RouterDiscovery = new RouterDiscovery(this, link);
            link.DhcpV6 = options.DhcpV6 is { } settings ? new DhcpV6Client(this, link, settings) : null;
            link.RouterDiscovery.Start(now);
        }

        StartIPv4Configuration(link, now);

        return link;
    }

    /// <summary>The lease of an interface, and when it ends; null if it has none now.</summary>
    public (DhcpLease Lease, Instant Expires)? GetLease(NetworkInterface link) =>
        link.Dhcp is { Lease: { } lease } client ? (lease, client.ExpiresAt) : null;

    /// <summary>Where the DHCP client of an interface stands.</summary>
    public DhcpState GetDhcpState(NetworkInterface link) => link.Dhcp?.State ?? DhcpState.Stopped;

    /// <summary>
    /// Ends the DHCP clients of an interface. The address is gone, and given back (RFC 2131 §4.4.6) unless <see cref="DhcpOptions.KeepLease"/> forbids it. For that the client may
    /// have to wait for its neighbour: it is then in <see cref="DhcpState.Releasing"/> for at most a second.
    /// </summary>
    public void StopDhcp(NetworkInterface link, Instant now)
    {
        link.Dhcp?.Stop(now);
        link.DhcpV6?.Stop(now);
    }

    /// <summary>What DHCPv6 servers gave an interface, and when it ends; null if there is nothing.</summary>
    public (DhcpV6Lease Lease, Instant Expires)? GetDhcpV6Lease(NetworkInterface link) =>
        link.DhcpV6 is { Lease: { } lease } client ? (lease, client.ExpiresAt) : null;

    /// <summary>Where the DHCPv6 client of an interface stands.</summary>
    public DhcpV6State GetDhcpV6State(NetworkInterface link) => link.DhcpV6?.State ?? DhcpV6State.Stopped;

    /// <summary>Whether an interface is done with its first try to get an IPv4 address of DHCP servers, or makes none.</summary>
    public bool IsSettled(NetworkInterface link) => link.Dhcp?.IsSettled ?? true;

    /// <summary>Puts the addresses of a peer in the order in which they are to be tried, the best first (RFC 6724 §6).</summary>
    public void SortDestinations(List<IpAddress> addresses, Instant now) => new DestinationOrder(this).Sort(addresses, now);

    /// <summary>DNS servers that routers advertise on an interface (RFC 8106), the oldest first.</summary>
    public IReadOnlyList<IPv6Address> GetAdvertisedServers(NetworkInterface link) =>
        link.RouterDiscovery is { } discovery ? Values(discovery.Resolvers.Servers) : [];

    /// <summary>DNS search domains that routers advertise on an interface (RFC 8106), the oldest first.</summary>
    public IReadOnlyList<string> GetAdvertisedDomains(NetworkInterface link) =>
        link.RouterDiscovery is { } discovery ? Values(discovery.Resolvers.Domains) : [];

    /// <summary>
    /// Puts an address on an interface, and its network on the link. An IPv4 address is usable at once and announced; an IPv6 address when nobody on the link turned out to
    /// have it (RFC 4862 §5.4), of which <see cref="Observer"/> is told.
    /// </summary>
    /// <exception cref="ArgumentException">The address cannot be an interface's, or is there already.</exception>
    public InterfaceAddress AddAddress(NetworkInterface link, Prefix prefix, Instant now) =>
        AddressTable.Add(link, prefix, AddressOrigin.Static, now);

    /// <summary>
    /// Puts an address with a router of its own on an interface: what comes from it goes to its network or to this router and takes no other way, however many networks there are.
    /// </summary>
    /// <exception cref="ArgumentException">The address cannot be an interface's, or is there already, or the router is not in its network.</exception>
    public InterfaceAddress AddAddress(NetworkInterface link, Prefix prefix, IpAddress gateway, Instant now) =>
        AddressTable.Add(new InterfaceAddress(link, prefix, AddressOrigin.Static) { Gateway = gateway }, now, now);

    /// <summary>Takes an address off its interface. Connections from it can send no more.</summary>
    public void RemoveAddress(InterfaceAddress address, Instant now) => AddressTable.Remove(address, now);

    /// <summary>Adds a route; <paramref name="gateway"/> is null if the network is on the link.</summary>
    /// <exception cref="ArgumentException">The gateway is of the other family, or no address that a router can have.</exception>
    /// <exception cref="InvalidOperationException">The table is full.</exception>
    public Route AddRoute(Prefix destination, IpAddress? gateway, NetworkInterface link, int metric = 0)
    {
        if (gateway is { } router && (router.IsIPv4 != destination.IsIPv4 || !router.IsUnicast))
        {
            throw new ArgumentException($"{router} cannot be the gateway to {destination}: pass a unicast address of the same family.", nameof(gateway));
        }

        var route = new Route(destination.ToNetwork(), gateway, link, metric);
        RouteTable.Add(route);
        Ip.Invalidate();
        return route;
    }

    /// <summary>Takes a route out; false if it is not there.</summary>
    public bool RemoveRoute(Route route)
    {
        Ip.Invalidate();
        return RouteTable.Remove(route);
    }

    /// <summary>Sets the MAC of a neighbour by hand; it is never asked for and never forgotten.</summary>
    public void AddNeighbor(NetworkInterface link, IpAddress address, MacAddress mac, Instant now) => Neighbors.AddPermanent(link, address, mac, now);

    /// <summary>Forgets all neighbours of an interface but those set by hand.</summary>
    public void FlushNeighbors(NetworkInterface link, Instant now) => Neighbors.Forget(link, now);

    /// <summary>Listens to a group on an interface; as often as it is joined it must be left.</summary>
    /// <returns>False if the interface listens to too many groups.</returns>
    /// <exception cref="ArgumentException">It is no multicast address.</exception>
    public bool JoinGroup(NetworkInterface link, IpAddress group, Instant now)
    {
        if (!group.IsMulticast)
        {
            throw new ArgumentException($"{group} is no multicast address.", nameof(group));
        }

        return link.Groups.Join(group, now);
    }

    /// <summary>Stops listening to a group.</summary>
    public void LeaveGroup(NetworkInterface link, IpAddress group, Instant now) => link.Groups.Leave(group, now);

    internal NetworkInterface? FindInterface(int index) => index > 0 && index <= _interfaces.Count ? _interfaces[index - 1] : null;

    private void StartIPv4Configuration(NetworkInterface link, Instant now)
    {
        if (!link.IsEthernet || link.IsLoopback)
        {
            return;
        }

        link.LinkLocal = link.Options.IPv4LinkLocal ? new LinkLocalAddress(this, link) : null;
        if (link.Options.Dhcp is { } dhcp)
        {
            link.Dhcp = new DhcpClient(this, link, dhcp);
            link.Dhcp.Start(now);
        }
        else
        {
            link.LinkLocal?.Start(now);
        }
    }

    private static List<T> Values<T>(IReadOnlyList<(T Value, Instant Until)> entries)
    {
        List<T> values = [];
        foreach (var (value, _) in entries)
        {
            values.Add(value);
        }

        return values;
    }

    private static void Check(InterfaceOptions options)
    {
        var capabilities = options.Capabilities;
        if (capabilities.Mtu is < 68 or > LinkCapabilities.LargestSuperPacket + 1)
        {
            throw new ArgumentException($"The MTU of {options.Name} is {capabilities.Mtu}: it must be from 68 to 65,536.", nameof(options));
        }

        if (options.Dhcp?.HostName is { } name && !IsHostName(name))
        {
            throw new ArgumentException($"\"{name}\" is no name of a host: give 1 to 63 letters, digits and hyphens, no hyphen at either end.", nameof(options));
        }

        if (capabilities.Medium == LinkMedium.Ethernet && !options.HardwareAddress.IsUnicast)
        {
            throw new ArgumentException($"{options.Name} has the MAC address {options.HardwareAddress}: on Ethernet it must be a unicast one.", nameof(options));
        }
    }

    /// <summary>RFC 952, RFC 1123 §2.1.</summary>
    private static bool IsHostName(string name)
    {
        foreach (var letter in name)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter != '-')
            {
                return false;
            }
        }

        return name.Length is >= 1 and <= 63 && name[0] != '-' && name[^1] != '-';
    }
}
