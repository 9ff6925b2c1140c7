using System;
using System.Buffers.Binary;
using CsCheck;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class IPv4Tests
{
    private static readonly Gen<IPv4Header> AnyHeader =
        Gen.Select(Gen.Byte, Gen.UShort, Gen.Int[0, 3], Gen.Int[0, 0x1FFF], Gen.UShort, Gen.UInt, Gen.UInt, (trafficClass, id, flags, offset, ttlAndProtocol, source, destination) =>
            new IPv4Header
            {
                TrafficClass = trafficClass,
                Identification = id,
                DontFragment = (flags & 1) != 0,
                MoreFragments = (flags & 2) != 0,
                FragmentOffset = 8 * offset,
                TimeToLive = (byte)ttlAndProtocol,
                Protocol = (byte)(ttlAndProtocol >> 8),
                Source = new IPv4Address(source),
                Destination = new IPv4Address(destination),
            });

    [Fact]
    public void What_is_written_parses_back_and_padding_is_left_out() =>
        Gen.Select(AnyHeader, Gen.Byte.Array[0, 40], Gen.Byte.Array[0, 100], Gen.Int[0, 46]).Sample((header, options, data, padding) =>
        {
            var packet = Packet(header, options, data);
            var frame = new byte[packet.Length + padding];
            packet.CopyTo(frame, 0);
            Assert.True(IPv4View.TryParse(frame, out var view));
            Assert.Equal(header, Fields(view));
            Assert.Equal(packet.Length, view.TotalLength);
            Assert.Equal(20 + (options.Length + 3) / 4 * 4, view.HeaderLength);
            Assert.True(view.Options.StartsWith(options) && view.Options[options.Length..].IndexOfAnyExcept((byte)0) < 0);
            Assert.True(view.Payload.SequenceEqual(data));
            Assert.Equal(header.MoreFragments || header.FragmentOffset > 0, view.IsFragment);
            Assert.Equal((header.TrafficClass >> 2, header.TrafficClass & 3), (view.Dscp, view.Ecn));
            Assert.False(view.ReservedFlag || view.IsTruncated);
            Assert.True(view.VerifyChecksum());
        });

    [Fact]
    [Rfc("1122", "IP-11")]
    public void A_changed_octet_of_the_header_fails_the_checksum() =>
        Gen.Select(AnyHeader, Gen.Int[0, 19], Gen.Byte[1, 255]).Sample((header, at, change) =>
        {
            var packet = Packet(header, [], [1, 2, 3, 4]);
            packet[at] ^= change;
            Assert.False(IPv4View.TryParse(packet, out var view) && view.VerifyChecksum());
        });

    [Theory]
    [InlineData(19, 0x45, 19)]
    [InlineData(20, 0x44, 20)]
    [InlineData(20, 0x46, 20)] // header behind the end
    [InlineData(24, 0x46, 20)] // header longer than the packet
    [InlineData(20, 0x45, 21)]
    [InlineData(20, 0x45, 0)]
    [InlineData(20, 0x45, 19)]
    [InlineData(20, 0x65, 20)]
    [InlineData(20, 0x55, 20)]
    [Rfc("1122", "IP-10")]
    [Rfc("exam", "2")]
    [Rfc("exam", "3")]
    public void Impossible_lengths_and_versions_are_refused(int length, byte first, ushort total)
    {
        var packet = new byte[length];
        packet[0] = first;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), total);
        Assert.False(IPv4View.TryParse(packet, out var view));
        Assert.True(view.Packet.IsEmpty);
    }

    [Fact]
    public void Every_prefix_and_change_is_parsed_or_refused()
    {
        var packet = Packet(new IPv4Header { Protocol = 17, TimeToLive = 64 }, [148, 4, 0, 0, 7, 7, 4, 1, 2, 3, 4, 1], [1, 2, 3, 4]);
        Hostile.Try(packet, data => IPv4View.TryParse(data, out var view) ? Digest(view) : null);
        Hostile.Try(packet, data => IPv4View.TryParseQuote(data, out var view) ? Digest(view) : null);
    }

    [Fact]
    public void A_quotation_may_be_cut_behind_the_header()
    {
        var packet = Packet(new IPv4Header { Protocol = 6 }, [], new byte[100]);
        Assert.False(IPv4View.TryParse(packet.AsSpan(0, 28), out _));
        Assert.True(IPv4View.TryParseQuote(packet.AsSpan(0, 28), out var view));
        Assert.Equal((true, 8, 120), (view.IsTruncated, view.Payload.Length, view.TotalLength));
        Assert.False(IPv4View.TryParseQuote(packet.AsSpan(0, 19), out _));
    }

    [Fact]
    public void Wrong_calls_are_refused()
    {
        var buffer = new byte[64];
        Assert.Throws<ArgumentException>(() => IPv4Writer.Write(new byte[19], default, 0));
        Assert.Throws<ArgumentException>(() => IPv4Writer.Write(buffer, default, 0, new byte[41]));
        Assert.Throws<ArgumentOutOfRangeException>(() => IPv4Writer.Write(buffer, default, 65516));
        Assert.Throws<ArgumentOutOfRangeException>(() => IPv4Writer.Write(buffer, new IPv4Header { FragmentOffset = 4 }, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => IPv4Writer.Write(buffer, new IPv4Header { FragmentOffset = 65536 }, 0));
        Assert.Equal(20, IPv4Writer.Write(buffer, default, 65515));
    }

    [Theory]
    [InlineData("ip4_fpa__assemble")]
    [InlineData("ip4_frag_fpa__assemble")]
    public void Another_stack_writes_the_same(string name)
    {
        var vector = AssembleVectors.Get(name);
        var fields = vector.Fields;
        var isFragment = fields.TryGetProperty("offset", out var offset);
        var data = isFragment ? vector.Hex("data") : Convert.FromHexString(fields.GetProperty("carried_packet").GetProperty("data").GetProperty("hex").GetString()!);
        var header = new IPv4Header
        {
            Source = IPv4Address.Parse(fields.GetProperty("src").GetString()!),
            Destination = IPv4Address.Parse(fields.GetProperty("dst").GetString()!),
            TimeToLive = fields.GetProperty("ttl").GetByte(),
            TrafficClass = (byte)(fields.GetProperty("dscp").GetByte() << 2 | fields.GetProperty("ecn").GetByte()),
            Identification = fields.GetProperty("id").GetUInt16(),
            DontFragment = !isFragment,
            MoreFragments = isFragment,

            // 54321 is not a multiple of 8: that stack cuts the rest off.
            FragmentOffset = isFragment ? offset.GetInt32() / 8 * 8 : 0,
            Protocol = IpProtocol.Reserved,
        };

        // RFC 791 §3.1: a header ends on a word. That stack does not pad its two octets of options and announces a header of 20, so that they
        // read as payload; and it sums them with the header. All but the sum is compared.
        byte[] options = [IPv4OptionType.Nop, IPv4OptionType.End];
        Assert.Equal(0, InternetChecksum.Finish(InternetChecksum.Add(vector.Octets.AsSpan(0, 22))));
        var ours = Packet(header, [], [.. options, .. data]);
        vector.Octets.AsSpan(10, 2).CopyTo(ours.AsSpan(10));
        Assert.Equal(vector.Octets, ours);
    }

    private static IPv4Header Fields(IPv4View view) => new()
    {
        TrafficClass = view.TrafficClass,
        Identification = view.Identification,
        DontFragment = view.DontFragment,
        MoreFragments = view.MoreFragments,
        FragmentOffset = view.FragmentOffset,
        TimeToLive = view.TimeToLive,
        Protocol = view.Protocol,
        Source = view.Source,
        Destination = view.Destination,
    };

    private static byte[] Packet(in IPv4Header header, ReadOnlySpan<byte> options, byte[] data)
    {
        var memory = new byte[IPv4View.MaxHeaderLength + data.Length];
        Array.Fill(memory, (byte)0xEE);
        var length = IPv4Writer.Write(memory, header, data.Length, options);
        data.CopyTo(memory, length);
        return memory[..(length + data.Length)];
    }

    private static int Digest(IPv4View view)
    {
        var digest = new HashCode();
        digest.Add(Fields(view));
        digest.Add(view.TotalLength);
        digest.Add(view.HeaderChecksum);
        digest.Add(view.ReservedFlag);
        digest.AddBytes(view.Header);
        digest.AddBytes(view.Payload);
        digest.Add(view.VerifyChecksum());
        var options = new IPv4Options(view.Options);
        while (options.MoveNext())
        {
            digest.Add(options.Current.Type);
            digest.AddBytes(options.Current.Data);
        }

        digest.Add(options.ErrorPointer);
        return digest.ToHashCode();
    }
}
