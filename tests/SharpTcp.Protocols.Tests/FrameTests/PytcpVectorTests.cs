using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text.Json;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.FrameTests;

/// <summary>Another stack's frames, in and out, with its settings and without its choices.</summary>
public sealed class PytcpVectorTests
{
    private static readonly JsonElement Vectors =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "pytcp.json"))).RootElement;

    // Where an RFC says otherwise than that stack, the RFC counts.
    private static readonly Dictionary<string, string> OtherByRfc = new()
    {
        ["ether_phtx__ip6_packet_to_multicast_address"] = "RFC 4291 §2.7: ff01::1 never leaves the interface",
        ["icmp6_phtx__ip6_icmp6_nd_router_solicitation"] = "RFC 4861 §4.1: to ff02::2; ff01::2 never leaves the interface (RFC 4291 §2.7)",
        ["ip4_phtx__ip4_to_unicast_address_on_local_network__src_limited_broadcast_replace"] = "RFC 1122 §3.2.1.3: a source that is not ours is refused",
        ["ip4_phtx__ip4_to_unicast_address_on_local_network__src_multicast_replace"] = "RFC 1122 §3.2.1.3: a source that is not ours is refused",
        ["ip4_phtx__ip4_to_unicast_address_on_local_network__src_network_broadcast_replace"] = "RFC 1122 §3.2.1.3: a source that is not ours is refused",
        ["ip6_phtx__ip6_to_unicast_address_on_local_network__src_multicast_replace"] = "RFC 4291 §2.7: a group is no source",
        ["ip4_phtx__ip4_to_unicast_address_on_local_network__src_unspecified_drop"] = "RFC 1122 §3.4: the host chooses a source where a gateway is known",
        ["ip6_phtx__ip6_to_unicast_address_on_local_network__src_unspecified_drop"] = "RFC 6724 §5: the host chooses a source where a gateway is known",
    };

    public static TheoryData<int, string> RxTx => Names("rx_tx");

    public static TheoryData<int, string> Tx => Names("tx");

    [Theory]
    [MemberData(nameof(RxTx))]
    public void What_comes_out_for_what_goes_in(int index, string name)
    {
        var settings = Vectors.GetProperty("rx_tx").GetProperty("settings");
        var vector = Vectors.GetProperty("rx_tx").GetProperty("vectors")[index];
        var stack = new Stack(settings, name);
        var echo = new EchoServer(stack.Host);
        var sent = new List<byte[]>();
        foreach (var frame in vector.GetProperty("in").EnumerateArray())
        {
            stack.Host.Input(stack.Link, Convert.FromHexString(frame.GetString()!), default, stack.Now);
            stack.Host.Poll(stack.Now);
            echo.Pump(stack.Now);
            sent.AddRange(stack.Sink.Take().Select(taken => taken.Bytes));
        }

        var expected = vector.GetProperty("out").EnumerateArray().Select(frame => SwapEchoPorts(Convert.FromHexString(frame.GetString()!))).ToList();
        Assert.Equal(expected.Select(frame => Masked(frame)), sent.Select(frame => Masked(frame)));
    }

    [Theory]
    [MemberData(nameof(Tx))]
    public void What_leaves_when_it_is_told_to_send(int index, string name)
    {
        var vector = Vectors.GetProperty("tx").GetProperty("vectors")[index];
        var stack = new Stack(Vectors.GetProperty("tx").GetProperty("settings"), name);
        var args = vector.GetProperty("calls")[0].GetProperty("args");
        var expected = vector.GetProperty("out").EnumerateArray().Select(frame => Convert.FromHexString(frame.GetString()!)).ToList();
        Assert.True(TryAddress(args, "src", out var source));
        Assert.True(TryAddress(args, "dst", out var destination));
        var status = Send(stack, source, destination, expected);
        var sent = stack.Sink.Take().Select(frame => frame.Bytes).ToList();
        if (OtherByRfc.TryGetValue(name, out var rule))
        {
            Assert.True(status is not null || expected.Count == 0, rule);
            return;
        }

        if (expected.Count == 0)
        {
            // A packet whose neighbour is unknown waits, and the neighbour is asked for (RFC 1122 §2.3.2.2); everything else is refused.
            Assert.True(name.EndsWith("cache_miss", StringComparison.Ordinal) ? sent.All(IsQuestion) && sent.Count == 1 : status is not null && sent.Count == 0);
            return;
        }

        Assert.Null(status);
        Assert.Equal(expected.Select(frame => Masked(frame)), sent.Select(frame => Masked(frame)));
    }

    /// <summary>Sends the transport part of the expected frames; null if it went.</summary>
    private static SocketError? Send(Stack stack, IpAddress source, IpAddress destination, List<byte[]> expected)
    {
        var resolved = stack.Host.Ip.Resolve(source, destination, 0, stack.Now, out var entry);
        if (resolved != SocketError.Success)
        {
            return resolved;
        }

        var (protocol, data) = expected.Count == 0
            ? (IpProtocol.Reserved, [])
            : Transport(expected, destination.IsIPv4);
        var header = protocol switch { IpProtocol.Tcp => (data[12] >> 4) * 4, IpProtocol.Udp or IpProtocol.Icmp or IpProtocol.Icmpv6 => 8, _ => 0 };
        data.AsSpan(0, header).CopyTo(stack.Host.Ip.TransportHeader);
        var hop = expected.Count == 0 ? (byte)0 : expected[0][destination.IsIPv4 ? 22 : 21];
        var packet = new TransportPacket { HeaderLength = header, First = data.AsSpan(header), Protocol = protocol, HopLimit = hop };
        var status = stack.Host.Ip.Send(entry!, ref packet, stack.Now);
        return status == SendStatus.Sent ? null : status.ToSocketError();
    }

    private static (byte Protocol, byte[] Data) Transport(List<byte[]> frames, bool isIPv4)
    {
        var sent = frames.Select(frame => new SentFrame(frame, default)).ToList();
        var protocol = isIPv4 ? frames[0][23] : frames[0][20] == IpProtocol.Ipv6Fragment ? frames[0][54] : frames[0][20];
        return (protocol, Hosts.ReassemblyTests.Whole(sent, isIPv4));
    }

    private static bool TryAddress(JsonElement args, string which, out IpAddress address)
    {
        address = default;
        foreach (var prefix in (string[])["ip_", "ip4_", "ip6_"])
        {
            if (args.TryGetProperty(prefix + which, out var text))
            {
                return IpAddress.TryParse(text.GetString(), out address);
            }
        }

        return false;
    }

    private static bool IsQuestion(byte[] frame) =>
        HostFixture.IsArp(frame) || (frame[20] == IpProtocol.Icmpv6 && frame[54] == (byte)Icmpv6Type.NeighborSolicitation);

    /// <summary>That stack's built-in echo answers from port to port as they came; an honest one swaps them, which the sum does not notice.</summary>
    private static byte[] SwapEchoPorts(byte[] frame)
    {
        if (!EthernetView.TryParse(frame, out var ethernet))
        {
            return frame;
        }

        var isIPv4 = ethernet.EtherType == EtherType.IPv4;
        var isFragmentHeader = !isIPv4 && frame[20] == IpProtocol.Ipv6Fragment;
        var protocol = isIPv4 ? frame[23] : isFragmentHeader ? frame[54] : frame[20];
        var isFirst = isIPv4 ? (frame[20] & 0x1F) == 0 && frame[21] == 0 : !isFragmentHeader || (frame[56] == 0 && (frame[57] & 0xF8) == 0);
        if (ethernet.EtherType is not (EtherType.IPv4 or EtherType.IPv6) || protocol != IpProtocol.Udp || !isFirst)
        {
            return frame;
        }

        var at = isIPv4 ? 34 : isFragmentHeader ? 62 : 54;
        (frame[at], frame[at + 1], frame[at + 2], frame[at + 3]) = (frame[at + 2], frame[at + 3], frame[at], frame[at + 1]);
        return frame;
    }

    private static string Masked(byte[] frame) => Convert.ToHexStringLower(FrameMask.Apply(frame, otherStack: true));

    private static TheoryData<int, string> Names(string part)
    {
        var data = new TheoryData<int, string>();
        var index = 0;
        foreach (var vector in Vectors.GetProperty(part).GetProperty("vectors").EnumerateArray())
        {
            var name = vector.GetProperty("name").GetString()!;
            var isBelowIp = name.StartsWith("arp_phtx", StringComparison.Ordinal) || name.StartsWith("ether_phtx__ether_packet", StringComparison.Ordinal);
            if (!isBelowIp)
            {
                data.Add(index, name); // five frames are put together by hand, without IP: the Wire tests have them
            }

            index++;
        }

        return data;
    }

    /// <summary>A host with the settings of a part of the file.</summary>
    private sealed class Stack
    {
        public Stack(JsonElement settings, string name)
        {
            Host = new HostCore(new HostOptions { OnFault = (fault, where) => Assert.Fail($"{where}: {fault}") }, new SeededEntropy(1), Now);
            Link = Host.AddInterface(
                new InterfaceOptions
                {
                    Name = "tap7",
                    HardwareAddress = MacAddress.Parse(settings.GetProperty("stack_mac").GetString()!),
                    Capabilities = new LinkCapabilities(LinkMedium.Ethernet, settings.GetProperty("mtu").GetInt32()),
                    IPv6LinkLocal = false,
                    DuplicateAddressDetectTransmits = 0,
                },
                Sink,
                Now);
            foreach (var family in (string[])["4", "6"])
            {
                Host.AddAddress(Link, Prefix.Parse(settings.GetProperty("stack_ip" + family).GetString()!), Now);
                if (settings.TryGetProperty($"ip{family}_gateway", out var gateway) && !name.EndsWith("no_gateway", StringComparison.Ordinal))
                {
                    var miss = name.Contains("__gateway_", StringComparison.Ordinal);
                    var router = miss ? IpAddress.Parse(family == "4" ? "10.0.1.99" : "fe80::2") : IpAddress.Parse(gateway.GetString()!);
                    Host.AddRoute(Prefix.Parse(family == "4" ? "0.0.0.0/0" : "::/0"), router, Link);
                }
            }

            foreach (var cache in (string[])["arp_cache", "nd_cache"])
            {
                foreach (var neighbor in settings.GetProperty(cache).EnumerateObject().Where(entry => entry.Value.ValueKind == JsonValueKind.String))
                {
                    Host.AddNeighbor(Link, IpAddress.Parse(neighbor.Name), MacAddress.Parse(neighbor.Value.GetString()!), Now);
                }
            }

            while (!Host.NextDeadline.IsNever)
            {
                Now = Host.NextDeadline;
                Host.OnDeadline(Now);
            }

            Sink.Take();
        }

        public HostCore Host { get; }

        public NetworkInterface Link { get; }

        public RecordingSink Sink { get; } = new();

        public Instant Now { get; private set; } = new(10_000_000);
    }

    private sealed class EchoServer : IUdpUser
    {
        private readonly UdpPort _port;
        private readonly byte[] _buffer = new byte[65_536];

        public EchoServer(HostCore host)
        {
            Assert.Equal(SocketError.Success, host.Udp.Bind(new TransportEndpoint(IPv6Address.Unspecified, 7), true, false, this, out var port));
            _port = port!;
        }

        public void Pump(Instant now)
        {
            while (_port.TryReceive(_buffer, out var datagram))
            {
                var options = new UdpSendOptions { Source = datagram.Destination };
                Assert.Equal(SocketError.Success, _port.Send(_buffer.AsSpan(0, datagram.Length), datagram.Source, options, now));
            }
        }

        public void OnUdpEvents(UdpPort port, UdpEvents events)
        {
        }
    }
}
