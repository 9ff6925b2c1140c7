using System;
using System.Collections.Generic;
using System.Linq;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests;

/// <summary>One host on one link, in virtual time. Faults in handlers fail the test.</summary>
internal sealed class HostFixture : IHostObserver
{
    public static readonly MacAddress Mac = MacAddress.Parse("02:00:00:00:00:07");
    public static readonly MacAddress PeerMac = MacAddress.Parse("02:00:00:00:00:91");
    public static readonly IPv4Address Own4 = IPv4Address.Parse("10.0.1.7");
    public static readonly IPv4Address Peer4 = IPv4Address.Parse("10.0.1.91");
    public static readonly IPv6Address Own6 = IPv6Address.Parse("2001:db8:0:1::7");
    public static readonly IPv6Address Peer6 = IPv6Address.Parse("2001:db8:0:1::91");

    public HostFixture(
        HostOptions? options = null, bool addresses = true, bool neighbors = true, int mtu = 1500, LinkOffloads offloads = LinkOffloads.None,
        LinkMedium medium = LinkMedium.Ethernet, bool linkLocal = false, int detectTransmits = 0, ulong seed = 1,
        bool conflictDetection = false, bool routerDiscovery = false, InterfaceIdentifierMode identifiers = InterfaceIdentifierMode.Stable, bool acceptRedirects = true, bool optimistic = false, DhcpV6Settings? dhcpV6 = null,
        DhcpOptions? dhcp = null, bool ip4LinkLocal = false)
    {
        Host = new HostCore(options ?? new HostOptions { OnFault = Fail }, new SeededEntropy(seed), Now) { Observer = this };
        Link = Host.AddInterface(
            new InterfaceOptions
            {
                Name = "tap7",
                HardwareAddress = Mac,
                Capabilities = new LinkCapabilities(medium, mtu, offloads),
                IPv6LinkLocal = linkLocal,
                DuplicateAddressDetectTransmits = detectTransmits,
                AddressConflictDetection = conflictDetection,
                RouterDiscovery = routerDiscovery,
                IdentifierMode = identifiers,
                AcceptRedirects = acceptRedirects,
                OptimisticDetection = optimistic,
                DhcpV6 = dhcpV6,
                Dhcp = dhcp,
                IPv4LinkLocal = ip4LinkLocal,
            },
            Sink,
            Now);
        if (addresses)
        {
            Host.AddAddress(Link, new Prefix(Own4, 24), Now);
            if (mtu >= 1280)
            {
                Host.AddAddress(Link, new Prefix(Own6, 64), Now);
            }
        }

        if (neighbors)
        {
            Host.AddNeighbor(Link, Peer4, PeerMac, Now);
            Host.AddNeighbor(Link, Peer6, PeerMac, Now);
        }

        if (addresses)
        {
            Advance(TimeSpan.FromSeconds(5)); // group reports are out
            Sink.Take();
        }
    }

    public HostCore Host { get; }

    public NetworkInterface Link { get; }

    public RecordingSink Sink { get; } = new();

    public Instant Now { get; private set; } = new(1_000_000_000);

    public List<(IpAddress Address, AddressState State)> AddressChanges { get; } = [];

    public List<(IpAddress Address, MacAddress Other)> Conflicts { get; } = [];

    public List<(DhcpLease? Lease, Instant Expires)> Leases { get; } = [];

    public List<(Route Route, bool IsThere)> RouteChanges { get; } = [];

    public Instant? SettledAt { get; private set; }

    /// <summary>Gives the host a frame and returns what it sends at once.</summary>
    public List<SentFrame> Receive(byte[] frame, FrameMeta meta = default)
    {
        Host.Input(Link, frame, meta, Now);
        Host.Poll(Now);
        return Sink.Take();
    }

    /// <summary>Gives the host a frame that must come to nothing for a reason, without an answer.</summary>
    public void Drops(DropReason reason, byte[] frame, FrameMeta meta = default)
    {
        var before = Host.Counters[reason];
        var sent = Receive(frame, meta);
        Assert.Equal(before + 1, Host.Counters[reason]);
        Assert.Empty(sent);
    }

    /// <summary>Lets time pass, stopping at each deadline.</summary>
    public List<SentFrame> Advance(TimeSpan span)
    {
        var until = Now + span;
        while (Host.NextDeadline <= until)
        {
            Now = Instant.Max(Now, Host.NextDeadline);
            Host.OnDeadline(Now);
            Host.Poll(Now);
        }

        Now = until;
        return Sink.Take();
    }

    /// <summary>Every received frame was counted once.</summary>
    public void CheckCounters() =>
        Assert.Equal(Host.Counters[Counter.FramesIn], Host.Counters[Counter.FramesDelivered] + Host.Counters.Dropped);

    /// <summary>The one frame that was sent.</summary>
    public static byte[] One(List<SentFrame> frames) => Assert.Single(frames).Bytes;

    public static bool IsArp(byte[] frame) => EthernetView.TryParse(frame, out var view) && view.EtherType == EtherType.Arp;

    public void OnAddressChanged(InterfaceAddress address) => AddressChanges.Add((address.Address, address.State));

    public void OnAddressConflict(InterfaceAddress address, MacAddress other) => Conflicts.Add((address.Address, other));

    public void OnLeaseChanged(NetworkInterface link, DhcpLease? lease, Instant expires) => Leases.Add((lease, expires));

    public void OnConfigurationSettled(NetworkInterface link) => SettledAt ??= Now;

    public void OnRouteChanged(Route route, bool isThere) => RouteChanges.Add((route, isThere));

    private static void Fail(Exception fault, string where) => Assert.Fail($"{where}: {fault}");
}

/// <summary>Who uses UDP ports in tests: keeps the events.</summary>
internal sealed class UdpUser : IUdpUser
{
    public List<UdpEvents> Events { get; } = [];

    public bool Saw(UdpEvents events) => Events.Any(seen => (seen & events) != 0);

    public void OnUdpEvents(UdpPort port, UdpEvents events) => Events.Add(events);
}
