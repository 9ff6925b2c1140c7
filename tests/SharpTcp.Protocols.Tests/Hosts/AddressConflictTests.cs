using System;
using System.Collections.Generic;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>How an IPv4 address is asked for, announced and defended (RFC 5227).</summary>
public sealed class AddressConflictTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Rfc("5227", "2.1.1")]
    [Rfc("5227", "2.2")]
    [Rfc("5227", "2.3")]
    public void An_address_is_probed_three_times_and_announced_twice(ulong seed)
    {
        var fixture = Probing(seed);
        var start = fixture.Now;
        var sent = Times(fixture, 100);
        Assert.Equal(5, sent.Count);
        Assert.All(sent[..3], one => Assert.Equal((IPv4Address.Unspecified, HostFixture.Own4), (one.Sender, one.Target)));
        Assert.All(sent[3..], one => Assert.Equal((HostFixture.Own4, HostFixture.Own4), (one.Sender, one.Target)));
        Assert.InRange(sent[0].At - start, TimeSpan.Zero, TimeSpan.FromSeconds(1.02)); // PROBE_WAIT
        Assert.InRange(sent[1].At - sent[0].At, TimeSpan.FromSeconds(0.98), TimeSpan.FromSeconds(2.02)); // PROBE_MIN, PROBE_MAX
        Assert.InRange(sent[2].At - sent[1].At, TimeSpan.FromSeconds(0.98), TimeSpan.FromSeconds(2.02));
        Assert.InRange(sent[3].At - sent[2].At, TimeSpan.FromSeconds(1.98), TimeSpan.FromSeconds(2.02)); // ANNOUNCE_WAIT
        Assert.InRange(sent[4].At - sent[3].At, TimeSpan.FromSeconds(1.98), TimeSpan.FromSeconds(2.02)); // ANNOUNCE_INTERVAL
        Assert.Equal([((IpAddress)HostFixture.Own4, AddressState.Preferred)], fixture.AddressChanges);
    }

    [Fact]
    [Rfc("5227", "2.1.1")]
    public void An_address_being_probed_is_neither_answered_for_nor_reached()
    {
        var fixture = Probing();
        Assert.Empty(fixture.Receive(Frames.Arp(ArpOperation.Request, HostFixture.Peer4, HostFixture.Own4)));
        fixture.Drops(DropReason.NotOurAddress, Frames.IPv4(IpProtocol.Icmp, Frames.Echo4Message(1, 1, "x"u8)));
        Assert.NotEqual(System.Net.Sockets.SocketError.Success, fixture.Host.Udp.Bind(new TransportEndpoint(HostFixture.Own4, 9), false, false, new UdpUser(), out _));
    }

    [Theory]
    [InlineData("reply")]
    [InlineData("request")]
    [InlineData("probe")]
    [Rfc("defect", "12")]
    [Rfc("5227", "2.1")]
    public void An_address_of_another_is_never_claimed(string by)
    {
        var fixture = Probing();
        fixture.Advance(TimeSpan.FromSeconds(2));
        fixture.Receive(by switch
        {
            "reply" => Frames.Arp(ArpOperation.Reply, HostFixture.Own4, IPv4Address.Unspecified),
            "request" => Frames.Arp(ArpOperation.Request, HostFixture.Own4, HostFixture.Peer4),
            _ => Frames.Arp(ArpOperation.Request, IPv4Address.Unspecified, HostFixture.Own4),
        });
        Assert.DoesNotContain(fixture.Advance(TimeSpan.FromMinutes(5)), frame => HostFixture.IsArp(frame.Bytes));
        Assert.Equal([((IpAddress)HostFixture.Own4, AddressState.Duplicate)], fixture.AddressChanges);
        Assert.Equal([((IpAddress)HostFixture.Own4, HostFixture.PeerMac)], fixture.Conflicts);
        Assert.Empty(fixture.Receive(Frames.Arp(ArpOperation.Request, HostFixture.Peer4, HostFixture.Own4)));
    }

    [Fact]
    [Rfc("5227", "2.1")]
    public void Our_own_probe_come_back_is_no_conflict()
    {
        var fixture = Probing();
        foreach (var probe in fixture.Advance(TimeSpan.FromSeconds(3)))
            fixture.Receive(probe.Bytes);
        fixture.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(AddressState.Preferred, fixture.Host.Addresses[0].State);
    }

    [Fact]
    [Rfc("5227", "2.4")]
    [Rfc("exam", "71")]
    public void An_address_in_use_is_defended_once_and_then_given_up()
    {
        var fixture = Probing();
        fixture.Advance(TimeSpan.FromSeconds(20));
        var conflict = Frames.Arp(ArpOperation.Request, HostFixture.Own4, HostFixture.Peer4);
        Assert.True(TryArp(HostFixture.One(fixture.Receive(conflict)), out var sender, out var target));
        Assert.Equal((HostFixture.Own4, HostFixture.Own4), (sender, target));
        fixture.Advance(TimeSpan.FromSeconds(10.1));
        Assert.Single(fixture.Receive(conflict)); // the interval is over: defended again
        Assert.Equal(AddressState.Preferred, fixture.Host.Addresses[0].State);
        fixture.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(fixture.Receive(conflict));
        Assert.Equal(AddressState.Duplicate, fixture.Host.Addresses[0].State);
        Assert.Empty(fixture.Host.Routes);
        Assert.Empty(fixture.Receive(Frames.Arp(ArpOperation.Request, HostFixture.Peer4, HostFixture.Own4)));
    }

    [Fact]
    [Rfc("5227", "2.1")]
    public void After_ten_conflicts_there_is_one_try_a_minute()
    {
        var fixture = new HostFixture(addresses: false, neighbors: false, conflictDetection: true);
        for (byte i = 1; i <= 10; i++)
        {
            var candidate = new IPv4Address(10, 0, 1, i);
            fixture.Host.AddAddress(fixture.Link, new Prefix(candidate, 24), fixture.Now);
            Assert.NotEmpty(fixture.Advance(TimeSpan.FromSeconds(1.01)));
            fixture.Receive(Frames.Arp(ArpOperation.Reply, candidate, candidate));
        }

        fixture.Host.AddAddress(fixture.Link, new Prefix(new IPv4Address(10, 0, 1, 11), 24), fixture.Now);
        Assert.Empty(fixture.Advance(TimeSpan.FromSeconds(60)));
        Assert.NotEmpty(fixture.Advance(TimeSpan.FromSeconds(1.01)));
    }

    [Fact]
    public void Without_detection_an_address_is_usable_at_once_and_a_conflict_only_reported()
    {
        var fixture = new HostFixture();
        Assert.Empty(fixture.Receive(Frames.Arp(ArpOperation.Request, HostFixture.Own4, HostFixture.Peer4)));
        Assert.Empty(fixture.Receive(Frames.Arp(ArpOperation.Request, HostFixture.Own4, HostFixture.Peer4)));
        Assert.Equal(2, fixture.Conflicts.Count);
        Assert.Equal(AddressState.Preferred, fixture.Host.Addresses[0].State);
    }

    private static HostFixture Probing(ulong seed = 1)
    {
        var fixture = new HostFixture(addresses: false, neighbors: false, conflictDetection: true, seed: seed);
        fixture.Host.AddAddress(fixture.Link, new Prefix(HostFixture.Own4, 24), fixture.Now);
        Assert.Empty(fixture.Sink.Take());
        return fixture;
    }

    /// <summary>The ARP packets that leave, to 10 ms.</summary>
    private static List<(Instant At, IPv4Address Sender, IPv4Address Target)> Times(HostFixture fixture, int seconds)
    {
        List<(Instant, IPv4Address, IPv4Address)> all = [];
        for (var i = 0; i < seconds * 100; i++)
        {
            foreach (var frame in fixture.Advance(TimeSpan.FromMilliseconds(10)))
            {
                if (TryArp(frame.Bytes, out var sender, out var target))
                    all.Add((fixture.Now, sender, target));
            }
        }

        return all;
    }

    private static bool TryArp(byte[] frame, out IPv4Address sender, out IPv4Address target)
    {
        (sender, target) = (default, default);
        if (!HostFixture.IsArp(frame) || !ArpView.TryParse(Frames.Packet(frame), out var arp))
            return false;
        (sender, target) = (arp.SenderAddress, arp.TargetAddress);
        return true;
    }
}
