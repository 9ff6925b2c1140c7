using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>Group membership of both families: what is reported, when, and in which version (RFC 2236, RFC 2710, RFC 3376, RFC 3810).</summary>
public sealed class GroupTests
{
    private const string Group4 = "239.1.2.3";
    private const string Group6 = "ff05::1:3";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(Group4)]
    [InlineData(Group6)]
    [Rfc("3376", "5.1")]
    [Rfc("3376", "4.2.14")]
    [Rfc("3810", "6.1")]
    [Rfc("3810", "5.2.13")]
    [Rfc("3810", "9")]
    [Rfc("1122", "IP-146")]
    [Rfc("defect", "15")]
    public void Joining_and_leaving_is_said_at_once_and_once_more(string text)
    {
        var fixture = Fixture();
        var group = IpAddress.Parse(text);
        Assert.True(fixture.Host.JoinGroup(fixture.Link, group, fixture.Now));
        Assert.Equal([$"ToEx {group}"], Next(fixture, TimeSpan.Zero));
        Assert.Equal([$"ToEx {group}"], Next(fixture, Second));
        Assert.Empty(Next(fixture, TimeSpan.FromMinutes(5)));
        fixture.Host.LeaveGroup(fixture.Link, group, fixture.Now);
        Assert.Equal([$"ToIn {group}"], Next(fixture, TimeSpan.Zero));
        Assert.Equal([$"ToIn {group}"], Next(fixture, Second));
        Assert.Empty(Next(fixture, TimeSpan.FromMinutes(5)));
        Assert.False(fixture.Link.Groups.Contains(group));
    }

    [Fact]
    [Rfc("3810", "6")]
    [Rfc("1122", "IP-147")]
    public void The_groups_of_all_hosts_are_joined_and_never_reported()
    {
        var fixture = Fixture();
        Assert.True(fixture.Link.Groups.Contains(IPv4Address.AllHosts));
        Assert.True(fixture.Link.Groups.Contains(IPv6Address.AllNodes));
        fixture.Receive(GroupMessages.Query(IPv4Address.Unspecified, 100));
        fixture.Receive(GroupMessages.Query(IPv6Address.Unspecified, 100));
        fixture.Receive(GroupMessages.Query(IPv4Address.AllHosts, 100));
        fixture.Receive(GroupMessages.OlderQuery(IPv4Address.Unspecified, 100));
        Assert.DoesNotContain(Next(fixture, TimeSpan.FromSeconds(10)), line => line.EndsWith(" 224.0.0.1", StringComparison.Ordinal) || line.EndsWith(" ff02::1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Group4, "10.0.0.8", "10.0.0.9")]
    [InlineData(Group6, "2001:db8::8", "2001:db8::9")]
    [Rfc("3376", "3.2")]
    [Rfc("3376", "5.1")]
    [Rfc("3810", "4.2")]
    [Rfc("3810", "6.1")]
    public void The_filters_of_sockets_are_one_filter_of_the_interface_and_its_changes_are_reported(string text, string eight, string nine)
    {
        var fixture = Fixture();
        var (group, a, b) = (IpAddress.Parse(text), IpAddress.Parse(eight), IpAddress.Parse(nine));
        var first = new UdpMemberships(fixture.Host);
        var second = new UdpMemberships(fixture.Host);
        Assert.Equal(SocketError.Success, first.JoinSource(group, a, 1, fixture.Now));
        Assert.Equal([$"Allow {group} {a}"], Next(fixture, TimeSpan.Zero));
        Assert.Equal(SocketError.Success, second.JoinSource(group, b, 1, fixture.Now));
        Assert.Equal([$"Allow {group} {a} {b}"], Next(fixture, TimeSpan.Zero)); // the repetition of a is merged
        Assert.Equal([$"Allow {group} {b}"], Next(fixture, Second));
        Assert.Equal(SocketError.Success, second.LeaveSource(group, b, 1, fixture.Now));
        Assert.Equal([$"Block {group} {b}", $"Block {group} {b}"], Next(fixture, Second));

        // One that excludes wins: the interface excludes what nobody wants.
        Assert.Equal(SocketError.Success, second.Join(group, 1, fixture.Now));
        Assert.Equal(SocketError.Success, second.BlockSource(group, b, 1, fixture.Now));
        Assert.Equal([$"ToEx {group} {b}", $"ToEx {group} {b}"], Next(fixture, Second));
        Assert.Equal(SocketError.Success, second.BlockSource(group, a, 1, fixture.Now));
        Assert.Empty(Next(fixture, Second)); // the first socket wants a still
        Assert.True(fixture.Link.Groups.Accepts(group, a));
        Assert.False(fixture.Link.Groups.Accepts(group, b));
        first.Clear(fixture.Now);
        Assert.Equal([$"Block {group} {a}", $"Block {group} {a}"], Next(fixture, Second));
        Assert.Equal(SocketError.Success, second.UnblockSource(group, b, 1, fixture.Now));
        Assert.Equal([$"Allow {group} {b}", $"Allow {group} {b}"], Next(fixture, Second));
        second.Clear(fixture.Now);
        Assert.Equal([$"ToIn {group}", $"ToIn {group}"], Next(fixture, Second));
    }

    [Fact]
    [Rfc("3376", "5.1")]
    [Rfc("3810", "6.1")]
    public void A_change_of_mode_is_said_as_often_as_the_link_needs_whatever_comes_between()
    {
        var fixture = Fixture();
        var group = IpAddress.Parse(Group4);
        fixture.Receive(GroupMessages.Query(IPv4Address.Unspecified, 100, robustness: 4));
        Next(fixture, Second);
        var socket = new UdpMemberships(fixture.Host);
        socket.Join(group, 1, fixture.Now);
        Assert.Equal([$"ToEx {group}"], Next(fixture, TimeSpan.Zero));
        socket.BlockSource(group, IpAddress.Parse("10.0.0.9"), 1, fixture.Now);
        Assert.Equal(
            [$"ToEx {group} 10.0.0.9", $"ToEx {group} 10.0.0.9", $"ToEx {group} 10.0.0.9", $"Block {group} 10.0.0.9"], Next(fixture, TimeSpan.FromSeconds(4)));
        socket.Leave(group, 1, fixture.Now);
        Assert.Equal([$"ToIn {group}"], Next(fixture, TimeSpan.Zero));
        socket.Join(group, 1, fixture.Now);
        Assert.Equal(Enumerable.Repeat($"ToEx {group}", 4), Next(fixture, TimeSpan.FromSeconds(4)));
    }

    [Theory]
    [InlineData(Group4, "10.0.0.8", "10.0.0.9")]
    [InlineData(Group6, "2001:db8::8", "2001:db8::9")]
    [Rfc("3376", "5.2")]
    [Rfc("3810", "6.2")]
    public void Queries_are_answered_within_their_time_by_what_they_ask(string text, string eight, string nine)
    {
        var fixture = Fixture();
        var (group, a, b) = (IpAddress.Parse(text), IpAddress.Parse(eight), IpAddress.Parse(nine));
        IpAddress all = group.IsIPv4 ? IPv4Address.Unspecified : IPv6Address.Unspecified;
        var socket = new UdpMemberships(fixture.Host);
        socket.JoinSource(group, a, 1, fixture.Now);
        Next(fixture, Second);
        Assert.Empty(fixture.Receive(GroupMessages.Query(all, 10_000)));
        Assert.Contains($"IsIn {group} {a}", Next(fixture, TimeSpan.FromSeconds(10)));
        Assert.Empty(fixture.Receive(GroupMessages.Query(group, 1000)));
        Assert.Equal([$"IsIn {group} {a}"], Next(fixture, Second));
        fixture.Receive(GroupMessages.Query(group, 1000, 2, 125, b));
        Assert.Empty(Next(fixture, Second)); // of no interest
        fixture.Receive(GroupMessages.Query(group, 1000, 2, 125, b));
        fixture.Receive(GroupMessages.Query(group, 1000, 2, 125, a));
        Assert.Equal([$"IsIn {group} {a}"], Next(fixture, Second)); // one answer for both
        socket.Clear(fixture.Now);
        socket.Join(group, 1, fixture.Now);
        socket.BlockSource(group, b, 1, fixture.Now);
        Next(fixture, TimeSpan.FromSeconds(3));
        fixture.Receive(GroupMessages.Query(group, 1000, 2, 125, a, b));
        Assert.Equal([$"IsIn {group} {a}"], Next(fixture, Second));
        fixture.Receive(GroupMessages.Query(group, 1000, 2, 125, a));
        fixture.Receive(GroupMessages.Query(group, 1000));
        Assert.Equal([$"IsEx {group} {b}"], Next(fixture, Second)); // the question about the group takes the other in
        fixture.Receive(GroupMessages.Query(all, 0));
        Assert.Contains($"IsEx {group} {b}", Next(fixture, TimeSpan.FromMilliseconds(1)));
        fixture.Receive(GroupMessages.Query(IpAddress.Parse(group.IsIPv4 ? "239.9.9.9" : "ff05::99"), 1000));
        Assert.Empty(Next(fixture, Second));
    }

    [Fact]
    [Rfc("3376", "5.2")]
    public void Answers_are_spread_over_the_time_that_a_query_gives()
    {
        List<TimeSpan> delays = [];
        for (var seed = 1UL; seed <= 40; seed++)
        {
            var fixture = Fixture(seed);
            fixture.Host.JoinGroup(fixture.Link, IpAddress.Parse(Group4), fixture.Now);
            Next(fixture, Second);
            fixture.Receive(GroupMessages.Query(IPv4Address.Unspecified, 10_000));
            delays.Add(fixture.Host.NextDeadline - fixture.Now);
        }

        Assert.All(delays, delay => Assert.InRange(delay, TimeSpan.Zero, TimeSpan.FromSeconds(10)));
        Assert.InRange(delays.Average(delay => delay.TotalSeconds), 3.5, 6.5);
        Assert.InRange(delays.Max() - delays.Min(), TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(10));
    }

    [Fact]
    [Rfc("3376", "7.2.1")]
    public void Igmp_speaks_as_the_oldest_querier_that_was_heard_lately()
    {
        var fixture = Fixture();
        var group = IpAddress.Parse(Group4);
        fixture.Host.JoinGroup(fixture.Link, group, fixture.Now);
        Next(fixture, Second);
        fixture.Receive(GroupMessages.OlderQuery(IPv4Address.Unspecified, 5000));
        Assert.Equal([$"report {group}"], Next(fixture, TimeSpan.FromSeconds(5)));
        fixture.Receive(GroupMessages.Query(group, 1000)); // also this one is answered in version 2
        Assert.Equal([$"report {group}"], Next(fixture, Second));
        fixture.Receive(GroupMessages.OlderQuery(IPv4Address.Unspecified, 0));
        Assert.Equal([$"report1 {group}"], Next(fixture, TimeSpan.FromSeconds(10)));
        fixture.Host.LeaveGroup(fixture.Link, group, fixture.Now);
        Assert.Empty(Next(fixture, TimeSpan.FromSeconds(10))); // version 1 knows no leaving
        fixture.Host.JoinGroup(fixture.Link, group, fixture.Now);
        Assert.Equal([$"report1 {group}", $"report1 {group}"], Next(fixture, TimeSpan.FromSeconds(10)));

        // Two intervals and the time for an answer: 2 × 125 + 10 s.
        Next(fixture, TimeSpan.FromSeconds(225));
        fixture.Receive(GroupMessages.Query(group, 100));
        Assert.Equal([$"report1 {group}"], Next(fixture, Second));
        Next(fixture, TimeSpan.FromSeconds(20));
        fixture.Receive(GroupMessages.Query(group, 100));
        Assert.Equal([$"IsEx {group}"], Next(fixture, Second));
    }

    [Theory]
    [InlineData(Group4)]
    [InlineData(Group6)]
    [Rfc("3376", "7.2.1")]
    [Rfc("3810", "8.2.1")]
    public void An_older_querier_gets_reports_to_the_group_and_a_leave(string text)
    {
        var fixture = Fixture();
        var group = IpAddress.Parse(text);
        IpAddress all = group.IsIPv4 ? IPv4Address.Unspecified : IPv6Address.Unspecified;
        fixture.Receive(GroupMessages.OlderQuery(all, 100));
        Next(fixture, Second);
        var socket = new UdpMemberships(fixture.Host);
        socket.JoinSource(group, IpAddress.Parse(group.IsIPv4 ? "10.0.0.9" : "2001:db8::9"), 1, fixture.Now);
        Assert.Equal([$"report {group}"], Next(fixture, TimeSpan.Zero));
        Assert.Equal([$"report {group}"], Next(fixture, TimeSpan.FromSeconds(10)));
        fixture.Receive(GroupMessages.OlderQuery(group, 1000));
        fixture.Receive(GroupMessages.OlderReport(group));
        Assert.Empty(Next(fixture, Second)); // another said it
        fixture.Receive(GroupMessages.OlderQuery(group, 1000));
        Assert.Equal([$"report {group}"], Next(fixture, Second));
        socket.Clear(fixture.Now);
        Assert.Equal([$"leave {group}"], Next(fixture, TimeSpan.FromSeconds(30)));
        Assert.DoesNotContain($"report {group}", AnswersTo(fixture, GroupMessages.OlderQuery(all, 100)));
        Next(fixture, TimeSpan.FromSeconds(260.2));
        fixture.Host.JoinGroup(fixture.Link, group, fixture.Now);
        Assert.Equal([$"ToEx {group}", $"ToEx {group}"], Next(fixture, Second));
        fixture.Receive(GroupMessages.Query(group, 1000));
        fixture.Receive(GroupMessages.OlderReport(group)); // silences nobody any more
        Assert.Equal([$"IsEx {group}"], Next(fixture, Second));
    }

    [Fact]
    [Rfc("3376", "7.2.1")]
    public void What_was_to_be_said_is_forgotten_when_an_older_querier_is_heard()
    {
        var fixture = Fixture();
        var group = IpAddress.Parse(Group4);
        fixture.Host.JoinGroup(fixture.Link, group, fixture.Now);
        Next(fixture, TimeSpan.Zero);
        var query = new byte[IgmpView.HeaderLength];
        IgmpWriter.Write(query, IgmpType.Query, IPv4Address.Parse("239.9.9.9"), 10);
        fixture.Receive(GroupMessages.Igmp(query, IPv4Address.AllHosts));
        Assert.Empty(Next(fixture, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    [Rfc("exam", "81")]
    [Rfc("3376", "4.1.1")]
    public void Queries_from_elsewhere_are_ignored_and_a_flood_of_them_gets_a_bounded_number_of_answers()
    {
        var fixture = Fixture();
        var group = IpAddress.Parse(Group4);
        fixture.Host.JoinGroup(fixture.Link, group, fixture.Now);
        Next(fixture, Second);
        var general = new byte[12];
        IgmpWriter.WriteV3Query(general, IPv4Address.Unspecified, 0, 2, 125);
        fixture.Drops(DropReason.BadIgmp, GroupMessages.Igmp(general, IPv4Address.AllHosts, ttl: 2));
        fixture.Drops(DropReason.BadIgmp, GroupMessages.Igmp(general, IPv4Address.AllHosts, alert: false));
        fixture.Drops(DropReason.BadIgmp, GroupMessages.Igmp(general, group.ToIPv4()));
        general[5] ^= 1;
        fixture.Drops(DropReason.BadIgmp, GroupMessages.Igmp(general, IPv4Address.AllHosts));
        general[5] ^= 1;
        Assert.Empty(Next(fixture, Second));
        fixture.Receive(GroupMessages.Igmp(general, IPv4Address.AllHosts, source: IPv4Address.Unspecified)); // a switch without an address (RFC 4541 §2.1.1)
        Assert.Single(Next(fixture, Second));
        var before = fixture.Host.Counters[Counter.IgmpReportsOut];
        for (var i = 0; i < 10_000; i++)
        {
            fixture.Receive(GroupMessages.Query(i % 2 == 0 ? IPv4Address.Unspecified : group, 0));
            fixture.Advance(TimeSpan.FromMilliseconds(0.1));
        }

        fixture.Advance(TimeSpan.FromSeconds(10));
        Assert.InRange(fixture.Host.Counters[Counter.IgmpReportsOut] - before, 50, 250);
        Assert.Equal([$"IsEx {group}"], AnswersTo(fixture, GroupMessages.Query(group, 0)));
    }

    [Theory]
    [InlineData(Group4)]
    [InlineData(Group6)]
    [Rfc("3810", "6.2")]
    [Rfc("exam", "81")]
    public void A_query_with_more_sources_than_are_remembered_is_answered_for_the_whole_group(string text)
    {
        var fixture = Fixture();
        var group = IpAddress.Parse(text);
        fixture.Host.JoinGroup(fixture.Link, group, fixture.Now);
        Next(fixture, Second);
        Assert.Equal([$"IsEx {group}"], AnswersTo(fixture, GroupMessages.Query(group, 100, 2, 125, Sources(group, 65))));
        var within = Assert.Single(AnswersTo(fixture, GroupMessages.Query(group, 100, 2, 125, Sources(group, 64))));
        Assert.StartsWith($"IsIn {group} ", within, StringComparison.Ordinal);
        Assert.Equal(64 + 2, within.Split(' ').Length);
        fixture.Receive(GroupMessages.Query(group, 1000, 2, 125, Sources(group, 40)));
        fixture.Receive(GroupMessages.Query(group, 1000, 2, 125, Sources(group, 40, from: 100)));
        Assert.Equal([$"IsEx {group}"], Next(fixture, Second));
    }

    [Theory]
    [InlineData(Group4, 576)]
    [InlineData(Group6, 1280)]
    [Rfc("3810", "5.2.15")]
    public void Reports_larger_than_the_link_carries_are_split(string text, int mtu)
    {
        var fixture = Fixture(mtu: Math.Max(mtu, 1280));
        var group = IpAddress.Parse(text);
        if (group.IsIPv4)
            fixture = new HostFixture(neighbors: false, mtu: mtu);
        UdpMemberships[] sockets = [.. Enumerable.Range(0, 4).Select(_ => new UdpMemberships(fixture.Host))];
        var all = Sources(group, 200);
        for (var i = 0; i < all.Length; i++)
            Assert.Equal(SocketError.Success, sockets[i / 60].JoinSource(group, all[i], 1, fixture.Now));
        fixture.Advance(TimeSpan.FromSeconds(3));
        var frames = new List<SentFrame>();
        fixture.Receive(GroupMessages.Query(group, 0));
        frames.AddRange(fixture.Advance(Second));
        Assert.True(frames.Count > 1);
        Assert.All(frames, frame => Assert.InRange(frame.Bytes.Length, 60, mtu + EthernetView.HeaderLength));
        var told = GroupMessages.Read(frames).SelectMany(line => line.Split(' ')[2..]).Select(source => IpAddress.Parse(source)).ToHashSet();
        Assert.Equal(all.ToHashSet(), told);

        // Of many groups, too, each is told once.
        for (var i = 1; i <= 200; i++)
            Assert.True(fixture.Host.JoinGroup(fixture.Link, IpAddress.Parse(group.IsIPv4 ? $"239.7.7.{i}" : $"ff05::7:{i:x}"), fixture.Now));
        fixture.Advance(TimeSpan.FromSeconds(3));
        fixture.Receive(GroupMessages.Query(group.IsIPv4 ? IPv4Address.Unspecified : IPv6Address.Unspecified, 0));
        frames = fixture.Advance(Second);
        Assert.All(frames, frame => Assert.InRange(frame.Bytes.Length, 60, mtu + EthernetView.HeaderLength));
        Assert.Equal(200, GroupMessages.Read(frames).Count(line => line.StartsWith("IsEx ", StringComparison.Ordinal) && line.Contains(":7:") != line.Contains(".7.7.")));
    }

    [Fact]
    [Rfc("1122", "IP-145")]
    public void The_table_of_groups_is_bounded_and_forgets_what_was_left()
    {
        var fixture = Fixture();
        var before = fixture.Link.Groups.Count;
        List<IpAddress> groups = [];
        for (var i = 0; i < GroupTable.Capacity + 100; i++)
        {
            IpAddress group = new IPv4Address(0xEF00_0000u + (uint)i);
            if (fixture.Host.JoinGroup(fixture.Link, group, fixture.Now))
                groups.Add(group);
        }

        Assert.Equal(GroupTable.Capacity, fixture.Link.Groups.Count);
        Assert.Equal(GroupTable.Capacity - before, groups.Count);
        groups.ForEach(group => fixture.Host.LeaveGroup(fixture.Link, group, fixture.Now));
        fixture.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(before, fixture.Link.Groups.Count);
    }

    [Fact]
    [Rfc("3376", "3.2")]
    public void Each_socket_hears_the_sources_that_it_wants_and_our_own_datagrams_come_back()
    {
        var fixture = Fixture();
        var group = IpAddress.Parse(Group4);
        var (all, some, none, bystander) = (Bind(fixture), Bind(fixture), Bind(fixture), Bind(fixture));
        all.Memberships!.Join(group, 0, fixture.Now);
        some.Memberships!.JoinSource(group, IpAddress.Parse("10.0.1.92"), 0, fixture.Now);
        none.Memberships!.Join(group, 0, fixture.Now);
        none.Memberships.BlockSource(group, HostFixture.Peer4, 0, fixture.Now);
        var frame = Frames.Udp4(1, 9, "x"u8, group.ToIPv4(), MacAddress.ForMulticast(group));
        fixture.Receive(frame);
        Assert.Equal([true, false, false, true], Readable(all, some, none, bystander));
        all.Memberships.Clear(fixture.Now);
        none.Memberships.Clear(fixture.Now);
        fixture.Advance(Second);
        fixture.Drops(DropReason.NotOurAddress, frame); // only the other source is wanted now
        all.Memberships.Join(group, 0, fixture.Now);
        Assert.Equal(SocketError.Success, none.Send("y"u8, new TransportEndpoint(group, 9), default, fixture.Now));
        Assert.True(all.IsReadable && !some.IsReadable && bystander.IsReadable);
        Assert.True(all.TryReceive(new byte[1], out var datagram));
        Assert.Equal(((IpAddress)HostFixture.Own4, group, (byte)1), (datagram.Source.Address, datagram.Destination, datagram.HopLimit));
        none.MulticastLoopback = false;
        none.Send("z"u8, new TransportEndpoint(group, 9), default, fixture.Now);
        Assert.False(all.TryReceive(new byte[1], out _));
    }

    [Fact]
    [Rfc("3376", "3.2")]
    public void What_contradicts_a_membership_is_refused()
    {
        var fixture = Fixture();
        var (group, a, now) = (IpAddress.Parse(Group4), IpAddress.Parse("10.0.0.8"), fixture.Now);
        var socket = new UdpMemberships(fixture.Host);
        Assert.Equal(SocketError.InvalidArgument, socket.Join(a, 0, now));
        Assert.Equal(SocketError.AddressNotAvailable, socket.Join(group, 9, now));
        Assert.Equal(SocketError.AddressNotAvailable, socket.Leave(group, 0, now));
        Assert.Equal(SocketError.AddressNotAvailable, socket.LeaveSource(group, a, 0, now));
        Assert.Equal(SocketError.InvalidArgument, socket.BlockSource(group, a, 0, now));
        Assert.Equal(SocketError.InvalidArgument, socket.JoinSource(group, HostFixture.Own6, 0, now));
        Assert.Equal(SocketError.InvalidArgument, socket.JoinSource(group, group, 0, now));
        Assert.Equal(SocketError.Success, socket.JoinSource(group, a, 0, now));
        Assert.Equal(SocketError.AddressNotAvailable, socket.JoinSource(group, a, 0, now));
        Assert.Equal(SocketError.InvalidArgument, socket.BlockSource(group, a, 0, now));
        Assert.Equal(SocketError.InvalidArgument, socket.UnblockSource(group, a, 0, now));
        Assert.Equal(SocketError.AddressAlreadyInUse, socket.Join(group, 0, now));
        Assert.Equal(SocketError.Success, socket.LeaveSource(group, a, 0, now));
        Assert.Equal(0, socket.Count);
        Assert.Equal(SocketError.Success, socket.Join(group, 0, now));
        Assert.Equal(SocketError.InvalidArgument, socket.JoinSource(group, a, 0, now));
        Assert.Equal(SocketError.InvalidArgument, socket.LeaveSource(group, a, 0, now));
        Assert.Equal(SocketError.AddressNotAvailable, socket.UnblockSource(group, a, 0, now));
        for (var i = 0; i < GroupSubscription.MaxSources; i++)
            Assert.Equal(SocketError.Success, socket.BlockSource(group, Sources(group, 1, i + 1)[0], 0, now));
        Assert.Equal(SocketError.NoBufferSpaceAvailable, socket.BlockSource(group, IpAddress.Parse("10.9.9.9"), 0, now));
        for (var i = 1; i < UdpMemberships.Capacity; i++)
            Assert.Equal(SocketError.Success, socket.Join(new IPv4Address(0xEF00_0000u + (uint)i), 0, now));
        Assert.Equal(SocketError.NoBufferSpaceAvailable, socket.Join(IpAddress.Parse("239.9.9.9"), 0, now));
    }

    [Fact]
    public void Groups_are_joined_on_the_loopback_interface_without_a_word()
    {
        var host = new HostCore(new HostOptions(), new SeededEntropy(1), Instant.Zero);
        var sink = new RecordingSink();
        var loopback = host.AddInterface(
            new InterfaceOptions { Name = "lo", IsLoopback = true, Capabilities = new LinkCapabilities(LinkMedium.Ip, 65_536, LinkOffloads.None) }, sink, Instant.Zero);
        Assert.True(host.JoinGroup(loopback, IpAddress.Parse(Group4), Instant.Zero));
        host.LeaveGroup(loopback, IpAddress.Parse(Group4), Instant.Zero);
        host.OnDeadline(Instant.Zero + TimeSpan.FromSeconds(60));
        Assert.Equal(0, sink.Count);
        Assert.False(loopback.Groups.Contains(IpAddress.Parse(Group4)));
    }

    private static HostFixture Fixture(ulong seed = 1, int mtu = 1500)
    {
        var fixture = new HostFixture(neighbors: false, linkLocal: true, mtu: mtu, seed: seed);
        fixture.Advance(TimeSpan.FromSeconds(10));
        return fixture;
    }

    private static UdpPort Bind(HostFixture fixture)
    {
        Assert.Equal(
            SocketError.Success,
            fixture.Host.Udp.Bind(new TransportEndpoint(IPv4Address.Unspecified, 9), false, true, new UdpUser(), out var port));
        port!.Memberships = new UdpMemberships(fixture.Host);
        return port;
    }

    private static bool[] Readable(params UdpPort[] ports) => [.. ports.Select(port => port.TryReceive(new byte[10], out _))];

    private static IpAddress[] Sources(IpAddress group, int count, int from = 1) =>
        [.. Enumerable.Range(from, count).Select(i => IpAddress.Parse(group.IsIPv4 ? $"10.0.0.{i}" : $"2001:db8::{i:x}"))];

    private static List<string> Next(HostFixture fixture, TimeSpan span) => GroupMessages.Read(fixture.Advance(span));

    private static List<string> AnswersTo(HostFixture fixture, byte[] query)
    {
        fixture.Receive(query);
        return Next(fixture, Second);
    }
}
