using System;
using CsCheck;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class InternetChecksumTests
{
    private static readonly Gen<byte[]> Data = Gen.OneOf(Gen.Byte.Array[0, 80], Gen.Byte.Array[0, 3000], Gen.OneOf<byte>(0, 255).Array[0, 300]);

    [Fact]
    // RFC 1071 §3.
    public void Example_of_the_rfc()
    {
        byte[] data = [0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7];
        Assert.Equal(0xDDF2, InternetChecksum.Fold(InternetChecksum.Add(data)));
        Assert.Equal(0x220D, InternetChecksum.Finish(InternetChecksum.Add(data)));
    }

    [Fact]
    public void Every_path_agrees_with_the_plain_loop() =>
        Gen.Select(Data, Gen.Int[0, 7]).Sample((data, skip) =>
        {
            var part = data.AsSpan(Math.Min(skip, data.Length));
            Assert.Equal(Plain(part), InternetChecksum.Fold(InternetChecksum.Add(part)));
        });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(1_000_003)]
    public void Long_data_of_ones_does_not_overflow(int length)
    {
        var data = new byte[length];
        Array.Fill(data, (byte)0xFF);
        Assert.Equal(Plain(data), InternetChecksum.Fold(InternetChecksum.Add(data)));

        // 0xFFFFFFFF is minus zero and changes nothing but a sum of plus zero.
        var expected = length == 0 ? (ushort)0xFFFF : Plain(data);
        Assert.Equal(expected, InternetChecksum.Fold(InternetChecksum.Add(data, uint.MaxValue)));
    }

    [Fact]
    public void Copy_copies_all_and_nothing_else_and_sums_the_same() =>
        Gen.Select(Data, Gen.UInt).Sample((data, seed) =>
        {
            var destination = new byte[data.Length + 3];
            Array.Fill(destination, (byte)0xA5);
            Assert.Equal(InternetChecksum.Add(data, seed), InternetChecksum.CopyAndAdd(data, destination, seed));
            Assert.Equal(data, destination[..data.Length]);
            Assert.Equal([0xA5, 0xA5, 0xA5], destination[data.Length..]);
        });

    [Fact]
    public void Pieces_join_at_any_offset() =>
        Gen.Select(Data, Gen.Int[0, 3000]).Sample((data, cut) =>
        {
            cut = Math.Min(cut, data.Length);
            var front = InternetChecksum.Add(data.AsSpan(0, cut));
            var back = data.AsSpan(cut);
            var whole = cut % 2 == 0 ? InternetChecksum.Add(back, front) : InternetChecksum.AddOdd(back, front);
            Assert.Equal(InternetChecksum.Add(data), whole);
        });

    [Fact]
    public void Short_destination_is_refused() =>
        Assert.Throws<ArgumentException>(() => InternetChecksum.CopyAndAdd(new byte[5], new byte[4]));

    [Fact]
    // RFC 1624 §3.
    public void Update_equals_summing_anew() =>
        Gen.Select(Gen.Byte.Array[20], Gen.Int[0, 8], Gen.UInt).Sample((data, word, value) =>
        {
            data[18] |= 1; // a sum of zero cannot occur in a real header
            var before = InternetChecksum.Finish(InternetChecksum.Add(data));
            var field = data.AsSpan(2 * word, 4);
            var old = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(field);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(field, value);
            data[18] |= 1;
            value = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(field);
            Assert.Equal(InternetChecksum.Finish(InternetChecksum.Add(data)), InternetChecksum.Update(before, old, value));
        });

    [Fact]
    // RFC 1624 §4.
    public void Update_gives_plus_zero_in_the_example_of_the_rfc() =>
        Assert.Equal(0x0000, InternetChecksum.Update(0xDD2F, 0x5555, 0x3285));

    [Fact]
    public void Pseudo_headers_of_both_families()
    {
        byte[] v4 = [10, 0, 0, 1, 192, 168, 255, 254, 0, 6, 0, 20];
        Assert.Equal(
            InternetChecksum.Add(v4),
            InternetChecksum.AddPseudoHeader(new IPv4Address(10, 0, 0, 1), new IPv4Address(192, 168, 255, 254), IpProtocol.Tcp, 20));

        var source = IPv6Address.Parse("2001:db8::1");
        var destination = IPv6Address.Parse("fe80::ffff:ffff:ffff:ffff");
        var v6 = new byte[40];
        source.Write(v6);
        destination.Write(v6.AsSpan(16));
        v6[33] = 1; // length 0x10005
        v6[35] = 5;
        v6[39] = IpProtocol.Udp;
        Assert.Equal(InternetChecksum.Add(v6, 7), InternetChecksum.AddPseudoHeader(source, destination, IpProtocol.Udp, 0x10005, 7));
    }

    private static ushort Plain(ReadOnlySpan<byte> data)
    {
        ulong sum = 0;
        for (var i = 0; i < data.Length; i++)
            sum += i % 2 == 0 ? (uint)data[i] << 8 : data[i];
        while (sum > 0xFFFF)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)sum;
    }
}
