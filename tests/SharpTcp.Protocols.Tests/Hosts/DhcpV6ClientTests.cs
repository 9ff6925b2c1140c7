using System;
using System.Collections.Generic;
using System.Linq;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>The DHCPv6 client (RFC 8415), from the router that sends it to the servers up to the address that is given back.</summary>
public sealed class DhcpV6ClientTests
{
    private static readonly IPv6Address Leased = IPv6Address.Parse("2001:db8:0:5::42");
    private static readonly IPv6Address Other = IPv6Address.Parse("2001:db8:0:5::43");
    private static readonly byte[] ServerA = [0, 3, 0, 1, 2, 0, 0, 0, 0, 0xA];
    private static readonly byte[] ServerB = [0, 3, 0, 1, 2, 0, 0, 0, 0, 0xB];

    [Fact]
    [Rfc("8504", "N6-S12")]
    [Rfc("8504", "N6-28")]
    public void Where_routers_say_so_four_messages_bring_an_address_and_resolvers()
    {
        var net = new Net();
        Assert.Empty(net.Pass(60)); // no router asked for it
        net.Advertise();
        Assert.Empty(net.Pass(60)); // nor this one
        net.Advertise(managed: true);
        var solicit = net.One(1.1);
        Assert.Equal((DhcpV6MessageType.Solicit, "00030001020000000007", null), (solicit.Type, solicit.Client, solicit.Server));
        Assert.True(solicit.HasRapidCommit);
        Assert.Equal([23, 24, 82], solicit.Wishes);
        net.Answer(DhcpV6MessageType.Advertise, solicit, ServerA);
        var request = net.One(1.2);
        Assert.Equal((DhcpV6MessageType.Request, Convert.ToHexString(ServerA), Leased), (request.Type, request.Server, request.Address));
        Assert.NotEqual(solicit.Transaction, request.Transaction);
        net.Answer(DhcpV6MessageType.Reply, request, ServerA);
        Assert.Null(net.Fixture.Host.GetDhcpV6Lease(net.Fixture.Link)); // the address is still being asked for
        net.Pass(2.1);
        var address = net.Address!;
        Assert.Equal((AddressState.Preferred, AddressOrigin.Dhcp, "2001:db8:0:5::42/128"), (address.State, address.Origin, address.Prefix.ToString()));
        var (lease, expires) = net.Fixture.Host.GetDhcpV6Lease(net.Fixture.Link)!.Value;
        Assert.Equal([IPv6Address.Parse("2001:db8::53")], lease.DnsServers);
        Assert.Equal(["example.org"], lease.SearchDomains);
        Assert.InRange(expires - net.Fixture.Now, TimeSpan.FromSeconds(3990), TimeSpan.FromSeconds(4000));
        Assert.Equal((1000u, 1600u), (lease.RenewalSeconds, lease.RebindingSeconds)); // half and four fifths of what is preferred
    }

    [Fact]
    public void Two_messages_are_enough_if_the_server_commits_rapidly()
    {
        var net = new Net();
        net.Advertise(managed: true);
        var solicit = net.One(1.1);
        net.Answer(DhcpV6MessageType.Reply, solicit, ServerA); // without the option it is no answer
        Assert.Null(net.Address);
        net.Answer(DhcpV6MessageType.Reply, solicit, ServerA, rapid: true);
        net.Pass(2);
        Assert.Equal(AddressState.Preferred, net.Address!.State);
        Assert.Equal(DhcpV6State.Bound, net.State);
    }

