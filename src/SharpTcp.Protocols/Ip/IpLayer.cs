using System;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>The sending half of IP, for both families: the way to a destination, its path MTU, and what goes there.</summary>
internal sealed partial class IpLayer : IIpOutput
{
    private static readonly TimeSpan PathMtuLifetime = TimeSpan.FromMinutes(10); // RFC 1191 §6.3, RFC 8201 §5.3

    private readonly HostCore _host;
    private readonly DestinationCache _cache;
    private readonly PacketIdentification _identification;

    public IpLayer(HostCore host)
    {
        _host = host;
        _cache = new DestinationCache(host.Entropy);
        _identification = new PacketIdentification(host.Entropy);
    }

    /// <summary>Addresses or routes changed: ways are found anew.</summary>
    public void Invalidate() => _cache.Invalidate();

    /// <summary>The way to one address changed.</summary>
    public void Invalidate(IpAddress address) => _cache.Invalidate(address);

    /// <summary>The next hop that packets to an address have now if they leave by an interface; null if they do not leave by it.</summary>
    public IpAddress? FindFirstHop(NetworkInterface link, IpAddress destination, Instant now) =>
        TryFindNextHop(destination, link.Index, now, out var way) && way.Interface == link ? way.NextHop : null;

    /// <inheritdoc/>
    public SocketError Resolve(IpAddress source, IpAddress destination, int interfaceIndex, Instant now, out Destination? entry)
    {
        var key = new DestinationKey(source, destination, interfaceIndex);
        if (_cache.TryGet(key, out entry))
        {
            ForgetOldPathMtu(entry!, now);
            return SocketError.Success;
        }

        var error = FindWay(source, destination, interfaceIndex, now, out var way);
        if (error != SocketError.Success)
        {
            return error;
        }

        var from = source.IsUnspecified ? way.Origin!.Address : source;
        entry = new Destination
        {
            Key = key,
            Source = from,
            Address = destination,
            Interface = way.Interface!,
            NextHop = way.NextHop,
            Origin = way.Origin,
            Avoided = way.Avoided,
            PathMtu = way.Interface!.MtuFor(destination),
            IsBroadcast = destination.IsIPv4 && way.Interface.IsBroadcast(destination.ToIPv4()),
            Identification = _identification.Seed(from, destination),
        };
        _cache.Add(entry);
        return SocketError.Success;
    }

    /// <inheritdoc/>
    public void ConfirmReachable(Destination destination, Instant now) => destination.Neighbor?.ConfirmReachable(now);

    /// <inheritdoc/>
    public void AdviseFailure(Destination destination, Instant now) => NeighborTable.Suspect(destination.Neighbor, now);

    /// <inheritdoc/>
    public bool ReducePathMtu(Destination destination, int mtu, Instant now)
    {
        var floor = destination.Address.IsIPv4 ? 68 : NetworkInterface.IPv6MinimumMtu; // RFC 1191 §3; RFC 8201 §4, RFC 8021
        if (mtu < floor || mtu >= destination.PathMtu)
        {
            return false;
        }

        destination.PathMtu = mtu;
        destination.PathMtuExpires = now + PathMtuLifetime;
        _host.Counters.Add(Counter.PathMtuReduced);
        return true;
    }

    /// <summary>The same for every entry between two addresses, where the transport keeps none.</summary>
    public void ReducePathMtu(IpAddress source, IpAddress address, int mtu, Instant now)
    {
        for (var entry = _cache.FindNext(null, source, address); entry is not null; entry = _cache.FindNext(entry, source, address))
        {
            ReducePathMtu(entry, mtu, now);
        }
    }

    private static void ForgetOldPathMtu(Destination destination, Instant now)
    {
        if (now >= destination.PathMtuExpires)
        {
            destination.PathMtu = destination.Interface.MtuFor(destination.Address);
            destination.PathMtuExpires = Instant.Never;
        }
    }

    private SocketError FindWay(IpAddress source, IpAddress destination, int interfaceIndex, Instant now, out Way way)
    {
        way = default;
        if (destination.IsUnspecified || (!source.IsUnspecified && source.IsIPv4 != destination.IsIPv4))
        {
            return SocketError.NetworkUnreachable;
        }

        if (!TryFindOwnWay(source, destination, interfaceIndex, out way) && !TryFindNextHop(destination, interfaceIndex, now, out way))
        {
            return SocketError.NetworkUnreachable;
        }

        var origin = source.IsUnspecified
            ? SelectSource(destination, way)
            : _host.AddressTable.FindUsable(source, way.Interface!) ?? SelectForAnyAddress(source, destination, way);
        if (origin is null)
        {
            return source.IsUnspecified ? SocketError.NetworkUnreachable : SocketError.AddressNotAvailable;
        }

        // RFC 1122 §3.2.1.3 (g), RFC 4291 §2.5.3: a loopback address never leaves the host.
        if (origin.Address.IsLoopback && !way.Interface!.IsLoopback)
        {
            return SocketError.AddressNotAvailable;
        }

        // RFC 3927 §2.6.2: what comes from or goes to a link-local address is never handed to a router.
        var isLinkLocal = destination.IsIPv4 && (destination.IsLinkLocal || origin.Address.IsLinkLocal);
        var hop = way.Gateway is { } gateway && origin.Gateway == gateway ? gateway : way.NextHop; // no redirect leads away from it
        way = way with { Origin = origin, NextHop = isLinkLocal ? destination : hop };
        return SocketError.Success;
    }

