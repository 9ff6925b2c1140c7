using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

public sealed class IcmpErrorTests
{
    [Theory]
    [InlineData(true, 10, 38)]
    [InlineData(true, 1000, 548)]
    [InlineData(false, 10, 58)]
    [InlineData(false, 1400, 1232)]
    [Rfc("1122", "UDP-1")]
    [Rfc("1122", "IP-39")]
    [Rfc("1122", "IP-41")]
    [Rfc("1122", "IP-154")]
    public void Port_unreachable_quotes_as_much_as_fits(bool isIPv4, int size, int quoted)
    {
        var frame = isIPv4 ? Frames.Udp4(1, 9, new byte[size]) : Frames.Udp6(1, 9, new byte[size]);
        var answer = HostFixture.One(new HostFixture().Receive(frame));
        Assert.Equal(Frames.Packet(frame)[..quoted], Quote(answer, isIPv4, out var type, out var code));
        Assert.Equal(isIPv4 ? (3, 3) : (1, 4), (type, code));
        Assert.Equal(0, answer[15] & (isIPv4 ? 0xFF : 0));
    }

    [Fact]
    [Rfc("exam", "2")]
    public void Padding_behind_the_datagram_is_never_quoted()
    {
        var frame = Frames.Udp4(1, 9, new byte[4]);
        byte[] padded = [.. frame, .. Enumerable.Repeat((byte)0xEE, 14)];
        Assert.Equal(Frames.Packet(frame), Quote(HostFixture.One(new HostFixture().Receive(padded)), true, out _, out _));
    }

    [Fact]
    public void A_quote_never_holds_a_partial_checksum()
    {
        var frame = Frames.Udp4(1, 9, Frames.Pattern(101));
        var partial = (byte[])frame.Clone();
        var sum = InternetChecksum.AddPseudoHeader(HostFixture.Peer4, HostFixture.Own4, IpProtocol.Udp, 109);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(partial.AsSpan(40), InternetChecksum.Fold(sum));
        var answer = HostFixture.One(new HostFixture().Receive(partial, new FrameMeta(FrameFlags.NeedsChecksum, ChecksumStart: 34, ChecksumOffset: 6)));
        Assert.Equal(Frames.Packet(frame), Quote(answer, true, out _, out _));
    }

    [Fact]
    [Rfc("1122", "IP-42")]
    [Rfc("1122", "IP-43")]
    [Rfc("1122", "IP-44")]
    [Rfc("1122", "IP-45")]
    [Rfc("1122", "IP-46")]
    [Rfc("exam", "80")]
    [Rfc("defect", "13")]
    public void What_is_never_answered_with_an_error()
    {
        var fixture = new HostFixture();
        var broadcast = IPv4Address.Parse("10.0.1.255");
        fixture.Drops(DropReason.NoPort, Frames.Udp4(1, 9, "x"u8, broadcast, MacAddress.Broadcast));
        fixture.Drops(DropReason.NoPort, Frames.Udp4(1, 9, "x"u8, IPv4Address.AllHosts, MacAddress.ForMulticast(IPv4Address.AllHosts)));
        fixture.Drops(DropReason.NoPort, Frames.Udp6(1, 9, "x"u8, IPv6Address.AllNodes));
        fixture.Drops(DropReason.UnknownProtocol, Frames.IPv4(47, new byte[8], destination: broadcast, to: MacAddress.Broadcast));
        fixture.Drops(DropReason.UnknownProtocol, Frames.IPv6(47, new byte[8], destination: IPv6Address.AllNodes));
        fixture.Drops(DropReason.UnknownProtocol, Frames.IPv6(47, new byte[8], source: IPv6Address.Unspecified));

        // An error with options that nobody can read draws no error.
        var error = new byte[36];
        Icmpv4Writer.WriteUnreachable(error, Icmpv4UnreachableCode.Port, new byte[28]);
        fixture.Drops(DropReason.BadExtensionHeaders, Frames.IPv4(IpProtocol.Icmp, error, options: [7, 40, 4, 0]));
        fixture.Drops(DropReason.BadExtensionHeaders, Frames.IPv4(47, new byte[8], offset: 64, options: [7, 40, 4, 0]));
    }

