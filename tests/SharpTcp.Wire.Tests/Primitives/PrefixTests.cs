using System;
using System.Linq;
using CsCheck;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class PrefixTests
{
    private static readonly Gen<Prefix> AnyPrefix = Gen.OneOf(
        Gen.Select(Gen.UInt, Gen.Int[0, 32], (value, length) => new Prefix(new IPv4Address(value), length)),
        Gen.Select(Gen.ULong, Gen.ULong, Gen.Int[0, 128], (upper, lower, length) => new Prefix(new IPv6Address(upper, lower), length)));

    [Theory]
    [InlineData("10.0.0.7/24", "10.0.0.0", "255.255.255.0", "10.0.0.255")]
    [InlineData("10.0.0.7/0", "0.0.0.0", "0.0.0.0", "255.255.255.255")]
    [InlineData("10.0.0.7/30", "10.0.0.4", "255.255.255.252", "10.0.0.7")]
    [InlineData("10.0.0.7/31", "10.0.0.6", "255.255.255.254", null)] // RFC 3021
    [InlineData("10.0.0.7/32", "10.0.0.7", "255.255.255.255", null)]
    [InlineData("2001:db8:1:2:3::7/64", "2001:db8:1:2::", "ffff:ffff:ffff:ffff::", null)]
    [InlineData("2001:db8::7/0", "::", "::", null)]
    [InlineData("2001:db8::7/128", "2001:db8::7", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null)]
    public void A_prefix_knows_its_network(string text, string network, string netmask, string? broadcast)
    {
        var prefix = Prefix.Parse(text);
        Assert.Equal(text, prefix.ToString());
        Assert.Equal(network, prefix.Network.ToString());
        Assert.Equal(netmask, prefix.Netmask.ToString());
        Assert.Equal(broadcast, prefix.Broadcast?.ToString());
        Assert.Equal($"{network}/{prefix.Length}", prefix.ToNetwork().ToString());
        Assert.Equal(prefix.Address.IsIPv4, prefix.IsIPv4);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.7")]
    [InlineData("10.0.0.7/")]
    [InlineData("10.0.0.7/33")]
    [InlineData("10.0.0.7/-1")]
    [InlineData("10.0.0.7/08")]
    [InlineData("10.0.0.7/24 ")]
    [InlineData("10.0.0.7/24/24")]
    [InlineData("10.0.0.7/255.255.255.0")]
    [InlineData("::1/129")]
    [InlineData("::ffff:10.0.0.7/96")]
    [InlineData("/24")]
    public void Wrong_text_is_refused(string text) => Assert.Throws<FormatException>(() => Prefix.Parse(text));

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Prefix(IPv4Address.Loopback, 33));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Prefix(IPv6Address.Loopback, 129));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Prefix(IPv6Address.Loopback, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => IPv4Address.Netmask(33));
    }

    [Fact]
    public void Text_comes_back() => AnyPrefix.Sample(prefix => Prefix.Parse(prefix.ToString()) == prefix);

    [Fact]
    public void A_network_holds_what_differs_behind_its_length_only() =>
        Gen.Select(AnyPrefix, Gen.Int[0, 127]).Sample((prefix, bit) =>
        {
            bit %= prefix.Address.BitLength;
            var other = Flip(prefix.Address, bit);
            Assert.True(prefix.Contains(prefix.Address) && prefix.Contains(prefix.Network));
            Assert.Equal(bit >= prefix.Length, prefix.Contains(other));
            Assert.Equal(bit >= prefix.Length, prefix.Contains(new Prefix(other, prefix.Address.BitLength)));
            Assert.Equal(prefix.Length == 0, prefix.Contains(new Prefix(prefix.Address, 0)));
        });

    [Fact]
    public void Families_do_not_mix()
    {
        Assert.False(Prefix.Parse("::/0").Contains(IPv4Address.Loopback));
        Assert.False(Prefix.Parse("0.0.0.0/0").Contains(IPv6Address.Loopback));
        Assert.True(default(Prefix).Contains(IPv6Address.Loopback));
    }

    [Fact]
    public void Netmasks_and_lengths_are_one()
    {
        foreach (var length in Enumerable.Range(0, 33))
        {
            Assert.True(IPv4Address.Netmask(length).TryGetPrefixLength(out var read));
            Assert.Equal(length, read);
        }

        Assert.False(IPv4Address.Parse("255.0.255.0").TryGetPrefixLength(out _));
        Assert.False(IPv4Address.Parse("0.0.0.255").TryGetPrefixLength(out _));
    }

    private static IpAddress Flip(IpAddress address, int bit)
    {
        var octets = new byte[address.Length];
        address.Write(octets);
        octets[bit / 8] ^= (byte)(0x80 >> (bit % 8));
        Assert.True(IpAddress.TryRead(octets, out var flipped));
        return flipped;
    }
}
