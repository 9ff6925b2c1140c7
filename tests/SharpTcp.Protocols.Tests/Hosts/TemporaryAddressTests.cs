using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>Addresses for a day (RFC 8981), and addresses that are used while they are asked for (RFC 4429).</summary>
public sealed class TemporaryAddressTests
{
    private const string Network = "2001:db8:0:1::/64";
    private static readonly IPv6Address Far = IPv6Address.Parse("2001:db8:ffff::1");

    [Fact]
    [Rfc("8504", "N6-25")]
    [Rfc("8504", "N6-S6")]
    public void Beside_the_stable_address_there_is_a_random_one_that_is_preferred_for_what_we_begin()
    {
        var fixture = Fixture();
        fixture.Receive(Of(604_800, 604_800));
        var (stable, temporary) = (Single(fixture, AddressOrigin.Slaac), Single(fixture, AddressOrigin.Temporary));
        Assert.True(temporary.IsTemporary && !stable.IsTemporary);
        Assert.Equal(temporary.Address, Source(fixture));
        Assert.NotEqual(stable.Address.ToIPv6().Lower, temporary.Address.ToIPv6().Lower);
        var other = Fixture(seed: 2);
        other.Receive(Of(604_800, 604_800));
        Assert.NotEqual(temporary.Address, Single(other, AddressOrigin.Temporary).Address);
        Assert.Equal(stable.Address, Single(other, AddressOrigin.Slaac).Address); // the same secret

        // Whoever does not ask for them gets none.
        fixture = new HostFixture(addresses: false, neighbors: false, routerDiscovery: true);
        fixture.Receive(Of(604_800, 604_800));
        Assert.Single(fixture.Host.Addresses);
    }

    [Fact]
    [Rfc("8504", "N6-S6")]
    public void It_has_a_successor_after_at_most_a_day_and_is_gone_after_two()
    {
        var fixture = Fixture();
        var begin = fixture.Now;
        fixture.Host.AddRoute(Prefix.Parse("::/0"), Advertisement.Router, fixture.Link);
        fixture.Receive(Of(uint.MaxValue, uint.MaxValue));
        var first = Single(fixture, AddressOrigin.Temporary);
        Assert.InRange(first.PreferredUntil - begin, TimeSpan.FromDays(0.6), TimeSpan.FromDays(1));
        Assert.Equal(TimeSpan.FromDays(2), first.ValidUntil - begin);
        fixture.Advance(first.PreferredUntil - fixture.Now - TimeSpan.FromSeconds(6));
        Assert.Equal(2, fixture.Host.Addresses.Count);
        fixture.Advance(TimeSpan.FromSeconds(2));
        var second = fixture.Host.Addresses.Single(address => address.IsTemporary && address != first); // REGEN_ADVANCE: 2 s and 3 × 1 × 1 s
        Assert.Equal(AddressState.Preferred, first.State);
        fixture.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(AddressState.Deprecated, first.State);
        Assert.Equal(second.Address, Source(fixture));
        Assert.NotEmpty(fixture.Receive(Frames.Solicitation(first.Address.ToIPv6(), HostFixture.Peer6, first.Address.ToIPv6().ToSolicitedNode())));
        fixture.Advance(begin + TimeSpan.FromDays(2.1) - fixture.Now);
        Assert.Equal(AddressState.Removed, first.State);

        // For a month there is always one to use, and never a crowd.
        for (var day = 0.0; day < 30; day += 0.1)
        {
            fixture.Advance(TimeSpan.FromDays(0.1));
            Assert.Single(fixture.Host.Addresses, address => address is { IsTemporary: true, State: AddressState.Preferred });
            Assert.InRange(fixture.Host.Addresses.Count, 2, 1 + TemporaryAddresses.CapacityPerNetwork);
        }
    }

