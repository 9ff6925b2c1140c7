using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

/// <summary>What a DHCP client takes from servers' messages, and what it does not.</summary>
public sealed class DhcpMessageTests
{
    [Fact]
    public void Everything_that_a_lease_brings_is_read_and_put_to_use()
    {
        var scene = new DhcpScene(new DhcpOptions { KeepLease = true });
        scene.Bind(reply => reply
            .Set(DhcpOption.Router, "10.0.1.1", "10.0.1.2").Set(DhcpOption.DnsServer, "10.0.1.53", "10.0.1.54").Set(DhcpOption.NtpServer, "10.0.1.123")
            .Set(DhcpOption.DomainName, "example.net\0"u8.ToArray()).Set(DhcpOption.HostName, "seven"u8.ToArray())
            .Set(DhcpOption.InterfaceMtu, 5, 0).Set(DhcpOption.DomainSearch, [3, .. "eng"u8, 7, .. "example"u8, 0, 5, .. "sales"u8, 0xC0, 4]));
        var lease = scene.Lease!;
        Assert.Equal(["10.0.1.53", "10.0.1.54"], lease.DnsServers.Select(server => server.ToString()));
        Assert.Equal(["10.0.1.123"], lease.NtpServers.Select(server => server.ToString()));
        Assert.Equal(["eng.example", "sales.example"], lease.SearchDomains);
        Assert.Equal(("example.net", "seven", (int?)1280), (lease.DomainName, lease.HostName, lease.Mtu));
        Assert.Equal(["0.0.0.0/0 via 10.0.1.1", "0.0.0.0/0 via 10.0.1.2"], DefaultRoutes(scene));
        Assert.Equal(1280, Path(scene, "192.0.2.1").PathMtu);
        Assert.Equal("10.0.1.1", Path(scene, "192.0.2.1").NextHop.ToString());

        scene.Host.StopDhcp(scene.Fixture.Link, scene.Fixture.Now);
        Assert.Empty(scene.Host.Routes);
        Assert.All(scene.Fixture.RouteChanges.GroupBy(change => change.Route), changes => Assert.Equal([true, false], changes.Select(change => change.IsThere)));
        scene.Host.AddAddress(scene.Fixture.Link, new Prefix(HostFixture.Own4, 24), scene.Fixture.Now);
        Assert.Equal(1500, Path(scene, "10.0.1.9").PathMtu);
    }

    [Fact]
    public void Classless_routes_come_instead_of_the_routers()
    {
        var scene = new DhcpScene();
        scene.Bind(reply => reply.Set(DhcpOption.Router, "10.0.1.1").Set(
            DhcpOption.ClasslessRoutes, 0, 10, 0, 1, 9, 24, 192, 0, 2, 0, 0, 0, 0, 17, 10, 17, 255, 10, 0, 1, 8, 32, 198, 51, 100, 7, 10, 0, 1, 7, 8, 224, 10, 0, 1, 6));
        Assert.Equal(
            ["0.0.0.0/0 via 10.0.1.9", "192.0.2.0/24 via ", "10.17.128.0/17 via 10.0.1.8", "198.51.100.7/32 via 10.0.1.7"],
            scene.Lease!.Routes.Select(route => $"{route.Destination} via {route.Gateway}"));
        Assert.Equal("10.0.1.8", Path(scene, "10.17.200.1").NextHop.ToString());
        Assert.Equal("192.0.2.9", Path(scene, "192.0.2.9").NextHop.ToString());
        Assert.Equal("10.0.1.9", Path(scene, "203.0.113.1").NextHop.ToString());
    }

    [Theory]
    [InlineData(new byte[] { 33, 10, 0, 0, 0, 0, 10, 0, 1, 8 })] // a prefix of 33 bits
    [InlineData(new byte[] { 24, 10, 0, 0, 10, 0, 1 })] // the router is cut off
    [InlineData(new byte[] { 0, 10, 0, 1, 9, 16 })] // something is left over
    [Rfc("exam", "17")]
    public void Broken_classless_routes_are_ignored_and_the_routers_taken(byte[] routes)
    {
        var scene = new DhcpScene();
        scene.Bind(reply => reply.Set(DhcpOption.Router, "10.0.1.1").Set(DhcpOption.ClasslessRoutes, routes));
        Assert.Equal(["0.0.0.0/0 via 10.0.1.1"], DefaultRoutes(scene));
    }