    /// <summary>What comes from an address that is nobody's leaves by an interface that takes packets to any; one of its own addresses asks for the neighbour.</summary>
    private InterfaceAddress? SelectForAnyAddress(IpAddress source, IpAddress destination, in Way way) =>
        way.Interface!.TakesAnyAddress && source.IsUnicast && !source.IsLoopback && !source.IsLinkLocal ? SelectSource(destination, way) : null;

    private InterfaceAddress? SelectSource(IpAddress destination, in Way way) =>
        way.Interface!.IsLoopback && _host.AddressTable.FindOwn(destination) is { IsUsable: true } own
            ? own
            : new SourceSelection(_host.Options.AddressPolicies, destination, way.Interface, way.NextHop, way.Gateway).Select(_host.AddressTable.All);

    /// <summary>From an address with a router of its own there are two ways: its network and the router.</summary>
    private bool TryFindOwnWay(IpAddress source, IpAddress destination, int interfaceIndex, out Way way)
    {
        way = default;
        if (source.IsUnspecified || _host.AddressTable.FindOwn(source, interfaceIndex) is not { IsUsable: true, Gateway: { } gateway } own
            || destination.IsLoopback || destination.IsMulticast || destination.IsLimitedBroadcast || destination.IsLinkLocal
            || (interfaceIndex != 0 && interfaceIndex != own.Interface.Index) || _host.AddressTable.FindOwn(destination) is { IsUsable: true })
        {
            return false;
        }

        way = own.Prefix.Contains(destination) ? new Way(own.Interface, destination, null) : new Way(own.Interface, gateway, null, Gateway: gateway);
        return true;
    }

    private bool TryFindNextHop(IpAddress destination, int interfaceIndex, Instant now, out Way way)
    {
        way = default;

        // What is for ourselves goes over the loopback interface, by whatever address.
        if (destination.IsLoopback || _host.AddressTable.FindOwn(destination, interfaceIndex) is { IsUsable: true })
        {
            way = new Way(_host.LoopbackInterface, destination, null);
            return way.Interface is not null;
        }

        if (destination.IsMulticast || destination.IsLimitedBroadcast)
        {
            way = new Way(FindGroupInterface(destination, interfaceIndex), destination, null);
            return way.Interface is not null;
        }

        if (_host.RouteTable.Find(destination, interfaceIndex, out var avoided) is not { } route)
        {
            return false;
        }

        // RFC 4007 §6: without a zone a link-local address names no link if there are several.
        if (destination.IsIPv6 && destination.IsLinkLocal && interfaceIndex == 0 && _host.RouteTable.IsAmbiguous(route, destination))
        {
            return false;
        }

        var hop = route.Gateway ?? destination;
        if (route.Gateway is not null && _host.Redirects.Find(route.Interface, destination, now) is { } redirect)
        {
            hop = redirect.Target;
        }

        way = new Way(route.Interface, hop, null, avoided, route.Gateway);
        return true;
    }

    /// <summary>The interface that a group is on: the one asked for, else that of the route to it, else the first with an address of its family.</summary>
    internal NetworkInterface? FindGroupInterface(IpAddress group, int interfaceIndex)
    {
        if (group.IsIPv6 && group.ToIPv6().IsInterfaceLocalMulticast)
        {
            return _host.LoopbackInterface; // RFC 4291 §2.7: never on a link
        }

        if (interfaceIndex != 0)
        {
            return _host.FindInterface(interfaceIndex);
        }

        if (_host.RouteTable.Find(group, 0) is { } route)
        {
            return route.Interface;
        }

        foreach (var address in _host.AddressTable.All)
        {
            if (address.IsUsable && !address.Interface.IsLoopback && address.Address.IsIPv4 == group.IsIPv4)
            {
                return address.Interface;
            }
        }

        return null;
    }

    private readonly record struct Way(NetworkInterface? Interface, IpAddress NextHop, InterfaceAddress? Origin, DeadGateway? Avoided = null, IpAddress? Gateway = null);
}
