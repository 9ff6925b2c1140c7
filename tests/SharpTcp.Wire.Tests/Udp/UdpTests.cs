using System;
using System.Buffers.Binary;
using CsCheck;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class UdpTests
{
    private static readonly IpAddress V4 = new IPv4Address(10, 0, 0, 1);
    private static readonly IpAddress V6 = IPv6Address.Parse("2001:db8::1");

    [Fact]
    [Rfc("1122", "UDP-6")]
    public void What_is_written_parses_back_and_padding_is_left_out() =>
        Gen.Select(Gen.UShort, Gen.UShort, Gen.Byte.Array[0, 200], Gen.Int[0, 20], Gen.Bool).Sample((source, destination, data, padding, v6) =>
        {
            var address = v6 ? V6 : V4;
            var memory = new byte[8 + data.Length + padding];
            Datagram(source, destination, data, address).CopyTo(memory, 0);
            Assert.True(UdpView.TryParse(memory, out var view));
            Assert.Equal((source, destination, 8 + data.Length), (view.SourcePort, view.DestinationPort, view.Length));
            Assert.True(view.Payload.SequenceEqual(data));
            Assert.NotEqual(0, view.Checksum);
            Assert.True(view.VerifyChecksum(address, address));
        });

    [Fact]
    // RFC 768.
    [Rfc("8200", "8.1")]
    public void A_sum_of_zero_is_sent_as_all_ones()
    {
        // Data that makes the sum come to zero: the checksum of everything else.
        var datagram = Datagram(1, 2, [0, 0], V4);
        datagram.AsSpan(6, 2).CopyTo(datagram.AsSpan(8));
        UdpWriter.WriteChecksum(datagram, V4, V4);
        Assert.True(UdpView.TryParse(datagram, out var view));
        Assert.Equal(0xFFFF, view.Checksum);
        Assert.True(view.VerifyChecksum(V4, V4));
    }

    [Fact]
    // RFC 1122 §4.1.3.4, RFC 8200 §8.1.
    public void No_checksum_is_right_over_IPv4_only()
    {
        var datagram = new byte[9];
        UdpWriter.Write(datagram, 1, 2, 1);
        Assert.True(UdpView.TryParse(datagram, out var view));
        Assert.True(view.VerifyChecksum(V4, V4));
        Assert.False(view.VerifyChecksum(V6, V6));
    }

    [Fact]
    public void A_sum_of_the_data_and_a_device_come_to_the_same_checksum() =>
        Gen.Byte.Array[0, 100].Sample(data =>
        {
            var datagram = Datagram(53, 54, data, V6);
            var expected = BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(6));
            UdpWriter.WriteChecksum(datagram.AsSpan(0, 8), InternetChecksum.Add(data), data.Length, V6, V6);
            Assert.Equal(expected, BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(6)));
            UdpWriter.WritePartialChecksum(datagram.AsSpan(0, 8), data.Length, V6, V6);
            var completed = InternetChecksum.Finish(InternetChecksum.Add(datagram));
            Assert.Equal(expected, completed == 0 ? (ushort)0xFFFF : completed);
        });

    [Theory]
    [InlineData(7, 7)]
    [InlineData(8, 7)]
    [InlineData(8, 0)]
    [InlineData(8, 9)]
    [InlineData(20, 65535)]
    public void Impossible_lengths_are_refused(int length, int field)
    {
        var datagram = new byte[length];
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)field);
        Assert.False(UdpView.TryParse(datagram, out _));
    }

    [Fact]
    public void Every_prefix_and_change_is_parsed_or_refused() =>
        Hostile.Try(Datagram(7, 9, [1, 2, 3, 4, 5], V4), data =>
        {
            if (!UdpView.TryParse(data, out var view))
                return null;
            var digest = new HashCode();
            digest.Add(view.SourcePort);
            digest.Add(view.DestinationPort);
            digest.Add(view.Checksum);
            digest.AddBytes(view.Payload);
            digest.Add(view.VerifyChecksum(V4, V4));
            return digest.ToHashCode();
        });

    [Fact]
    public void A_quotation_needs_the_whole_header()
    {
        var datagram = Datagram(7, 9, [1, 2], V4);
        Assert.True(UdpView.TryParseQuote(datagram.AsSpan(0, 8), out var source, out var destination));
        Assert.Equal((7, 9), (source, destination));
        Assert.False(UdpView.TryParseQuote(datagram.AsSpan(0, 7), out _, out _));
    }

    [Fact]
    public void Wrong_calls_are_refused()
    {
        Assert.Throws<ArgumentException>(() => UdpWriter.Write(new byte[7], 1, 2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => UdpWriter.Write(new byte[8], 1, 2, UdpWriter.MaxPayloadLength + 1));
        Assert.Throws<ArgumentException>(() => UdpWriter.WriteChecksum(new byte[7], V4, V4));
    }

    [Fact]
    public void Another_stack_writes_the_same()
    {
        var vector = AssembleVectors.Get("udp_fpa__assemble");
        var data = vector.Hex("data");
        var ours = new byte[8 + data.Length];
        UdpWriter.Write(ours, vector.Fields.GetProperty("sport").GetUInt16(), vector.Fields.GetProperty("dport").GetUInt16(), data.Length);
        data.CopyTo(ours, 8);
        BinaryPrimitives.WriteUInt16BigEndian(ours.AsSpan(6), InternetChecksum.Finish(InternetChecksum.Add(ours, vector.PseudoHeaderSum)));
        Assert.Equal(vector.Octets, ours);
    }

    private static byte[] Datagram(ushort source, ushort destination, byte[] data, IpAddress address)
    {
        var datagram = new byte[8 + data.Length];
        Array.Fill(datagram, (byte)0xEE);
        Assert.Equal(8, UdpWriter.Write(datagram, source, destination, data.Length));
        data.CopyTo(datagram, 8);
        UdpWriter.WriteChecksum(datagram, address, address);
        return datagram;
    }
}
