using System;
using System.Linq;
using System.Net.Sockets;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

public sealed class NeighborTests
{
    private static readonly TransportEndpoint Peer = new(HostFixture.Peer4, 9000);
    private static readonly MacAddress OtherMac = MacAddress.Parse("02:00:00:00:00:92");

    [Fact]
    [Rfc("defect", "11")]
    [Rfc("1122", "L-6")]
    [Rfc("1122", "L-15")]
    public void Packets_wait_while_the_neighbour_resolves_and_the_oldest_gives_way()
    {
        var fixture = new HostFixture(neighbors: false);
        var port = Bind(fixture, out _);
        for (byte i = 0; i < 5; i++)
        {
            Assert.Equal(SocketError.Success, port.Send([i], Peer, default, fixture.Now));
        }

        var request = HostFixture.One(fixture.Sink.Take());
        Assert.True(HostFixture.IsArp(request));
        var sent = fixture.Receive(Frames.Arp(ArpOperation.Reply, HostFixture.Peer4, HostFixture.Own4));
        Assert.Equal([2, 3, 4], sent.Select(frame => (int)frame.Bytes[^1]));
        Assert.All(sent, frame => Assert.Equal(HostFixture.PeerMac, new MacAddress(frame.Bytes)));
        Assert.Equal(0, fixture.Host.Neighbors.PendingMemory);
    }

