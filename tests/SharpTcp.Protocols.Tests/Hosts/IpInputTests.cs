using System;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>What gets in and what does not.</summary>
public sealed class IpInputTests
{
    private static readonly byte[] Echo = Frames.Echo4Message(1, 1, "ping"u8);

    [Theory]
    [InlineData("255.255.255.255")]
    [InlineData("224.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("127.0.0.1")]
    [InlineData("240.0.0.1")]
    [InlineData("10.0.1.255")]
    [InlineData("10.0.1.7")]
    [Rfc("1122", "IP-15")]
    [Rfc("exam", "40")]
    [Rfc("exam", "82")]
    [Rfc("exam", "83")]
    [Rfc("1122", "UDP-15")]
    public void Ipv4_sources_that_cannot_be(string source) =>
        new HostFixture().Drops(DropReason.MartianSource, Frames.IPv4(IpProtocol.Icmp, Echo, IPv4Address.Parse(source)));

    [Theory]
    [InlineData("ff02::1")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.1.91")]
    [InlineData("2001:db8:0:1::7")]
    [Rfc("exam", "82")]
    [Rfc("exam", "83")]
    public void Ipv6_sources_that_cannot_be(string source) => new HostFixture().Drops(
        DropReason.MartianSource,
        Frames.IPv6(IpProtocol.Icmpv6, Frames.Echo6Message(1, 1, "x"u8, source: IPv6Address.Parse(source)), IPv6Address.Parse(source)));

    [Theory]
    [InlineData("10.0.1.8", DropReason.NotOurAddress)]
    [InlineData("10.0.2.255", DropReason.NotOurAddress)]
    [InlineData("224.0.0.5", DropReason.NotOurAddress)]
    [InlineData("127.0.0.1", DropReason.MartianDestination)]
    [InlineData("0.0.0.0", DropReason.NotOurAddress)]
    [Rfc("1122", "IP-14")]
    public void Ipv4_destinations_that_are_not_ours(string destination, DropReason reason) =>
        new HostFixture().Drops(reason, Frames.IPv4(IpProtocol.Icmp, Echo, destination: IPv4Address.Parse(destination)));

    [Theory]
    [InlineData("2001:db8:0:1::8", DropReason.NotOurAddress)]
    [InlineData("::1", DropReason.MartianDestination)]
    [InlineData("::", DropReason.MartianDestination)]
    public void Ipv6_destinations_that_are_not_ours(string destination, DropReason reason) => new HostFixture().Drops(
        reason, Frames.IPv6(IpProtocol.Icmpv6, Frames.Echo6Message(1, 1, "x"u8), destination: IPv6Address.Parse(destination)));

    [Fact]
    public void Frames_for_other_stations_are_dropped()
    {
        var fixture = new HostFixture();
        fixture.Drops(DropReason.OtherStation, Frames.IPv4(IpProtocol.Icmp, Echo, to: MacAddress.Parse("02:00:00:00:00:99")));
        fixture.Drops(DropReason.OtherStation, Frames.IPv4(IpProtocol.Icmp, Echo, to: MacAddress.Parse("01:00:5e:00:00:05")));
        fixture.Drops(DropReason.OtherStation, Frames.IPv6(IpProtocol.Icmpv6, [], destination: IPv6Address.Parse("ff02::5")));
        fixture.CheckCounters();
    }

    [Fact]
    [Rfc("exam", "18")]
    public void Runts_and_strange_frames_are_dropped()
    {
        var fixture = new HostFixture();
        fixture.Drops(DropReason.BadFrame, []);
        fixture.Drops(DropReason.BadFrame, new byte[13]);
        fixture.Drops(DropReason.UnknownEtherType, Frames.Ethernet((EtherType)0x88CC, new byte[46]));
        fixture.Drops(DropReason.UnknownEtherType, Frames.Ethernet((EtherType)46, new byte[46]));
        fixture.Drops(DropReason.GroupSourceMac, Frames.Ethernet(EtherType.IPv4, new byte[46], from: MacAddress.Broadcast));
    }

    [Fact]
    [Rfc("1122", "IP-11")]
    public void A_wrong_header_checksum_is_dropped()
    {
        var frame = Frames.IPv4(IpProtocol.Icmp, Echo);
        frame[EthernetView.HeaderLength + 10] ^= 1;
        new HostFixture().Drops(DropReason.BadIpChecksum, frame);
    }

    [Theory]
    [InlineData(0, 0x55)]
    [InlineData(0, 0x44)]
    [InlineData(0, 0x4F)]
    [InlineData(2, 0xFF)]
    [InlineData(3, 19)]
    [Rfc("1122", "IP-10")]
    [Rfc("exam", "2")]
    [Rfc("exam", "3")]
    public void Lies_about_version_and_lengths_are_dropped(int offset, byte value)
    {
        var frame = Frames.IPv4(IpProtocol.Icmp, Echo);
        frame[EthernetView.HeaderLength + offset] = value;
        new HostFixture().Drops(DropReason.BadIpHeader, frame);
    }

    [Fact]
    [Rfc("defect", "14")]
    [Rfc("1122", "IP-22")]
    public void Time_to_live_0_is_dropped_and_1_is_enough()
    {
        var fixture = new HostFixture();
        fixture.Drops(DropReason.TimeToLiveZero, Frames.IPv4(IpProtocol.Icmp, Echo, ttl: 0));
        Assert.Single(fixture.Receive(Frames.IPv4(IpProtocol.Icmp, Echo, ttl: 1)));
    }

    [Fact]
    [Rfc("1122", "IP-27")]
    public void Unknown_options_are_ignored_and_the_packet_delivered()
    {
        var fixture = new HostFixture();
        Assert.Single(fixture.Receive(Frames.IPv4(IpProtocol.Icmp, Echo, options: [0x9E, 4, 0, 0])));
        Assert.Single(fixture.Receive(Frames.IPv4(IpProtocol.Icmp, Echo, options: [IPv4OptionType.RouterAlert, 4, 0, 0])));
        Assert.Single(fixture.Receive(Frames.IPv4(IpProtocol.Icmp, Echo, options: [IPv4OptionType.StreamId, 4, 0, 0])));
    }

    [Theory]
    [InlineData(IPv4OptionType.LooseSourceRoute)]
    [InlineData(IPv4OptionType.StrictSourceRoute)]
    [Rfc("1122", "IP-134")]
    public void Source_routes_are_refused(byte option) =>
        new HostFixture().Drops(DropReason.SourceRouted, Frames.IPv4(IpProtocol.Icmp, Echo, options: [option, 7, 4, 10, 0, 1, 1, 0]));

    [Fact]
    [Rfc("exam", "6")]
    [Rfc("1122", "IP-60")]
    public void Malformed_options_are_answered_with_a_pointer()
    {
        var fixture = new HostFixture();
        var frame = HostFixture.One(fixture.Receive(Frames.IPv4(IpProtocol.Icmp, Echo, options: [IPv4OptionType.RecordRoute, 40, 4, 0])));
        Assert.True(IPv4View.TryParse(Frames.Packet(frame), out var ip));
        Assert.True(Icmpv4View.TryParse(ip.Payload, out var message));
        Assert.Equal(Icmpv4Type.ParameterProblem, message.Type);
        Assert.Equal(21, message.Pointer);
    }

    [Theory]
    [InlineData("10.0.1.255")]
    [InlineData("255.255.255.255")]
    [InlineData("10.0.1.0")]
    [InlineData("224.0.0.1")]
    [Rfc("exam", "79")]
    [Rfc("1122", "IP-65")]
    [Rfc("defect", "13")]
    [Rfc("1122", "IP-66")]
    [Rfc("1122", "IP-137")]
    public void Echo_requests_to_groups_are_not_answered_unless_asked_for(string destination)
    {
        var to = IPv4Address.Parse(destination);
        var mac = to.IsMulticast ? MacAddress.ForMulticast(to) : MacAddress.Broadcast;
        var frame = Frames.IPv4(IpProtocol.Icmp, Echo, destination: to, to: mac);
        new HostFixture().Drops(DropReason.GroupEcho, frame);
        var reply = HostFixture.One(new HostFixture(options: new HostOptions { AnswerGroupEcho = true }).Receive(frame));
        Assert.True(IPv4View.TryParse(Frames.Packet(reply), out var ip));
        Assert.Equal(HostFixture.Own4, ip.Source); // RFC 1122 §3.2.1.3: never a group as the source
    }

    [Fact]
    [Rfc("1122", "IP-143")]
    public void A_unicast_packet_in_a_broadcast_frame_is_dropped() =>
        new HostFixture().Drops(DropReason.LinkBroadcastOnly, Frames.IPv4(IpProtocol.Icmp, Echo, to: MacAddress.Broadcast));

    [Fact]
    [Rfc("1122", "IP-48")]
    [Rfc("exam", "19")]
    public void An_unknown_protocol_is_answered_with_protocol_unreachable()
    {
        var fixture = new HostFixture();
        foreach (var protocol in (byte[])[IpProtocol.IPv4, IpProtocol.IPv6, 47])
        {
            var frame = HostFixture.One(fixture.Receive(Frames.IPv4(protocol, new byte[20])));
            Assert.True(IPv4View.TryParse(Frames.Packet(frame), out var ip));
            Assert.True(Icmpv4View.TryParse(ip.Payload, out var message));
            Assert.Equal((Icmpv4Type.DestinationUnreachable, (byte)2), (message.Type, message.Code));
        }

        Assert.Equal(3, fixture.Host.Counters[DropReason.UnknownProtocol]);
    }

    [Fact]
    [Rfc("8504", "N6-5")]
    [Rfc("8200", "4")]
    public void An_unknown_next_header_is_answered_with_its_place()
    {
        var frame = HostFixture.One(new HostFixture().Receive(Frames.IPv6(47, new byte[20])));
        Assert.True(IPv6View.TryParse(Frames.Packet(frame), out var ip));
        Assert.True(Icmpv6View.TryParse(ip.Payload, out var message));
        Assert.Equal((Icmpv6Type.ParameterProblem, (byte)1, 6u), (message.Type, message.Code, message.Pointer));
        Assert.True(message.VerifyChecksum(ip.Source, ip.Destination));
    }

    [Fact]
    [Rfc("exam", "9")]
    public void A_routing_header_with_segments_left_is_refused()
    {
        byte[] header = [IpProtocol.Icmpv6, 2, 0, 1, .. new byte[20]];
        var frame = HostFixture.One(new HostFixture().Receive(Frames.IPv6(IpProtocol.Routing, [.. header, .. Frames.Echo6Message(1, 1, [])])));
        Assert.True(IPv6View.TryParse(Frames.Packet(frame), out var ip));
        Assert.True(Icmpv6View.TryParse(ip.Payload, out var message));
        Assert.Equal((Icmpv6Type.ParameterProblem, (byte)0, 42u), (message.Type, message.Code, message.Pointer));
    }

    [Fact]
    [Rfc("exam", "86")]
    public void A_handler_that_throws_costs_the_packet_and_is_counted()
    {
        string? where = null;
        var fixture = new HostFixture(options: new HostOptions { OnFault = (_, place) => where = place });
        fixture.Host.Udp.Bind(new TransportEndpoint(IPv4Address.Unspecified, 7), false, false, new ThrowingUser(), out _);
        fixture.Drops(DropReason.Fault, Frames.Udp4(4000, 7, "x"u8));
        Assert.NotNull(where);
        Assert.Equal(1, fixture.Host.Counters[Counter.Faults]);
        Assert.Single(fixture.Receive(Frames.IPv4(IpProtocol.Icmp, Echo)));
        fixture.CheckCounters();
    }

    [Fact]
    [Rfc("exam", "1")]
    public void A_packet_cut_or_changed_anywhere_never_throws()
    {
        var fixture = new HostFixture();
        byte[][] samples =
        [
            Frames.IPv4(IpProtocol.Icmp, Echo, options: [IPv4OptionType.RouterAlert, 4, 0, 0]), Frames.Udp4(1, 2, "data"u8), Frames.Udp6(1, 2, "data"u8),
            Frames.Solicitation(HostFixture.Own6, HostFixture.Peer6, HostFixture.Own6), Frames.Arp(ArpOperation.Request, HostFixture.Peer4, HostFixture.Own4),
            Frames.IPv6Fragment(IpProtocol.Udp, new byte[64], 5, 0, true),
        ];
        foreach (var sample in samples)
        {
            for (var length = 0; length <= sample.Length; length++)
            {
                fixture.Receive(sample[..length]);
            }

            for (var i = EthernetView.HeaderLength; i < sample.Length; i++)
            {
                for (var bit = 0; bit < 8; bit++)
                {
                    var changed = (byte[])sample.Clone();
                    changed[i] ^= (byte)(1 << bit);
                    fixture.Receive(changed);
                }
            }
        }

        Assert.Equal(0, fixture.Host.Counters[Counter.Faults]);
        fixture.CheckCounters();
    }

    private sealed class ThrowingUser : IUdpUser
    {
        public void OnUdpEvents(UdpPort port, UdpEvents events) => throw new InvalidOperationException("on purpose");
    }
}
