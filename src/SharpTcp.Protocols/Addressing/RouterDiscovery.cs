using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// What an interface learns from routers (RFC 4861 §6.3.4): itself the judge of parameters of the link, the rest goes to who keeps it. One timer for all that ends.
/// </summary>
internal sealed class RouterDiscovery : TimerEntry
{
    private const uint Infinity = uint.MaxValue;

    private static readonly TimeSpan MaxDetectDelay = TimeSpan.FromSeconds(1); // RFC 4862 §5.4.2
    private static readonly TimeSpan MinReachableTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxReachableTime = TimeSpan.FromHours(1); // RFC 4861 §6.2.1
    private static readonly TimeSpan MinRetransTimer = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxRetransTimer = TimeSpan.FromSeconds(10);

    private readonly HostCore _host;
    private readonly NetworkInterface _link;
    private readonly RouterSolicitation _solicitation;
    private uint _baseReachableTime;

    public RouterDiscovery(HostCore host, NetworkInterface link)
    {
        _host = host;
        _link = link;
        _solicitation = new RouterSolicitation(host, link);
        Routers = new AdvertisedRouters(host, link);
        Addresses = new StatelessAddresses(host, link);
    }

    public AdvertisedRouters Routers { get; }

    public StatelessAddresses Addresses { get; }

    public AdvertisedResolvers Resolvers { get; } = new();

    /// <summary>When something ends that is advertised for some seconds from now.</summary>
    public static Instant Until(uint seconds, Instant now) => seconds == Infinity ? Instant.Never : now + TimeSpan.FromSeconds(seconds);

    /// <summary>Begins to look for routers.</summary>
    public void Start(Instant now) => _solicitation.Start(now);

    /// <summary>Takes an advertisement.</summary>
    public DropReason Receive(in Icmpv6View message, in IPv6Envelope envelope, Instant now)
    {
        if (!RouterAdvertisementView.TryParse(message, envelope, out var advertisement))
        {
            return DropReason.BadNeighborDiscovery;
        }

        var router = envelope.Source;
        if (advertisement.Options.SourceLinkLayerAddress is { IsUnicast: true } mac)
        {
            _host.Neighbors.Learn(_link, router, mac, create: true, now);
        }

        if (_host.Neighbors.Find(_link, router) is { } neighbor)
        {
            neighbor.IsRouter = true;
        }

        TakeParameters(advertisement);
        _link.DhcpV6?.OnAdvertisement(advertisement.Managed, advertisement.OtherConfiguration, now);
        Routers.Set(new Prefix(default(IPv6Address), 0), router, advertisement.Preference, Until(advertisement.RouterLifetime, now), now);
        foreach (var route in advertisement.Options.All<RouteInformation>())
        {
            if (!route.Prefix.Address.IsLinkLocal && !route.Prefix.Address.IsMulticast)
            {
                Routers.Set(route.Prefix, router, route.Preference, Until(route.Lifetime, now), now);
            }
        }

        TakePrefixes(advertisement, router, isMulticast: envelope.Destination.IsMulticast, now);
        foreach (var servers in advertisement.Options.All<RecursiveDnsServers>())
        {
            Resolvers.OnServers(servers, now);
        }

        foreach (var domains in advertisement.Options.All<DnsSearchList>())
        {
            Resolvers.OnDomains(domains, now);
        }

        if (Routers.HasDefault)
        {
            _solicitation.Stop(); // RFC 7559 §2.1
        }

        Schedule();
        return DropReason.None;
    }

    /// <summary>Sets the timer to what ends next.</summary>
    public void Schedule()
    {
        var next = Instant.Min(Routers.NextExpiry, Instant.Min(Addresses.NextExpiry, Resolvers.NextExpiry));
        if (next.IsNever)
        {
            _host.Timers.Cancel(this);
        }
        else
        {
            _host.Timers.Schedule(this, next);
        }
    }

    protected internal override void OnTimer(Instant now)
    {
        var had = Routers.HasDefault;
        Routers.Expire(now);
        Addresses.Expire(now);
        Resolvers.Expire(now);
        if (had && !Routers.HasDefault)
        {
            _solicitation.Start(now); // RFC 7559 §2.1
        }

        Schedule();
    }

    /// <summary>Parameters of the link, within bounds: nobody may make the link useless by a word.</summary>
    private void TakeParameters(in RouterAdvertisementView advertisement)
    {
        if (advertisement.CurrentHopLimit >= _host.Options.HopLimit)
        {
            _link.IPv6HopLimit = advertisement.CurrentHopLimit; // a smaller one could cut the host off from all but its neighbours
        }

        if (advertisement.ReachableTime is not 0 and var reachable && reachable != _baseReachableTime)
        {
            _baseReachableTime = reachable;
            var time = Clamp(reachable, MinReachableTime, MaxReachableTime);
            _link.IPv6ReachableTime = _host.Entropy.NextBetween(time / 2, time * 3 / 2); // RFC 4861 §6.3.2
        }

        if (advertisement.RetransTimer != 0)
        {
            _link.IPv6RetransTimer = Clamp(advertisement.RetransTimer, MinRetransTimer, MaxRetransTimer);
        }

        if (advertisement.Options.Mtu is { } mtu && mtu >= NetworkInterface.IPv6MinimumMtu && mtu <= _link.Mtu && mtu != _link.IPv6Mtu)
        {
            _link.IPv6Mtu = (int)mtu; // RFC 4861 §6.3.4
            _host.Ip.Invalidate();
        }
    }

    private void TakePrefixes(in RouterAdvertisementView advertisement, IPv6Address router, bool isMulticast, Instant now)
    {
        var detectFrom = isMulticast ? now + _host.Entropy.NextBetween(TimeSpan.Zero, MaxDetectDelay) : now;
        foreach (var prefix in advertisement.Options.All<PrefixInformation>())
        {
            if (prefix.Prefix.Address.IsLinkLocal || prefix.Prefix.Address.IsMulticast)
            {
                continue; // RFC 4861 §6.3.4, RFC 4862 §5.5.3 b
            }

            if (prefix.OnLink)
            {
                Routers.Set(prefix.Prefix, null, RouterPreference.Medium, Until(prefix.ValidLifetime, now), now);
            }

            if (prefix.Autonomous)
            {
                Addresses.OnPrefix(prefix, router, detectFrom, now);
            }
        }
    }

    private static TimeSpan Clamp(uint milliseconds, TimeSpan least, TimeSpan most)
    {
        var time = TimeSpan.FromMilliseconds(milliseconds);
        return time < least ? least : time > most ? most : time;
    }
}
