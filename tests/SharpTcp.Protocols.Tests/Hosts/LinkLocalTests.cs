using System;
using System.Collections.Generic;
using System.Linq;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>IPv4 link-local addresses (RFC 3927).</summary>
public sealed class LinkLocalTests
{
    private static readonly Prefix Network = Prefix.Parse("169.254.0.0/16");

    [Fact]
    [Rfc("3927", "2.1")]
    [Rfc("3927", "2.2")]
    public void Without_a_server_an_address_of_the_link_is_probed_and_used_and_discovery_goes_on()
    {
        var scene = new DhcpScene(ip4LinkLocal: true); // no conflict detection otherwise
        var discovery = scene.Advance(TimeSpan.FromSeconds(30));
        var address = Assert.Single(scene.Host.Addresses);
        Assert.Equal((AddressOrigin.LinkLocal, AddressState.Preferred), (address.Origin, address.State));
        Assert.InRange(address.Address.ToIPv4().Value, IPv4Address.Parse("169.254.1.0").Value, IPv4Address.Parse("169.254.254.255").Value);
        Assert.Equal(3, Arp(scene).Count(arp => arp.Sender.IsUnspecified && arp.Target == address.Address.ToIPv4()));
        Assert.Equal(2, Arp(scene).Count(arp => arp.Sender == arp.Target));
        Assert.Equal(4, discovery.Count);
        Assert.NotEmpty(scene.Advance(TimeSpan.FromSeconds(70)));
    }

    [Fact]
    [Rfc("3927", "2.1")]
    public void The_same_MAC_comes_to_the_same_address_again()
    {
        Assert.Equal(First(1), First(2));

        static IpAddress First(ulong seed)
        {
            var fixture = new HostFixture(addresses: false, neighbors: false, ip4LinkLocal: true, seed: seed);
            return Assert.Single(fixture.Host.Addresses).Address;
        }
    }

    [Fact]
    [Rfc("3927", "2.2.1")]
    public void An_address_that_is_taken_is_followed_by_another_and_after_ten_there_is_one_a_minute()
    {
        var fixture = new HostFixture(addresses: false, neighbors: false, ip4LinkLocal: true);
        HashSet<IpAddress> tried = [];
        var start = fixture.Now;
        while (tried.Count < 11)
        {
            var candidate = Assert.Single(fixture.Host.Addresses).Address.ToIPv4();
            while (!fixture.Advance(TimeSpan.FromMilliseconds(100)).Exists(frame => HostFixture.IsArp(frame.Bytes)))
                Assert.True(fixture.Now - start < TimeSpan.FromMinutes(2));
            Assert.True(tried.Add(candidate));
            if (tried.Count == 10)
                Assert.True(fixture.Now - start < TimeSpan.FromSeconds(12));
            fixture.Receive(Frames.Arp(ArpOperation.Reply, candidate, default));
        }

        Assert.InRange((fixture.Now - start).TotalSeconds, 60, 75);
    }

    [Fact]
    [Rfc("3927", "2.5")]
    public void An_address_in_use_is_defended_once_and_then_changed()
    {
        var fixture = Usable();
        var address = Assert.Single(fixture.Host.Addresses).Address;
        var conflict = Frames.Arp(ArpOperation.Reply, address.ToIPv4(), default);
        Assert.Single(fixture.Receive(conflict));
        Assert.Equal(address, Assert.Single(fixture.Host.Addresses).Address);
        fixture.Receive(conflict);
        Assert.NotEqual(address, Assert.Single(fixture.Host.Addresses).Address);
        fixture.Advance(TimeSpan.FromSeconds(8));
        Assert.True(Assert.Single(fixture.Host.Addresses).IsUsable);
    }

    [Fact]
    [Rfc("3927", "2.5")]
    public void Answers_for_the_address_go_to_all_so_that_all_see_a_conflict()
    {
        var fixture = Usable();
        var address = Assert.Single(fixture.Host.Addresses).Address.ToIPv4();
        var reply = HostFixture.One(fixture.Receive(Frames.Arp(ArpOperation.Request, IPv4Address.Parse("169.254.9.9"), address)));
        Assert.True(EthernetView.TryParse(reply, out var ethernet));
        Assert.Equal(MacAddress.Broadcast, ethernet.Destination);
    }

    [Fact]
    [Rfc("3927", "1.9")]
    public void A_lease_takes_over_and_the_address_of_the_link_goes_a_minute_later()
    {
        var scene = new DhcpScene(ip4LinkLocal: true);
        scene.Advance(TimeSpan.FromSeconds(20));
        var discover = scene.One(64);
        foreach (var request in scene.Give(new Reply(DhcpMessageType.Offer, discover.Transaction).Frame()))
            scene.Give(new Reply(DhcpMessageType.Ack, request.Transaction).Frame());
        Assert.Equal(AddressState.Deprecated, scene.Host.Addresses.Single(address => address.Origin == AddressOrigin.LinkLocal).State);
        scene.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(AddressOrigin.Dhcp, Assert.Single(scene.Host.Addresses).Origin);

        // It is over, nobody answers: there is one again.
        scene.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(20));
        Assert.Equal(AddressOrigin.LinkLocal, Assert.Single(scene.Host.Addresses).Origin);
    }

    [Fact]
    [Rfc("3927", "2.6.2")]
    public void Neither_from_nor_to_the_link_does_a_packet_pass_a_router()
    {
        var fixture = Usable();
        var router = IPv4Address.Parse("10.0.1.1");
        var own = Assert.Single(fixture.Host.Addresses).Address;
        fixture.Host.AddRoute(new Prefix(default(IPv4Address), 0), router, fixture.Link);
        Assert.Equal("198.51.100.1", NextHop(fixture, own, "198.51.100.1"));
        fixture.Host.AddAddress(fixture.Link, new Prefix(HostFixture.Own4, 24), fixture.Now);
        Assert.Equal($"{router}", NextHop(fixture, HostFixture.Own4, "198.51.100.1"));
        fixture.Host.RemoveAddress(fixture.Host.Addresses.Single(address => address.Address == own), fixture.Now);
        Assert.Equal("169.254.9.9", NextHop(fixture, HostFixture.Own4, "169.254.9.9")); // though there is only the default route
    }

    private static string NextHop(HostFixture fixture, IpAddress source, string destination)
    {
        Assert.Equal(System.Net.Sockets.SocketError.Success, fixture.Host.Ip.Resolve(source, IPv4Address.Parse(destination), 0, fixture.Now, out var path));
        return path!.NextHop.ToString();
    }

    private static HostFixture Usable()
    {
        var fixture = new HostFixture(addresses: false, neighbors: false, ip4LinkLocal: true);
        fixture.Advance(TimeSpan.FromSeconds(20));
        Assert.True(Assert.Single(fixture.Host.Addresses).IsUsable);
        Assert.True(Network.Contains(fixture.Host.Addresses[0].Address));
        return fixture;
    }

    private static IEnumerable<(IPv4Address Sender, IPv4Address Target)> Arp(DhcpScene scene)
    {
        foreach (var frame in scene.Others)
        {
            if (HostFixture.IsArp(frame) && ArpView.TryParse(Frames.Packet(frame), out var arp))
                yield return (arp.SenderAddress, arp.TargetAddress);
        }
    }
}
