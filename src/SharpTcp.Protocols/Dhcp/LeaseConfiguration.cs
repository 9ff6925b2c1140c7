using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>What a lease says beside the address, as far as the host acts on it: routes and the MTU. The rest is the observer's.</summary>
internal sealed class LeaseConfiguration(HostCore host, NetworkInterface link)
{
    // Behind what is set by hand.
    private const int Metric = 100;

    private readonly List<Route> _routes = [];

    /// <summary>Puts a lease in place of the one before.</summary>
    public void Apply(DhcpLease lease)
    {
        List<Route> wanted = [];
        foreach (var route in lease.Routes)
        {
            wanted.Add(new Route(route.Destination, route.Gateway is { } gateway ? (IpAddress)gateway : null, link, Metric + wanted.Count));
        }

        for (var i = _routes.Count - 1; i >= 0; i--)
        {
            if (!wanted.Contains(_routes[i]))
            {
                RemoveAt(i);
            }
        }

        foreach (var route in wanted)
        {
            if (!host.RouteTable.Contains(route) && host.RouteTable.Routes.Count < RouteTable.Capacity)
            {
                host.RouteTable.Add(route);
                _routes.Add(route);
            }
        }

        link.IPv4Mtu = lease.Mtu ?? link.Mtu;
        host.Ip.Invalidate();
    }

    /// <summary>Takes back what the lease brought.</summary>
    public void Withdraw()
    {
        for (var i = _routes.Count - 1; i >= 0; i--)
        {
            RemoveAt(i);
        }

        link.IPv4Mtu = link.Mtu;
        host.Ip.Invalidate();
    }

    private void RemoveAt(int index)
    {
        host.RouteTable.Remove(_routes[index]);
        _routes.RemoveAt(index);
    }
}