    [Fact]
    [Rfc("1122", "IP-119")]
    public void A_large_datagram_waits_whole_and_is_cut_when_the_neighbour_is_known()
    {
        var fixture = new HostFixture(neighbors: false);
        var port = Bind(fixture, out _);
        var payload = Frames.Pattern(60_000);
        Assert.Equal(SocketError.Success, port.Send(payload, Peer, default, fixture.Now));
        fixture.Sink.Take();
        var sent = fixture.Receive(Frames.Arp(ArpOperation.Reply, HostFixture.Peer4, HostFixture.Own4));
        Assert.Equal((60_008 + 1479) / 1480, sent.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("1122", "L-4")]
    [Rfc("4861", "7.2.2")]
    public void A_silent_neighbour_is_asked_three_times_a_second_apart_and_the_port_is_told(bool isIPv4)
    {
        var fixture = new HostFixture(neighbors: false);
        IpAddress own = isIPv4 ? HostFixture.Own4 : HostFixture.Own6;
        IpAddress peer = isIPv4 ? HostFixture.Peer4 : HostFixture.Peer6;
        var user = new UdpUser();
        Assert.Equal(SocketError.Success, fixture.Host.Udp.Bind(new TransportEndpoint(own, 700), false, false, user, out var port));
        Assert.Equal(SocketError.Success, port!.Send("x"u8, new TransportEndpoint(peer, 9), default, fixture.Now));
        Assert.Single(fixture.Sink.Take());
        Assert.Empty(fixture.Advance(TimeSpan.FromMilliseconds(990)));
        Assert.Single(fixture.Advance(TimeSpan.FromMilliseconds(20)));
        Assert.Single(fixture.Advance(TimeSpan.FromSeconds(1)));
        Assert.Empty(fixture.Advance(TimeSpan.FromSeconds(5)));
        Assert.True(user.Saw(UdpEvents.Failed));
        Assert.Equal(SocketError.HostUnreachable, port.TakeError());
        Assert.Equal(0, fixture.Host.Neighbors.ResolvingCount);
        Assert.Equal(0, fixture.Host.Neighbors.PendingMemory);
    }

    [Fact]
    public void A_transport_that_waits_itself_is_told_of_both_ends()
    {
        var fixture = new HostFixture(neighbors: false);
        var waiter = new Waiter();
        Assert.Equal(SendStatus.NeighborPending, SendWaiting(fixture, waiter));
        fixture.Receive(Frames.Arp(ArpOperation.Reply, HostFixture.Peer4, HostFixture.Own4));
        Assert.Equal((1, 0), (waiter.Resolved, waiter.Failed));

        var silent = new HostFixture(neighbors: false);
        Assert.Equal(SendStatus.NeighborPending, SendWaiting(silent, waiter));
        silent.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal((1, 1), (waiter.Resolved, waiter.Failed));
    }

    [Fact]
    [Rfc("exam", "71")]
    public void An_answer_that_nobody_asked_for_makes_no_entry()
    {
        var fixture = new HostFixture(neighbors: false);
        fixture.Drops(DropReason.ArpNotForUs, Frames.Arp(ArpOperation.Reply, HostFixture.Peer4, HostFixture.Own4));
        fixture.Drops(
            DropReason.NeighborDiscoveryNotForUs,
            Frames.Advertisement(HostFixture.Peer6, HostFixture.Own6, NeighborAdvertisementFlags.Solicited | NeighborAdvertisementFlags.Override));
        Assert.Equal(0, fixture.Host.Neighbors.KnownCount);
    }

    [Fact]
    [Rfc("exam", "71")]
    public void A_changed_mac_is_taken_but_verified_before_it_is_trusted()
    {
        var fixture = Resolved();
        fixture.Receive(Frames.Arp(ArpOperation.Reply, HostFixture.Peer4, HostFixture.Own4, OtherMac));
        var entry = fixture.Host.Neighbors.Find(fixture.Link, HostFixture.Peer4)!;
        Assert.Equal((NeighborState.Stale, OtherMac), (entry.State, entry.Mac));
    }

    [Fact]
    public void A_permanent_neighbour_never_changes()
    {
        var fixture = new HostFixture();
        fixture.Receive(Frames.Arp(ArpOperation.Request, HostFixture.Peer4, HostFixture.Own4, OtherMac));
        Assert.Equal(HostFixture.PeerMac, fixture.Host.Neighbors.Find(fixture.Link, HostFixture.Peer4)!.Mac);
        fixture.Host.FlushNeighbors(fixture.Link, fixture.Now);
        Assert.NotNull(fixture.Host.Neighbors.Find(fixture.Link, HostFixture.Peer4));
    }

    [Fact]
    [Rfc("1122", "L-3")]
    [Rfc("8504", "N6-12")]
    [Rfc("4861", "7.3.2")]
    public void A_neighbour_goes_stale_is_probed_by_unicast_and_forgotten_if_silent()
    {
        var fixture = Resolved();
        var entry = fixture.Host.Neighbors.Find(fixture.Link, HostFixture.Peer4)!;
        Assert.Equal(NeighborState.Reachable, entry.State);
        fixture.Advance(TimeSpan.FromSeconds(50)); // the reachable time is at most 45 s
        var port = Bind(fixture, out _);
        port.Send("x"u8, Peer, default, fixture.Now);
        Assert.Single(fixture.Sink.Take());
        Assert.Equal(NeighborState.Delay, entry.State);

        var probes = fixture.Advance(TimeSpan.FromSeconds(7.5));
        Assert.Equal(NeighborState.Probe, entry.State);
        Assert.Equal(3, probes.Count);
        Assert.All(probes, probe => Assert.Equal(HostFixture.PeerMac, new MacAddress(probe.Bytes)));
        fixture.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(fixture.Host.Neighbors.Find(fixture.Link, HostFixture.Peer4));
    }

    [Fact]
    [Rfc("4861", "7.3.3")]
    public void Progress_of_a_transport_keeps_a_neighbour_reachable()
    {
        var fixture = Resolved();
        Assert.Equal(SocketError.Success, fixture.Host.Ip.Resolve(default, HostFixture.Peer4, 0, fixture.Now, out var destination));
        for (var i = 0; i < 10; i++)
        {
            fixture.Advance(TimeSpan.FromSeconds(12));
            Bind(fixture, out _).Send("x"u8, Peer, default, fixture.Now);
            fixture.Host.Ip.ConfirmReachable(destination!, fixture.Now);
        }

        Assert.DoesNotContain(fixture.Sink.Take(), frame => HostFixture.IsArp(frame.Bytes));
    }

    // RFC 4861 §7.2.5, with a neighbour known as PeerMac and REACHABLE.
    [Theory]
    [InlineData(true, true, true, NeighborState.Reachable, true)]
    [InlineData(false, true, true, NeighborState.Stale, true)]
    [InlineData(true, false, true, NeighborState.Stale, false)]
    [InlineData(true, true, false, NeighborState.Reachable, false)]
    [InlineData(false, true, false, NeighborState.Reachable, false)]
    [Rfc("8504", "N6-9")]
    public void The_table_of_advertisements(bool solicited, bool isOverride, bool otherMac, NeighborState expected, bool changes)
    {
        var fixture = new HostFixture(neighbors: false);
        fixture.Host.Udp.Bind(new TransportEndpoint(HostFixture.Own6, 0), false, false, new UdpUser(), out var port);
        port!.Send("x"u8, new TransportEndpoint(HostFixture.Peer6, 9), default, fixture.Now);
        const NeighborAdvertisementFlags both = NeighborAdvertisementFlags.Solicited | NeighborAdvertisementFlags.Override;
        fixture.Receive(Frames.Advertisement(HostFixture.Peer6, HostFixture.Own6, both));
        var entry = fixture.Host.Neighbors.Find(fixture.Link, HostFixture.Peer6)!;
        Assert.Equal(NeighborState.Reachable, entry.State);

        var flags = (solicited ? NeighborAdvertisementFlags.Solicited : 0) | (isOverride ? NeighborAdvertisementFlags.Override : 0);
        fixture.Receive(Frames.Advertisement(HostFixture.Peer6, HostFixture.Own6, flags, otherMac ? OtherMac : HostFixture.PeerMac));
        Assert.Equal(expected, entry.State);
        Assert.Equal(changes ? OtherMac : HostFixture.PeerMac, entry.Mac);
    }

    [Fact]
    [Rfc("exam", "73")]
    public void Neighbor_discovery_from_beyond_a_router_is_ignored()
    {
        var fixture = new HostFixture(neighbors: false);
        fixture.Drops(
            DropReason.BadNeighborDiscovery,
            Frames.Solicitation(HostFixture.Own6, HostFixture.Peer6, HostFixture.Own6.ToSolicitedNode(), hopLimit: 254));
        fixture.Drops(
            DropReason.BadNeighborDiscovery,
            Frames.Advertisement(HostFixture.Peer6, HostFixture.Own6, NeighborAdvertisementFlags.Override, hopLimit: 254));
    }

    [Fact]
    [Rfc("exam", "27")]
    [Rfc("8504", "N6-17")]
    public void Neighbor_discovery_in_fragments_is_ignored()
    {
        var fixture = new HostFixture(neighbors: false);
        var solicitation = Frames.Packet(Frames.Solicitation(HostFixture.Own6, HostFixture.Peer6, HostFixture.Own6))[IPv6View.HeaderLength..];
        var frame = Frames.IPv6Fragment(IpProtocol.Icmpv6, solicitation, 1, 0, false);
        frame[EthernetView.HeaderLength + 7] = 255;
        fixture.Drops(DropReason.BadNeighborDiscovery, frame);
    }

    [Fact]
    [Rfc("exam", "72")]
    public void A_scan_cannot_push_out_neighbours_in_use()
    {
        var fixture = new HostFixture(options: new HostOptions { NeighborCapacity = 64 }, neighbors: false);
        var port = Bind(fixture, out _);
        fixture.Receive(Frames.Arp(ArpOperation.Request, HostFixture.Peer4, HostFixture.Own4));
        for (var i = 0; i < 250; i++)
        {
            port.Send("x"u8, new TransportEndpoint(new IPv4Address(HostFixture.Own4.Value & 0xFFFF_FF00 | (uint)(i + 2)), 9), default, fixture.Now);
        }

        Assert.True(fixture.Host.Neighbors.ResolvingCount <= 16);
        Assert.True(fixture.Sink.Take().Count(frame => HostFixture.IsArp(frame.Bytes)) <= 16);
        Assert.Equal(NeighborState.Delay, fixture.Host.Neighbors.Find(fixture.Link, HostFixture.Peer4)!.State);
    }

    [Fact]
    public void The_table_is_bounded_and_the_least_used_gives_way()
    {
        var fixture = new HostFixture(options: new HostOptions { NeighborCapacity = 8 }, neighbors: false);
        for (uint i = 20; i < 60; i++)
        {
            fixture.Receive(Frames.Arp(ArpOperation.Request, new IPv4Address(HostFixture.Own4.Value & 0xFFFF_FF00 | i), HostFixture.Own4));
        }

        Assert.Equal(8, fixture.Host.Neighbors.KnownCount);
        Assert.Null(fixture.Host.Neighbors.Find(fixture.Link, new IPv4Address(HostFixture.Own4.Value & 0xFFFF_FF00 | 20u)));
        Assert.NotNull(fixture.Host.Neighbors.Find(fixture.Link, new IPv4Address(HostFixture.Own4.Value & 0xFFFF_FF00 | 59u)));
    }

    [Fact]
    public void Another_station_with_our_address_is_counted_and_reported_and_not_answered()
    {
        var fixture = new HostFixture();
        fixture.Drops(DropReason.ArpConflict, Frames.Arp(ArpOperation.Request, HostFixture.Own4, HostFixture.Own4, OtherMac));
        Assert.Equal(1, fixture.Host.Counters[Counter.ArpConflicts]);
        Assert.Equal([((IpAddress)HostFixture.Own4, OtherMac)], fixture.Conflicts);
    }

    [Fact]
    public void A_probe_is_answered_and_leaves_no_entry()
    {
        var fixture = new HostFixture(neighbors: false);
        Assert.Single(fixture.Receive(Frames.Arp(ArpOperation.Request, IPv4Address.Unspecified, HostFixture.Own4)));
        Assert.Equal(0, fixture.Host.Neighbors.KnownCount);
    }

    private static UdpPort Bind(HostFixture fixture, out UdpUser user)
    {
        user = new UdpUser();
        Assert.Equal(SocketError.Success, fixture.Host.Udp.Bind(new TransportEndpoint(IPv4Address.Unspecified, 0), false, false, user, out var port));
        return port!;
    }

    private static HostFixture Resolved()
    {
        var fixture = new HostFixture(neighbors: false);
        Bind(fixture, out _).Send("x"u8, Peer, default, fixture.Now);
        fixture.Receive(Frames.Arp(ArpOperation.Reply, HostFixture.Peer4, HostFixture.Own4));
        return fixture;
    }

    private static SendStatus SendWaiting(HostFixture fixture, INeighborWaiter waiter)
    {
        Assert.Equal(SocketError.Success, fixture.Host.Ip.Resolve(default, HostFixture.Peer4, 0, fixture.Now, out var destination));
        var packet = new TransportPacket { Protocol = IpProtocol.Reserved, Waiter = waiter };
        return fixture.Host.Ip.Send(destination!, ref packet, fixture.Now);
    }

    private sealed class Waiter : INeighborWaiter
    {
        public int Resolved { get; private set; }

        public int Failed { get; private set; }

        public void OnNeighborResolved(Instant now) => Resolved++;

        public void OnNeighborFailed(Instant now) => Failed++;
    }
}
