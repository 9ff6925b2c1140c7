using System;
using System.Net.Sockets;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>Redirects of both families: which are believed, and how long (RFC 1122 §3.2.2.2, RFC 4861 §8).</summary>
public sealed class RedirectTests
{
    private static readonly IpAddress Gateway4 = IpAddress.Parse("10.0.1.1");
    private static readonly IpAddress Better4 = IpAddress.Parse("10.0.1.2");
    private static readonly IpAddress Far4 = IpAddress.Parse("192.0.2.9");
    private static readonly IpAddress Gateway6 = IpAddress.Parse("fe80::1");
    private static readonly IpAddress Better6 = IpAddress.Parse("fe80::2");
    private static readonly IpAddress Far6 = IpAddress.Parse("2001:db8:ffff::9");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("1122", "IP-53")]
    [Rfc("1122", "IP-96")]
    [Rfc("4861", "8.3")]
    [Rfc("8504", "N6-S4")]
    public void A_better_first_hop_is_taken_for_one_destination_and_not_for_ever(bool isIPv4)
    {
        var (fixture, far, gateway, better) = Fixture(isIPv4);
        Resolve(fixture, far, out var before);
        Assert.Equal(gateway, before.NextHop);
        Assert.Empty(fixture.Receive(Redirect(far, better)));
        Assert.True(before.IsStale); // who keeps it asks anew
        Assert.Equal(better, NextHop(fixture, far));
        Assert.Equal(gateway, NextHop(fixture, Next(far)));
        Assert.Equal(1, fixture.Host.Counters[Counter.RedirectsIn]);
        fixture.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(better, NextHop(fixture, far));
        fixture.Advance(TimeSpan.FromMinutes(2));
        fixture.Host.Ip.Invalidate();
        Assert.Equal(gateway, NextHop(fixture, far));
    }

    [Theory]
    [InlineData((byte)0)]
    [InlineData((byte)1)]
    [InlineData((byte)2)]
    [InlineData((byte)3)]
    [Rfc("1122", "IP-54")]
    [Rfc("1122", "IP-97")]
    public void Redirects_for_networks_count_for_the_host(byte code)
    {
        var (fixture, far, gateway, better) = Fixture(true);
        fixture.Receive(Redirect(far, better, code: code));
        Assert.Equal(better, NextHop(fixture, far));
        Assert.Equal(gateway, NextHop(fixture, Next(far)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("1122", "IP-55")]
    [Rfc("4861", "8.1")]
    [Rfc("exam", "76")]
    public void Forgeries_are_dropped(bool isIPv4)
    {
        var (fixture, far, gateway, better) = Fixture(isIPv4);
        var own = isIPv4 ? (IpAddress)HostFixture.Own4 : HostFixture.Own6;
        var peer = isIPv4 ? (IpAddress)HostFixture.Peer4 : IpAddress.Parse("fe80::91");
        fixture.Drops(DropReason.BadRedirect, Redirect(far, better, from: peer)); // not from the first hop
        fixture.Drops(DropReason.BadRedirect, Redirect(far, better, from: better));
        fixture.Drops(DropReason.BadRedirect, Redirect(far, own)); // to ourselves
        fixture.Drops(DropReason.BadRedirect, Redirect(far, IpAddress.Parse(isIPv4 ? "10.0.2.1" : "2001:db8::1"))); // beyond the link
        fixture.Drops(DropReason.BadRedirect, Redirect(far, IpAddress.Parse(isIPv4 ? "10.0.1.255" : "ff02::2")));
        fixture.Drops(DropReason.BadRedirect, Redirect(IpAddress.Parse(isIPv4 ? "239.1.2.3" : "ff05::1"), better)); // of a group
        fixture.Drops(DropReason.BadRedirect, Redirect(isIPv4 ? HostFixture.Peer4 : HostFixture.Peer6, better)); // of a neighbour, which needs no gateway
        fixture.Drops(DropReason.BadRedirect, Redirect(far, better, code: 4)); // no such code
        if (isIPv4)
        {
            fixture.Drops(DropReason.BadRedirect, Redirect(far, better, about: IPv4Address.Parse("10.0.1.99"))); // of a packet that is not ours
            fixture.Drops(DropReason.BadRedirect, Redirect(far, better, about: IPv4Address.Loopback));
        }
        else
        {
            fixture.Drops(DropReason.BadRedirect, Redirect(far, better, hopLimit: 254));
        }

        Assert.Equal(gateway, NextHop(fixture, far));
        Assert.Equal(0, fixture.Host.Counters[Counter.RedirectsIn]);
    }

    [Fact]
    [Rfc("4861", "8.3")]
    public void A_destination_may_turn_out_to_be_on_the_link_and_its_mac_is_learned()
    {
        var (fixture, far, _, _) = Fixture(false);
        fixture.Receive(Redirect(far, far, withMac: true));
        Assert.Equal(far, NextHop(fixture, far));
        var neighbor = fixture.Host.Neighbors.Find(fixture.Link, far);
        Assert.Equal((NeighborState.Stale, HostFixture.PeerMac, false), (neighbor!.State, neighbor.Mac, neighbor.IsRouter));
        fixture.Receive(Redirect(Next(far), Better6, withMac: true));
        Assert.True(fixture.Host.Neighbors.Find(fixture.Link, Better6)!.IsRouter);
        fixture.Drops(DropReason.BadRedirect, Redirect(far, Better6)); // it has no first hop any more that could say so
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("4861", "7.3.3")]
    public void A_better_hop_that_does_not_answer_is_forgotten(bool isIPv4)
    {
        var (fixture, far, gateway, better) = Fixture(isIPv4);
        fixture.Receive(Redirect(far, better));
        Send(fixture, far);
        fixture.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(gateway, NextHop(fixture, far));
        fixture.Receive(Redirect(far, better));
        Assert.Equal(better, NextHop(fixture, far));
    }

    [Fact]
    [Rfc("4861", "7.2.5")]
    public void A_better_hop_that_says_it_is_no_router_is_forgotten()
    {
        var (fixture, far, gateway, better) = Fixture(false);
        fixture.Receive(Redirect(far, better, withMac: true));
        fixture.Receive(Frames.Advertisement(better.ToIPv6(), IPv6Address.AllNodes, NeighborAdvertisementFlags.Override));
        Assert.Equal(gateway, NextHop(fixture, far));
    }

    [Fact]
    public void Redirects_can_be_refused_and_their_table_is_bounded()
    {
        var (fixture, far, _, better) = Fixture(true, accept: false);
        fixture.Drops(DropReason.IgnoredIcmp, Redirect(far, better));
        (fixture, far, _, better) = Fixture(false, accept: false);
        fixture.Drops(DropReason.IgnoredIcmp, Redirect(far, better));
        (fixture, far, var gateway, better) = Fixture(false);
        var last = far;
        for (var i = 0; i < 10_000; i++, last = Next(last))
            fixture.Receive(Redirect(last, better));
        Assert.Equal(Redirects.Capacity, fixture.Host.Redirects.Count);
        Assert.Equal(gateway, NextHop(fixture, far));
        Assert.Equal(better, NextHop(fixture, new IPv6Address(last.ToIPv6().Value - 1)));
    }

    [Fact]
    [Rfc("1122", "IP-52")]
    [Rfc("4861", "8.2")]
    public void A_host_sends_no_redirect()
    {
        var (fixture, far, _, _) = Fixture(true);
        var datagram = Frames.UdpDatagram(HostFixture.Peer4, far, 1, 2, "x"u8);
        fixture.Drops(DropReason.NotOurAddress, Frames.IPv4(IpProtocol.Udp, datagram, destination: far.ToIPv4()));
        fixture.Drops(DropReason.NotOurAddress, Frames.IPv6(IpProtocol.Udp, datagram, destination: Far6.ToIPv6()));
    }

    private static (HostFixture Fixture, IpAddress Far, IpAddress Gateway, IpAddress Better) Fixture(bool isIPv4, bool accept = true)
    {
        var fixture = new HostFixture(acceptRedirects: accept, linkLocal: true);
        fixture.Host.AddRoute(Prefix.Parse("0.0.0.0/0"), Gateway4, fixture.Link);
        fixture.Host.AddRoute(Prefix.Parse("::/0"), Gateway6, fixture.Link);
        return isIPv4 ? (fixture, Far4, Gateway4, Better4) : (fixture, Far6, Gateway6, Better6);
    }

    private static byte[] Redirect(
        IpAddress destination, IpAddress target, IpAddress? from = null, byte code = 1, IPv4Address? about = null, bool withMac = false, byte hopLimit = 255)
    {
        if (destination.IsIPv4)
        {
            var quote = Frames.Packet(Frames.IPv4(IpProtocol.Udp, new byte[8], about ?? HostFixture.Own4, destination.ToIPv4()));
            var message = new byte[8 + quote.Length];
            Icmpv4Writer.WriteRedirect(message, code, target.ToIPv4(), quote);
            return Frames.IPv4(IpProtocol.Icmp, message, (from ?? Gateway4).ToIPv4());
        }

        Span<byte> options = stackalloc byte[withMac ? 8 : 0];
        if (withMac)
            NdOptionWriter.WriteLinkLayerAddress(options, NdOptionType.TargetLinkLayerAddress, HostFixture.PeerMac);
        var source = (from ?? Gateway6).ToIPv6();
        var bytes = new byte[40 + options.Length];
        NdWriter.WriteRedirect(bytes, source, HostFixture.Own6, target.ToIPv6(), destination.ToIPv6(), options);
        if (code == 4)
        {
            bytes[1] = 4;
            bytes[2] = bytes[3] = 0;
            Icmpv6Writer.Write(bytes, source, HostFixture.Own6, Icmpv6Type.Redirect, 4, 0, bytes.AsSpan(8).ToArray());
        }

        return Frames.IPv6(IpProtocol.Icmpv6, bytes, source, HostFixture.Own6, hopLimit);
    }

    private static IpAddress Next(IpAddress address) =>
        address.IsIPv4 ? new IPv4Address(address.ToIPv4().Value + 1) : new IPv6Address(address.ToIPv6().Value + 1);

    private static void Resolve(HostFixture fixture, IpAddress to, out Destination entry)
    {
        IpAddress any = to.IsIPv4 ? IPv4Address.Unspecified : IPv6Address.Unspecified;
        Assert.Equal(SocketError.Success, fixture.Host.Ip.Resolve(any, to, 0, fixture.Now, out var found));
        entry = found!;
    }

    private static IpAddress NextHop(HostFixture fixture, IpAddress to)
    {
        Resolve(fixture, to, out var entry);
        return entry.NextHop;
    }

    private static void Send(HostFixture fixture, IpAddress to)
    {
        IpAddress any = to.IsIPv4 ? IPv4Address.Unspecified : IPv6Address.Unspecified;
        fixture.Host.Udp.Bind(new TransportEndpoint(any, 0), false, false, new UdpUser(), out var port);
        port!.Send("x"u8, new TransportEndpoint(to, 9), default, fixture.Now);
        port.Close();
    }
}
