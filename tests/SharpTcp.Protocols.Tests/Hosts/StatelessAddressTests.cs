using System;
using System.Collections.Generic;
using System.Linq;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>Addresses that the host makes from advertised prefixes (RFC 4862 §5.5, RFC 7217).</summary>
public sealed class StatelessAddressTests
{
    private const string Network = "2001:db8:0:1::/64";

    [Fact]
    [Rfc("8504", "N6-23")]
    [Rfc("8504", "N6-S7")]
    public void An_address_is_made_asked_for_and_used()
    {
        var fixture = Fixture(detectTransmits: 1);
        fixture.Receive(Of(3600, 1800));
        var address = Assert.Single(fixture.Host.Addresses);
        Assert.Equal((AddressState.Tentative, AddressOrigin.Slaac, 64), (address.State, address.Origin, address.Prefix.Length));
        fixture.Advance(TimeSpan.FromSeconds(2.1));
        Assert.Equal(AddressState.Preferred, address.State);
        Assert.True(Prefix.Parse(Network).Contains(address.Address));
        Assert.NotEqual(HostFixture.Mac.ToInterfaceIdentifier(), address.Address.ToIPv6().Lower);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [Rfc("4862", "5.1")]
    public void An_address_is_asked_for_as_often_as_it_is_set(int transmits)
    {
        var fixture = Fixture(transmits);
        fixture.Receive(Of(3600, 1800));
        fixture.Advance(TimeSpan.FromSeconds(1.01 + transmits));
        Assert.Equal(transmits, fixture.Host.Counters[Counter.NeighborSolicitationsOut]);
        Assert.Equal(AddressState.Preferred, Assert.Single(fixture.Host.Addresses).State);
        Assert.Equal(1, new InterfaceOptions { Name = "", Capabilities = default }.DuplicateAddressDetectTransmits);
    }

    [Fact]
    [Rfc("4862", "5.4.2")]
    public void The_first_question_after_an_advertisement_to_all_waits_a_random_time()
    {
        List<TimeSpan> delays = [];
        for (var seed = 1UL; seed <= 40; seed++)
        {
            var fixture = new HostFixture(addresses: false, neighbors: false, routerDiscovery: true, detectTransmits: 1, seed: seed);
            fixture.Advance(TimeSpan.FromSeconds(2));
            fixture.Receive(Of(3600, 1800));
            var begin = fixture.Now;
            while (fixture.Host.Counters[Counter.NeighborSolicitationsOut] == 0)
                fixture.Advance(TimeSpan.FromMilliseconds(10));
            delays.Add(fixture.Now - begin);
        }

        Assert.All(delays, delay => Assert.InRange(delay, TimeSpan.Zero, TimeSpan.FromSeconds(1.01)));
        Assert.InRange(delays.Average(delay => delay.TotalSeconds), 0.3, 0.7);
    }

    [Fact]
    public void A_stable_identifier_is_the_same_again_and_another_in_another_network()
    {
        var options = new HostOptions { IdentifierSecret = (1, 2) };
        IPv6Address Make(string network, ulong seed)
        {
            var fixture = new HostFixture(options, addresses: false, neighbors: false, routerDiscovery: true, seed: seed);
            fixture.Receive(new Advertisement().Prefix(network, 3600, 3600).Frame());
            return fixture.Host.Addresses[0].Address.ToIPv6();
        }

        Assert.Equal(Make(Network, 1), Make(Network, 2));
        Assert.NotEqual(Make(Network, 1).Lower, Make("2001:db8:0:2::/64", 1).Lower);
    }

    [Fact]
    public void An_identifier_may_be_that_of_the_mac()
    {
        var fixture = new HostFixture(addresses: false, neighbors: false, routerDiscovery: true, identifiers: InterfaceIdentifierMode.Eui64);
        fixture.Receive(Of(3600, 1800));
        Assert.Equal(HostFixture.Mac.ToInterfaceIdentifier(), fixture.Host.Addresses[0].Address.ToIPv6().Lower);
    }

    [Fact]
    [Rfc("exam", "74")]
    public void A_stable_identifier_that_another_has_is_made_anew_three_times()
    {
        var fixture = Fixture(detectTransmits: 1);
        fixture.Receive(Of(3600, 1800));
        for (var i = 0; i < 10 && fixture.Host.Addresses[0].State == AddressState.Tentative; i++)
        {
            fixture.Advance(TimeSpan.FromSeconds(0.5));
            fixture.Receive(Frames.Advertisement(fixture.Host.Addresses[0].Address.ToIPv6(), IPv6Address.AllNodes, NeighborAdvertisementFlags.Override));
        }

        Assert.Equal(AddressState.Duplicate, Assert.Single(fixture.Host.Addresses).State);
        Assert.Equal(4, fixture.AddressChanges.Where(change => change.State == AddressState.Duplicate).Select(change => change.Address).Distinct().Count());
    }

    [Fact]
    [Rfc("4862", "5.5.4")]
    public void An_address_is_deprecated_and_then_gone()
    {
        var fixture = Fixture();
        fixture.Receive(Of(200, 100));
        var address = fixture.Host.Addresses[0];
        fixture.Advance(TimeSpan.FromSeconds(101));
        Assert.Equal(AddressState.Deprecated, address.State);
        Assert.NotEmpty(fixture.Receive(Frames.Solicitation(address.Address.ToIPv6(), HostFixture.Peer6, address.Address.ToIPv6().ToSolicitedNode())));
        fixture.Receive(Of(200, 100)); // in use again
        Assert.Equal(AddressState.Preferred, address.State);
        fixture.Advance(TimeSpan.FromSeconds(201));
        Assert.Equal(AddressState.Removed, address.State);
        Assert.Empty(fixture.Host.Addresses);
    }

    [Fact]
    [Rfc("4862", "5.5.3")]
    [Rfc("exam", "75")]
    public void Nobody_shortens_a_life_below_two_hours()
    {
        var fixture = Fixture();
        fixture.Receive(Of(86_400, 86_400));
        fixture.Receive(Of(10, 10));
        fixture.Advance(TimeSpan.FromHours(1.9));
        Assert.Equal(AddressState.Deprecated, Assert.Single(fixture.Host.Addresses).State);
        fixture.Receive(Of(10, 10)); // less than two hours remain: not shortened at all
        fixture.Advance(TimeSpan.FromMinutes(5));
        Assert.Single(fixture.Host.Addresses);
        fixture.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(fixture.Host.Addresses);
    }

    [Theory]
    [InlineData(Network, 100, 200)]
    [InlineData(Network, 0, 0)]
    [InlineData("fe80::/64", 100, 100)]
    [InlineData("ff02::/64", 100, 100)]
    [InlineData("2001:db8::/48", 100, 100)]
    [InlineData("2001:db8::/80", 100, 100)]
    [Rfc("4862", "5.5.3")]
    public void Prefixes_that_make_no_address(string network, uint valid, uint preferred)
    {
        var fixture = Fixture();
        fixture.Receive(new Advertisement().Prefix(network, valid, preferred).Frame());
        Assert.Empty(fixture.Host.Addresses);
    }

    [Fact]
    public void A_prefix_without_the_flag_makes_no_address_and_the_same_one_twice_makes_one()
    {
        var fixture = Fixture();
        fixture.Receive(new Advertisement().Prefix(Network, 100, 100, autonomous: false).Frame());
        Assert.Empty(fixture.Host.Addresses);
        fixture.Receive(Of(100, 100));
        fixture.Receive(Of(100, 100));
        Assert.Single(fixture.Host.Addresses);
    }

    private static HostFixture Fixture(int detectTransmits = 0) =>
        new(addresses: false, neighbors: false, routerDiscovery: true, detectTransmits: detectTransmits);

    private static byte[] Of(uint valid, uint preferred) => new Advertisement().Prefix(Network, valid, preferred).Frame();
}