    [Fact]
    [Rfc("4862", "5.5.3")]
    public void It_lives_no_longer_than_its_prefix_and_no_advertisement_makes_it_live_longer_than_two_days()
    {
        var fixture = Fixture();
        var begin = fixture.Now;
        fixture.Receive(Of(20_000, 10_000));
        var address = Single(fixture, AddressOrigin.Temporary);
        Assert.Equal((TimeSpan.FromSeconds(20_000), TimeSpan.FromSeconds(10_000)), (address.ValidUntil - begin, address.PreferredUntil - begin));
        for (var hour = 0; hour < 60 && address.State != AddressState.Removed; hour++)
        {
            fixture.Receive(Of(20_000, 10_000));
            fixture.Advance(TimeSpan.FromHours(1));
        }

        Assert.InRange(fixture.Now - begin, TimeSpan.FromHours(48), TimeSpan.FromHours(49));
        fixture.Receive(Of(20_000, 0));
        Assert.All(fixture.Host.Addresses, one => Assert.Equal(AddressState.Deprecated, one.State));
        fixture.Advance(TimeSpan.FromHours(6));
        Assert.Empty(fixture.Host.Addresses);
    }

    [Fact]
    [Rfc("exam", "74")]
    public void One_that_another_has_is_made_anew_three_times_and_then_there_is_none()
    {
        var fixture = Fixture(detectTransmits: 1);
        fixture.Receive(Of(604_800, 604_800));
        List<IpAddress> tried = [];
        for (var i = 0; i < 20; i++)
        {
            fixture.Advance(TimeSpan.FromSeconds(0.5));
            if (fixture.Host.Addresses.FirstOrDefault(address => address is { IsTemporary: true, State: AddressState.Tentative }) is { } tentative)
            {
                tried.Add(tentative.Address);
                fixture.Receive(Frames.Advertisement(tentative.Address.ToIPv6(), IPv6Address.AllNodes, NeighborAdvertisementFlags.Override));
            }
        }

        Assert.Equal(4, tried.Distinct().Count());
        Assert.DoesNotContain(fixture.Host.Addresses, address => address.IsTemporary);
        fixture.Receive(Of(604_800, 604_800));
        Assert.DoesNotContain(fixture.Host.Addresses, address => address.IsTemporary);
        Assert.Equal(Single(fixture, AddressOrigin.Slaac).Address, Source(fixture));
    }

