using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>How routers are asked for, and what is taken from what they advertise (RFC 4861 §6.3, RFC 4191, RFC 7559, RFC 8106).</summary>
public sealed class RouterDiscoveryTests
{
    private static readonly IPv6Address Second = IPv6Address.Parse("fe80::2");
    private static readonly IPv6Address Far = IPv6Address.Parse("2001:db8:ffff::1");

    [Fact]
    [Rfc("8504", "N6-14")]
    [Rfc("8504", "N6-15")]
    public void Routers_are_asked_for_ever_less_often()
    {
        var fixture = Fixture();
        var gaps = Solicitations(fixture, TimeSpan.FromHours(4));
        Assert.InRange(gaps[0], 0, 1.1);
        Assert.InRange(gaps[1], 3.5, 4.5);
        for (var i = 2; i < 10; i++)
            Assert.InRange(gaps[i] / gaps[i - 1], 1.7, 2.3);
        Assert.All(gaps, gap => Assert.True(gap <= 3970, $"{gap} s is more than MRT"));
        Assert.Equal(gaps.Count, fixture.Host.Counters[Counter.RouterSolicitationsOut]);
    }

    [Fact]
    [Rfc("8504", "N6-15")]
    [Rfc("4861", "6.3.5")]
    public void A_default_router_ends_the_questions_until_it_is_gone()
    {
        var fixture = Fixture();
        fixture.Receive(new Advertisement { Fields = new(0, 0) }.Frame());
        Assert.NotEmpty(Solicitations(fixture, TimeSpan.FromSeconds(20))); // not for one that is no default router
        fixture.Receive(new Advertisement { Fields = new(0, 100) }.Frame());
        Assert.Empty(Solicitations(fixture, TimeSpan.FromSeconds(99)));
        Assert.NotEmpty(Solicitations(fixture, TimeSpan.FromSeconds(10)));
        Assert.Empty(fixture.Host.Routes);
    }

    [Fact]
    [Rfc("8504", "N6-20")]
    [Rfc("8504", "N6-10")]
    public void The_router_of_the_highest_preference_is_taken()
    {
        var fixture = Fixture();
        fixture.Receive(new Advertisement { Fields = new(0, 1800, Preference: RouterPreference.Low) }.Prefix("2001:db8:0:1::/64", 3600, 3600).Frame());
        Assert.Equal(Advertisement.Router, NextHop(fixture));
        fixture.Receive(new Advertisement { From = Second, Fields = new(0, 1800, Preference: RouterPreference.High) }.Frame());
        Assert.Equal(Second, NextHop(fixture));
        fixture.Receive(new Advertisement { From = Second, Fields = new(0, 0) }.Frame()); // RFC 4861 §6.3.4: lifetime 0
        Assert.Equal(Advertisement.Router, NextHop(fixture));
    }

    [Fact]
    [Rfc("8504", "N6-20")]
    public void More_specific_routes_come_before_the_default()
    {
        var fixture = Fixture();
        fixture.Receive(new Advertisement().Prefix("2001:db8:0:1::/64", 3600, 3600).Frame());
        fixture.Receive(new Advertisement { From = Second, Fields = new(0, 0) }.Route("2001:db8:ffff::/48", 100).Frame());
        Assert.Equal(Second, NextHop(fixture));
        fixture.Advance(TimeSpan.FromSeconds(101));
        Assert.Equal(Advertisement.Router, NextHop(fixture));
    }

    [Fact]
    [Rfc("8504", "N6-12")]
    [Rfc("4861", "6.3.6")]
    public void A_router_that_does_not_answer_gives_way_to_one_that_may()
    {
        var fixture = Fixture();
        fixture.Receive(new Advertisement { Fields = new(0, 1800, Preference: RouterPreference.High) }.Prefix("2001:db8:0:1::/64", 3600, 3600).Frame());
        fixture.Receive(new Advertisement { From = Second }.Frame());
        Assert.Equal(Advertisement.Router, NextHop(fixture));
        Send(fixture); // nobody answers the solicitations
        fixture.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(Second, NextHop(fixture));
        Send(fixture);
        fixture.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(Advertisement.Router, NextHop(fixture)); // §6.3.6: in turn
    }