    [Fact]
    public void A_renewal_changes_the_routes_that_changed_and_no_others()
    {
        var scene = new DhcpScene();
        scene.Bind(reply => reply.Set(DhcpOption.Router, "10.0.1.1", "10.0.1.2"));
        scene.Fixture.RouteChanges.Clear();
        var renew = scene.One(1800);
        scene.Give(new Reply(DhcpMessageType.Ack, renew.Transaction).Set(DhcpOption.Router, "10.0.1.1", "10.0.1.3").Frame());
        Assert.Equal(
            ["10.0.1.2 False", "10.0.1.3 True"], scene.Fixture.RouteChanges.Select(change => $"{change.Route.Gateway} {change.IsThere}"));
        Assert.Equal(["0.0.0.0/0 via 10.0.1.1", "0.0.0.0/0 via 10.0.1.3"], DefaultRoutes(scene));
    }

    [Fact]
    [Rfc("exam", "77")]
    [Rfc("2131", "4.4.1")]
    public void An_answer_to_another_question_or_client_is_ignored()
    {
        var scene = new DhcpScene();
        var discover = scene.One();
        scene.Fixture.Drops(DropReason.DhcpNotForUs, Offer(offer => offer.Transaction++));
        scene.Fixture.Drops(DropReason.DhcpNotForUs, Offer(offer => offer.Mac = HostFixture.PeerMac));
        scene.Fixture.Drops(DropReason.DhcpNotForUs, Offer(offer => offer.Set(DhcpOption.ClientIdentifier, 1, 2, 3)));
        scene.Fixture.Drops(DropReason.DhcpNotForUs, Offer(offer => offer.Type = DhcpMessageType.Ack));
        scene.Fixture.Drops(DropReason.DhcpNotForUs, Offer(offer => offer.Type = DhcpMessageType.Nak));
        scene.Fixture.Drops(DropReason.BadDhcp, Offer(offer => offer.IsReply = false));
        scene.Fixture.Drops(DropReason.BadDhcp, Offer(offer => offer.FromPort = 68));
        scene.Fixture.Drops(DropReason.BadDhcp, Offer(offer => offer.Type = DhcpMessageType.Inform));
        Assert.Equal(DhcpState.Selecting, scene.State);
        Assert.Single(scene.Give(Offer(offer => offer.Set(DhcpOption.ClientIdentifier, discover.Options[DhcpOption.ClientIdentifier]))));

        byte[] Offer(Action<Reply> change)
        {
            var reply = new Reply(DhcpMessageType.Offer, discover.Transaction);
            change(reply);
            return reply.Frame();
        }
    }

    [Fact]
    [Rfc("exam", "77")]
    public void A_client_that_has_its_address_listens_to_nobody()
    {
        var scene = new DhcpScene();
        var request = scene.Bind();
        scene.Fixture.Drops(DropReason.DhcpNotForUs, new Reply(DhcpMessageType.Nak, request.Transaction).Frame());
        scene.Fixture.Drops(DropReason.DhcpNotForUs, new Reply(DhcpMessageType.Ack, request.Transaction) { Your = HostFixture.Own4 }.Frame());
        scene.Fixture.Drops(DropReason.DhcpNotForUs, new Reply(DhcpMessageType.Offer, request.Transaction).Frame());
        Assert.True(Assert.Single(scene.Host.Addresses).IsUsable);
    }

    public static IEnumerable<TheoryDataRow<string>> UselessOffers() =>
        new[] { "no time", "time 0", "time 9", "no server", "server 0", "mask with a hole", "mask 0", "mask short", "address 0", "loopback", "multicast", "broadcast", "network" }
            .Select(what => new TheoryDataRow<string>(what));