    [Fact]
    public void An_optimistic_address_is_used_at_once_but_claims_nothing()
    {
        var fixture = new HostFixture(addresses: false, neighbors: false, routerDiscovery: true, detectTransmits: 1, optimistic: true, linkLocal: true);
        fixture.Receive(new Advertisement().Mac().Prefix(Network, 3600, 3600).Frame());
        var own = Single(fixture, AddressOrigin.Slaac);
        Assert.Equal((AddressState.Optimistic, true), (own.State, own.IsUsable));
        fixture.Sink.Take();

        // To a neighbour that is known it sends; it answers without override; it asks nobody.
        Assert.Equal(SocketError.Success, Send(fixture, Far));
        Assert.Single(fixture.Sink.Take());
        var peer = IPv6Address.Parse("2001:db8:0:1::91");
        var answer = HostFixture.One(fixture.Receive(Frames.Solicitation(own.Address.ToIPv6(), peer, own.Address.ToIPv6().ToSolicitedNode())));
        Assert.Equal(NeighborAdvertisementFlags.Solicited, (NeighborAdvertisementFlags)(answer[14 + 40 + 4] & 0xE0));
        fixture.Host.FlushNeighbors(fixture.Link, fixture.Now);
        Send(fixture, Far);
        Assert.Empty(fixture.Sink.Take());

        // Nobody had it: it is like any other, and asks for whom it wants.
        var sent = fixture.Advance(TimeSpan.FromSeconds(2.2));
        Assert.Equal(AddressState.Preferred, own.State);
        Assert.Contains(sent, frame => frame.Bytes[14 + 40] == (byte)Icmpv6Type.NeighborSolicitation && !new IPv6Address(frame.Bytes[22..38]).IsUnspecified);
        answer = HostFixture.One(fixture.Receive(Frames.Solicitation(own.Address.ToIPv6(), peer, own.Address.ToIPv6().ToSolicitedNode())));
        Assert.Equal(NeighborAdvertisementFlags.Solicited | NeighborAdvertisementFlags.Override, (NeighborAdvertisementFlags)(answer[14 + 40 + 4] & 0xE0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_optimistic_address_of_another_is_given_up(bool byAnswer)
    {
        var fixture = new HostFixture(
            addresses: false, neighbors: false, routerDiscovery: true, detectTransmits: 1, optimistic: true, identifiers: InterfaceIdentifierMode.Eui64);
        fixture.Receive(new Advertisement().Prefix(Network, 3600, 3600).Frame());
        var own = Single(fixture, AddressOrigin.Slaac);
        Assert.Equal(AddressState.Optimistic, own.State);
        fixture.Advance(TimeSpan.FromSeconds(1.1));
        var target = own.Address.ToIPv6();
        fixture.Receive(byAnswer
            ? Frames.Advertisement(target, IPv6Address.AllNodes, NeighborAdvertisementFlags.Override)
            : Frames.Solicitation(target, IPv6Address.Unspecified, target.ToSolicitedNode(), withMac: false));
        Assert.Equal(AddressState.Duplicate, own.State);
        Assert.NotEqual(SocketError.Success, Send(fixture, Far));
    }

    [Fact]
    public void An_address_set_by_hand_is_never_optimistic_and_one_that_is_yields_to_any_other()
    {
        var fixture = new HostFixture(addresses: false, neighbors: false, routerDiscovery: true, detectTransmits: 1, optimistic: true);
        var byHand = fixture.Host.AddAddress(fixture.Link, Prefix.Parse("2001:db8:0:9::7/64"), fixture.Now);
        Assert.Equal(AddressState.Tentative, byHand.State);
        fixture.Advance(TimeSpan.FromSeconds(2.2));
        fixture.Receive(new Advertisement().Prefix(Network, 3600, 3600).Frame());
        Assert.Equal(AddressState.Optimistic, Single(fixture, AddressOrigin.Slaac).State);
        Assert.Equal(byHand.Address, Source(fixture, IPv6Address.Parse("2001:db8:0:1::99")));
    }

    private static HostFixture Fixture(int detectTransmits = 1, ulong seed = 1) => new(
        new HostOptions { IdentifierSecret = (1, 2) }, addresses: false, neighbors: false, routerDiscovery: true, detectTransmits: detectTransmits, seed: seed,
        identifiers: InterfaceIdentifierMode.Temporary);

    private static byte[] Of(uint valid, uint preferred) => new Advertisement { Fields = new(0, 9000) }.Prefix(Network, valid, preferred).Frame();

    private static InterfaceAddress Single(HostFixture fixture, AddressOrigin origin)
    {
        if (fixture.Host.Addresses.Any(address => address.State == AddressState.Tentative))
            fixture.Advance(TimeSpan.FromSeconds(2.1));
        return Assert.Single(fixture.Host.Addresses, address => address.Origin == origin);
    }

    private static IpAddress Source(HostFixture fixture, IPv6Address? to = null)
    {
        Assert.Equal(SocketError.Success, fixture.Host.Ip.Resolve(default, to ?? Far, 0, fixture.Now, out var way));
        return way!.Source;
    }

    private static SocketError Send(HostFixture fixture, IPv6Address to)
    {
        fixture.Host.Udp.Bind(new TransportEndpoint(default(IPv6Address), 0), false, false, new UdpUser(), out var port);
        var error = port!.Send("x"u8, new TransportEndpoint(to, 9), default, fixture.Now);
        port.Close();
        return error;
    }
}
