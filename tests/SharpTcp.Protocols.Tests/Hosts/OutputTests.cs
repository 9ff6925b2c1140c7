using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>What leaves: checksums, super-packets, fragments, identifications, path MTU.</summary>
public sealed class OutputTests
{
    [Theory]
    [InlineData(true, LinkOffloads.None)]
    [InlineData(false, LinkOffloads.None)]
    [InlineData(true, LinkOffloads.All)]
    [InlineData(false, LinkOffloads.All)]
    public void A_super_segment_is_cut_by_the_link_or_in_software(bool isIPv4, LinkOffloads offloads)
    {
        var fixture = new HostFixture(offloads: offloads);
        var payload = Frames.Pattern(10_001);
        Assert.Equal(SendStatus.Sent, SendTcp(fixture, isIPv4, payload, 1400, TcpFlags.Ack | TcpFlags.Psh | TcpFlags.Fin | TcpFlags.Cwr, out _));
        var sent = fixture.Sink.Take();
        if (offloads == LinkOffloads.All)
        {
            CheckSuper(Assert.Single(sent), isIPv4, payload);
            return;
        }

        Assert.Equal(8, sent.Count);
        var stream = new List<byte>();
        for (var i = 0; i < sent.Count; i++)
        {
            var (source, destination, upper, id) = Open(sent[i].Bytes, isIPv4);
            Assert.True(TcpView.TryParse(upper, out var segment));
            Assert.True(segment.VerifyChecksum(source, destination));
            Assert.Equal(unchecked(0xFFFF_F000 + (uint)stream.Count), segment.Sequence.Value);
            Assert.Equal(i == 7, segment.Has(TcpFlags.Fin));
            Assert.Equal(i == 7, segment.Has(TcpFlags.Psh));
            Assert.Equal(i == 0, segment.Has(TcpFlags.Cwr));
            Assert.True(segment.Has(TcpFlags.Ack));
            Assert.Equal(unchecked((ushort)(Open(sent[0].Bytes, isIPv4).Id + i)), isIPv4 ? id : (ushort)i);
            stream.AddRange(segment.Payload);
        }

        Assert.Equal(payload, stream);
    }

    [Fact]
    public void A_link_that_gets_full_in_the_middle_of_a_super_segment_says_how_much_went()
    {
        var fixture = new HostFixture();
        fixture.Sink.Room = 3;
        Assert.Equal(SendStatus.LinkFull, SendTcp(fixture, true, Frames.Pattern(10_000), 1000, TcpFlags.Ack, out var sent));
        Assert.Equal(3000, sent);
    }

    [Fact]
    public void A_datagram_leaves_its_checksum_to_a_link_that_can()
    {
        var fixture = new HostFixture(offloads: LinkOffloads.Checksum);
        fixture.Host.Udp.Bind(new TransportEndpoint(HostFixture.Own4, 5), false, false, new UdpUser(), out var port);
        port!.Send("odd"u8, new TransportEndpoint(HostFixture.Peer4, 6), default, fixture.Now);
        var frame = Assert.Single(fixture.Sink.Take());
        Assert.Equal(new FrameMeta(FrameFlags.NeedsChecksum, ChecksumStart: 34, ChecksumOffset: 6), frame.Meta);
        var field = frame.Bytes.AsSpan(40, 2);
        var value = InternetChecksum.Finish(InternetChecksum.Add(frame.Bytes.AsSpan(34)));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(field, value);
        Assert.True(UdpView.TryParse(frame.Bytes.AsSpan(34), out var udp));
        Assert.True(udp.VerifyChecksum(HostFixture.Own4, HostFixture.Peer4));

        // A datagram to be cut is summed before, whatever the link can.
        port.Send(Frames.Pattern(3000), new TransportEndpoint(HostFixture.Peer4, 6), default, fixture.Now);
        var fragments = fixture.Sink.Take();
        Assert.All(fragments, fragment => Assert.Equal(default, fragment.Meta));
        Assert.True(UdpView.TryParse(ReassemblyTests.Whole(fragments, true), out var whole));
        Assert.True(whole.VerifyChecksum(HostFixture.Own4, HostFixture.Peer4));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("defect", "17")]
    [Rfc("exam", "28")]
    [Rfc("8504", "N6-S2")]
    public void Identifications_do_not_repeat_and_say_nothing_of_other_destinations(bool isIPv4)
    {
        var fixture = new HostFixture();
        var seen = new HashSet<uint>();
        var differences = new HashSet<uint>();
        uint before = 0;
        for (uint i = 0; i < 40; i++)
        {
            IpAddress peer = isIPv4
                ? new IPv4Address(HostFixture.Peer4.Value + i)
                : new IPv6Address(HostFixture.Peer6.Upper, HostFixture.Peer6.Lower + i);
            fixture.Host.AddNeighbor(fixture.Link, peer, HostFixture.PeerMac, fixture.Now);
            for (var j = 0; j < 2; j++)
            {
                var id = SendLarge(fixture, isIPv4, peer);
                Assert.True(seen.Add(id), "an identification came twice");
                differences.Add(id - before);
                before = id;
            }
        }

        Assert.True(differences.Count > 40);
        Assert.DoesNotContain(0u, seen);
    }