    [Fact]
    [Rfc("4861", "7.2.5")]
    public void A_neighbour_that_says_it_is_no_router_is_none()
    {
        var fixture = Fixture();
        fixture.Receive(new Advertisement().Mac().Prefix("2001:db8:0:1::/64", 3600, 3600).Frame());
        Assert.Equal(Advertisement.Router, NextHop(fixture));
        fixture.Receive(Frames.Advertisement(Advertisement.Router, IPv6Address.AllNodes, NeighborAdvertisementFlags.Override));
        Assert.Null(NextHop(fixture));
    }

    [Fact]
    [Rfc("8504", "N6-11")]
    [Rfc("4861", "6.3.5")]
    public void Only_a_prefix_with_the_flag_is_on_the_link_and_only_as_long_as_it_lives()
    {
        var fixture = Fixture();
        var near = IPv6Address.Parse("2001:db8:0:2::9");
        fixture.Receive(new Advertisement().Prefix("2001:db8:0:1::/64", 3600, 3600, onLink: false).Frame());
        Assert.Equal(Advertisement.Router, NextHop(fixture, IPv6Address.Parse("2001:db8:0:1::9")));
        fixture.Receive(new Advertisement().Prefix("2001:db8:0:2::/64", 100, 100, autonomous: false).Frame());
        Assert.Equal(near, NextHop(fixture, near));
        fixture.Advance(TimeSpan.FromSeconds(101));
        Assert.Equal(Advertisement.Router, NextHop(fixture, near));
    }

