using System;
using CsCheck;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class IcmpTests
{
    [Fact]
    public void An_ICMPv4_echo_parses_back() =>
        Gen.Select(Gen.Bool, Gen.UShort, Gen.UShort, Gen.Byte.Array[0, 100]).Sample((request, identifier, sequence, data) =>
        {
            var type = request ? Icmpv4Type.EchoRequest : Icmpv4Type.EchoReply;
            var message = new byte[200];
            var length = Icmpv4Writer.WriteEcho(message, type, identifier, sequence, data);
            Assert.True(Icmpv4View.TryParse(message.AsSpan(0, length), out var view));
            Assert.Equal((type, (byte)0, identifier, sequence), (view.Type, view.Code, view.Identifier, view.Sequence));
            Assert.Equal(data, view.Payload.ToArray());
            Assert.True(view.VerifyChecksum());
            Assert.False(view.IsError);
            message[sequence % length] ^= 0x10;
            Assert.True(Icmpv4View.TryParse(message.AsSpan(0, length), out view));
            Assert.False(view.VerifyChecksum());
        });

    [Fact]
    public void An_ICMPv6_echo_parses_back() =>
        Gen.Select(Gen.Bool, Gen.UShort, Gen.UShort, Gen.Byte.Array[0, 100], Samples.AnyIPv6, Samples.AnyIPv6)
            .Sample((request, identifier, sequence, data, source, target) =>
            {
                var type = request ? Icmpv6Type.EchoRequest : Icmpv6Type.EchoReply;
                var message = new byte[200];
                var length = Icmpv6Writer.WriteEcho(message, source, target, type, identifier, sequence, data);
                Assert.True(Icmpv6View.TryParse(message.AsSpan(0, length), out var view));
                Assert.Equal((type, (byte)0, identifier, sequence), (view.Type, view.Code, view.Identifier, view.Sequence));
                Assert.Equal(data, view.Payload.ToArray());
                Assert.True(view.VerifyChecksum(source, target));
                Assert.False(view.VerifyChecksum(source, new IPv6Address(target.Upper ^ 2, target.Lower)));
                Assert.False(view.IsError);
            });

    [Fact]
    public void Data_that_already_lies_behind_the_header_stays_there()
    {
        byte[] message = [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3];
        Icmpv4Writer.WriteEcho(message, Icmpv4Type.EchoReply, 5, 6, message.AsSpan(8));
        Assert.Equal([1, 2, 3], message[8..]);
    }

    [Fact]
    public void ICMPv4_errors_parse_back()
    {
        var quote = Segment4();
        var buffer = new byte[100];
        var view = Parse4(buffer.AsSpan(0, Icmpv4Writer.WriteUnreachable(buffer, Icmpv4UnreachableCode.FragmentationNeeded, quote, 1400)));
        Assert.Equal((Icmpv4Type.DestinationUnreachable, (byte)4, (ushort)1400), (view.Type, view.Code, view.NextHopMtu));
        view = Parse4(buffer.AsSpan(0, Icmpv4Writer.WriteTimeExceeded(buffer, IcmpTimeExceededCode.Reassembly, quote)));
        Assert.Equal((Icmpv4Type.TimeExceeded, (byte)1, 0u), (view.Type, view.Code, view.Rest));
        view = Parse4(buffer.AsSpan(0, Icmpv4Writer.WriteParameterProblem(buffer, 20, quote)));
        Assert.Equal((Icmpv4Type.ParameterProblem, (byte)20), (view.Type, view.Pointer));
        view = Parse4(buffer.AsSpan(0, Icmpv4Writer.WriteRedirect(buffer, 1, new IPv4Address(10, 0, 0, 254), quote)));
        Assert.Equal((Icmpv4Type.Redirect, new IPv4Address(10, 0, 0, 254)), (view.Type, view.Gateway));
        Assert.True(view.IsError && view.VerifyChecksum());
        Assert.True(QuotedPacket.TryParse(view, out var quoted));
        CheckQuote(quoted, new IPv4Address(10, 0, 0, 1), new IPv4Address(10, 0, 0, 7));
    }

    [Fact]
    public void ICMPv6_errors_parse_back()
    {
        var quote = Segment6();
        var (from, to) = (Samples.There, Samples.Here);
        var buffer = new byte[200];
        var view = Parse6(buffer.AsSpan(0, Icmpv6Writer.WriteUnreachable(buffer, from, to, Icmpv6UnreachableCode.Port, quote)));
        Assert.Equal((Icmpv6Type.DestinationUnreachable, (byte)4), (view.Type, view.Code));
        view = Parse6(buffer.AsSpan(0, Icmpv6Writer.WritePacketTooBig(buffer, from, to, 1280, quote)));
        Assert.Equal((Icmpv6Type.PacketTooBig, 1280u), (view.Type, view.Mtu));
        view = Parse6(buffer.AsSpan(0, Icmpv6Writer.WriteTimeExceeded(buffer, from, to, IcmpTimeExceededCode.HopLimit, quote)));
        Assert.Equal((Icmpv6Type.TimeExceeded, (byte)0), (view.Type, view.Code));
        view = Parse6(buffer.AsSpan(0, Icmpv6Writer.WriteParameterProblem(buffer, from, to, Icmpv6ParameterProblemCode.UnrecognizedOption, 42, quote)));
        Assert.Equal((Icmpv6Type.ParameterProblem, (byte)2, 42u), (view.Type, view.Code, view.Pointer));
        Assert.True(view.IsError && view.VerifyChecksum(from, to));
        Assert.True(QuotedPacket.TryParse(view, out var quoted));
        CheckQuote(quoted, Samples.Here, Samples.There);
    }

    [Fact]
    [Rfc("exam", "12")]
    public void A_quote_cut_anywhere_tells_what_it_holds_and_no_more()
    {
        var (four, six) = (Segment4(), Segment6());
        for (var length = 0; length <= four.Length; length++)
        {
            Assert.Equal(length >= 24, QuotedPacket.TryParseIPv4(four.AsSpan(0, length).ToArray(), out var quoted)); // the header has an option
            Assert.Equal(length >= 32, quoted.HasPorts && quoted.TryGetTcpSequence(out _));
        }
        for (var length = 0; length <= six.Length; length++)
        {
            Assert.Equal(length >= 40, QuotedPacket.TryParseIPv6(six.AsSpan(0, length).ToArray(), out var quoted));
            Assert.Equal(length >= 64, quoted.HasPorts && quoted.TryGetTcpSequence(out _)); // two extension headers
        }
    }

    [Fact]
    [Rfc("exam", "12")]
    public void A_garbled_quote_is_parsed_or_refused()
    {
        var buffer = new byte[200];
        var length = Icmpv4Writer.WriteUnreachable(buffer, Icmpv4UnreachableCode.Port, Segment4());
        Damage.Everywhere(buffer.AsSpan(0, length), Touch.Icmpv4);
        length = Icmpv6Writer.WriteUnreachable(buffer, Samples.There, Samples.Here, Icmpv6UnreachableCode.Port, Segment6());
        Damage.Everywhere(Samples.IPv6(Samples.There, Samples.Here, IpProtocol.Icmpv6, 64, buffer.AsSpan(0, length)), Touch.IPv6);
        Gen.Byte.Array[0, 60].Sample(bytes =>
        {
            QuotedPacket.TryParseIPv4(bytes, out var quoted);
            Assert.InRange(quoted.Transport.Length, 0, 40);
            QuotedPacket.TryParseIPv6(bytes, out quoted);
            Assert.InRange(quoted.Transport.Length, 0, 20);
        });
    }

    [Fact]
    public void A_quoted_later_fragment_has_no_ports()
    {
        var four = Segment4();
        four[7] = 1;
        Assert.True(QuotedPacket.TryParseIPv4(four, out var quoted));
        Assert.False(quoted.HasPorts);
        var six = Samples.IPv6(Samples.Here, Samples.There, IpProtocol.Ipv6Fragment, 64, [IpProtocol.Tcp, 0, 0, 8, 0, 0, 0, 1, .. new byte[20]]);
        Assert.True(QuotedPacket.TryParseIPv6(six, out quoted));
        Assert.False(quoted.HasPorts);
    }

    [Fact]
    public void A_quoted_echo_request_names_its_identifier()
    {
        var echo = new byte[12];
        Icmpv6Writer.WriteEcho(echo, Samples.Here, Samples.There, Icmpv6Type.EchoRequest, 77, 3, new byte[4]);
        Assert.True(QuotedPacket.TryParseIPv6(Samples.IPv6(Samples.Here, Samples.There, IpProtocol.Icmpv6, 64, echo), out var quoted));
        Assert.True(quoted.TryGetEcho(out var identifier, out var sequence));
        Assert.Equal((77, 3), (identifier, sequence));
    }

    [Fact]
    [Rfc("exam", "1")]
    public void Short_messages_are_refused()
    {
        for (var length = 0; length < 12; length++)
        {
            Assert.Equal(length >= 8, Icmpv4View.TryParse(new byte[length], out _));
            Assert.Equal(length >= 8, Icmpv6View.TryParse(new byte[length], out _));
        }
        Assert.Throws<ArgumentException>(() => Icmpv4Writer.WriteEcho(new byte[9], Icmpv4Type.EchoReply, 0, 0, new byte[2]));
    }

    private static void CheckQuote(QuotedPacket quoted, IpAddress source, IpAddress destination)
    {
        Assert.Equal((source, destination, IpProtocol.Tcp), (quoted.Source, quoted.Destination, quoted.Protocol));
        Assert.Equal((40_000, 7), (quoted.SourcePort, quoted.DestinationPort));
        Assert.True(quoted.TryGetTcpSequence(out var sequence));
        Assert.Equal(new SequenceNumber(0x0102_0304), sequence);
        Assert.False(quoted.TryGetEcho(out _, out _));
    }

    // An IPv4 header with a router alert, and the start of a TCP segment.
    private static byte[] Segment4() =>
        [0x46, 0, 5, 0xDC, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 7, 0x94, 4, 0, 0, 0x9C, 0x40, 0, 7, 1, 2, 3, 4, 9, 9, 9, 9];

    // Destination options and the first fragment of a TCP segment.
    private static byte[] Segment6() => Samples.IPv6(
        Samples.Here, Samples.There, IpProtocol.DestinationOptions, 64,
        [IpProtocol.Ipv6Fragment, 0, 1, 4, 0, 0, 0, 0, IpProtocol.Tcp, 0, 0, 1, 0, 0, 0, 1, 0x9C, 0x40, 0, 7, 1, 2, 3, 4, 9, 9, 9, 9]);

    private static Icmpv4View Parse4(ReadOnlySpan<byte> message)
    {
        Assert.True(Icmpv4View.TryParse(message, out var view));
        return view;
    }

    private static Icmpv6View Parse6(ReadOnlySpan<byte> message)
    {
        Assert.True(Icmpv6View.TryParse(message, out var view));
        return view;
    }
}
