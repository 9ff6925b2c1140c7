using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// The routes of a host, longest prefix first and then by metric, so that the first match is the right one. Only a miss in the destination
/// cache looks here.
/// </summary>
internal sealed class RouteTable(HostCore host)
{
    /// <summary>The most routes a host keeps.</summary>
    public const int Capacity = 1024;

    private readonly List<Route> _routes = [];
    private readonly DeadGateways _dead = new();

    /// <summary>The routes, best first.</summary>
    public IReadOnlyList<Route> Routes => _routes;

    /// <summary>Adds a route; the same one twice is kept once.</summary>
    /// <exception cref="InvalidOperationException">The table is full.</exception>
    public void Add(Route route)
    {
        if (_routes.Contains(route))
        {
            return;
        }

        if (_routes.Count == Capacity)
        {
            throw new InvalidOperationException($"The route table is full: it holds {Capacity} routes. Remove one first.");
        }

        var index = 0;
        while (index < _routes.Count && !IsBefore(route, _routes[index]))
        {
            index++;
        }

        _routes.Insert(index, route);
        host.Observer?.OnRouteChanged(route, isThere: true);
    }

    /// <summary>Takes a route out; false if it is not there.</summary>
    public bool Remove(Route route)
    {
        if (!_routes.Remove(route))
        {
            return false;
        }

        if (route.Gateway is { } gateway && !IsGateway(route.Interface, gateway))
        {
            _dead.Remove(route.Interface, gateway);
        }

        host.Observer?.OnRouteChanged(route, isThere: false);
        return true;
    }

    /// <summary>Whether a route is there.</summary>
    public bool Contains(Route route) => _routes.Contains(route);

    /// <summary>The best route to an address, over one interface only if an index is given.</summary>
    public Route? Find(IpAddress destination, int interfaceIndex) => Find(destination, interfaceIndex, out _);

    /// <summary>
    /// The best route to an address (RFC 1122 §3.3.1.1: longest prefix) by a gateway that is not known to be dead, whatever the better ones (RFC 4191 §3.2); if all are dead, by the
    /// one that failed longest ago, so that they are tried in turn (RFC 4861 §6.3.6).
    /// </summary>
    /// <param name="destination">The address.</param>
    /// <param name="interfaceIndex">The only interface allowed, or 0.</param>
    /// <param name="avoided">The dead gateway by which the route would be if it were not dead.</param>
    public Route? Find(IpAddress destination, int interfaceIndex, out DeadGateway? avoided)
    {
        avoided = null;
        Route? last = null;
        DeadGateway? oldest = null;
        foreach (var route in _routes)
        {
            if (!route.Destination.Contains(destination) || (interfaceIndex != 0 && route.Interface.Index != interfaceIndex))
            {
                continue;
            }

            if (route.Gateway is not { } gateway || _dead.Find(route.Interface, gateway) is not { } dead)
            {
                return route;
            }

            avoided ??= dead;
            if (oldest is null || dead.Failure < oldest.Failure)
            {
                (last, oldest) = (route, dead);
            }
        }

        avoided = null;
        return last;
    }

    /// <summary>A neighbour does not answer; if it is a gateway, other ways are taken. Returns whether it is one.</summary>
    public bool SetDead(NetworkInterface link, IpAddress gateway, Instant now)
    {
        var isGateway = IsGateway(link, gateway);
        if (isGateway)
        {
            _dead.Add(link, gateway, now);
        }

        return isGateway;
    }

    /// <summary>A neighbour answers; returns whether it is a gateway that was dead.</summary>
    public bool SetAlive(NetworkInterface link, IpAddress gateway) => _dead.Remove(link, gateway);

    /// <summary>Whether what goes by a gateway can go by another that is not known to be dead.</summary>
    public bool HasAlternative(NetworkInterface link, IpAddress gateway)
    {
        foreach (var route in _routes)
        {
            if (route.Interface == link && route.Gateway == gateway && Find(route.Destination.Network, 0) is { } other && !IsDead(other.Interface, other.Gateway))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a next hop is a gateway that answers no more.</summary>
    public bool IsDead(NetworkInterface link, IpAddress? hop) => hop is { } address && _dead.Find(link, address) is not null;

    /// <summary>Whether an address is on the link of an interface, by its connected routes.</summary>
    public bool IsOnLink(IpAddress address, NetworkInterface link) => Find(address, link.Index) is { Gateway: null };

    /// <summary>Whether another interface has an equally long prefix for an address.</summary>
    public bool IsAmbiguous(Route best, IpAddress destination)
    {
        foreach (var route in _routes)
        {
            if (route.Interface != best.Interface && route.Destination.Length == best.Destination.Length && route.Destination.Contains(destination))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsGateway(NetworkInterface link, IpAddress address)
    {
        foreach (var route in _routes)
        {
            if (route.Interface == link && route.Gateway == address)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsBefore(Route left, Route right) =>
        left.Destination.Length != right.Destination.Length
            ? left.Destination.Length > right.Destination.Length
            : left.Metric < right.Metric;
}
