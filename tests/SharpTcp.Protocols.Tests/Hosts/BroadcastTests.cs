using System.Net.Sockets;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>Subnets, broadcast addresses and what is set by hand (RFC 1122 §3.3.1, §3.3.6).</summary>
public sealed class BroadcastTests
{
    [Theory]
    [InlineData("255.255.255.255")]
    [InlineData("10.0.1.255")]
    [InlineData("10.0.1.0")]
    [Rfc("1122", "IP-138")]
    [Rfc("1122", "IP-141")]
    [Rfc("1122", "L-13")]
    public void Every_form_of_broadcast_is_received_by_all_who_listen(string destination)
    {
        var fixture = new HostFixture();
        Assert.Equal(SocketError.Success, fixture.Host.Udp.Bind(new TransportEndpoint(default(IPv4Address), 9), false, true, new UdpUser(), out var first));
        Assert.Equal(SocketError.Success, fixture.Host.Udp.Bind(new TransportEndpoint(default(IPv4Address), 9), false, true, new UdpUser(), out var second));
        fixture.Receive(Frames.Udp4(4, 9, "x"u8, IPv4Address.Parse(destination), MacAddress.Broadcast));
        Assert.Equal((1, 1), (Received(first!), Received(second!)));
    }

    [Fact]
    [Rfc("1122", "IP-12")]
    [Rfc("1122", "IP-83")]
    public void The_mask_that_is_set_says_which_address_is_the_broadcast_and_which_is_on_the_link()
    {
        var fixture = new HostFixture(addresses: false);
        fixture.Host.AddAddress(fixture.Link, Prefix.Parse("10.0.1.7/26"), fixture.Now);
        fixture.Sink.Take(); // its announcement
        fixture.Drops(DropReason.NotOurAddress, Frames.Udp4(4, 9, "x"u8, IPv4Address.Parse("10.0.1.255"), MacAddress.Broadcast)); // the class's, not the subnet's
        fixture.Drops(DropReason.NoPort, Frames.Udp4(4, 9, "x"u8, IPv4Address.Parse("10.0.1.63"), MacAddress.Broadcast));
        Assert.Equal(SocketError.Success, Resolve(fixture, "10.0.1.62", out var path));
        Assert.Equal("10.0.1.62", $"{path!.NextHop}");
        Assert.Equal(SocketError.NetworkUnreachable, Resolve(fixture, "10.0.1.64", out _));
    }

    [Fact]
    [Rfc("1122", "IP-95")]
    [Rfc("1122", "IP-100")]
    [Rfc("1122", "IP-111")]
    public void Without_a_gateway_the_link_is_reached_and_by_routes_that_are_set_the_rest()
    {
        var fixture = new HostFixture();
        Assert.Equal(SocketError.Success, Resolve(fixture, "10.0.1.91", out _));
        Assert.Equal(SocketError.NetworkUnreachable, Resolve(fixture, "192.0.2.1", out _));
        var route = fixture.Host.AddRoute(Prefix.Parse("192.0.2.0/24"), HostFixture.Peer4, fixture.Link);
        Assert.Equal(SocketError.Success, Resolve(fixture, "192.0.2.1", out var path));
        Assert.Equal(HostFixture.Peer4, path!.NextHop.ToIPv4());
        Assert.Equal(SocketError.NetworkUnreachable, Resolve(fixture, "198.51.100.1", out _));
        Assert.True(fixture.Host.RemoveRoute(route));
        Assert.Equal(SocketError.NetworkUnreachable, Resolve(fixture, "192.0.2.1", out _));
    }

    [Fact]
    [Rfc("1122", "IP-102")]
    public void Ways_are_remembered_host_by_host()
    {
        var fixture = new HostFixture();
        fixture.Host.AddRoute(new Prefix(default(IPv4Address), 0), HostFixture.Peer4, fixture.Link);
        Resolve(fixture, "192.0.2.1", out var first);
        Resolve(fixture, "192.0.2.2", out var second);
        Resolve(fixture, "192.0.2.1", out var again);
        Assert.NotSame(first, second);
        Assert.Same(first, again);
    }

    [Theory]
    [InlineData("255.255.255.255", "ff:ff:ff:ff:ff:ff")]
    [InlineData("10.0.1.255", "ff:ff:ff:ff:ff:ff")]
    [InlineData("224.0.0.251", "01:00:5e:00:00:fb")]
    [Rfc("1122", "IP-140")]
    [Rfc("1122", "IP-142")]
    public void What_goes_to_all_goes_to_all_on_the_link_too(string destination, string mac)
    {
        var fixture = new HostFixture();
        fixture.Host.Udp.Bind(new TransportEndpoint(default(IPv4Address), 0), false, false, new UdpUser(), out var port);
        port!.Broadcast = true;
        Assert.Equal(SocketError.Success, port.Send("x"u8, new TransportEndpoint(IPv4Address.Parse(destination), 9), default, fixture.Now));
        Assert.True(EthernetView.TryParse(HostFixture.One(fixture.Sink.Take()), out var frame));
        Assert.True(IPv4View.TryParse(frame.Payload, out var ip));
        Assert.Equal((mac, destination), ($"{frame.Destination}", $"{ip.Destination}"));
    }

    [Fact]
    [Rfc("1122", "IP-144")]
    [Rfc("1122", "IP-137")]
    public void A_host_without_an_address_talks_to_all_of_its_link_by_the_limited_broadcast()
    {
        var message = new DhcpScene().One();
        Assert.Equal((IPv4Address.Broadcast, IPv4Address.Unspecified, MacAddress.Broadcast), (message.Destination, message.Source, message.To));
    }

    private static int Received(UdpPort port)
    {
        var count = 0;
        while (port.TryReceive(new byte[16], out _))
            count++;
        return count;
    }

    private static SocketError Resolve(HostFixture fixture, string destination, out Destination? path) =>
        fixture.Host.Ip.Resolve(default(IPv4Address), IPv4Address.Parse(destination), 0, fixture.Now, out path);
}