    [Fact]
    public void Of_several_offers_the_most_preferred_is_taken_and_the_highest_at_once()
    {
        var net = new Net();
        net.Advertise(managed: true);
        var solicit = net.One(1.1);
        net.Answer(DhcpV6MessageType.Advertise, solicit, ServerA, preference: 5);
        net.Answer(DhcpV6MessageType.Advertise, solicit, ServerB, preference: 9);
        net.Answer(DhcpV6MessageType.Advertise, solicit, ServerA, preference: 7);
        Assert.Equal(Convert.ToHexString(ServerB), net.One(1.2).Server);
        net = new Net();
        net.Advertise(managed: true);
        solicit = net.One(1.1);
        net.Answer(DhcpV6MessageType.Advertise, solicit, ServerA, preference: 255);
        Assert.Equal(Convert.ToHexString(ServerA), net.One(0.01).Server);
    }

    [Fact]
    [Rfc("exam", "77")]
    public void Answers_that_are_not_ours_or_give_nothing_are_ignored()
    {
        var net = new Net();
        net.Advertise(managed: true);
        var solicit = net.One(1.1);
        net.Answer(DhcpV6MessageType.Advertise, solicit with { Transaction = solicit.Transaction ^ 1 }, ServerA);
        net.Answer(DhcpV6MessageType.Advertise, solicit with { Client = "0003000102000000AAAA" }, ServerA);
        net.Answer(DhcpV6MessageType.Advertise, solicit, [1, 2]); // no DUID
        net.Answer(DhcpV6MessageType.Advertise, solicit, ServerA, status: DhcpV6Status.NoAddresses);
        net.Answer(DhcpV6MessageType.Advertise, solicit, ServerA, valid: 0, preferred: 0);
        net.Answer(DhcpV6MessageType.Advertise, solicit, ServerA, valid: 10, preferred: 20);
        net.Answer(DhcpV6MessageType.Advertise, solicit, ServerA, first: 20, second: 10);
        net.Answer(DhcpV6MessageType.Advertise, solicit, ServerA, association: 99);
        net.Answer(DhcpV6MessageType.Advertise, solicit, ServerA, address: IPv6Address.Parse("fe80::9"));
        net.Answer(DhcpV6MessageType.Advertise, solicit, ServerA, address: IPv6Address.Parse("ff02::9"));
        net.Answer(DhcpV6MessageType.Request, solicit, ServerA);
        Assert.All(net.Pass(20), message => Assert.Equal(DhcpV6MessageType.Solicit, message.Type));
        Assert.Equal(2, net.Fixture.Host.Counters[DropReason.DhcpNotForUs]);
    }

    [Fact]
    public void Silence_is_asked_again_ever_more_seldom_and_the_server_may_say_how_seldom()
    {
        var net = new Net();
        net.Advertise(managed: true);
        var times = net.Pass(20_000).Select(message => message.At).ToList();
        var gaps = times.Zip(times.Skip(1), (a, b) => (b - a).TotalSeconds).ToList();
        Assert.InRange(gaps[0], 1, 1.1);
        for (var i = 1; i < 11; i++)
            Assert.InRange(gaps[i] / gaps[i - 1], 1.89, 2.11);
        Assert.All(gaps, gap => Assert.True(gap <= 3960.01));
        var last = net.Pass(4000)[^1];
        net.Answer(DhcpV6MessageType.Advertise, last, ServerA, status: DhcpV6Status.NoAddresses, maxTime: 60);
        times = [.. net.Pass(8000).Select(message => message.At)];
        gaps = [.. times.Zip(times.Skip(1), (a, b) => (b - a).TotalSeconds)];
        Assert.InRange(gaps.Max(), 60, 3960);
    }