    [Fact]
    [Rfc("exam", "80")]
    public void An_unknown_option_with_the_highest_bits_10_is_answered_even_to_a_group()
    {
        byte[] options = [IpProtocol.NoNext, 0, 0x80, 4, 0, 0, 0, 0];
        var answer = HostFixture.One(new HostFixture().Receive(Frames.IPv6(IpProtocol.DestinationOptions, options, destination: IPv6Address.AllNodes)));
        Assert.True(IPv6View.TryParse(Frames.Packet(answer), out var ip));
        Assert.Equal((byte)Icmpv6Type.ParameterProblem, ip.Payload[0]);
        Assert.Equal(HostFixture.Own6, ip.Source);
    }

    [Fact]
    [Rfc("exam", "16")]
    [Rfc("exam", "80")]
    public void Errors_are_limited_and_the_limit_is_no_side_channel()
    {
        var counts = new HashSet<int>();
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var fixture = new HostFixture(seed: seed);
            var answers = Enumerable.Range(0, 200).Sum(_ => fixture.Receive(Frames.Udp4(1, 9, "x"u8)).Count);
            Assert.InRange(answers, 25, 50);
            counts.Add(answers);
            Assert.Equal(200 - answers, fixture.Host.Counters[Counter.IcmpErrorsLimited]);
            fixture.Advance(TimeSpan.FromSeconds(1));
            Assert.NotEmpty(fixture.Receive(Frames.Udp4(1, 9, "x"u8)));
        }

