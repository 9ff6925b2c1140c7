using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>Several gateways, some of them dead (RFC 1122 §3.3.1, RFC 4861 §6.3.6, RFC 4191 §3.2), for both families alike.</summary>
public sealed class GatewayTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("1122", "IP-99")]
    [Rfc("1122", "IP-104")]
    [Rfc("1122", "IP-110")]
    [Rfc("1122", "IP-105")]
    [Rfc("4861", "6.3.6")]
    public void When_a_gateway_dies_packets_go_by_another_and_none_is_lost_that_waited(bool isIPv4)
    {
        var net = new Net(isIPv4);
        net.Send("a");
        Assert.True(net.Asked(net.First));
        Assert.Empty(net.Datagrams(TimeSpan.FromSeconds(2.9)));
        net.Answer(net.Second);
        Assert.Equal(["a"], net.DatagramsAnswering(net.Second, TimeSpan.FromSeconds(2)));
        net.Send("b");
        Assert.Equal(["b"], net.Datagrams(TimeSpan.Zero));
        Assert.False(net.User.Saw(UdpEvents.Failed));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("1122", "IP-106")]
    [Rfc("1122", "IP-107")]
    [Rfc("4861", "6.3.6")]
    public void A_dead_gateway_is_asked_once_a_minute_as_long_as_there_is_traffic_and_used_when_it_is_back(bool isIPv4)
    {
        var net = new Net(isIPv4);
        net.Send("a");
        net.DatagramsAnswering(net.Second, TimeSpan.FromSeconds(5));
        var asked = 0;
        for (var i = 0; i < 55 * 5; i++)
        {
            net.Send("b");
            asked += net.Step(TimeSpan.FromSeconds(0.2), net.Second).Count(frame => net.IsQuestion(frame, net.First));
        }

        Assert.Equal(0, asked);
        for (var i = 0; i < 120 * 5; i++)
        {
            net.Send("b");
            asked += net.Step(TimeSpan.FromSeconds(0.2), net.Second).Count(frame => net.IsQuestion(frame, net.First));
        }

        Assert.InRange(asked, 2, 6); // twice, of at most three questions
        for (var i = 0; i < 3000; i++)
            asked -= net.Step(TimeSpan.FromSeconds(0.2), net.Second).Count(frame => net.IsQuestion(frame, net.First));
        Assert.InRange(asked, 2, 6); // without traffic there is none
        net.Send("c");
        net.Step(TimeSpan.FromSeconds(0.2), net.Second, net.First);
        net.Send("d");
        Assert.Equal(net.First, net.NextHop());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("1122", "IP-108")]
    [Rfc("1122", "IP-109")]
    public void A_gateway_is_asked_only_if_nothing_says_that_it_is_there(bool isIPv4)
    {
        var net = new Net(isIPv4);
        net.Send("a");
        net.DatagramsAnswering(net.First, TimeSpan.FromSeconds(1));
        for (var i = 0; i < 600; i++)
        {
            net.Send("b");
            net.Resolve(out var way);
            net.Fixture.Host.Ip.ConfirmReachable(way, net.Fixture.Now); // a transport that goes forward
            Assert.DoesNotContain(net.Step(TimeSpan.FromSeconds(0.5)), frame => net.IsQuestion(frame, net.First));
        }

        // And if a transport complains, it is asked at once, by unicast.
        net.Resolve(out var destination);
        net.Fixture.Host.Ip.AdviseFailure(destination, net.Fixture.Now);
        Assert.Contains(net.Step(TimeSpan.Zero), frame => net.IsQuestion(frame, net.First) && IsTo(frame, HostFixture.PeerMac));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("4861", "6.3.6")]
    public void If_all_are_dead_they_are_tried_in_turn_and_the_sender_is_told(bool isIPv4)
    {
        var net = new Net(isIPv4);
        List<IpAddress> tried = [];
        for (var i = 0; i < 4; i++)
        {
            net.Send("a");
            tried.Add(net.NextHop());
            net.Datagrams(TimeSpan.FromSeconds(i == 0 ? 7 : 3.5));
        }

        Assert.Equal([net.First, net.First, net.Second, net.First], tried);
        Assert.True(net.User.Saw(UdpEvents.Failed));
    }

    [Fact]
    [Rfc("1122", "IP-110")]
    public void A_connection_survives_the_death_of_its_gateway()
    {
        var net = new Net(isIPv4: true);
        var waiter = new Waiter();
        net.Resolve(out var way);
        Assert.Equal(SendStatus.NeighborPending, Tcp(net.Fixture, way, waiter));
        net.Datagrams(TimeSpan.FromSeconds(3.5));
        Assert.Equal(["resolved"], waiter.Told); // that is: try again
        Assert.True(way.IsStale);
        Assert.Equal(net.Second, net.NextHop());

        // With no other gateway it is told that there is none.
        net.Fixture.Host.RemoveRoute(net.Fixture.Host.Routes.Single(route => route.Gateway == net.Second));
        net.Resolve(out way);
        Tcp(net.Fixture, way, waiter);
        net.Datagrams(TimeSpan.FromSeconds(3.5));
        Assert.Equal(["resolved", "failed"], waiter.Told);
    }

    [Fact]
    public void A_shorter_prefix_by_a_live_gateway_comes_before_a_longer_one_by_a_dead_one()
    {
        var net = new Net(isIPv4: false);
        var special = IpAddress.Parse("fe80::3");
        net.Fixture.Host.AddRoute(Prefix.Parse("2001:db8:ffff::/48"), special, net.Fixture.Link);
        Assert.Equal(special, net.NextHop());
        net.Send("a");
        net.Datagrams(TimeSpan.FromSeconds(3.5));
        Assert.Equal(net.First, net.NextHop());
        net.Fixture.Host.RemoveRoute(net.Fixture.Host.Routes.Single(route => route.Gateway == special));
        net.Fixture.Host.AddRoute(Prefix.Parse("2001:db8:ffff::/48"), special, net.Fixture.Link);
        Assert.Equal(special, net.NextHop()); // a route that is set anew is tried anew
    }

    private static bool IsTo(byte[] frame, MacAddress mac) => EthernetView.TryParse(frame, out var ethernet) && ethernet.Destination == mac;

    private static SendStatus Tcp(HostFixture fixture, Destination way, INeighborWaiter waiter)
    {
        fixture.Host.Ip.TransportHeader[..20].Clear();
        fixture.Host.Ip.TransportHeader[12] = 0x50;
        var packet = new TransportPacket { HeaderLength = 20, Protocol = IpProtocol.Tcp, Waiter = waiter };
        return fixture.Host.Ip.Send(way, ref packet, fixture.Now);
    }

    private sealed class Waiter : INeighborWaiter
    {
        public List<string> Told { get; } = [];

        public void OnNeighborResolved(Instant now) => Told.Add("resolved");

        public void OnNeighborFailed(Instant now) => Told.Add("failed");
    }

    /// <summary>A host with two gateways, of which the first is preferred, and a port that sends far away.</summary>
    private sealed class Net
    {
        private readonly UdpPort _port;
        private readonly IpAddress _far;

        public Net(bool isIPv4)
        {
            Fixture = new HostFixture(linkLocal: true);
            _far = IpAddress.Parse(isIPv4 ? "192.0.2.9" : "2001:db8:ffff::9");
            First = IpAddress.Parse(isIPv4 ? "10.0.1.1" : "fe80::1");
            Second = IpAddress.Parse(isIPv4 ? "10.0.1.2" : "fe80::2");
            var all = Prefix.Parse(isIPv4 ? "0.0.0.0/0" : "::/0");
            Fixture.Host.AddRoute(all, Second, Fixture.Link, metric: 2);
            Fixture.Host.AddRoute(all, First, Fixture.Link, metric: 1);
            IpAddress any = isIPv4 ? IPv4Address.Unspecified : IPv6Address.Unspecified;
            Assert.Equal(SocketError.Success, Fixture.Host.Udp.Bind(new TransportEndpoint(any, 700), false, false, User, out var port));
            _port = port!;
        }

        public HostFixture Fixture { get; }

        public IpAddress First { get; }

        public IpAddress Second { get; }

        public UdpUser User { get; } = new();

        public void Send(string text)
        {
            _port.TakeError();
            Assert.Equal(SocketError.Success, _port.Send(System.Text.Encoding.ASCII.GetBytes(text), new TransportEndpoint(_far, 9), default, Fixture.Now));
        }

        public void Resolve(out Destination entry)
        {
            Assert.Equal(SocketError.Success, Fixture.Host.Ip.Resolve(default, _far, 0, Fixture.Now, out var found));
            entry = found!;
        }

        public IpAddress NextHop()
        {
            Resolve(out var entry);
            return entry.NextHop;
        }

        public bool Asked(IpAddress gateway) => Fixture.Sink.Take().Any(frame => IsQuestion(frame.Bytes, gateway));

        /// <summary>A gateway answers a question.</summary>
        public void Answer(IpAddress gateway)
        {
            if (gateway.IsIPv4)
            {
                Fixture.Host.Input(Fixture.Link, Frames.Arp(ArpOperation.Reply, gateway.ToIPv4(), HostFixture.Own4), default, Fixture.Now);
                return;
            }

            foreach (var own in Fixture.Link.Addresses.Where(own => own.Address.IsIPv6).ToList())
            {
                var answer = Frames.Advertisement(
                    gateway.ToIPv6(), own.Address.ToIPv6(),
                    NeighborAdvertisementFlags.Solicited | NeighborAdvertisementFlags.Override | NeighborAdvertisementFlags.Router);
                Fixture.Host.Input(Fixture.Link, answer, default, Fixture.Now);
            }
        }

        /// <summary>Lets time pass; the gateways that live answer what they are asked. Returns all frames.</summary>
        public List<byte[]> Step(TimeSpan span, params IpAddress[] alive)
        {
            List<byte[]> frames = [.. Fixture.Sink.Take().Select(frame => frame.Bytes), .. Fixture.Advance(span).Select(frame => frame.Bytes)];
            foreach (var gateway in alive.Where(gateway => frames.Any(frame => IsQuestion(frame, gateway))))
                Answer(gateway);
            frames.AddRange(Fixture.Sink.Take().Select(frame => frame.Bytes));
            return frames;
        }

        public List<string> Datagrams(TimeSpan span) => [.. Step(span).Select(Text).OfType<string>()];

        public List<string> DatagramsAnswering(IpAddress alive, TimeSpan span)
        {
            List<string> texts = [];
            for (var end = Fixture.Now + span; Fixture.Now < end;)
                texts.AddRange(Step(TimeSpan.FromSeconds(0.1), alive).Select(Text).OfType<string>());
            return texts;
        }

        public bool IsQuestion(byte[] frame, IpAddress gateway)
        {
            if (HostFixture.IsArp(frame))
                return ArpView.TryParse(Frames.Packet(frame), out var arp) && arp.Operation == ArpOperation.Request && arp.TargetAddress == gateway;
            return IPv6View.TryParse(Frames.Packet(frame), out var ip) && ip.NextHeader == IpProtocol.Icmpv6
                && ip.Payload[0] == (byte)Icmpv6Type.NeighborSolicitation && new IPv6Address(ip.Payload[8..24]) == gateway;
        }

        private static string? Text(byte[] frame)
        {
            var packet = Frames.Packet(frame);
            var upper = IPv4View.TryParse(packet, out var four) && four.Protocol == IpProtocol.Udp ? four.Payload
                : IPv6View.TryParse(packet, out var six) && six.NextHeader == IpProtocol.Udp ? six.Payload : default;
            return UdpView.TryParse(upper, out var udp) ? System.Text.Encoding.ASCII.GetString(udp.Payload) : null;
        }
    }
}