    [Fact]
    public void It_is_renewed_rebound_and_given_up_at_its_times()
    {
        var net = Bound();
        var begin = net.BoundAt;
        var renew = net.One(1000);
        Assert.Equal((DhcpV6MessageType.Renew, Convert.ToHexString(ServerA), Leased), (renew.Type, renew.Server, renew.Address));
        Assert.InRange((renew.At - begin).TotalSeconds, 999, 1001);
        net.Answer(DhcpV6MessageType.Reply, renew, ServerB); // of another server
        Assert.Equal(DhcpV6State.Renewing, net.State);
        net.Answer(DhcpV6MessageType.Reply, renew, ServerA);
        Assert.Equal(DhcpV6State.Bound, net.State);
        begin = net.Fixture.Now;
        var messages = net.Pass(1650);
        Assert.Equal((DhcpV6MessageType.Renew, DhcpV6MessageType.Rebind), (messages[0].Type, messages[^1].Type));
        Assert.InRange((messages.First(message => message.Type == DhcpV6MessageType.Rebind).At - begin).TotalSeconds, 1599, 1601);
        Assert.Null(messages[^1].Server);
        net.Answer(DhcpV6MessageType.Reply, messages[^1], ServerB); // any server will do
        Assert.Equal(DhcpV6State.Bound, net.State);
        begin = net.Fixture.Now;
        net.Pass(2001);
        Assert.Equal(AddressState.Deprecated, net.Address!.State);
        var end = net.Pass(2000);
        Assert.Null(net.Address);
        Assert.Equal(DhcpV6MessageType.Solicit, end[^1].Type);
        Assert.Equal((Leased, AddressState.Removed), (net.Fixture.AddressChanges[^1].Address.ToIPv6(), net.Fixture.AddressChanges[^1].State));
    }

    [Fact]
    public void A_server_that_knows_nothing_is_asked_anew_and_one_that_takes_the_address_away_is_obeyed()
    {
        var net = Bound();
        var renew = net.One(1000);
        net.Answer(DhcpV6MessageType.Reply, renew, ServerA, innerStatus: DhcpV6Status.NoBinding);
        var request = net.One(1);
        Assert.Equal((DhcpV6MessageType.Request, Leased), (request.Type, request.Address));
        net.Answer(DhcpV6MessageType.Reply, request, ServerA);
        Assert.Equal(DhcpV6State.Bound, net.State);
        renew = net.One(1000);
        net.Answer(DhcpV6MessageType.Reply, renew, ServerA, valid: 0, preferred: 0);
        Assert.Null(net.Address);
        Assert.Equal(DhcpV6MessageType.Solicit, net.One(1.1).Type);
    }

    [Fact]
    public void A_request_that_is_refused_or_not_answered_begins_anew()
    {
        var net = new Net();
        net.Advertise(managed: true);
        net.Answer(DhcpV6MessageType.Advertise, net.One(1.1), ServerA, preference: 255);
        var request = net.One(0.1);
        net.Answer(DhcpV6MessageType.Reply, request, ServerA, innerStatus: DhcpV6Status.NoAddresses);
        net.Answer(DhcpV6MessageType.Advertise, net.One(1.1), ServerA, preference: 255);
        var messages = net.Pass(400);
        Assert.Equal(10, messages.TakeWhile(message => message.Type == DhcpV6MessageType.Request).Count()); // REQ_MAX_RC
        Assert.Equal(DhcpV6MessageType.Solicit, messages[10].Type);
    }

    [Fact]
    [Rfc("exam", "78")]
    public void An_address_of_another_is_declined_and_another_looked_for()
    {
        var net = new Net();
        net.Advertise(managed: true);
        net.Answer(DhcpV6MessageType.Advertise, net.One(1.1), ServerA, preference: 255);
        net.Answer(DhcpV6MessageType.Reply, net.One(0.1), ServerA);
        net.Fixture.Advance(TimeSpan.FromSeconds(0.5));
        net.Fixture.Receive(Frames.Advertisement(Leased, IPv6Address.AllNodes, NeighborAdvertisementFlags.Override));
        Assert.Null(net.Address);
        var decline = net.One(0.1);
        Assert.Equal((DhcpV6MessageType.Decline, Convert.ToHexString(ServerA), Leased), (decline.Type, decline.Server, decline.Address));
        net.Answer(DhcpV6MessageType.Reply, decline, ServerA);
        var solicit = net.One(1.1);
        Assert.Equal((DhcpV6MessageType.Solicit, null), (solicit.Type, solicit.Address));
        Assert.Null(net.Fixture.Host.GetDhcpV6Lease(net.Fixture.Link));
    }

