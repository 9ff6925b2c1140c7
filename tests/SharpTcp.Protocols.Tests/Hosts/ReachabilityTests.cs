using System;
using System.Net.Sockets;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>The first things that anybody tries: who are you, are you there, and a datagram.</summary>
public sealed class ReachabilityTests
{
    [Fact]
    [Rfc("1122", "L-12")]
    public void An_arp_request_for_our_address_is_answered()
    {
        var fixture = new HostFixture();
        var frame = HostFixture.One(fixture.Receive(Frames.Arp(ArpOperation.Request, HostFixture.Peer4, HostFixture.Own4)));
        Assert.True(EthernetView.TryParse(frame, out var ethernet));
        Assert.Equal(HostFixture.PeerMac, ethernet.Destination);
        Assert.True(ArpView.TryParse(ethernet.Payload, out var arp));
        Assert.Equal(ArpOperation.Reply, arp.Operation);
        Assert.Equal(HostFixture.Mac, arp.SenderMac);
        Assert.Equal(HostFixture.Own4, arp.SenderAddress);
        Assert.Equal(HostFixture.Peer4, arp.TargetAddress);
        fixture.CheckCounters();
    }

    [Fact]
    [Rfc("8504", "N6-13")]
    public void A_solicitation_for_our_address_is_answered()
    {
        var fixture = new HostFixture();
        var sent = fixture.Receive(Frames.Solicitation(HostFixture.Own6, HostFixture.Peer6, HostFixture.Own6.ToSolicitedNode()));
        Assert.True(IPv6View.TryParse(Frames.Packet(HostFixture.One(sent)), out var ip));
        Assert.Equal(255, ip.HopLimit);
        Assert.Equal(HostFixture.Peer6, ip.Destination);
        Assert.True(Icmpv6View.TryParse(ip.Payload, out var message));
        Assert.True(message.VerifyChecksum(ip.Source, ip.Destination));
        var envelope = new IPv6Envelope(ip.Source, ip.Destination, ip.HopLimit, false, false);
        Assert.True(NeighborAdvertisementView.TryParse(message, envelope, out var advertisement));
        Assert.Equal(HostFixture.Own6, advertisement.Target);
        Assert.True(advertisement.IsSolicited && advertisement.IsOverride && !advertisement.IsRouter);
        Assert.Equal(HostFixture.Mac, advertisement.Options.TargetLinkLayerAddress);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(56)]
    [InlineData(1472)]
    [Rfc("1122", "IP-63")]
    [Rfc("1122", "IP-67")]
    [Rfc("1122", "IP-68")]
    public void Ping_over_ipv4(int size)
    {
        var fixture = new HostFixture();
        var data = Frames.Pattern(size);
        var frame = HostFixture.One(fixture.Receive(Frames.IPv4(IpProtocol.Icmp, Frames.Echo4Message(7, 9, data))));
        Assert.True(IPv4View.TryParse(Frames.Packet(frame), out var ip));
        Assert.True(ip.VerifyChecksum());
        Assert.Equal(HostFixture.Own4, ip.Source);
        Assert.Equal(HostFixture.Peer4, ip.Destination);
        Assert.Equal(64, ip.TimeToLive);
        Assert.True(Icmpv4View.TryParse(ip.Payload, out var echo));
        Assert.True(echo.VerifyChecksum());
        Assert.Equal(Icmpv4Type.EchoReply, echo.Type);
        Assert.Equal((7, 9), (echo.Identifier, echo.Sequence));
        Assert.Equal(data, echo.Payload.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1452)]
    [Rfc("4443", "4.2")]
    [Rfc("4443", "2.3")]
    public void Ping_over_ipv6(int size)
    {
        var fixture = new HostFixture();
        var data = Frames.Pattern(size);
        var frame = HostFixture.One(fixture.Receive(Frames.IPv6(IpProtocol.Icmpv6, Frames.Echo6Message(7, 9, data))));
        Assert.True(IPv6View.TryParse(Frames.Packet(frame), out var ip));
        Assert.Equal(HostFixture.Own6, ip.Source);
        Assert.True(Icmpv6View.TryParse(ip.Payload, out var echo));
        Assert.True(echo.VerifyChecksum(ip.Source, ip.Destination));
        Assert.Equal(Icmpv6Type.EchoReply, echo.Type);
        Assert.Equal((7, 9), (echo.Identifier, echo.Sequence));
        Assert.Equal(data, echo.Payload.ToArray());
    }

    [Fact]
    [Rfc("1122", "UDP-6")]
    [Rfc("1122", "UDP-11")]
    [Rfc("1122", "UDP-9")]
    public void A_datagram_arrives_and_is_answered()
    {
        var fixture = new HostFixture();
        var user = new UdpUser();
        Assert.Equal(SocketError.Success, fixture.Host.Udp.Bind(new TransportEndpoint(IPv4Address.Unspecified, 7), false, false, user, out var port));
        fixture.Receive(Frames.Udp4(4000, 7, "hello"u8));
        Assert.True(user.Saw(UdpEvents.Readable));
        Assert.Equal(5, port!.NextLength);

        var buffer = new byte[100];
        Assert.True(port.TryReceive(buffer, out var datagram));
        Assert.Equal("hello"u8, buffer.AsSpan(0, datagram.Length));
        Assert.Equal(new TransportEndpoint(HostFixture.Peer4, 4000), datagram.Source);
        Assert.Equal((IpAddress)HostFixture.Own4, datagram.Destination);
        Assert.False(port.IsReadable);

        Assert.Equal(SocketError.Success, port.Send("olleh"u8, datagram.Source, new UdpSendOptions { Source = datagram.Destination }, fixture.Now));
        var frame = HostFixture.One(fixture.Sink.Take());
        Assert.True(IPv4View.TryParse(Frames.Packet(frame), out var ip));
        Assert.True(UdpView.TryParse(ip.Payload, out var udp));
        Assert.True(udp.VerifyChecksum(ip.Source, ip.Destination));
        Assert.Equal((7, 4000), (udp.SourcePort, udp.DestinationPort));
        Assert.Equal("olleh"u8, udp.Payload);
    }
}
