using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// What the routers of a link advertise as ways: themselves (RFC 4861 §6.3.4), more specific routes (RFC 4191), and prefixes that are on the link. Bounded: what comes when it is
/// full is not kept, so that a flood cannot push out what is in use.
/// </summary>
internal sealed class AdvertisedRouters(HostCore host, NetworkInterface link)
{
    /// <summary>The most ways that are kept.</summary>
    public const int Capacity = 32;

    private const int OnLinkMetric = 256;
    private const int RouterMetric = 1024;

    private readonly List<Way> _ways = [];

    /// <summary>Whether there is a default router.</summary>
    public bool HasDefault => _ways.Exists(static way => way.Router is not null && way.Destination.Length == 0);

    /// <summary>When the next of them ends.</summary>
    public Instant NextExpiry
    {
        get
        {
            var next = Instant.Never;
            foreach (var way in _ways)
            {
                next = Instant.Min(next, way.Until);
            }

            return next;
        }
    }

    /// <summary>A router, or null for the link itself, is the way to a network until some time; a time that has come ends it.</summary>
    public void Set(Prefix destination, IPv6Address? router, RouterPreference preference, Instant until, Instant now)
    {
        var index = _ways.FindIndex(way => way.Destination == destination && way.Router == router);
        if (until <= now)
        {
            if (index >= 0)
            {
                RemoveAt(index);
            }

            return;
        }

        var known = index >= 0 ? _ways[index] : null;
        if (known is null)
        {
            if (_ways.Count == Capacity || host.RouteTable.Routes.Count == RouteTable.Capacity)
            {
                return;
            }

            known = new Way(destination, router);
            _ways.Add(known);
        }

        known.Until = until;
        known.Preference = preference;
        Install(known);
    }

    /// <summary>A neighbour is no router any more (RFC 4861 §7.2.5).</summary>
    public void Drop(IPv6Address router)
    {
        for (var i = _ways.Count - 1; i >= 0; i--)
        {
            if (_ways[i].Router == router)
            {
                RemoveAt(i);
            }
        }
    }

    /// <summary>What has come to its end goes.</summary>
    public void Expire(Instant now)
    {
        for (var i = _ways.Count - 1; i >= 0; i--)
        {
            if (_ways[i].Until <= now)
            {
                RemoveAt(i);
            }
        }
    }

    private void Install(Way way)
    {
        var metric = way.Router is null ? OnLinkMetric
            : RouterMetric - ((int)way.Preference * 512);
        var route = new Route(way.Destination, way.Router is { } router ? (IpAddress)router : null, link, metric);
        if (route == way.Route)
        {
            return;
        }

        if (way.Route is not null)
        {
            host.RouteTable.Remove(way.Route);
        }

        way.Route = route;
        host.RouteTable.Add(route);
        host.Ip.Invalidate();
    }

    private void RemoveAt(int index)
    {
        if (_ways[index].Route is { } route)
        {
            host.RouteTable.Remove(route);
        }

        _ways.RemoveAt(index);
        host.Ip.Invalidate();
    }

    private sealed class Way(Prefix destination, IPv6Address? router)
    {
        public Prefix Destination { get; } = destination;

        public IPv6Address? Router { get; } = router;

        public RouterPreference Preference { get; set; }

        public Instant Until { get; set; }

        public Route? Route { get; set; }
    }
}
