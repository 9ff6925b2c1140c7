using System;
using System.Linq;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>How addresses come up (RFC 4862), and what the link hears of it (RFC 3810, RFC 5227).</summary>
public sealed class AddressTests
{
    private static readonly IPv6Address LinkLocal = IPv6Address.LinkLocal(HostFixture.Mac);

    [Fact]
    [Rfc("8504", "N6-24")]
    public void An_address_is_asked_for_before_it_is_used()
    {
        var fixture = Tentative();
        fixture.Drops(DropReason.NotOurAddress, Frames.IPv6(IpProtocol.Icmpv6, Frames.Echo6Message(1, 1, "x"u8)));
        var sent = fixture.Advance(TimeSpan.FromSeconds(1.001)).Where(frame => IsSolicitation(frame.Bytes)).ToList();
        Assert.True(IPv6View.TryParse(Frames.Packet(Assert.Single(sent).Bytes), out var ip));
        Assert.Equal(IPv6Address.Unspecified, ip.Source);
        Assert.Equal(HostFixture.Own6.ToSolicitedNode(), ip.Destination);
        Assert.Empty(fixture.AddressChanges);
        fixture.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([((IpAddress)HostFixture.Own6, AddressState.Preferred)], fixture.AddressChanges);
    }

    [Fact]
    public void No_answer_while_tentative()
    {
        var fixture = Tentative();
        fixture.Advance(TimeSpan.FromSeconds(1.001));
        Assert.Empty(fixture.Receive(Frames.Solicitation(HostFixture.Own6, HostFixture.Peer6, HostFixture.Own6.ToSolicitedNode())));
        Assert.Equal(AddressState.Tentative, fixture.Host.Addresses[0].State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("4862", "5.4.3")]
    public void An_address_of_another_is_never_used(bool byAdvertisement)
    {
        var fixture = Tentative();
        fixture.Advance(TimeSpan.FromSeconds(1.001));
        fixture.Receive(byAdvertisement
            ? Frames.Advertisement(HostFixture.Own6, IPv6Address.AllNodes, NeighborAdvertisementFlags.Override)
            : Frames.Solicitation(HostFixture.Own6, IPv6Address.Unspecified, HostFixture.Own6.ToSolicitedNode(), withMac: false, nonce: [9, 9, 9, 9, 9, 9]));
        Assert.Equal([((IpAddress)HostFixture.Own6, AddressState.Duplicate)], fixture.AddressChanges);
        fixture.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(AddressState.Duplicate, fixture.Host.Addresses[0].State);
        Assert.Equal(1, fixture.Host.Counters[Counter.DuplicateAddresses]);
        fixture.Drops(DropReason.NotOurAddress, Frames.IPv6(IpProtocol.Icmpv6, Frames.Echo6Message(1, 1, "x"u8)));
    }

    [Fact]
    [Rfc("exam", "74")]
    [Rfc("4862", "5.4.3")]
    [Rfc("8504", "N6-S10")]
    public void Our_own_probe_come_back_is_no_duplicate()
    {
        var fixture = Tentative();
        var probe = fixture.Advance(TimeSpan.FromSeconds(1.001)).Single(frame => IsSolicitation(frame.Bytes));
        fixture.Receive(probe.Bytes);
        fixture.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(AddressState.Preferred, fixture.Host.Addresses[0].State);
    }

    [Fact]
    [Rfc("defect", "18")]
    [Rfc("4862", "5.3")]
    public void Families_and_addresses_do_not_wait_for_each_other()
    {
        var fixture = new HostFixture(addresses: false, neighbors: false, linkLocal: true, detectTransmits: 1);
        fixture.Host.AddAddress(fixture.Link, new Prefix(HostFixture.Own4, 24), fixture.Now);
        fixture.Host.AddAddress(fixture.Link, new Prefix(HostFixture.Own6, 64), fixture.Now);
        Assert.Equal([((IpAddress)HostFixture.Own4, AddressState.Preferred)], fixture.AddressChanges);
        Assert.NotEmpty(fixture.Receive(Frames.Arp(ArpOperation.Request, HostFixture.Peer4, HostFixture.Own4)));
        fixture.Advance(TimeSpan.FromSeconds(2.001));
        Assert.All(fixture.Host.Addresses, address => Assert.Equal(AddressState.Preferred, address.State));
        Assert.Equal([LinkLocal, HostFixture.Own6], fixture.Host.Addresses.Where(address => address.Address.IsIPv6).Select(address => address.Address.ToIPv6()));
    }

    [Fact]
    public void An_ipv4_address_is_announced()
    {
        var fixture = new HostFixture(addresses: false, neighbors: false);
        fixture.Host.AddAddress(fixture.Link, new Prefix(HostFixture.Own4, 24), fixture.Now);
        Assert.True(EthernetView.TryParse(HostFixture.One(fixture.Sink.Take()), out var ethernet));
        Assert.Equal(MacAddress.Broadcast, ethernet.Destination);
        Assert.True(ArpView.TryParse(ethernet.Payload, out var arp));
        Assert.Equal((ArpOperation.Request, HostFixture.Own4, HostFixture.Own4), (arp.Operation, arp.SenderAddress, arp.TargetAddress));
    }

    [Theory]
    [InlineData("10.0.1.0/24")]
    [InlineData("10.0.1.255/24")]
    [InlineData("224.0.0.1/24")]
    [InlineData("0.0.0.0/8")]
    [InlineData("127.0.0.1/8")]
    [InlineData("::/64")]
    [InlineData("ff02::1/64")]
    [InlineData("10.0.1.7/24")]
    public void Addresses_that_an_interface_cannot_have(string prefix)
    {
        var fixture = new HostFixture();
        Assert.Throws<ArgumentException>(() => fixture.Host.AddAddress(fixture.Link, Prefix.Parse(prefix), fixture.Now));
    }

    [Fact]
    [Rfc("8504", "N6-21")]
    [Rfc("defect", "15")]
    [Rfc("3810", "5.2.13")]
    public void A_solicited_node_group_is_reported_with_router_alert_and_again()
    {
        var fixture = new HostFixture(addresses: false, neighbors: false);
        fixture.Host.AddAddress(fixture.Link, new Prefix(HostFixture.Own6, 64), fixture.Now);
        var reports = fixture.Advance(TimeSpan.FromSeconds(2)).Where(frame => TryReport(frame.Bytes, out _, out _)).ToList();
        Assert.Equal(2, reports.Count);
        Assert.All(reports, report =>
        {
            Assert.True(TryReport(report.Bytes, out var type, out var group));
            Assert.Equal((MulticastRecordType.ChangeToExclude, HostFixture.Own6.ToSolicitedNode()), (type, group));
            Assert.True(IPv6View.TryParse(Frames.Packet(report.Bytes), out var ip));
            Assert.Equal((IPv6Address.Unspecified, IPv6Address.MldV2Routers, (byte)1), (ip.Source, ip.Destination, ip.HopLimit));
        });

        fixture.Host.RemoveAddress(fixture.Host.Addresses[0], fixture.Now);
        reports = [.. fixture.Advance(TimeSpan.FromSeconds(2)).Where(frame => TryReport(frame.Bytes, out _, out _))];
        Assert.Equal(2, reports.Count);
        Assert.All(reports, report => Assert.True(TryReport(report.Bytes, out var type, out _) && type == MulticastRecordType.ChangeToInclude));
    }

    [Fact]
    public void What_was_reported_without_an_address_is_reported_again_from_the_link_local_one()
    {
        var fixture = new HostFixture(addresses: false, neighbors: false, linkLocal: true, detectTransmits: 1);
        var reports = fixture.Advance(TimeSpan.FromSeconds(5)).Where(frame => TryReport(frame.Bytes, out _, out _)).Select(frame => SourceOf(frame.Bytes)).ToList();
        Assert.Equal(IPv6Address.Unspecified, reports[0]);
        Assert.Equal(LinkLocal, reports[^1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("defect", "15")]
    [Rfc("exam", "81")]
    public void Queries_are_answered_within_their_time(bool isGeneral)
    {
        var fixture = new HostFixture(linkLocal: true);
        var group = HostFixture.Own6.ToSolicitedNode();
        var query = Query(isGeneral ? IPv6Address.Unspecified : group, 1000);
        Assert.Empty(fixture.Receive(query));
        var report = HostFixture.One(fixture.Advance(TimeSpan.FromMilliseconds(1001)));
        Assert.True(TryReport(report, out var type, out _));
        Assert.Equal(MulticastRecordType.ModeIsExclude, type);
        Assert.Empty(fixture.Receive(Query(isGeneral ? IPv6Address.Unspecified : group, 0)));
        Assert.Single(fixture.Advance(TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public void A_joined_group_lets_its_frames_in_until_it_is_left()
    {
        var fixture = new HostFixture();
        var group = IPv4Address.Parse("239.1.2.3");
        var frame = Frames.Udp4(1, 9, "x"u8, group, MacAddress.ForMulticast(group));
        fixture.Drops(DropReason.OtherStation, frame);
        Assert.True(fixture.Host.JoinGroup(fixture.Link, group, fixture.Now));
        fixture.Drops(DropReason.NoPort, frame);
        fixture.Host.LeaveGroup(fixture.Link, group, fixture.Now);
        fixture.Drops(DropReason.OtherStation, frame);
    }

    private static HostFixture Tentative()
    {
        var fixture = new HostFixture(addresses: false, neighbors: false, detectTransmits: 1);
        fixture.Host.AddAddress(fixture.Link, new Prefix(HostFixture.Own6, 64), fixture.Now);
        return fixture;
    }

    private static byte[] Query(IPv6Address group, ushort delay)
    {
        var router = IPv6Address.Parse("fe80::1");
        var target = group.IsUnspecified ? IPv6Address.AllNodes : group;
        var bytes = new byte[IPv6ExtensionWriter.RouterAlertLength + 28];
        IPv6ExtensionWriter.WriteRouterAlert(bytes, IpProtocol.Icmpv6);
        MldWriter.WriteV2Query(bytes.AsSpan(IPv6ExtensionWriter.RouterAlertLength), router, target, group, delay, 2, 125);
        return Frames.IPv6(IpProtocol.HopByHop, bytes, router, target, hopLimit: 1);
    }

    private static IPv6Address SourceOf(byte[] frame) => IPv6View.TryParse(Frames.Packet(frame), out var ip) ? ip.Source : default;

    private static bool IsSolicitation(byte[] frame) =>
        IPv6View.TryParse(Frames.Packet(frame), out var ip) && ip.NextHeader == IpProtocol.Icmpv6 && ip.Payload[0] == (byte)Icmpv6Type.NeighborSolicitation;

    private static bool TryReport(byte[] frame, out MulticastRecordType type, out IPv6Address group)
    {
        (type, group) = (default, default);
        if (!IPv6View.TryParse(Frames.Packet(frame), out var ip))
        {
            return false;
        }

        var chain = IPv6ExtensionChain.Parse(ip);
        if (!Icmpv6View.TryParse(chain.UpperLayer, out var message) || !message.VerifyChecksum(ip.Source, ip.Destination)
            || !MldReportView.TryParse(message, IPv6Envelope.From(ip, chain), out var report))
        {
            return false;
        }

        foreach (var record in report)
        {
            (type, group) = (record.Type, record.Group);
        }

        return true;
    }
}
