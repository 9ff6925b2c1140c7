using System;
using System.Linq;
using System.Net.Sockets;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>Which address we use, and which of a peer's is tried first (RFC 6724).</summary>
public sealed class AddressSelectionTests
{
    [Theory]
    [InlineData("::1", 50, 0)]
    [InlineData("2001:db8::1", 40, 1)]
    [InlineData("10.1.2.3", 35, 4)]
    [InlineData("2002:db8::1", 30, 2)]
    [InlineData("2001:0:1::1", 5, 5)]
    [InlineData("fd00::1", 3, 13)]
    [InlineData("::10.1.2.3", 1, 3)]
    [InlineData("fec0::1", 1, 11)]
    [InlineData("3ffe::1", 1, 12)]
    [Rfc("8504", "N6-26")]
    public void The_policy_table_is_that_of_the_rfc(string address, int precedence, int label)
    {
        var policy = AddressPolicies.Default.Find(IpAddress.Parse(address));
        Assert.Equal((precedence, label), (policy.Precedence, policy.Label));
    }

    [Fact]
    public void A_table_of_ones_own_needs_a_line_for_all_and_lengths_that_can_be()
    {
        Assert.Throws<ArgumentException>(() => new AddressPolicies([]));
        Assert.Throws<ArgumentException>(() => new AddressPolicies([new(default, 1, 1, 1)]));
        Assert.Throws<ArgumentException>(() => new AddressPolicies([new(default, 129, 1, 1), new(default, 0, 1, 1)]));
        var table = new AddressPolicies([new(default, 0, 7, 8)]);
        Assert.Equal(new AddressPolicy(default, 0, 7, 8), table.Find(IPv4Address.Loopback));
    }

    // The examples of RFC 6724 §10.1 that need neither Mobile IP nor tunnels, and some more.
    [Theory]
    [InlineData("2001:db8:1::1", "2001:db8:3::1 fe80::1", "2001:db8:3::1")] // rule 2
    [InlineData("ff05::1", "2001:db8:3::1 fe80::1", "2001:db8:3::1")] // rule 2
    [InlineData("2001:db8:1::1", "fe80::1 2001:db8:2::1!", "2001:db8:2::1")] // rule 2 before rule 3
    [InlineData("2001:db8:1::1", "2001:db8:1::1:1! 2001:db8:3::1", "2001:db8:3::1")] // rule 3
    [InlineData("2002:c633:6401::1", "2001:db8:1::1 2002:c633:6401::d5e3:7953:13eb:22e8", "2002:c633:6401::d5e3:7953:13eb:22e8")] // rule 6
    [InlineData("2001:db8:1::1", "2001:db8:1::2 2001:db8:3::2", "2001:db8:1::2")] // rule 8
    [InlineData("fd11::1", "2001:db8:3::1 fd22::1", "fd22::1")] // rule 6
    [InlineData("2001:db8:9::1", "fd22::1 2001:db8:3::1", "2001:db8:3::1")] // rule 6
    [InlineData("10.2.3.4", "192.168.1.7/16 10.1.2.7/8", "10.1.2.7")] // rule 8
    [Rfc("8504", "N6-26")]
    [Rfc("1122", "IP-124")]
    public void Source_addresses(string destination, string own, string expected)
    {
        var fixture = Fixture(own);
        Assert.Equal(SocketError.Success, fixture.Host.Ip.Resolve(default, IpAddress.Parse(destination), 0, fixture.Now, out var way));
        Assert.Equal(IpAddress.Parse(expected), way!.Source);
    }

    [Fact]
    [Rfc("8504", "N6-S8")]
    public void A_source_whose_prefix_the_next_hop_advertises_is_preferred()
    {
        var fixture = new HostFixture(addresses: false, neighbors: false, routerDiscovery: true);
        var second = IPv6Address.Parse("fe80::2");
        fixture.Receive(new Advertisement { Fields = new(0, 1800, Preference: RouterPreference.High) }.Prefix("2001:db8:a::/64", 3600, 3600).Frame());
        fixture.Receive(new Advertisement { From = second }.Prefix("2001:db8:b::/64", 3600, 3600).Frame());
        var far = IPv6Address.Parse("2001:db8:b:1::1"); // by its prefix alone nearer to the second network
        Assert.Equal(SocketError.Success, fixture.Host.Ip.Resolve(default, far, 0, fixture.Now, out var way));
        Assert.Equal((Advertisement.Router, "2001:db8:a::/64"), (way!.NextHop.ToIPv6(), NetworkOf(way)));
        fixture.Receive(new Advertisement { Fields = new(0, 0) }.Frame());
        fixture.Host.Ip.Resolve(default, far, 0, fixture.Now, out way);
        Assert.Equal((second, "2001:db8:b::/64"), (way!.NextHop.ToIPv6(), NetworkOf(way)));
        fixture.Receive(new Advertisement { From = second }.Prefix("2001:db8:a::/64", 3600, 3600).Frame());
        fixture.Host.Ip.Resolve(default, IPv6Address.Parse("2001:db8:a:1::1"), 0, fixture.Now, out way);
        Assert.Equal("2001:db8:a::/64", NetworkOf(way!)); // both advertised by it: the longest match
    }