    [Fact]
    public void It_is_given_back_at_the_end_unless_it_is_to_be_kept()
    {
        var net = Bound();
        net.Fixture.Host.StopDhcp(net.Fixture.Link, net.Fixture.Now);
        Assert.Null(net.Address);
        var release = net.One(0);
        Assert.Equal((DhcpV6MessageType.Release, Leased), (release.Type, release.Address));
        Assert.Equal(3, net.Pass(60).Count); // REL_MAX_RC: four in all
        Assert.Equal(DhcpV6State.Stopped, net.State);
        net.Advertise(managed: true);
        Assert.Empty(net.Pass(60));
        net = Bound(new DhcpV6Settings { KeepLease = true });
        net.Fixture.Host.StopDhcp(net.Fixture.Link, net.Fixture.Now);
        Assert.Empty(net.Pass(60));
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("no")]
    [InlineData("silence")]
    public void The_address_of_an_earlier_run_is_confirmed(string answer)
    {
        var previous = Bound().Fixture;
        var lease = previous.Host.GetDhcpV6Lease(previous.Link)!.Value.Lease;
        var net = new Net(new DhcpV6Settings { Previous = lease, PreviousFor = TimeSpan.FromSeconds(500) });
        net.Advertise(managed: true);
        var confirm = net.One(1.1);
        Assert.Equal((DhcpV6MessageType.Confirm, null, Leased), (confirm.Type, confirm.Server, confirm.Address));
        if (answer != "silence")
            net.Answer(DhcpV6MessageType.Reply, confirm, ServerA, status: answer == "yes" ? DhcpV6Status.Success : DhcpV6Status.NotOnLink);
        var next = net.Pass(16);
        Assert.Equal(answer == "no", net.Address is null);
        Assert.Equal(answer == "no" ? DhcpV6MessageType.Solicit : DhcpV6MessageType.Renew, next[^1].Type);
        if (answer != "no")
        {
            net.Pass(500);
            Assert.Null(net.Address); // no longer than the lease of then
        }
    }

    [Fact]
    [Rfc("8504", "N6-28")]
    public void With_the_other_flag_alone_only_the_rest_is_asked_for_and_again_when_it_is_old()
    {
        var net = new Net();
        net.Advertise(other: true);
        var question = net.One(1.1);
        Assert.Equal((DhcpV6MessageType.InformationRequest, null), (question.Type, question.Address));
        Assert.Equal([23, 24, 32, 83], question.Wishes);
        net.Answer(DhcpV6MessageType.Reply, question, ServerA, refresh: 700);
        Assert.Equal(DhcpV6State.Informed, net.State);
        var lease = net.Fixture.Host.GetDhcpV6Lease(net.Fixture.Link)!.Value.Lease;
        Assert.Equal((null, 700u), (lease.Address, lease.ValidSeconds));
        Assert.Equal([IPv6Address.Parse("2001:db8::53")], lease.DnsServers);
        Assert.Empty(net.Pass(690));
        Assert.Equal(DhcpV6MessageType.InformationRequest, net.One(12).Type);

        // And if a router now says that there are addresses too, one is asked for.
        net.Advertise(managed: true, other: true);
        Assert.Equal(DhcpV6MessageType.Solicit, net.One(1.1).Type);
    }

    [Fact]
    [Rfc("exam", "39")]
    public void Transactions_are_by_chance()
    {
        HashSet<uint> seen = [];
        for (var seed = 1UL; seed <= 200; seed++)
        {
            var net = new Net(seed: seed);
            net.Advertise(managed: true);
            seen.Add(net.One(1.1).Transaction);
        }

        Assert.InRange(seen.Count, 199, 200);
        Assert.True(seen.Any(one => one > 0x80_0000) && seen.Any(one => one < 0x80_0000));
    }