    [Fact]
    [Rfc("defect", "17")]
    public void A_hundred_thousand_fragmented_packets_are_no_trouble()
    {
        var fixture = new HostFixture();
        fixture.Sink.Keeps = false;
        var before = fixture.Sink.Count;
        fixture.Host.Udp.Bind(new TransportEndpoint(HostFixture.Own4, 5), false, false, new UdpUser(), out var port);
        var payload = new byte[1600];
        for (var i = 0; i < 100_000; i++)
        {
            Assert.Equal(SocketError.Success, port!.Send(payload, new TransportEndpoint(HostFixture.Peer4, 6), default, fixture.Now));
        }

        Assert.Equal(200_000, fixture.Sink.Count - before);
    }

    [Fact]
    [Rfc("1122", "IP-18")]
    [Rfc("1122", "IP-23")]
    [Rfc("1122", "IP-24")]
    [Rfc("1122", "UDP-18")]
    public void Time_to_live_and_traffic_class_are_the_senders()
    {
        var fixture = new HostFixture(options: new HostOptions { HopLimit = 99 });
        fixture.Host.Udp.Bind(new TransportEndpoint(HostFixture.Own4, 5), false, false, new UdpUser(), out var port);
        var peer = new TransportEndpoint(HostFixture.Peer4, 6);
        port!.Send("x"u8, peer, default, fixture.Now);
        port.HopLimit = 7;
        port.TrafficClass = 0x28;
        port.Send("x"u8, peer, default, fixture.Now);
        port.Send("x"u8, peer, new UdpSendOptions { HopLimit = 3, TrafficClass = 0x10 }, fixture.Now);
        var headers = fixture.Sink.Take().Select(frame => (frame.Bytes[22], frame.Bytes[15]));
        Assert.Equal([((byte)99, (byte)0), ((byte)7, (byte)0x28), ((byte)3, (byte)0x10)], headers);
    }

    [Theory]
    [InlineData(true, 1400, 1400)]
    [InlineData(true, 67, 1500)]
    [InlineData(true, 9000, 1500)]
    [InlineData(false, 1400, 1400)]
    [InlineData(false, 1279, 1500)]
    [Rfc("exam", "25")]
    [Rfc("8504", "N6-4")]
    public void A_path_mtu_is_lowered_within_reason_and_forgotten_after_ten_minutes(bool isIPv4, int mtu, int expected)
    {
        var fixture = new HostFixture();
        IpAddress peer = isIPv4 ? HostFixture.Peer4 : HostFixture.Peer6;
        Assert.Equal(SocketError.Success, fixture.Host.Ip.Resolve(default, peer, 0, fixture.Now, out var destination));
        Assert.Equal(expected < 1500, fixture.Host.Ip.ReducePathMtu(destination!, mtu, fixture.Now));
        Assert.Equal(expected, destination!.PathMtu);
        fixture.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(SocketError.Success, fixture.Host.Ip.Resolve(default, peer, 0, fixture.Now, out destination));
        Assert.Equal(1500, destination!.PathMtu);
    }

    [Fact]
    public void What_may_not_be_cut_is_refused_if_it_does_not_fit()
    {
        var fixture = new HostFixture();
        Assert.Equal(SendStatus.TooBig, SendTcp(fixture, true, new byte[1500], 0, TcpFlags.Ack, out _));
        Assert.Equal(SendStatus.TooBig, SendTcp(fixture, true, new byte[9000], 1500, TcpFlags.Ack, out _));
        Assert.Equal(SendStatus.TooBig, SendTcp(fixture, false, new byte[1441], 0, TcpFlags.Ack, out _));
        Assert.Equal(SendStatus.Sent, SendTcp(fixture, false, new byte[1440], 0, TcpFlags.Ack, out _));
    }