        Assert.True(counts.Count > 2, "the number of answers to a burst must vary");
    }

    [Fact]
    [Rfc("1122", "UDP-5")]
    [Rfc("1122", "IP-40")]
    [Rfc("1122", "IP-49")]
    [Rfc("1122", "IP-59")]
    [Rfc("1122", "IP-61")]
    public void An_error_reaches_the_connected_port_that_it_belongs_to()
    {
        var fixture = new HostFixture();
        var connected = Bind(fixture, 700, out var user);
        Assert.Equal(SocketError.Success, connected.Connect(new TransportEndpoint(HostFixture.Peer4, 9), fixture.Now));
        var open = Bind(fixture, 701, out var other);
        foreach (var (type, code, expected) in new (Icmpv4Type, byte, SocketError)[]
                 {
                     (Icmpv4Type.DestinationUnreachable, 3, SocketError.ConnectionRefused), (Icmpv4Type.DestinationUnreachable, 1, SocketError.HostUnreachable),
                     (Icmpv4Type.DestinationUnreachable, 0, SocketError.NetworkUnreachable), (Icmpv4Type.TimeExceeded, 0, SocketError.HostUnreachable),
                     (Icmpv4Type.ParameterProblem, 0, SocketError.HostUnreachable),
                 })
        {
            fixture.Receive(Error(type, code, 700));
            Assert.Equal(expected, connected.TakeError());
        }

        Assert.True(user.Saw(UdpEvents.Failed));
        fixture.Receive(Error(Icmpv4Type.DestinationUnreachable, 3, 701));
        Assert.Equal(SocketError.Success, open.TakeError());
        Assert.False(other.Saw(UdpEvents.Failed));
        open.ReceiveErrors = true;
        fixture.Receive(Error(Icmpv4Type.DestinationUnreachable, 3, 701));
        Assert.Equal(SocketError.ConnectionRefused, open.TakeError());
    }

    [Fact]
    [Rfc("exam", "12")]
    public void A_garbled_quote_is_ignored_whatever_its_length()
    {
        var fixture = new HostFixture();
        var whole = Error(Icmpv4Type.DestinationUnreachable, 3, 700);
        for (var length = 0; length < 28; length++)
        {
            var message = new byte[8 + length];
            Icmpv4Writer.WriteUnreachable(message, Icmpv4UnreachableCode.Port, whole.AsSpan(42, length));
            fixture.Drops(DropReason.BadIcmpQuote, Frames.IPv4(IpProtocol.Icmp, message));
        }
    }

    [Fact]
    [Rfc("exam", "35")]
    public void Source_quench_and_unknown_types_change_nothing()
    {
        var fixture = new HostFixture();
        foreach (var type in (Icmpv4Type[])[Icmpv4Type.SourceQuench, (Icmpv4Type)200])
        {
            fixture.Drops(DropReason.IgnoredIcmp, Error(type, 0, 700));
        }
    }

    [Fact]
    public void A_router_that_says_too_big_lowers_the_path_mtu_of_a_port_that_is_there()
    {
        var fixture = new HostFixture();
        Bind(fixture, 700, out _).Send("x"u8, new TransportEndpoint(HostFixture.Peer4, 9), default, fixture.Now);
        fixture.Receive(Error(Icmpv4Type.DestinationUnreachable, 4, 999, 1300));
        Assert.Equal(0, fixture.Host.Counters[Counter.PathMtuReduced]);
        fixture.Receive(Error(Icmpv4Type.DestinationUnreachable, 4, 700, 1300));
        Assert.Equal(1, fixture.Host.Counters[Counter.PathMtuReduced]);
    }

    [Fact]
    [Rfc("1122", "IP-64")]
    [Rfc("1122", "IP-69")]
    public void The_echo_client_hears_answers_and_errors()
    {
        var fixture = new HostFixture();
        var user = new EchoUser();
        var port = fixture.Host.Echo.Open(user)!;
        Assert.Equal(SocketError.Success, port.Send(HostFixture.Peer4, 0, 5, "data"u8, 0, fixture.Now));
        Assert.True(IPv4View.TryParse(Frames.Packet(HostFixture.One(fixture.Sink.Take())), out var ip));
        Assert.True(Icmpv4View.TryParse(ip.Payload, out var request));
        Assert.True(request.VerifyChecksum());
        Assert.Equal((Icmpv4Type.EchoRequest, port.Identifier, (ushort)5), (request.Type, request.Identifier, request.Sequence));

        fixture.Receive(Frames.IPv4(IpProtocol.Icmp, Frames.Echo4Message(port.Identifier, 5, "data"u8, Icmpv4Type.EchoReply)));
        fixture.Receive(Frames.IPv6(IpProtocol.Icmpv6, Frames.Echo6Message(port.Identifier, 6, "data"u8, Icmpv6Type.EchoReply)));
        Assert.Equal([5, 6], user.Replies);
        var error = new byte[8 + ip.Packet.Length];
        Icmpv4Writer.WriteUnreachable(error, Icmpv4UnreachableCode.Host, ip.Packet);
        fixture.Receive(Frames.IPv4(IpProtocol.Icmp, error));
        Assert.Equal([(5, IcmpErrorKind.HostUnreachable)], user.Errors);
        port.Close();
        fixture.Drops(DropReason.NoPort, Frames.IPv4(IpProtocol.Icmp, Frames.Echo4Message(port.Identifier, 5, "data"u8, Icmpv4Type.EchoReply)));
    }

    private static UdpPort Bind(HostFixture fixture, ushort number, out UdpUser user)
    {
        user = new UdpUser();
        Assert.Equal(SocketError.Success, fixture.Host.Udp.Bind(new TransportEndpoint(IPv4Address.Unspecified, number), false, false, user, out var port));
        return port!;
    }

    /// <summary>An error about a datagram from a port of ours to the peer's port 9.</summary>
    private static byte[] Error(Icmpv4Type type, byte code, ushort ownPort, ushort mtu = 0)
    {
        var datagram = Frames.UdpDatagram(HostFixture.Own4, HostFixture.Peer4, ownPort, 9, "x"u8);
        var quoted = Frames.Packet(Frames.IPv4(IpProtocol.Udp, datagram, HostFixture.Own4, HostFixture.Peer4));
        var message = new byte[8 + quoted.Length];
        Icmpv4Writer.Write(message, type, code, mtu, quoted);
        return Frames.IPv4(IpProtocol.Icmp, message);
    }

    private static byte[] Quote(byte[] answer, bool isIPv4, out byte type, out byte code)
    {
        if (isIPv4)
        {
            Assert.True(IPv4View.TryParse(Frames.Packet(answer), out var ip));
            Assert.True(Icmpv4View.TryParse(ip.Payload, out var message));
            Assert.True(message.VerifyChecksum());
            (type, code) = ((byte)message.Type, message.Code);
            return message.Payload.ToArray();
        }

        Assert.True(IPv6View.TryParse(Frames.Packet(answer), out var ip6));
        Assert.True(Icmpv6View.TryParse(ip6.Payload, out var message6));
        Assert.True(message6.VerifyChecksum(ip6.Source, ip6.Destination));
        (type, code) = ((byte)message6.Type, message6.Code);
        return message6.Payload.ToArray();
    }

    private sealed class EchoUser : IIcmpEchoUser
    {
        public List<int> Replies { get; } = [];

        public List<(int Sequence, IcmpErrorKind Kind)> Errors { get; } = [];

        public void OnEchoReply(IcmpEchoPort port, in IcmpEchoReply reply, Instant now) => Replies.Add(reply.Sequence);

        public void OnEchoError(IcmpEchoPort port, ushort sequence, in IcmpErrorReport error, Instant now) => Errors.Add((sequence, error.Kind));
    }
}
