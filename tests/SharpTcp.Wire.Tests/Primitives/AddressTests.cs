using System;
using System.Net;
using System.Text;
using CsCheck;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class AddressTests
{
    private static readonly Gen<IPv6Address> AnyIPv6 = Gen.OneOf(
        Gen.Select(Gen.ULong, Gen.ULong, (u, l) => new IPv6Address(u, l)),
        Gen.OneOf<ushort>(0, 0, 0, 1, 0xABC, 0xFFFF).Array[8].Select(FromGroups),
        Gen.UInt.Select(v => new IPv4Address(v).ToIPv4Mapped()));

    [Theory]
    [InlineData("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1")]
    [InlineData("2001:db8:0:0:0:0:2:1", "2001:db8::2:1")]
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")]
    [InlineData("2001:DB8::AAAA:0:0:1", "2001:db8::aaaa:0:0:1")]
    [InlineData("::FFFF:192.0.2.1", "::ffff:192.0.2.1")]
    [InlineData("0:0:0:0:0:0:0:0", "::")]
    [InlineData("0:0:0:0:0:0:0:1", "::1")]
    [InlineData("1:0:0:0:0:0:0:0", "1::")]
    [InlineData("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("64:ff9b::192.0.2.33", "64:ff9b::c000:221")]
    [InlineData("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304")]
    // RFC 5952 §4, RFC 4291 §2.2.
    [Rfc("8504", "N6-S13")]
    public void IPv6_text_becomes_canonical(string text, string canonical)
    {
        var address = IPv6Address.Parse(text);
        Assert.Equal(canonical, address.ToString());
        Assert.Equal(address, IPv6Address.Parse(canonical));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("1")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4:5:6:7:8::")]
    [InlineData("::1:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4::5:6:7:8")]
    [InlineData("1::2::3")]
    [InlineData("1:::2")]
    [InlineData(":1::2")]
    [InlineData("1::2:")]
    [InlineData("12345::")]
    [InlineData("g::")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]")]
    [InlineData(" ::1")]
    [InlineData("::1.2.3")]
    [InlineData("::1.2.3.4:5")]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4")]
    [InlineData("::01.2.3.4")]
    public void Wrong_IPv6_text_is_refused(string text)
    {
        Assert.False(IPv6Address.TryParse(text, out var address));
        Assert.Equal(default, address);
        Assert.Contains("not an IPv6 address", Assert.Throws<FormatException>(() => IPv6Address.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("01.2.3.4")]
    [InlineData("1.2.3.00")]
    [InlineData("1.2.3.0x4")]
    [InlineData("1.2.3.4 ")]
    [InlineData("1..3.4")]
    [InlineData("1.2.3.1000")]
    [InlineData("16909060")]
    public void Wrong_IPv4_text_is_refused(string text)
    {
        Assert.False(IPv4Address.TryParse(text, out _));
        Assert.Throws<FormatException>(() => IPv4Address.Parse(text));
        Assert.False(IpAddress.TryParse(text, out _));
    }

    [Fact]
    public void IPv6_text_octets_and_numbers_come_back() =>
        AnyIPv6.Sample(address =>
        {
            Assert.Equal(address, IPv6Address.Parse(address.ToString()));
            Assert.Equal(address, new IPv6Address(address.Value));
            Assert.Equal(address, IPv6Address.From(address.ToIPAddress()));
            Assert.Equal(address, IPv6Address.From(IPAddress.Parse(address.ToString())));
            Span<byte> octets = stackalloc byte[16];
            address.Write(octets);
            Assert.True(IPv6Address.TryRead(octets, out var read));
            Assert.Equal(address, read);
            Assert.Equal(address.GetHashCode(), read.GetHashCode());
            Assert.False(IPv6Address.TryRead(octets[1..], out _));
        });

    [Fact]
    public void IPv4_text_octets_and_numbers_come_back() =>
        Gen.UInt.Sample(value =>
        {
            var address = new IPv4Address(value);
            Assert.Equal(address, IPv4Address.Parse(address.ToString()));
            Assert.Equal(address.ToIPAddress().ToString(), address.ToString());
            Assert.Equal(address, IPv4Address.From(address.ToIPAddress()));
            Assert.Equal(address, IPv4Address.From(address.ToIPv4Mapped().ToIPAddress()));
            Span<byte> octets = stackalloc byte[4];
            address.Write(octets);
            Assert.True(IPv4Address.TryRead(octets, out var read));
            Assert.Equal(address, read);
            Assert.False(IPv4Address.TryRead(octets[1..], out _));
        });

    [Fact]
    public void Mac_text_octets_and_numbers_come_back() =>
        Gen.ULong[0, 0xFFFF_FFFF_FFFF].Sample(value =>
        {
            var address = new MacAddress(value);
            Assert.Equal(address, MacAddress.Parse(address.ToString()));
            Assert.Equal(address, MacAddress.Parse(address.ToString().Replace(':', '-').ToUpperInvariant()));
            Span<byte> octets = stackalloc byte[6];
            address.Write(octets);
            Assert.True(MacAddress.TryRead(octets, out var read));
            Assert.Equal(address, read);
            Assert.False(MacAddress.TryRead(octets[1..], out _));
        });

    [Theory]
    [InlineData("")]
    [InlineData("00:11:22:33:44")]
    [InlineData("00:11:22:33:44:5")]
    [InlineData("00:11:22:33:44:5g")]
    [InlineData("00:11-22:33:44:55")]
    [InlineData("001122334455")]
    [InlineData("00.11.22.33.44.55")]
    public void Wrong_mac_text_is_refused(string text) => Assert.Throws<FormatException>(() => MacAddress.Parse(text));

    [Fact]
    public void Mac_of_more_than_48_bits_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new MacAddress(1UL << 48));

    [Fact]
    public void Either_family_keeps_its_own()
    {
        IpAddress v4 = new IPv4Address(10, 0, 0, 7);
        IpAddress v6 = IPv6Address.Parse("2001:db8::7");
        Assert.True(v4.IsIPv4 && !v4.IsIPv6 && v6.IsIPv6 && !v6.IsIPv4);
        Assert.Equal((4, 32, 16, 128), (v4.Length, v4.BitLength, v6.Length, v6.BitLength));
        Assert.Equal("10.0.0.7", v4.ToString());
        Assert.Equal(v4, IpAddress.Parse("10.0.0.7"));
        Assert.Equal(v4, IpAddress.Parse("::ffff:10.0.0.7"));
        Assert.Equal(v4, IpAddress.From(IPAddress.Parse("10.0.0.7")));
        Assert.Equal(v6, IpAddress.From(IPAddress.Parse("2001:db8::7%3")));
        Assert.Equal(IPAddress.Parse("10.0.0.7"), v4.ToIPAddress());
        Assert.Throws<InvalidOperationException>(() => v6.ToIPv4());
        Assert.True(default(IpAddress).IsIPv6 && default(IpAddress).IsUnspecified);
        Assert.True(((IpAddress)IPv4Address.Unspecified).IsUnspecified);
        Assert.NotEqual(default, (IpAddress)IPv4Address.Unspecified);
        Assert.True(v4.CompareTo(v6) < 0);
    }

    [Fact]
    public void Text_fits_or_is_not_written() =>
        AnyIPv6.Sample(address =>
        {
            IpAddress either = address;
            var text = either.ToString();
            var chars = new char[text.Length];
            var bytes = new byte[text.Length];
            Assert.True(either.TryFormat(chars, out var written));
            Assert.Equal(text, new string(chars, 0, written));
            Assert.True(either.TryFormat(bytes, out written));
            Assert.Equal(text, Encoding.ASCII.GetString(bytes, 0, written));
            Assert.False(either.TryFormat(chars.AsSpan(1), out written) || written != 0);
            Assert.False(either.TryFormat(bytes.AsSpan(1), out written) || written != 0);
        });

    private static IPv6Address FromGroups(ushort[] groups)
    {
        UInt128 value = 0;
        foreach (var group in groups)
            value = value << 16 | group;
        return new IPv6Address(value);
    }
}
