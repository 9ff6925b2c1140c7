using System;
using System.Collections.Generic;
using System.Linq;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>How a DHCP client comes to an address, keeps it and gives it back (RFC 2131).</summary>
public sealed class DhcpClientTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    [Rfc("2131", "4.3.2")]
    [Rfc("2131", "2")]
    [Rfc("2131", "4.4.1")]
    public void An_address_is_discovered_requested_and_used()
    {
        var scene = new DhcpScene();
        var discover = scene.One();
        Assert.Equal((DhcpMessageType.Discover, MacAddress.Broadcast), (discover.Type, discover.To));
        Assert.Equal((IPv4Address.Unspecified, IPv4Address.Broadcast, IPv4Address.Unspecified), (discover.Source, discover.Destination, discover.ClientAddress));
        Assert.False(discover.IsBroadcast);
        Assert.Equal((null, null), (discover.Requested, discover.Server));
        Assert.Equal(DhcpState.Selecting, scene.State);

        var request = Assert.Single(scene.Give(new Reply(DhcpMessageType.Offer, discover.Transaction).Frame()));
        Assert.Equal((DhcpMessageType.Request, discover.Transaction, discover.Seconds), (request.Type, request.Transaction, request.Seconds));
        Assert.Equal((IPv4Address.Unspecified, IPv4Address.Broadcast, IPv4Address.Unspecified), (request.Source, request.Destination, request.ClientAddress));
        Assert.Equal((DhcpScene.Leased, DhcpScene.Server), (request.Requested, request.Server));
        Assert.Equal(discover.Options[DhcpOption.ClientIdentifier], request.Options[DhcpOption.ClientIdentifier]);
        Assert.Equal(discover.Options[DhcpOption.ParameterRequestList], request.Options[DhcpOption.ParameterRequestList]);

        Assert.Empty(scene.Give(new Reply(DhcpMessageType.Ack, request.Transaction).Set(DhcpOption.Router, "10.0.1.1").Frame()));
        Assert.Equal(DhcpState.Bound, scene.State);
        var address = Assert.Single(scene.Host.Addresses);
        Assert.Equal((Prefix.Parse("10.0.1.150/24"), AddressOrigin.Dhcp, AddressState.Preferred), (address.Prefix, address.Origin, address.State));
        Assert.Contains(scene.Host.Routes, route => route.Destination.Length == 0 && route.Gateway == (IpAddress)IPv4Address.Parse("10.0.1.1"));
        Assert.Single(scene.Fixture.Leases);
        Ends(scene, request.At + TimeSpan.FromHours(1));
    }

    [Fact]
    public void An_answer_by_unicast_reaches_a_host_without_an_address_and_nothing_else_does()
    {
        var scene = new DhcpScene();
        var discover = scene.One();
        var reply = new Reply(DhcpMessageType.Offer, discover.Transaction) { To = DhcpScene.Leased, ToMac = HostFixture.Mac };
        scene.Fixture.Drops(DropReason.NotOurAddress, Frames.IPv4(IpProtocol.Udp, Frames.UdpDatagram(DhcpScene.Server, DhcpScene.Leased, 67, 69, new byte[300]), destination: DhcpScene.Leased));
        scene.Fixture.Drops(DropReason.NotOurAddress, Frames.IPv4(IpProtocol.Icmp, Frames.Echo4Message(1, 1, "x"u8), destination: DhcpScene.Leased));
        Assert.Single(scene.Give(reply.Frame()));
        reply.Type = DhcpMessageType.Ack;
        scene.Give(reply.Frame());
        Assert.Equal(DhcpState.Bound, scene.State);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Rfc("2131", "4.1")]
    [Rfc("defect", "19")]
    public void Discovery_backs_off_and_never_ends(ulong seed)
    {
        var scene = new DhcpScene(seed: seed);
        var sent = scene.Advance(TimeSpan.FromMinutes(10));
        double[] waits = [.. sent.Zip(sent.Skip(1), (one, next) => (next.At - one.At).TotalSeconds)];
        Assert.All(waits.Zip([4, 8, 16, 32, 64, 64, 64, 64]), pair => Assert.InRange(pair.First, pair.Second - 1.02, pair.Second + 1.02));
        Assert.All(sent, message => Assert.Equal((DhcpMessageType.Discover, sent[0].Transaction), (message.Type, message.Transaction)));
        Assert.All(sent, message => Assert.Equal((message.At - sent[0].At).TotalSeconds, message.Seconds, 1.0));
        Assert.NotEmpty(scene.Advance(TimeSpan.FromMinutes(2)));
    }

    [Fact]
    [Rfc("2131", "4.1")]
    public void The_waits_differ_by_chance_and_transactions_do_too()
    {
        var scenes = Enumerable.Range(1, 20).Select(seed => new DhcpScene(seed: (ulong)seed).Advance(TimeSpan.FromSeconds(6))).ToArray();
        Assert.True(scenes.Select(sent => (sent[1].At - sent[0].At).TotalMilliseconds).Distinct().Count() > 15);
        Assert.Equal(20, scenes.Select(sent => sent[0].Transaction).Distinct().Count());
    }

    [Fact]
    [Rfc("exam", "39")]
    public void Each_exchange_has_a_transaction_of_its_own()
    {
        var scene = new DhcpScene();
        List<uint> seen = [scene.Bind().Transaction];
        for (var i = 0; i < 20; i++)
        {
            var renew = scene.One(1800);
            seen.Add(renew.Transaction);
            scene.Give(new Reply(DhcpMessageType.Ack, renew.Transaction).Frame());
        }

        Assert.Equal(21, seen.Distinct().Count());
        // Neither counted up nor close to each other.
        Assert.All(seen.Zip(seen.Skip(1)), pair => Assert.True(Math.Abs((long)pair.First - pair.Second) > 1000));
    }

    [Fact]
    [Rfc("2131", "4.4.1")]
    public void The_first_message_waits_for_the_start_delay_that_is_set()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var scene = new DhcpScene(new DhcpOptions { StartDelay = TimeSpan.FromSeconds(10) }, seed);
            var start = scene.Fixture.Now;
            Assert.InRange((scene.Advance(10 * Second)[0].At - start).TotalSeconds, 0.05, 10.02);
        }
    }

    [Fact]
    public void A_request_without_an_answer_is_repeated_and_then_a_server_is_looked_for_again()
    {
        var scene = new DhcpScene();
        var discover = scene.One();
        List<ClientMessage> sent = [.. scene.Give(new Reply(DhcpMessageType.Offer, discover.Transaction).Frame())];
        while (sent[^1].Type != DhcpMessageType.Discover)
            sent.Add(scene.One(66));
        Assert.InRange((sent[^1].At - sent[0].At).TotalSeconds, 56, 64.1);
        Assert.Equal(
            [DhcpMessageType.Request, DhcpMessageType.Request, DhcpMessageType.Request, DhcpMessageType.Request, DhcpMessageType.Discover], sent.Select(message => message.Type));
        Assert.NotEqual(discover.Transaction, sent[^1].Transaction);
    }

    [Fact]
    [Rfc("2131", "3.2")]
    public void A_refused_request_leads_back_to_the_beginning_and_a_server_that_always_refuses_is_not_flooded()
    {
        var scene = new DhcpScene();
        var count = 0;
        var end = scene.Fixture.Now + TimeSpan.FromMinutes(5);
        while (scene.Fixture.Now < end)
        {
            foreach (var message in scene.Advance(TimeSpan.FromMilliseconds(100)))
            {
                count++;
                foreach (var request in scene.Give(new Reply(DhcpMessageType.Offer, message.Transaction).Frame()))
                {
                    Assert.Equal(DhcpMessageType.Request, request.Type);
                    Assert.Empty(scene.Give(new Reply(DhcpMessageType.Nak, request.Transaction).Frame()));
                    Assert.Equal(DhcpState.Init, scene.State);
                }
            }
        }

        Assert.InRange(count, 5, 10);
        scene.Advance(TimeSpan.FromSeconds(66));
        Assert.Empty(scene.Host.Addresses);
    }

    [Fact]
    [Rfc("2131", "4.4.5")]
    [Rfc("2131", "4.3.2")]
    public void A_lease_is_renewed_with_its_server_at_half_of_its_time()
    {
        var scene = new DhcpScene();
        var bound = scene.Bind().At;
        var renew = scene.One(1800);
        Assert.InRange((renew.At - bound).TotalSeconds, 1800 * 0.95 - 0.1, 1800.1);
        Assert.Equal((DhcpState.Renewing, DhcpMessageType.Request), (scene.State, renew.Type));
        Assert.Equal((DhcpScene.Leased, DhcpScene.Server, HostFixture.PeerMac), (renew.Source, renew.Destination, renew.To));
        Assert.Equal((DhcpScene.Leased, null, null), (renew.ClientAddress, renew.Requested, renew.Server));
        scene.Give(new Reply(DhcpMessageType.Ack, renew.Transaction) { To = DhcpScene.Leased, ToMac = HostFixture.Mac }.Frame());
        Assert.Equal(DhcpState.Bound, scene.State);
        Ends(scene, renew.At + TimeSpan.FromHours(1));
        Assert.Single(scene.Fixture.AddressChanges); // it was usable all the time
    }

    [Fact]
    [Rfc("2131", "4.4.5")]
    [Rfc("2131", "4.3.2")]
    [Rfc("defect", "19")]
    public void Without_an_answer_it_is_rebound_with_any_server_and_given_up_at_its_end()
    {
        var scene = new DhcpScene();
        var bound = scene.Bind().At;
        var sent = scene.Advance(TimeSpan.FromSeconds(3599));
        var renewing = sent.Where(message => message.Destination == DhcpScene.Server).ToList();
        var rebinding = sent.Where(message => message.Destination == IPv4Address.Broadcast).ToList();
        Assert.Equal(sent.Count, renewing.Count + rebinding.Count);
        Assert.InRange((rebinding[0].At - bound).TotalSeconds, 3150 * 0.95 - 0.1, 3150.1);
        Assert.All(rebinding, message => Assert.Equal(
            (DhcpScene.Leased, MacAddress.Broadcast, DhcpScene.Leased, null, null), (message.Source, message.To, message.ClientAddress, message.Requested, message.Server)));
        Half(renewing, rebinding[0].At);
        Half(rebinding, bound + TimeSpan.FromSeconds(3600));
        Assert.Equal(DhcpState.Rebinding, scene.State);

        Assert.True(Assert.Single(scene.Host.Addresses).IsUsable);
        var discover = scene.One(1.1);
        Assert.Equal((DhcpMessageType.Discover, DhcpScene.Leased), (discover.Type, discover.Requested));
        Assert.Equal(bound.Ticks + TimeSpan.FromHours(1).Ticks, discover.At.Ticks, TimeSpan.FromSeconds(0.05).Ticks);
        Assert.Empty(scene.Host.Addresses);
        Assert.Empty(scene.Host.Routes);
        Assert.Null(scene.Fixture.Leases[^1].Lease);

        // Each wait is half of what remains, at least a minute.
        static void Half(List<ClientMessage> sent, Instant end)
        {
            foreach (var (one, next) in sent.Zip(sent.Skip(1)))
            {
                var half = (end - one.At).TotalSeconds / 2;
                Assert.InRange((next.At - one.At).TotalSeconds, Math.Max(60, half) - 0.1, Math.Max(60, half) + 0.1);
            }
        }
    }

    [Fact]
    public void Another_server_may_rebind_but_not_renew()
    {
        var scene = new DhcpScene();
        scene.Bind();
        var other = IPv4Address.Parse("10.0.1.92");
        var renew = scene.One(1800);
        scene.Fixture.Drops(DropReason.DhcpNotForUs, new Reply(DhcpMessageType.Ack, renew.Transaction) { Server = other }.Frame());
        scene.Fixture.Drops(DropReason.DhcpNotForUs, new Reply(DhcpMessageType.Nak, renew.Transaction) { Server = other }.Frame());
        while (scene.State != DhcpState.Rebinding)
            scene.Advance(10 * Second);
        var rebind = scene.Advance(TimeSpan.FromSeconds(300))[^1];
        scene.Give(new Reply(DhcpMessageType.Ack, rebind.Transaction) { Server = other }.Frame());
        Assert.Equal((DhcpState.Bound, other), (scene.State, scene.Lease!.Server));
    }

    [Fact]
    [Rfc("2131", "3.2")]
    public void A_refused_renewal_ends_the_use_of_the_address_at_once()
    {
        var scene = new DhcpScene();
        scene.Bind();
        var renew = scene.One(1800);
        scene.Give(new Reply(DhcpMessageType.Nak, renew.Transaction).Frame());
        Assert.Empty(scene.Host.Addresses);
        var discover = scene.One();
        Assert.Equal((DhcpMessageType.Discover, null), (discover.Type, discover.Requested));
    }

    [Fact]
    public void A_lease_for_ever_is_never_renewed()
    {
        var scene = new DhcpScene();
        var discover = scene.One();
        var forever = new Reply(DhcpMessageType.Offer, discover.Transaction).Set(DhcpOption.LeaseTime, uint.MaxValue);
        scene.Give(forever.Frame());
        forever.Type = DhcpMessageType.Ack;
        scene.Give(forever.Frame());
        Assert.Equal((DhcpState.Bound, Instant.Never), (scene.State, scene.Fixture.Leases[^1].Expires));
        Assert.Empty(scene.Advance(TimeSpan.FromDays(400)));
    }

    [Theory]
    [InlineData(3, 5, 8, 3, 5)]
    [InlineData(0, 0, 3600, 1800, 3150)]
    [InlineData(3000, 2000, 3600, 1500, 2000)]
    [InlineData(100, 4000, 3600, 100, 3150)]
    [InlineData(4000, 5000, 3600, 1800, 3150)]
    [Rfc("exam", "77")]
    public void Times_that_are_not_in_order_give_way(uint t1, uint t2, uint lease, uint renewal, uint rebinding)
    {
        var scene = new DhcpScene();
        scene.Bind(reply => reply.Set(DhcpOption.LeaseTime, lease * 10).Set(DhcpOption.RenewalTime, t1 * 10).Set(DhcpOption.RebindingTime, t2 * 10));
        Assert.Equal((renewal * 10, rebinding * 10), (scene.Lease!.RenewalSeconds, scene.Lease.RebindingSeconds));
    }

    [Fact]
    [Rfc("2131", "3.1")]
    [Rfc("exam", "78")]
    [Rfc("defect", "12")]
    public void A_leased_address_that_another_station_has_is_declined_and_ten_seconds_pass()
    {
        var scene = new DhcpScene(conflictDetection: true);
        var request = scene.Bind();
        Assert.Equal(DhcpState.Checking, scene.State);
        Assert.Empty(scene.Advance(3 * Second));
        Assert.NotEmpty(scene.Others); // the probes
        Assert.Empty(scene.Fixture.Leases);
        var decline = Assert.Single(scene.Give(Frames.Arp(ArpOperation.Reply, DhcpScene.Leased, default)));
        Assert.Equal((DhcpMessageType.Decline, DhcpScene.Leased, DhcpScene.Server), (decline.Type, decline.Requested, decline.Server));
        Assert.Equal((IPv4Address.Unspecified, IPv4Address.Broadcast, IPv4Address.Unspecified), (decline.Source, decline.Destination, decline.ClientAddress));
        Assert.Equal(request.Options[DhcpOption.ClientIdentifier], decline.Options[DhcpOption.ClientIdentifier]);
        Assert.DoesNotContain(DhcpOption.ParameterRequestList, decline.Options.Keys);
        Assert.Empty(scene.Host.Addresses);
        Assert.Empty(scene.Advance(9.9 * Second));
        var discover = scene.One(0.2);
        Assert.Equal((DhcpMessageType.Discover, null), (discover.Type, discover.Requested));
    }

    [Fact]
    public void A_leased_address_that_is_nobody_elses_is_used_after_the_probes()
    {
        var scene = new DhcpScene(conflictDetection: true);
        scene.Bind();
        Assert.Null(scene.Fixture.SettledAt);
        Assert.Empty(scene.Advance(8 * Second));
        Assert.Equal(DhcpState.Bound, scene.State);
        Assert.NotNull(scene.Fixture.SettledAt);
        Assert.Single(scene.Fixture.Leases);
    }

    [Fact]
    public void An_address_in_use_that_another_station_takes_is_defended_and_then_declined()
    {
        var scene = new DhcpScene(conflictDetection: true);
        scene.Bind();
        scene.Advance(20 * Second);
        var conflict = Frames.Arp(ArpOperation.Reply, DhcpScene.Leased, default);
        Assert.Empty(scene.Give(conflict));
        Assert.Equal(DhcpMessageType.Decline, Assert.Single(scene.Give(conflict)).Type);
        Assert.Null(scene.Fixture.Leases[^1].Lease);
        Assert.Empty(scene.Host.Addresses);
    }

    [Fact]
    [Rfc("2131", "4.3.2")]
    public void After_a_restart_the_same_address_is_asked_for_at_once()
    {
        var scene = new DhcpScene(Restarted(TimeSpan.FromMinutes(30)));
        var request = scene.One();
        Assert.Equal((DhcpMessageType.Request, DhcpScene.Leased, null), (request.Type, request.Requested, request.Server));
        Assert.Equal((IPv4Address.Unspecified, IPv4Address.Broadcast, IPv4Address.Unspecified), (request.Source, request.Destination, request.ClientAddress));
        Assert.Equal(DhcpState.Rebooting, scene.State);
        scene.Give(new Reply(DhcpMessageType.Ack, request.Transaction).Frame());
        Assert.Equal(DhcpState.Bound, scene.State);
        Ends(scene, request.At + TimeSpan.FromHours(1));
    }

    [Fact]
    [Rfc("2131", "3.2")]
    public void After_a_restart_in_another_network_a_new_address_is_looked_for()
    {
        var scene = new DhcpScene(Restarted(TimeSpan.FromMinutes(30)));
        var request = scene.One();
        scene.Give(new Reply(DhcpMessageType.Nak, request.Transaction).Frame());
        Assert.Equal(DhcpMessageType.Discover, scene.One().Type);

        var silent = new DhcpScene(Restarted(TimeSpan.FromMinutes(30)));
        Assert.Equal(
            [DhcpMessageType.Request, DhcpMessageType.Request, DhcpMessageType.Discover], silent.Advance(TimeSpan.FromSeconds(16)).Select(message => message.Type).Take(3));
    }

    [Fact]
    public void A_lease_that_ended_meanwhile_is_only_wished_for()
    {
        var discover = new DhcpScene(Restarted(TimeSpan.Zero)).One();
        Assert.Equal((DhcpMessageType.Discover, DhcpScene.Leased), (discover.Type, discover.Requested));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("2131", "4.4.6")]
    public void A_lease_is_given_back_by_unicast_even_if_the_server_must_first_be_found(bool known)
    {
        var scene = new DhcpScene();
        var request = scene.Bind();
        if (known)
            scene.Host.AddNeighbor(scene.Fixture.Link, DhcpScene.Server, HostFixture.PeerMac, scene.Fixture.Now);
        scene.Host.StopDhcp(scene.Fixture.Link, scene.Fixture.Now);
        Assert.Equal(known ? DhcpState.Stopped : DhcpState.Releasing, scene.State);
        var release = scene.One(0);
        Assert.Equal((DhcpMessageType.Release, DhcpScene.Leased, DhcpScene.Server, HostFixture.PeerMac), (release.Type, release.Source, release.Destination, release.To));
        Assert.Equal((DhcpScene.Leased, DhcpScene.Server, null), (release.ClientAddress, release.Server, release.Requested));
        Assert.Equal(request.Options[DhcpOption.ClientIdentifier], release.Options[DhcpOption.ClientIdentifier]);
        scene.Advance(TimeSpan.FromMilliseconds(30));
        Assert.Equal(DhcpState.Stopped, scene.State);
        Assert.Empty(scene.Host.Addresses);
        Assert.Null(scene.Fixture.Leases[^1].Lease);
        Assert.Empty(scene.Advance(TimeSpan.FromHours(2)));
    }

    [Fact]
    public void A_server_that_is_not_to_be_found_does_not_hold_up_the_end_for_more_than_a_second()
    {
        var scene = new DhcpScene();
        scene.Bind();
        scene.Host.StopDhcp(scene.Fixture.Link, scene.Fixture.Now);
        Assert.Empty(scene.Advance(TimeSpan.FromSeconds(0.9), answerArp: false));
        Assert.Equal(DhcpState.Releasing, scene.State);
        Assert.Empty(scene.Advance(TimeSpan.FromSeconds(0.2), answerArp: false));
        Assert.Equal(DhcpState.Stopped, scene.State);
        Assert.Empty(scene.Host.Addresses);
    }

    [Fact]
    public void A_client_that_keeps_its_lease_stops_and_says_nothing()
    {
        var scene = new DhcpScene(new DhcpOptions { KeepLease = true });
        scene.Bind();
        scene.Host.StopDhcp(scene.Fixture.Link, scene.Fixture.Now);
        Assert.Empty(scene.Advance(TimeSpan.FromHours(2)));
        Assert.Empty(scene.Host.Addresses);
    }

    [Fact]
    public void Looking_for_an_address_is_settled_when_nobody_answered_once()
    {
        var scene = new DhcpScene();
        scene.Advance(2 * Second);
        Assert.False(scene.Host.IsSettled(scene.Fixture.Link));
        scene.Advance(4 * Second);
        Assert.True(scene.Host.IsSettled(scene.Fixture.Link));
        Assert.NotNull(scene.Fixture.SettledAt);
    }

    [Fact]
    public void The_client_says_who_it_is_by_DUID_or_MAC_and_tells_its_name()
    {
        var duid = new DhcpScene().One().Options;
        Assert.Equal((byte[])[255, 0, 0, 0, 7, 0, 3, 0, 1, 2, 0, 0, 0, 0, 7], duid[DhcpOption.ClientIdentifier]);
        Assert.DoesNotContain(DhcpOption.HostName, duid.Keys);
        Assert.Equal((byte[])[5, 0xC0], duid[DhcpOption.MaximumMessageSize]);
        var mac = new DhcpScene(new DhcpOptions { ClientIdentifier = DhcpClientIdentifier.HardwareAddress, HostName = "seven", Broadcast = true }, mtu: 600).One();
        Assert.Equal((byte[])[1, 2, 0, 0, 0, 0, 7], mac.Options[DhcpOption.ClientIdentifier]);
        Assert.Equal("seven"u8.ToArray(), mac.Options[DhcpOption.HostName]);
        Assert.Equal((byte[])[2, 0x40], mac.Options[DhcpOption.MaximumMessageSize]); // no server need take less than 576
        Assert.True(mac.IsBroadcast);
        Assert.Throws<ArgumentException>(() => new DhcpScene(new DhcpOptions { HostName = "a.b" }));
    }

    /// <summary>The lease counts from the moment of the request, which the tests know to 20 ms.</summary>
    private static void Ends(DhcpScene scene, Instant at) => Assert.InRange((at - scene.Fixture.Leases[^1].Expires).TotalMilliseconds, -20, 20);

    private static DhcpOptions Restarted(TimeSpan left) => new()
    {
        Previous = new DhcpLease { Address = new Prefix(DhcpScene.Leased, 24), Server = DhcpScene.Server, Seconds = 3600 },
        PreviousFor = left,
    };
}
