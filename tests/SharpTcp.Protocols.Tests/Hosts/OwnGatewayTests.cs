using System;
using System.Net.Sockets;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>Several addresses on one link, each with a router of its own: no packet takes another's way (RFC 1122 §3.3.4.2, RFC 8028 §3.3).</summary>
public sealed class OwnGatewayTests
{
    private static readonly IPv4Address First = IPv4Address.Parse("10.0.1.7");
    private static readonly IPv4Address Second = IPv4Address.Parse("10.0.2.7");
    private static readonly IPv4Address Plain = IPv4Address.Parse("10.0.3.7");
    private static readonly IPv4Address FirstRouter = IPv4Address.Parse("10.0.1.1");
    private static readonly IPv4Address SecondRouter = IPv4Address.Parse("10.0.2.1");
    private static readonly IPv4Address Far = IPv4Address.Parse("198.51.100.9");

    [Fact]
    [Rfc("1122", "IP-124")]
    [Rfc("1122", "IP-3")]
    public void What_comes_from_an_address_goes_to_its_network_and_router_only()
    {
        var fixture = Make();
        Assert.Equal($"{FirstRouter}", Way(fixture, First, Far));
        Assert.Equal($"{SecondRouter}", Way(fixture, Second, Far));
        Assert.Equal("10.0.2.99", Way(fixture, Second, IPv4Address.Parse("10.0.2.99")));
        Assert.Equal($"{FirstRouter}", Way(fixture, First, IPv4Address.Parse("10.0.2.99"))); // though the network is on the link
        Assert.Equal($"{SecondRouter}", Way(fixture, Second, IPv4Address.Parse("10.0.3.99")));
        Assert.Equal("10.0.2.99", Way(fixture, Plain, IPv4Address.Parse("10.0.2.99"))); // an address without a router of its own takes every way
        Assert.Equal($"{FirstRouter}", Way(fixture, Plain, Far));
    }

    [Fact]
    public void The_way_of_a_packet_without_an_address_says_which_it_gets()
    {
        var fixture = Make();
        Assert.Equal(First, Source(fixture, Far));
        Assert.Equal(Second, Source(fixture, IPv4Address.Parse("10.0.2.99")));
        Assert.Equal(Plain, Source(fixture, IPv4Address.Parse("10.0.3.99")));
        fixture.Host.RemoveAddress(fixture.Host.Addresses[0], fixture.Now);
        Assert.Equal(Second, Source(fixture, Far));
        Assert.Equal($"{SecondRouter}", Way(fixture, Second, Far));
    }

    [Fact]
    public void Its_router_is_a_default_route_as_long_as_the_address_is_there()
    {
        var fixture = Make();
        fixture.RouteChanges.Clear();
        fixture.Host.RemoveAddress(fixture.Host.Addresses[0], fixture.Now);
        Assert.Equal(["10.0.1.0/24", "0.0.0.0/0"], fixture.RouteChanges.ConvertAll(change => $"{change.Route.Destination}"));
        Assert.DoesNotContain(fixture.Host.Routes, route => route.Gateway == (IpAddress)FirstRouter);
    }

    [Fact]
    public void Ourselves_groups_and_broadcasts_are_reached_as_ever()
    {
        var fixture = Make();
        Assert.Equal("224.0.0.251", Way(fixture, First, IPv4Address.Parse("224.0.0.251")));
        Assert.Equal("255.255.255.255", Way(fixture, First, IPv4Address.Broadcast));
    }

    [Theory]
    [InlineData("10.0.9.1")]
    [InlineData("10.0.1.8")]
    [InlineData("224.0.0.1")]
    [InlineData("2001:db8::1")]
    public void A_router_that_is_not_in_its_network_is_refused(string gateway)
    {
        var fixture = new HostFixture(addresses: false);
        Assert.Throws<ArgumentException>(() => fixture.Host.AddAddress(fixture.Link, Prefix.Parse("10.0.1.8/24"), IpAddress.Parse(gateway), fixture.Now));
        Assert.Empty(fixture.Host.Addresses);
    }

    private static HostFixture Make()
    {
        var fixture = new HostFixture(addresses: false);
        fixture.Host.AddAddress(fixture.Link, new Prefix(First, 24), FirstRouter, fixture.Now);
        fixture.Host.AddAddress(fixture.Link, new Prefix(Second, 24), SecondRouter, fixture.Now);
        fixture.Host.AddAddress(fixture.Link, new Prefix(Plain, 24), fixture.Now);
        return fixture;
    }

    private static string Way(HostFixture fixture, IPv4Address source, IPv4Address destination) => Resolve(fixture, source, destination).NextHop.ToString();

    private static IPv4Address Source(HostFixture fixture, IPv4Address destination) => Resolve(fixture, default, destination).Source.ToIPv4();

    private static Destination Resolve(HostFixture fixture, IPv4Address source, IPv4Address destination)
    {
        Assert.Equal(SocketError.Success, fixture.Host.Ip.Resolve(source, destination, 0, fixture.Now, out var path));
        return path!;
    }
}