    private static Net Bound(DhcpV6Settings? settings = null)
    {
        var net = new Net(settings);
        net.Advertise(managed: true);
        net.Answer(DhcpV6MessageType.Advertise, net.One(1.1), ServerA, preference: 255);
        net.Answer(DhcpV6MessageType.Reply, net.One(0.1), ServerA);
        net.BoundAt = net.Fixture.Now;
        net.Pass(2);
        return net;
    }

    /// <summary>A message of the client.</summary>
    private sealed record Message(Instant At, DhcpV6MessageType Type, uint Transaction, string Client, string? Server, IPv6Address? Address, bool HasRapidCommit, int[] Wishes);

    private sealed class Net
    {
        public Net(DhcpV6Settings? settings = null, ulong seed = 1)
        {
            Fixture = new HostFixture(
                addresses: false, neighbors: false, linkLocal: true, detectTransmits: 1, routerDiscovery: true, seed: seed, dhcpV6: settings ?? new DhcpV6Settings());
            Fixture.Advance(TimeSpan.FromSeconds(3));
        }

        public HostFixture Fixture { get; }

        public Instant BoundAt { get; set; }

        public DhcpV6State State => Fixture.Host.GetDhcpV6State(Fixture.Link);

        public InterfaceAddress? Address => Fixture.Host.Addresses.SingleOrDefault(address => address.Origin == AddressOrigin.Dhcp);

        public void Advertise(bool managed = false, bool other = false)
        {
            Fixture.Receive(new Advertisement { Fields = new(0, 9000, managed, other) }.Frame());
        }

        public List<Message> Pass(double seconds)
        {
            List<Message> messages = [];
            var until = Fixture.Now + TimeSpan.FromSeconds(seconds);
            messages.AddRange(Read(Fixture.Sink.Take()));
            while (Fixture.Host.NextDeadline <= until)
                messages.AddRange(Read(Fixture.Advance(Fixture.Host.NextDeadline > Fixture.Now ? Fixture.Host.NextDeadline - Fixture.Now : TimeSpan.Zero)));
            messages.AddRange(Read(Fixture.Advance(until - Fixture.Now)));
            return messages;
        }

        /// <summary>The first message that comes within some time; then it is still that moment.</summary>
        public Message One(double seconds)
        {
            var until = Fixture.Now + TimeSpan.FromSeconds(seconds);
            while (true)
            {
                if (Read(Fixture.Advance(TimeSpan.Zero)) is { Count: > 0 } now)
                    return Assert.Single(now);
                Assert.True(Fixture.Host.NextDeadline <= until, "there is no message in time");
                if (Read(Fixture.Advance(Fixture.Host.NextDeadline - Fixture.Now)) is { Count: > 0 } then)
                    return Assert.Single(then);
            }
        }