    [Fact]
    [Rfc("1122", "IP-13")]
    public void A_removed_address_sends_nothing_more()
    {
        var fixture = new HostFixture();
        Assert.Equal(SocketError.Success, fixture.Host.Ip.Resolve(default, HostFixture.Peer4, 0, fixture.Now, out var destination));
        fixture.Host.RemoveAddress(fixture.Host.Addresses.First(address => address.Address == (IpAddress)HostFixture.Own4), fixture.Now);
        Assert.True(destination!.IsStale);
        var packet = new TransportPacket { Protocol = IpProtocol.Reserved };
        Assert.Equal(SendStatus.Unavailable, fixture.Host.Ip.Send(destination, ref packet, fixture.Now));
        Assert.Equal(SocketError.NetworkUnreachable, fixture.Host.Ip.Resolve(default, HostFixture.Peer4, 0, fixture.Now, out _));
    }

    [Fact]
    [Rfc("1122", "IP-98")]
    [Rfc("1122", "IP-94")]
    public void Routes_longest_prefix_first_and_the_gateway_for_the_rest()
    {
        var fixture = new HostFixture();
        var gateway = IPv4Address.Parse("10.0.1.1");
        var other = IPv4Address.Parse("10.0.1.2");
        fixture.Host.AddRoute(Prefix.Parse("0.0.0.0/0"), gateway, fixture.Link);
        fixture.Host.AddRoute(Prefix.Parse("192.168.0.0/16"), other, fixture.Link, 5);
        fixture.Host.AddRoute(Prefix.Parse("192.168.0.0/16"), gateway, fixture.Link, 7);
        Assert.Equal((IpAddress)HostFixture.Peer4, NextHop(fixture, "10.0.1.91"));
        Assert.Equal((IpAddress)gateway, NextHop(fixture, "8.8.8.8"));
        Assert.Equal((IpAddress)other, NextHop(fixture, "192.168.3.4"));
    }

    [Fact]
    public void Own_addresses_go_over_loopback_and_loopback_goes_nowhere_else()
    {
        var fixture = new HostFixture();
        Assert.Equal(SocketError.NetworkUnreachable, fixture.Host.Ip.Resolve(default, IPv4Address.Loopback, 0, fixture.Now, out _));
        var loopback = fixture.Host.AddInterface(
            new InterfaceOptions { Name = "lo", Capabilities = new LinkCapabilities(LinkMedium.Ip, 65_535, LinkOffloads.All), IsLoopback = true },
            new RecordingSink(),
            fixture.Now);
        foreach (var (destination, source) in new (string, string)[]
                 { ("127.0.0.1", "127.0.0.1"), ("10.0.1.7", "10.0.1.7"), ("::1", "::1"), ("2001:db8:0:1::7", "2001:db8:0:1::7") })
        {
            Assert.Equal(SocketError.Success, fixture.Host.Ip.Resolve(default, IpAddress.Parse(destination), 0, fixture.Now, out var entry));
            Assert.Equal((loopback, IpAddress.Parse(source)), (entry!.Interface, entry.Source));
        }

        Assert.Equal(SocketError.AddressNotAvailable, fixture.Host.Ip.Resolve(IPv4Address.Loopback, HostFixture.Peer4, 0, fixture.Now, out _));
    }

    [Theory]
    [InlineData("fe80::91", "fe80::7")]
    [InlineData("2001:db8:0:1::91", "2001:db8:0:1::7")]
    [InlineData("2001:db8:2::1", "2001:db8:2::7")]
    [InlineData("fd00::5", "fd00::7")]
    [InlineData("ff02::5", "fe80::7")]
    [InlineData("ff0e::5", "2001:db8:2::7")]
    [Rfc("8504", "N6-26")]
    public void Source_addresses_by_rfc_6724(string destination, string expected)
    {
        var fixture = new HostFixture();
        foreach (var prefix in (string[])["fe80::7/64", "fd00::7/64", "2001:db8:2::7/64"])
        {
            fixture.Host.AddAddress(fixture.Link, Prefix.Parse(prefix), fixture.Now);
        }

        fixture.Host.AddRoute(Prefix.Parse("::/0"), IPv6Address.Parse("fe80::1"), fixture.Link);
        Assert.Equal(SocketError.Success, fixture.Host.Ip.Resolve(default, IpAddress.Parse(destination), 0, fixture.Now, out var entry));
        if (destination != "ff0e::5")
        {
            Assert.Equal(IpAddress.Parse(expected), entry!.Source);
        }
        else
        {
            Assert.False(entry!.Source.IsLinkLocal);
        }
    }

