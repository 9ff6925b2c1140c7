using System;
using System.Collections.Generic;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class AddressClassTests
{
    // The first and last address of each block, and their neighbours outside of it.
    [Theory]
    [InlineData("0.0.0.0", "Unspecified ThisNetwork")]
    [InlineData("0.0.0.1", "ThisNetwork")]
    [InlineData("0.255.255.255", "ThisNetwork")]
    [InlineData("1.0.0.0", "Unicast Global")]
    [InlineData("9.255.255.255", "Unicast Global")]
    [InlineData("10.0.0.0", "Private Unicast")]
    [InlineData("10.255.255.255", "Private Unicast")]
    [InlineData("11.0.0.0", "Unicast Global")]
    [InlineData("100.63.255.255", "Unicast Global")]
    [InlineData("100.64.0.0", "Shared Unicast")]
    [InlineData("100.127.255.255", "Shared Unicast")]
    [InlineData("100.128.0.0", "Unicast Global")]
    [InlineData("127.0.0.1", "Loopback Unicast")]
    [InlineData("127.255.255.255", "Loopback Unicast")]
    [InlineData("128.0.0.0", "Unicast Global")]
    [InlineData("169.253.255.255", "Unicast Global")]
    [InlineData("169.254.0.0", "LinkLocal Unicast")]
    [InlineData("169.254.255.255", "LinkLocal Unicast")]
    [InlineData("169.255.0.0", "Unicast Global")]
    [InlineData("172.15.255.255", "Unicast Global")]
    [InlineData("172.16.0.0", "Private Unicast")]
    [InlineData("172.31.255.255", "Private Unicast")]
    [InlineData("172.32.0.0", "Unicast Global")]
    [InlineData("192.0.0.0", "ProtocolAssignment Unicast")]
    [InlineData("192.0.0.9", "ProtocolAssignment Unicast Global")]
    [InlineData("192.0.0.255", "ProtocolAssignment Unicast")]
    [InlineData("192.0.1.0", "Unicast Global")]
    [InlineData("192.0.2.0", "Documentation Unicast")]
    [InlineData("192.0.3.0", "Unicast Global")]
    [InlineData("192.167.255.255", "Unicast Global")]
    [InlineData("192.168.0.0", "Private Unicast")]
    [InlineData("192.168.255.255", "Private Unicast")]
    [InlineData("192.169.0.0", "Unicast Global")]
    [InlineData("198.17.255.255", "Unicast Global")]
    [InlineData("198.18.0.0", "Benchmarking Unicast")]
    [InlineData("198.19.255.255", "Benchmarking Unicast")]
    [InlineData("198.20.0.0", "Unicast Global")]
    [InlineData("198.51.100.255", "Documentation Unicast")]
    [InlineData("203.0.113.0", "Documentation Unicast")]
    [InlineData("223.255.255.255", "Unicast Global")]
    [InlineData("224.0.0.0", "Multicast LinkLocalMulticast")]
    [InlineData("224.0.0.255", "Multicast LinkLocalMulticast")]
    [InlineData("224.0.1.0", "Multicast")]
    [InlineData("233.252.0.1", "Multicast Documentation")]
    [InlineData("239.255.255.255", "Multicast")]
    [InlineData("240.0.0.0", "Reserved")]
    [InlineData("255.255.255.254", "Reserved")]
    [InlineData("255.255.255.255", "LimitedBroadcast")]
    public void Kinds_of_IPv4(string text, string expected)
    {
        var a = IPv4Address.Parse(text);
        Assert.Equal(Sorted(expected), Names(
            (a.IsUnspecified, "Unspecified"), (a.IsThisNetwork, "ThisNetwork"), (a.IsLoopback, "Loopback"), (a.IsPrivate, "Private"),
            (a.IsShared, "Shared"), (a.IsLinkLocal, "LinkLocal"), (a.IsProtocolAssignment, "ProtocolAssignment"), (a.IsDocumentation, "Documentation"),
            (a.IsBenchmarking, "Benchmarking"), (a.IsMulticast, "Multicast"), (a.IsLinkLocalMulticast, "LinkLocalMulticast"),
            (a.IsReserved, "Reserved"), (a.IsLimitedBroadcast, "LimitedBroadcast"), (a.IsUnicast, "Unicast"), (a.IsGlobal, "Global")));

        IpAddress either = a;
        Assert.Equal(
            (a.IsUnspecified, a.IsLoopback, a.IsPrivate, a.IsLinkLocal, a.IsDocumentation, a.IsBenchmarking),
            (either.IsUnspecified, either.IsLoopback, either.IsPrivate, either.IsLinkLocal, either.IsDocumentation, either.IsBenchmarking));
        Assert.Equal(
            (a.IsMulticast, a.IsLinkLocalMulticast, a.IsLimitedBroadcast, a.IsUnicast, a.IsGlobal),
            (either.IsMulticast, either.IsLinkLocalMulticast, either.IsLimitedBroadcast, either.IsUnicast, either.IsGlobal));
    }

    [Theory]
    [InlineData("::", "Unspecified")]
    [InlineData("::1", "Loopback Unicast")]
    [InlineData("::2", "Unicast Global")]
    [InlineData("::ffff:10.0.0.7", "IPv4Mapped Unicast")]
    [InlineData("64:ff9b::1.2.3.4", "Translated Unicast Global")]
    [InlineData("64:ff9b:1::1", "Unicast")]
    [InlineData("100::1", "DiscardOnly Unicast")]
    [InlineData("100:0:0:1::", "Unicast Global")]
    [InlineData("2001::1", "Teredo Unicast")]
    [InlineData("2001:1::1", "Unicast Global")]
    [InlineData("2001:1::4", "Unicast")]
    [InlineData("2001:2::1", "Benchmarking Unicast")]
    [InlineData("2001:2:1::1", "Unicast")]
    [InlineData("2001:3::1", "Unicast Global")]
    [InlineData("2001:4:112::1", "Unicast Global")]
    [InlineData("2001:20::", "Unicast Global")]
    [InlineData("2001:3f:ffff::", "Unicast Global")]
    [InlineData("2001:1ff:ffff::", "Unicast")]
    [InlineData("2001:200::", "Unicast Global")]
    [InlineData("2001:db7:ffff::", "Unicast Global")]
    [InlineData("2001:db8::7", "Documentation Unicast")]
    [InlineData("2001:db9::", "Unicast Global")]
    [InlineData("2002:a00:1::", "6To4 Unicast Global")]
    [InlineData("3fff::1", "Documentation Unicast")]
    [InlineData("3fff:fff:ffff::", "Documentation Unicast")]
    [InlineData("3fff:1000::", "Unicast Global")]
    [InlineData("5f00::1", "Unicast")]
    [InlineData("fbff::", "Unicast Global")]
    [InlineData("fc00::", "UniqueLocal Unicast")]
    [InlineData("fdff:ffff::", "UniqueLocal Unicast")]
    [InlineData("fe00::", "Unicast Global")]
    [InlineData("fe80::", "LinkLocal Unicast")]
    [InlineData("febf:ffff::", "LinkLocal Unicast")]
    [InlineData("fec0::", "SiteLocal Unicast")]
    [InlineData("feff:ffff::", "SiteLocal Unicast")]
    [InlineData("ff01::1", "Multicast InterfaceLocalMulticast")]
    [InlineData("ff02::1", "Multicast LinkLocalMulticast")]
    [InlineData("ff12::1", "Multicast LinkLocalMulticast")]
    [InlineData("ff05::2", "Multicast")]
    [InlineData("ff02::1:ff00:0", "Multicast LinkLocalMulticast SolicitedNode")]
    [InlineData("ff02::1:ffff:ffff", "Multicast LinkLocalMulticast SolicitedNode")]
    [InlineData("ff02::1:fe00:0", "Multicast LinkLocalMulticast")]
    [InlineData("ff02::2:ff00:0", "Multicast LinkLocalMulticast")]
    public void Kinds_of_IPv6(string text, string expected)
    {
        var a = IPv6Address.Parse(text);
        Assert.Equal(Sorted(expected), Names(
            (a.IsUnspecified, "Unspecified"), (a.IsLoopback, "Loopback"), (a.IsIPv4Mapped, "IPv4Mapped"), (a.IsTranslated, "Translated"),
            (a.IsDiscardOnly, "DiscardOnly"), (a.IsTeredo, "Teredo"), (a.IsBenchmarking, "Benchmarking"), (a.IsDocumentation, "Documentation"),
            (a.Is6To4, "6To4"), (a.IsUniqueLocal, "UniqueLocal"), (a.IsLinkLocal, "LinkLocal"), (a.IsSiteLocal, "SiteLocal"), (a.IsMulticast, "Multicast"),
            (a.IsInterfaceLocalMulticast, "InterfaceLocalMulticast"), (a.IsLinkLocalMulticast, "LinkLocalMulticast"), (a.IsSolicitedNode, "SolicitedNode"),
            (a.IsUnicast, "Unicast"), (a.IsGlobal, "Global")));
        if (a.IsIPv4Mapped)
            return;

        IpAddress either = a;
        Assert.Equal(
            (a.IsUnspecified, a.IsLoopback, a.IsUniqueLocal, a.IsLinkLocal, a.IsDocumentation, a.IsBenchmarking),
            (either.IsUnspecified, either.IsLoopback, either.IsPrivate, either.IsLinkLocal, either.IsDocumentation, either.IsBenchmarking));
        Assert.Equal(
            (a.IsMulticast, a.IsLinkLocalMulticast, a.IsUnicast, a.IsGlobal),
            (either.IsMulticast, either.IsLinkLocalMulticast, either.IsUnicast, either.IsGlobal));
    }

    [Theory]
    [InlineData("00:00:00:00:00:00", "Unspecified Universal")]
    [InlineData("00:11:22:33:44:55", "Unicast Universal")]
    [InlineData("02:00:00:00:00:07", "Unicast Local")]
    [InlineData("01:00:5e:00:00:01", "Multicast Universal")]
    [InlineData("33:33:00:00:00:01", "Multicast Local")]
    [InlineData("ff:ff:ff:ff:ff:ff", "Multicast Broadcast Local")]
    public void Kinds_of_mac_addresses(string text, string expected)
    {
        var a = MacAddress.Parse(text);
        Assert.Equal(Sorted(expected), Names(
            (a.IsUnspecified, "Unspecified"), (a.IsUnicast, "Unicast"), (a.IsMulticast, "Multicast"), (a.IsBroadcast, "Broadcast"),
            (a.IsLocal, "Local"), (a.IsUniversal, "Universal")));
    }

    [Theory]
    [InlineData("224.0.0.1", "01:00:5e:00:00:01")]
    [InlineData("239.255.255.250", "01:00:5e:7f:ff:fa")]
    [InlineData("224.128.0.1", "01:00:5e:00:00:01")]
    [InlineData("ff02::1:ff28:9c5a", "33:33:ff:28:9c:5a")]
    [InlineData("ff02::1", "33:33:00:00:00:01")]
    public void Groups_have_mac_addresses(string group, string mac) => Assert.Equal(mac, MacAddress.ForMulticast(IpAddress.Parse(group)).ToString());

    // RFC 4291 Appendix A and §2.7.1 with its examples.
    [Fact]
    public void Addresses_are_made_from_others()
    {
        var mac = MacAddress.Parse("34:56:78:9a:bc:de");
        Assert.Equal("fe80::3656:78ff:fe9a:bcde", IPv6Address.LinkLocal(mac).ToString());
        Assert.Equal("2001:db8::3656:78ff:fe9a:bcde", IPv6Address.Parse("2001:db8::7").WithInterfaceIdentifier(mac).ToString());
        Assert.Equal("ff02::1:ff0e:8c6c", IPv6Address.Parse("4037::01:800:200e:8c6c").ToSolicitedNode().ToString());
        Assert.Equal("::ffff:10.0.0.7", new IPv4Address(10, 0, 0, 7).ToIPv4Mapped().ToString());
        Assert.Equal("10.0.0.7", IPv6Address.Parse("::ffff:a00:7").ToMappedIPv4().ToString());
        Assert.Throws<InvalidOperationException>(() => IPv6Address.Loopback.ToMappedIPv4());
    }

    [Theory]
    [InlineData("ff01::1", IPv6MulticastScope.InterfaceLocal)]
    [InlineData("ff3e::1", IPv6MulticastScope.Global)]
    [InlineData("fe80::1", IPv6MulticastScope.None)]
    public void Groups_have_scopes(string text, IPv6MulticastScope scope) => Assert.Equal(scope, IPv6Address.Parse(text).MulticastScope);

    private static string Sorted(string names)
    {
        var list = names.Split(' ');
        Array.Sort(list, StringComparer.Ordinal);
        return string.Join(' ', list);
    }

    private static string Names(params ReadOnlySpan<(bool Is, string Name)> kinds)
    {
        var names = new List<string>();
        foreach (var (isKind, name) in kinds)
        {
            if (isKind)
                names.Add(name);
        }

        return Sorted(string.Join(' ', names));
    }
}