    [Fact]
    [Rfc("exam", "75")]
    [Rfc("4861", "6.3.4")]
    public void What_would_make_the_link_useless_is_not_believed()
    {
        var fixture = Fixture();
        fixture.Receive(new Advertisement { Fields = new(1, 1800, ReachableTime: 1, RetransTimer: 1) }.Mtu(100).Prefix("2001:db8:0:1::/64", 3600, 3600).Frame());
        Assert.Equal(1500, PathMtu(fixture));
        Assert.Equal(0, fixture.Link.IPv6HopLimit);
        Assert.InRange(fixture.Link.IPv6ReachableTime!.Value, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1.5));
        Assert.Equal(TimeSpan.FromMilliseconds(100), fixture.Link.IPv6RetransTimer);
        fixture.Receive(new Advertisement { Fields = new(200, 1800, ReachableTime: uint.MaxValue, RetransTimer: uint.MaxValue) }.Mtu(1400).Frame());
        Assert.Equal(1400, PathMtu(fixture));
        Assert.Equal(200, fixture.Link.IPv6HopLimit);
        Assert.InRange(fixture.Link.IPv6ReachableTime!.Value, TimeSpan.FromHours(0.5), TimeSpan.FromHours(1.5));
        Assert.Equal(TimeSpan.FromSeconds(10), fixture.Link.IPv6RetransTimer);
        fixture.Receive(new Advertisement { Fields = new(0, 1800) }.Mtu(9000).Frame()); // what is not said stays
        Assert.Equal(1400, PathMtu(fixture));
        Assert.Equal(200, fixture.Link.IPv6HopLimit);
    }

    [Fact]
    [Rfc("exam", "14")]
    public void A_flood_of_advertisements_is_bounded_and_leaves_the_first_router_in_place()
    {
        var fixture = Fixture();
        fixture.Receive(new Advertisement().Prefix("2001:db8:0:1::/64", 3600, 3600).Frame());
        for (var i = 0; i < 100_000; i++)
        {
            var from = new IPv6Address(0xFE80_0000_0000_0000, 0x1000UL + (ulong)i);
            fixture.Host.Input(fixture.Link, new Advertisement { From = from }.Prefix($"2001:db9:{i >> 16:x}:{i & 0xFFFF:x}::/64", 3600, 3600).Frame(), default, fixture.Now);
        }

        Assert.InRange(fixture.Host.Routes.Count, 2, AdvertisedRouters.Capacity);
        Assert.InRange(fixture.Host.Addresses.Count, 1, StatelessAddresses.Capacity);
        Assert.Equal(Advertisement.Router, NextHop(fixture));
    }

    [Fact]
    [Rfc("8504", "N6-27")]
    [Rfc("exam", "13")]
    public void Resolvers_are_kept_as_long_as_they_are_advertised()
    {
        var fixture = Fixture();
        byte[] servers = [25, 3, 0, 0, 0, 0, 0, 100, .. Bytes(Far)];
        byte[] evenLength = [25, 4, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, .. Bytes(Far), 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] domains = [31, 3, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 7, .. "example"u8, 3, .. "org"u8, 0, 0, 0, 0];
        fixture.Receive(new Advertisement().Raw(evenLength).Frame());
        Assert.Empty(fixture.Host.GetAdvertisedServers(fixture.Link));
        Assert.Single(fixture.Host.Routes); // the rest of it is taken
        fixture.Receive(new Advertisement().Raw(servers).Raw(domains).Frame());
        Assert.Equal([Far], fixture.Host.GetAdvertisedServers(fixture.Link));
        Assert.Equal(["example.org"], fixture.Host.GetAdvertisedDomains(fixture.Link));
        fixture.Advance(TimeSpan.FromSeconds(101));
        Assert.Empty(fixture.Host.GetAdvertisedServers(fixture.Link));
        Assert.Equal(["example.org"], fixture.Host.GetAdvertisedDomains(fixture.Link));
    }

    [Fact]
    [Rfc("4861", "6.1.2")]
    public void An_advertisement_from_beyond_the_link_is_dropped()
    {
        var fixture = Fixture();
        fixture.Drops(DropReason.BadNeighborDiscovery, new Advertisement { HopLimit = 254 }.Frame());
        fixture.Drops(DropReason.BadNeighborDiscovery, new Advertisement { From = Far }.Frame());
        Assert.Empty(fixture.Host.Routes);
    }

    private static byte[] Bytes(IPv6Address address)
    {
        var bytes = new byte[IPv6Address.Length];
        address.Write(bytes);
        return bytes;
    }

    private static HostFixture Fixture() => new(addresses: false, neighbors: false, routerDiscovery: true);

    private static IpAddress? NextHop(HostFixture fixture, IPv6Address? to = null) =>
        fixture.Host.Ip.Resolve(default(IPv6Address), to ?? Far, 0, fixture.Now, out var entry) == SocketError.Success ? entry!.NextHop : null;

    private static int PathMtu(HostFixture fixture)
    {
        Assert.Equal(SocketError.Success, fixture.Host.Ip.Resolve(default(IPv6Address), Far, 0, fixture.Now, out var entry));
        return entry!.PathMtu;
    }

    private static void Send(HostFixture fixture)
    {
        Assert.Equal(SocketError.Success, fixture.Host.Udp.Bind(new TransportEndpoint(default(IPv6Address), 0), false, false, new UdpUser(), out var port));
        port!.Send("x"u8, new TransportEndpoint(Far, 9), default, fixture.Now);
        port.Close();
    }

    /// <summary>Seconds from one solicitation to the next, and to the first.</summary>
    private static List<double> Solicitations(HostFixture fixture, TimeSpan span)
    {
        List<double> gaps = [];
        var (last, until) = (fixture.Now, fixture.Now + span);
        while (fixture.Now < until)
        {
            if (fixture.Advance(TimeSpan.FromMilliseconds(200)).Any(frame => IsSolicitation(frame.Bytes)))
            {
                gaps.Add((fixture.Now - last).TotalSeconds);
                last = fixture.Now;
            }
        }

        return gaps;
    }

    private static bool IsSolicitation(byte[] frame) =>
        IPv6View.TryParse(Frames.Packet(frame), out var ip) && ip.NextHeader == IpProtocol.Icmpv6 && ip.HopLimit == 255
        && ip.Destination == IPv6Address.AllRouters && ip.Payload[0] == (byte)Icmpv6Type.RouterSolicitation;
}