        public void Answer(
            DhcpV6MessageType type, Message to, byte[] server, int preference = -1, bool rapid = false, DhcpV6Status status = DhcpV6Status.Success,
            DhcpV6Status innerStatus = DhcpV6Status.Success, uint first = 0, uint second = 0, uint preferred = 2000, uint valid = 4000, uint? association = null,
            IPv6Address? address = null, uint? refresh = null, uint? maxTime = null)
        {
            var buffer = new byte[400];
            var writer = new DhcpV6Writer(buffer, type, to.Transaction);
            writer.Add(DhcpV6Option.ClientIdentifier, Convert.FromHexString(to.Client));
            writer.Add(DhcpV6Option.ServerIdentifier, server);
            if (status != DhcpV6Status.Success)
                writer.Add(DhcpV6Option.StatusCode, [0, (byte)status]);
            var id = association ?? 0x0000_0007u;
            if (innerStatus != DhcpV6Status.Success)
                writer.Add(DhcpV6Option.NonTemporaryAddresses, [0, 0, 0, 7, .. new byte[8], 0, 13, 0, 2, 0, (byte)innerStatus]);
            else if (to.Type is not (DhcpV6MessageType.InformationRequest or DhcpV6MessageType.Confirm or DhcpV6MessageType.Decline or DhcpV6MessageType.Release))
                writer.AddAssociation(id, first, second, address ?? Leased, preferred, valid);
            if (preference >= 0)
                writer.Add(DhcpV6Option.Preference, [(byte)preference]);
            if (rapid)
                writer.Add(DhcpV6Option.RapidCommit);
            if (refresh is { } seconds)
                writer.Add(DhcpV6Option.InformationRefreshTime, [0, 0, (byte)(seconds >> 8), (byte)seconds]);
            if (maxTime is { } longest)
                writer.Add(DhcpV6Option.SolicitMaxTime, [0, 0, (byte)(longest >> 8), (byte)longest]);
            Span<byte> dns = stackalloc byte[16];
            IPv6Address.Parse("2001:db8::53").Write(dns);
            writer.Add(DhcpV6Option.DnsServers, dns);
            writer.Add(DhcpV6Option.DomainList, [7, .. "example"u8, 3, .. "org"u8, 0]);
            var source = IPv6Address.Parse("fe80::1");
            var own = Fixture.Host.Addresses.First(one => one.Origin == AddressOrigin.LinkLocal).Address.ToIPv6();
            Fixture.Receive(Frames.IPv6(IpProtocol.Udp, Frames.UdpDatagram(source, own, 547, 546, buffer.AsSpan(0, writer.Length)), source, own));
        }

        private List<Message> Read(List<SentFrame> frames)
        {
            List<Message> messages = [];
            foreach (var frame in frames)
            {
                if (!IPv6View.TryParse(Frames.Packet(frame.Bytes), out var ip) || ip.NextHeader != IpProtocol.Udp)
                    continue;
                Assert.True(UdpView.TryParse(ip.Payload, out var udp) && udp.VerifyChecksum(ip.Source, ip.Destination));
                Assert.Equal((546, 547, IPv6Address.DhcpServers, true), (udp.SourcePort, udp.DestinationPort, ip.Destination, ip.Source.IsLinkLocal));
                Assert.True(EthernetView.TryParse(frame.Bytes, out var ethernet) && ethernet.Destination == MacAddress.ForMulticast(ip.Destination));
                Assert.True(DhcpV6View.TryParse(udp.Payload, out var message));
                messages.Add(Read(message));
            }

            return messages;
        }

        private Message Read(in DhcpV6View message)
        {
            Assert.True(message.Options.TryFind(DhcpV6Option.ClientIdentifier, out var client));
            Assert.True(message.Options.TryFind(DhcpV6Option.ElapsedTime, out _));
            var server = message.Options.TryFind(DhcpV6Option.ServerIdentifier, out var duid) ? Convert.ToHexString(duid) : null;
            IPv6Address? address = null;
            if (message.Options.TryFind(DhcpV6Option.NonTemporaryAddresses, out var value) && DhcpV6Association.TryParse(value, out var association))
            {
                Assert.Equal((7u, 0u, 0u), (association.Identifier, association.RenewalSeconds, association.RebindingSeconds));
                if (association.Options.TryFind(DhcpV6Option.Address, out value) && DhcpV6Address.TryParse(value, out var one))
                    address = one.Address;
            }

            List<int> wishes = [];
            if (message.Options.TryFind(DhcpV6Option.OptionRequest, out var codes))
            {
                for (var i = 0; i < codes.Length; i += 2)
                    wishes.Add(codes[i] << 8 | codes[i + 1]);
            }

            return new Message(
                Fixture.Now, message.Type, message.TransactionId, Convert.ToHexString(client), server, address,
                message.Options.TryFind(DhcpV6Option.RapidCommit, out _), [.. wishes]);
        }
    }
}