    private static IpAddress NextHop(HostFixture fixture, string destination)
    {
        Assert.Equal(SocketError.Success, fixture.Host.Ip.Resolve(default, IpAddress.Parse(destination), 0, fixture.Now, out var entry));
        return entry!.NextHop;
    }

    private static SendStatus SendTcp(HostFixture fixture, bool isIPv4, byte[] payload, ushort segmentSize, TcpFlags flags, out int sent)
    {
        IpAddress peer = isIPv4 ? HostFixture.Peer4 : HostFixture.Peer6;
        Assert.Equal(SocketError.Success, fixture.Host.Ip.Resolve(default, peer, 0, fixture.Now, out var destination));
        var header = fixture.Host.Ip.TransportHeader;
        var packet = new TransportPacket
        {
            HeaderLength = TcpWriter.Write(header, new TcpHeader { SourcePort = 1, DestinationPort = 2, Sequence = new SequenceNumber(0xFFFF_F000), Flags = flags }, default),
            First = payload.AsSpan(0, payload.Length / 3),
            Second = payload.AsSpan(payload.Length / 3, payload.Length / 2),
            Third = payload.AsSpan(payload.Length / 3 + payload.Length / 2),
            Protocol = IpProtocol.Tcp,
            DontFragment = true,
            SegmentSize = segmentSize,
        };
        var status = fixture.Host.Ip.Send(destination!, ref packet, fixture.Now);
        sent = packet.SentPayload;
        return status;
    }

    private static (IpAddress Source, IpAddress Destination, byte[] Upper, ushort Id) Open(byte[] frame, bool isIPv4)
    {
        if (isIPv4)
        {
            Assert.True(IPv4View.TryParse(Frames.Packet(frame), out var ip));
            Assert.True(ip.VerifyChecksum());
            Assert.True(ip.DontFragment);
            return (ip.Source, ip.Destination, ip.Payload.ToArray(), ip.Identification);
        }

        Assert.True(IPv6View.TryParse(Frames.Packet(frame), out var ip6));
        return (ip6.Source, ip6.Destination, ip6.Payload.ToArray(), 0);
    }

    private static void CheckSuper(SentFrame frame, bool isIPv4, byte[] payload)
    {
        var headers = 14 + (isIPv4 ? 20 : 40) + 20;
        var expected = new FrameMeta(
            FrameFlags.NeedsChecksum | FrameFlags.CongestionWindowReduced, isIPv4 ? Segmentation.TcpIPv4 : Segmentation.TcpIPv6, 1400,
            (ushort)headers, (ushort)(headers - 20), TcpView.ChecksumOffset);
        Assert.Equal(expected, frame.Meta);
        Assert.Equal(payload, frame.Bytes[headers..]);

        // The field holds the folded sum of the pseudo-header: summed over, it completes to a right checksum.
        var (source, destination, upper, _) = Open(frame.Bytes, isIPv4);
        var field = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(upper.AsSpan(TcpView.ChecksumOffset));
        Assert.Equal(InternetChecksum.Fold(InternetChecksum.AddPseudoHeader(source, destination, IpProtocol.Tcp, (uint)upper.Length)), field);
    }

    private static uint SendLarge(HostFixture fixture, bool isIPv4, IpAddress peer)
    {
        fixture.Host.Udp.Bind(new TransportEndpoint(isIPv4 ? HostFixture.Own4 : HostFixture.Own6, 0), false, false, new UdpUser(), out var port);
        Assert.Equal(SocketError.Success, port!.Send(new byte[2000], new TransportEndpoint(peer, 9), default, fixture.Now));
        port.Close();
        var ids = new HashSet<uint>();
        foreach (var frame in fixture.Sink.Take())
        {
            if (isIPv4)
            {
                Assert.True(IPv4View.TryParse(Frames.Packet(frame.Bytes), out var ip));
                ids.Add(ip.Identification);
            }
            else
            {
                Assert.True(IPv6View.TryParse(Frames.Packet(frame.Bytes), out var ip));
                ids.Add(IPv6ExtensionChain.Parse(ip).Fragment.Identification);
            }
        }

        return Assert.Single(ids);
    }
}
