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

        host.Observer?.OnRouteChanged(route, isThere: false);
        return true;
    }

    /// <summary>Whether a route is there.</summary>
    public bool Contains(Route route) => _routes.Contains(route);

    /// <summary>The best route to an address (RFC 1122 §3.3.1.1: longest prefix), over one interface only if an index is given.</summary>
    public Route? Find(IpAddress destination, int interfaceIndex)
    {
        foreach (var route in _routes)
        {
            if (route.Destination.Contains(destination) && (interfaceIndex == 0 || route.Interface.Index == interfaceIndex))
            {
                return route;
            }
        }

        return null;
    }

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

    private static bool IsBefore(Route left, Route right) =>
        left.Destination.Length != right.Destination.Length
            ? left.Destination.Length > right.Destination.Length
            : left.Metric < right.Metric;
}