    [Theory]
    [MemberData(nameof(UselessOffers))]
    [Rfc("exam", "77")]
    public void What_no_host_could_use_is_neither_requested_nor_taken(string what)
    {
        var scene = new DhcpScene();
        var discover = scene.One();
        scene.Fixture.Drops(DropReason.BadDhcp, Spoil(new Reply(DhcpMessageType.Offer, discover.Transaction), what).Frame());
        scene.Give(new Reply(DhcpMessageType.Offer, discover.Transaction).Frame());
        scene.Fixture.Drops(DropReason.BadDhcp, Spoil(new Reply(DhcpMessageType.Ack, discover.Transaction), what).Frame());
        Assert.Empty(scene.Host.Addresses);
        Assert.Equal(DhcpState.Requesting, scene.State);
    }

    [Fact]
    [Rfc("exam", "77")]
    public void An_acknowledgment_of_another_server_or_address_is_ignored_in_a_request()
    {
        var scene = new DhcpScene();
        var discover = scene.One();
        scene.Give(new Reply(DhcpMessageType.Offer, discover.Transaction).Frame());
        scene.Fixture.Drops(DropReason.DhcpNotForUs, new Reply(DhcpMessageType.Ack, discover.Transaction) { Server = IPv4Address.Parse("10.0.1.92") }.Frame());
        scene.Fixture.Drops(DropReason.DhcpNotForUs, new Reply(DhcpMessageType.Nak, discover.Transaction) { Server = IPv4Address.Parse("10.0.1.92") }.Frame());
        scene.Fixture.Drops(DropReason.BadDhcp, new Reply(DhcpMessageType.Ack, discover.Transaction) { Your = IPv4Address.Parse("10.0.1.151") }.Frame());
        Assert.Equal(DhcpState.Requesting, scene.State);
    }

    [Fact]
    public void An_address_that_the_host_has_already_is_not_taken()
    {
        var scene = new DhcpScene();
        scene.Host.AddAddress(scene.Fixture.Link, new Prefix(DhcpScene.Leased, 24), scene.Fixture.Now);
        var discover = scene.One();
        scene.Fixture.Drops(DropReason.BadDhcp, new Reply(DhcpMessageType.Offer, discover.Transaction).Frame());
    }

    [Fact]
    [Rfc("exam", "77")]
    [Rfc("exam", "17")]
    public void Results_are_bounded_and_words_for_the_screen_are_clean()
    {
        var scene = new DhcpScene();
        scene.Bind(reply => reply
            .Set(DhcpOption.DnsServer, [.. Enumerable.Range(1, 20).SelectMany(i => new byte[] { 10, 0, 2, (byte)i })])
            .Set(DhcpOption.Router, "0.0.0.0", "224.0.0.1", "127.0.0.1", "255.255.255.255", "10.0.1.1", "10.0.1.1")
            .Set(DhcpOption.NtpServer, 10, 0, 1)
            .Set(DhcpOption.DomainName, Encoding.ASCII.GetBytes("evil\u001b[2J")).Set(DhcpOption.HostName, "\0"u8.ToArray())
            .Set(DhcpOption.InterfaceMtu, 0, 68).Set(DhcpOption.DomainSearch, 1, (byte)'a', 0xC0, 0));
        var lease = scene.Lease!;
        Assert.Equal(8, lease.DnsServers.Count);
        Assert.Equal(["0.0.0.0/0 via 10.0.1.1"], DefaultRoutes(scene));
        Assert.Empty(lease.NtpServers);
        Assert.Empty(lease.SearchDomains);
        Assert.Equal((null, null, null), (lease.DomainName, lease.HostName, lease.Mtu));
    }