    // The examples of RFC 6724 §10.2 that need neither Mobile IP nor tunnels, and some more.
    [Theory]
    [InlineData("2001:db8:2::2 169.254.13.78", "2001:db8:1::1 198.51.100.121", "2001:db8:1::1 198.51.100.121")] // rule 2
    [InlineData("fe80::1 198.51.100.117/24", "2001:db8:1::1 198.51.100.121", "198.51.100.121 2001:db8:1::1")] // rule 2
    [InlineData("2001:db8:1::2 10.1.2.4/24", "2001:db8:1::1 10.1.2.3", "2001:db8:1::1 10.1.2.3")] // rule 6
    [InlineData("2001:db8:1::2 fe80::2", "2001:db8:1::1 fe80::1", "fe80::1 2001:db8:1::1")] // rule 8
    [InlineData("2001:db8:1::2! 10.1.2.4/24", "2001:db8:1::1 10.1.2.3", "10.1.2.3 2001:db8:1::1")] // rule 3
    [InlineData("2001:db8:1::2 2001:db8:3f44::2", "2001:db8:1::1 2001:db8:3ffe::1", "2001:db8:1::1 2001:db8:3ffe::1")] // rule 9
    [InlineData("2002:c633:6401::2", "2001:db8:1::1 2002:c633:6401::1", "2002:c633:6401::1 2001:db8:1::1")] // rule 5
    [InlineData("10.1.2.4/24", "2001:db8:1::1 10.1.2.3", "10.1.2.3 2001:db8:1::1")] // rule 1
    [InlineData("10.1.2.4/24", "10.1.2.9 10.1.2.3 10.1.2.6", "10.1.2.9 10.1.2.3 10.1.2.6")] // rule 10
    [InlineData("fd22::2 2001:db8:3::2", "fd11::1 2001:db8:9::1", "2001:db8:9::1 fd11::1")] // rule 6
    [Rfc("8504", "N6-26")]
    public void Destinations_in_order(string own, string peers, string expected)
    {
        var fixture = Fixture(own);
        var list = peers.Split(' ').Select(text => IpAddress.Parse(text)).ToList();
        fixture.Host.SortDestinations(list, fixture.Now);
        Assert.Equal(expected, string.Join(' ', list));
    }

    [Fact]
    public void The_table_can_turn_the_order_round()
    {
        var fixture = Fixture("2001:db8:1::2 10.1.2.4/24", new AddressPolicies([new(default, 0, 1, 1), new(IPv6Address.Parse("::ffff:0:0"), 96, 100, 4)]));
        var list = new[] { "2001:db8:1::1", "10.1.2.3" }.Select(text => IpAddress.Parse(text)).ToList();
        fixture.Host.SortDestinations(list, fixture.Now);
        Assert.Equal("10.1.2.3 2001:db8:1::1", string.Join(' ', list));
    }

    /// <summary>A host with addresses; those with a mark are deprecated. Both default routes exist.</summary>
    private static HostFixture Fixture(string own, AddressPolicies? policies = null)
    {
        var options = new HostOptions { AddressPolicies = policies ?? AddressPolicies.Default };
        var fixture = new HostFixture(options, addresses: false, neighbors: false);
        foreach (var text in own.Split(' '))
        {
            var plain = text.TrimEnd('!');
            var prefix = Prefix.Parse(plain.Contains('/', StringComparison.Ordinal) ? plain : plain.Contains(':', StringComparison.Ordinal) ? plain + "/64" : plain + "/16");
            var address = fixture.Host.AddAddress(fixture.Link, prefix, fixture.Now);
            fixture.Host.AddressTable.SetDeprecated(address, text.EndsWith('!'));
        }

        fixture.Host.AddRoute(Prefix.Parse("::/0"), IPv6Address.Parse("fe80::99"), fixture.Link);
        fixture.Host.AddRoute(Prefix.Parse("0.0.0.0/0"), IPv4Address.Parse("10.1.2.1"), fixture.Link);
        return fixture;
    }

    private static string NetworkOf(Destination way) => new Prefix(way.Source, 64).ToNetwork().ToString();
}