    [Fact]
    [Rfc("exam", "77")]
    public void More_routes_than_a_host_needs_are_not_kept()
    {
        var scene = new DhcpScene();
        var discover = scene.One();
        scene.Give(new Reply(DhcpMessageType.Offer, discover.Transaction).Frame());
        var reply = new Reply(DhcpMessageType.Ack, discover.Transaction);
        byte[] routes = [.. Enumerable.Range(128, 90).SelectMany(i => new byte[] { 8, (byte)i, 10, 0, 1, 1 })];
        // After the address mask, which is the last option: the routes in three parts (RFC 3396).
        var message = reply.Frame()[(14 + 20 + 8)..];
        var end = 240 + 3 + 6 + 6 + 6;
        Assert.Equal(255, message[end]);
        scene.Give(reply.Frame([.. message[..end], .. routes.Chunk(240).SelectMany(part => (byte[])[121, (byte)part.Length, .. part]), 255]));
        Assert.Equal((DhcpState.Bound, 64), (scene.State, scene.Lease!.Routes.Count));
    }

    [Fact]
    public void Without_a_mask_the_old_class_of_the_address_tells_its_network()
    {
        var scene = new DhcpScene();
        scene.Bind(reply => reply.Without(DhcpOption.SubnetMask));
        Assert.Equal(Prefix.Parse("10.0.1.150/8"), Assert.Single(scene.Host.Addresses).Prefix);
    }

    [Fact]
    [Rfc("exam", "1")]
    [Rfc("exam", "17")]
    public void Any_bytes_in_place_of_a_message_change_nothing_and_throw_nothing()
    {
        var random = new Random(1);
        var scene = new DhcpScene();
        var discover = scene.One();
        var valid = new Reply(DhcpMessageType.Offer, discover.Transaction).Set(DhcpOption.DomainSearch, [3, .. "eng"u8, 0xC0, 0]).Set(DhcpOption.ClasslessRoutes, 0, 10, 0, 1, 9).Frame();
        var message = valid[(14 + 20 + 8)..];
        var template = new Reply(DhcpMessageType.Offer, discover.Transaction);
        for (var i = 0; i < 20_000; i++)
        {
            var harmed = message[..random.Next(message.Length + 1)];
            for (var j = random.Next(6); j > 0 && harmed.Length > 0; j--)
                harmed[random.Next(random.Next(2) == 0 ? Math.Min(harmed.Length, 240) : harmed.Length)] = (byte)random.Next(256);
            scene.Give(template.Frame(harmed));
        }

        Assert.NotEqual(DhcpState.Bound, scene.State);
        Assert.Empty(scene.Host.Addresses);
    }

    private static Reply Spoil(Reply reply, string what)
    {
        switch (what)
        {
            case "no time": return reply.Without(DhcpOption.LeaseTime);
            case "time 0": return reply.Set(DhcpOption.LeaseTime, 0);
            case "time 9": return reply.Set(DhcpOption.LeaseTime, 9);
            case "no server": reply.Server = null; break;
            case "server 0": reply.Server = default(IPv4Address); break;
            case "mask with a hole": return reply.Set(DhcpOption.SubnetMask, 0xFF00_FF00);
            case "mask 0": return reply.Set(DhcpOption.SubnetMask, 0);
            case "mask short": return reply.Set(DhcpOption.SubnetMask, 255, 255, 255);
            case "address 0": reply.Your = default; break;
            case "loopback": reply.Your = IPv4Address.Loopback; break;
            case "multicast": reply.Your = IPv4Address.AllHosts; break;
            case "broadcast": reply.Your = IPv4Address.Parse("10.0.1.255"); break;
            case "network": reply.Your = IPv4Address.Parse("10.0.1.0"); break;
        }

        return reply;
    }

    private static IEnumerable<string> DefaultRoutes(DhcpScene scene) =>
        scene.Host.Routes.Where(route => route.Destination.Length == 0).Select(route => $"{route.Destination} via {route.Gateway}");

    private static Destination Path(DhcpScene scene, string destination)
    {
        Assert.Equal(System.Net.Sockets.SocketError.Success, scene.Host.Ip.Resolve(default(IPv4Address), IPv4Address.Parse(destination), 0, scene.Fixture.Now, out var path));
        return path!;
    }
}
