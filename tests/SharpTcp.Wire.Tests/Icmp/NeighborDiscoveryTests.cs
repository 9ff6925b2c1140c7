using System;
using System.Linq;
using CsCheck;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Wire.Tests;

public sealed class NeighborDiscoveryTests
{
    private static readonly IPv6Address Solicited = Samples.There.ToSolicitedNode();

    [Fact]
    public void A_router_solicitation_parses_back()
    {
        var packet = Write(Samples.LinkLocal, IPv6Address.AllRouters, (buffer, source, target) =>
            NdWriter.WriteRouterSolicitation(buffer, source, target, Mac(NdOptionType.SourceLinkLayerAddress)));
        var message = Samples.Open(packet, out var envelope);
        Assert.True(RouterSolicitationView.TryParse(message, envelope, out var view));
        Assert.Equal(Samples.Mac, view.Options.SourceLinkLayerAddress);
        Assert.True(message.VerifyChecksum(envelope.Source, envelope.Destination));
        Damage.Everywhere(packet, Touch.IPv6);
    }

    [Fact]
    public void A_router_advertisement_parses_back() =>
        Gen.Select(Gen.Byte, Gen.UShort[1, ushort.MaxValue], Gen.Bool, Gen.Bool, Gen.Int[-1, 1], Gen.UInt, Gen.UInt)
            .Sample((hopLimit, lifetime, managed, other, preference, reachable, retrans) =>
            {
                var fields = new RouterAdvertisementFields(hopLimit, lifetime, managed, other, (RouterPreference)preference, reachable, retrans);
                var message = Samples.Open(Advertise(fields, []), out var envelope);
                Assert.True(RouterAdvertisementView.TryParse(message, envelope, out var view));
                Assert.Equal(
                    fields,
                    new RouterAdvertisementFields(
                        view.CurrentHopLimit, view.RouterLifetime, view.Managed, view.OtherConfiguration, view.Preference, view.ReachableTime,
                        view.RetransTimer));
            });

    [Fact]
    public void The_options_of_a_router_advertisement_parse_back()
    {
        var prefixes = new[]
        {
            new PrefixInformation(Prefix.Parse("2001:db8:1::/64"), true, true, 86_400, uint.MaxValue),
            new PrefixInformation(Prefix.Parse("2001:db8:2::/48"), true, false, 0, 0),
        };
        var route = new RouteInformation(Prefix.Parse("2001:db8:8000::/33"), RouterPreference.Low, 1800);
        byte[] names = [7, .. "example"u8, 3, .. "org"u8, 0, 1, .. "a"u8, 0];
        var options = new byte[400];
        var length = NdOptionWriter.WriteLinkLayerAddress(options, NdOptionType.SourceLinkLayerAddress, Samples.Mac);
        length += NdOptionWriter.WriteMtu(options.AsSpan(length), 1400);
        length += NdOptionWriter.WritePrefix(options.AsSpan(length), prefixes[0]);
        length += NdOptionWriter.WriteDnsServers(options.AsSpan(length), 600, [Samples.Here, Samples.There]);
        length += NdOptionWriter.WritePrefix(options.AsSpan(length), prefixes[1]);
        length += NdOptionWriter.WriteRoute(options.AsSpan(length), route);
        length += NdOptionWriter.WriteDnsSearchList(options.AsSpan(length), 700, names);
        var packet = Advertise(default, options.AsSpan(0, length).ToArray());

        Assert.True(RouterAdvertisementView.TryParse(Samples.Open(packet, out var envelope), envelope, out var view));
        Assert.Equal(Samples.Mac, view.Options.SourceLinkLayerAddress);
        Assert.Equal(1400u, view.Options.Mtu);
        var found = 0;
        foreach (var prefix in view.Options.All<PrefixInformation>())
            Assert.Equal(prefixes[found++], prefix);
        foreach (var other in view.Options.All<RouteInformation>())
            Assert.Equal(route, (found++, other).other);
        foreach (var servers in view.Options.All<RecursiveDnsServers>())
            Assert.Equal((600u, 2, Samples.Here, Samples.There, 3), (servers.Lifetime, servers.Count, servers[0], servers[1], found++));
        foreach (var domains in view.Options.All<DnsSearchList>())
        {
            var rest = domains.Names;
            Assert.Equal(names, rest.ToArray());
            Assert.True(DnsSearchList.TryTakeName(ref rest, out var name));
            Assert.Equal(names[..13], name.ToArray());
            Assert.True(DnsSearchList.TryTakeName(ref rest, out _));
            Assert.False(DnsSearchList.TryTakeName(ref rest, out _));
            found++;
        }
        Assert.Equal(5, found);
        Damage.Everywhere(packet, Touch.IPv6);
    }

    [Fact]
    [Rfc("exam", "13")]
    public void Lies_in_DNS_options_are_skipped_and_the_rest_of_the_advertisement_holds()
    {
        foreach (var units in (int[])[1, 2, 4, 6])
        {
            var lie = new byte[units * 8]; // CVE-2020-16898: an even length
            (lie[0], lie[1]) = ((byte)NdOptionType.RecursiveDnsServers, (byte)units);
            var view = Options([.. lie, .. Mtu(1300)]);
            Assert.False(view.All<RecursiveDnsServers>().MoveNext());
            Assert.Equal(1300u, view.Mtu);
        }
        foreach (var name in (byte[][])[[9, 1, 1, 1, 1, 1, 1, 1], [0xC0, 8, 0, 0, 0, 0, 0, 0], [1, 1, 64, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 0, 0]])
        {
            var view = Options([(byte)NdOptionType.DnsSearchList, 2, 0, 0, 255, 255, 255, 255, .. name, .. Mtu(1300)]);
            Assert.False(view.All<DnsSearchList>().MoveNext()); // CVE-2020-16899: a label past the end
            Assert.Equal(1300u, view.Mtu);
        }
    }

    [Fact]
    public void A_solicitation_and_an_advertisement_of_a_neighbour_parse_back()
    {
        var nonce = new byte[NdOptionWriter.LinkLayerAddressLength];
        NdOptionWriter.WriteNonce(nonce, [1, 2, 3, 4, 5, 6]);
        var packet = Write(IPv6Address.Unspecified, Solicited, (buffer, source, target) =>
            NdWriter.WriteNeighborSolicitation(buffer, source, target, Samples.There, nonce));
        Assert.True(NeighborSolicitationView.TryParse(Samples.Open(packet, out var envelope), envelope, out var question));
        Assert.Equal(Samples.There, question.Target);
        Assert.Equal([1, 2, 3, 4, 5, 6], question.Options.Nonce.ToArray());
        Damage.Everywhere(packet, Touch.IPv6);

        packet = Write(Samples.There, Samples.Here, (buffer, source, target) => NdWriter.WriteNeighborAdvertisement(
            buffer, source, target, Samples.There, NeighborAdvertisementFlags.Solicited | NeighborAdvertisementFlags.Override,
            Mac(NdOptionType.TargetLinkLayerAddress)));
        Assert.True(NeighborAdvertisementView.TryParse(Samples.Open(packet, out envelope), envelope, out var answer));
        Assert.Equal((false, true, true), (answer.IsRouter, answer.IsSolicited, answer.IsOverride));
        Assert.Equal((Samples.There, Samples.Mac), (answer.Target, answer.Options.TargetLinkLayerAddress!.Value));
        Damage.Everywhere(packet, Touch.IPv6);
    }

    [Fact]
    public void A_redirect_parses_back()
    {
        var cause = Samples.IPv6(Samples.Here, Samples.There, IpProtocol.Udp, 64, new byte[20]);
        var options = new byte[48];
        Assert.Equal(48, NdOptionWriter.WriteRedirectedPacket(options, cause));
        var packet = Redirect(Samples.Router, Samples.LinkLocal, Samples.There, options);
        Assert.True(RedirectView.TryParse(Samples.Open(packet, out var envelope), envelope, out var view));
        Assert.Equal((Samples.LinkLocal, Samples.There, false), (view.Target, view.Destination, view.IsOnLink));
        Assert.Equal(cause[..40], view.Options.RedirectedPacket.ToArray());
        Damage.Everywhere(packet, Touch.IPv6);

        Assert.False(Parses(Redirect(Samples.Here, Samples.LinkLocal, Samples.There, [])));
        Assert.False(Parses(Redirect(Samples.Router, Samples.Here, Samples.There, [])));
        Assert.True(Parses(Redirect(Samples.Router, Samples.There, Samples.There, [])));
        Assert.False(Parses(Redirect(Samples.Router, IPv6Address.AllNodes, IPv6Address.AllNodes, [])));
    }

    [Fact]
    [Rfc("8504", "N6-9")]
    [Rfc("8504", "N6-17")]
    public void What_does_not_come_from_a_neighbour_in_one_piece_is_refused()
    {
        var message = Samples.Open(Solicit(Samples.LinkLocal, Solicited, Samples.There), out var good);
        Assert.True(NeighborSolicitationView.TryParse(message, good, out _));
        Assert.False(NeighborSolicitationView.TryParse(message, good with { HopLimit = 254 }, out _));
        Assert.False(NeighborSolicitationView.TryParse(message, good with { HasFragment = true }, out _));
        Assert.False(NeighborAdvertisementView.TryParse(message, good, out _)); // another type
        message = Samples.Open(Advertise(default, []), out good);
        Assert.True(RouterAdvertisementView.TryParse(message, good, out _));
        Assert.False(RouterAdvertisementView.TryParse(message, good with { HopLimit = 64 }, out _));
        Assert.False(RouterAdvertisementView.TryParse(message, good with { Source = Samples.Here }, out _));
    }

    [Fact]
    [Rfc("4861", "7.1.1")]
    public void The_rules_of_a_solicitation_hold()
    {
        Assert.False(Parses(Solicit(Samples.LinkLocal, Solicited, IPv6Address.AllNodes))); // target is multicast
        Assert.False(Parses(Solicit(IPv6Address.Unspecified, Samples.There, Samples.There))); // a probe that is not to a solicited-node group
        Assert.True(Parses(Solicit(IPv6Address.Unspecified, Solicited, Samples.There)));
        Assert.False(Parses(Solicit(IPv6Address.Unspecified, Solicited, Samples.There, Mac(NdOptionType.SourceLinkLayerAddress))));
        Assert.True(Parses(Solicit(Samples.LinkLocal, Solicited, Samples.There, Mac(NdOptionType.SourceLinkLayerAddress))));
        Assert.False(Parses(Solicit(Samples.LinkLocal, Solicited, Samples.There, new byte[8]))); // option of length 0
        Assert.False(Parses(Solicit(Samples.LinkLocal, Solicited, Samples.There, [200, 2, 0, 0, 0, 0, 0, 0]))); // past the end
        Assert.False(Parses(Solicit(Samples.LinkLocal, Solicited, Samples.There, [200, 1, 0, 0, 0, 0, 0, 0, 1]))); // a stray byte
        Assert.True(Parses(Solicit(Samples.LinkLocal, Solicited, Samples.There, [200, 1, 0, 0, 0, 0, 0, 0]))); // an unknown option
    }

    [Fact]
    [Rfc("4861", "7.1.2")]
    public void A_solicited_advertisement_to_a_group_is_refused()
    {
        foreach (var (target, flags, good) in ((IPv6Address, NeighborAdvertisementFlags, bool)[])
            [
                (IPv6Address.AllNodes, NeighborAdvertisementFlags.Solicited, false),
                (IPv6Address.AllNodes, NeighborAdvertisementFlags.Override, true),
                (Samples.Here, NeighborAdvertisementFlags.Solicited, true),
            ])
            Assert.Equal(good, Parses(Write(Samples.There, target, (buffer, source, to) =>
                NdWriter.WriteNeighborAdvertisement(buffer, source, to, Samples.There, flags, []))));
        Assert.False(Parses(Write(Samples.There, Samples.Here, (buffer, source, to) =>
            NdWriter.WriteNeighborAdvertisement(buffer, source, to, IPv6Address.AllNodes, NeighborAdvertisementFlags.None, []))));
    }

    [Fact]
    public void Options_are_bounded_in_number()
    {
        var unknown = (byte[])[200, 1, 0, 0, 0, 0, 0, 0];
        Assert.True(NdOptions.TryParse(Enumerable.Repeat(unknown, NdOptions.MaxCount).SelectMany(o => o).ToArray(), out _));
        Assert.False(NdOptions.TryParse(Enumerable.Repeat(unknown, NdOptions.MaxCount + 1).SelectMany(o => o).ToArray(), out _));
    }

    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(1, 1, false)]
    [InlineData(64, 2, true)]
    [InlineData(65, 2, false)]
    [InlineData(128, 3, true)]
    [InlineData(129, 3, false)]
    [InlineData(64, 4, false)]
    public void A_route_has_room_for_its_prefix(int prefixLength, int units, bool good)
    {
        var option = new byte[units * 8];
        (option[0], option[1], option[2]) = ((byte)NdOptionType.RouteInformation, (byte)units, (byte)prefixLength);
        Assert.Equal(good, Options(option).All<RouteInformation>().MoveNext());
        option[3] = 0x10; // the reserved preference
        Assert.False(Options(option).All<RouteInformation>().MoveNext());
    }

    private delegate int Writer(Span<byte> buffer, IPv6Address source, IPv6Address target);

    private static byte[] Write(IPv6Address source, IPv6Address target, Writer write)
    {
        var buffer = new byte[600];
        return Samples.Neighbor(source, target, buffer.AsSpan(0, write(buffer, source, target)));
    }

    private static byte[] Solicit(IPv6Address source, IPv6Address target, IPv6Address neighbor, byte[]? options = null) =>
        Write(source, target, (buffer, from, to) => NdWriter.WriteNeighborSolicitation(buffer, from, to, neighbor, options));

    private static byte[] Advertise(RouterAdvertisementFields fields, byte[] options) =>
        Write(Samples.Router, IPv6Address.AllNodes, (buffer, from, to) => NdWriter.WriteRouterAdvertisement(buffer, from, to, fields, options));

    private static byte[] Redirect(IPv6Address source, IPv6Address betterHop, IPv6Address leadsTo, byte[] options) =>
        Write(source, Samples.Here, (buffer, from, to) => NdWriter.WriteRedirect(buffer, from, to, betterHop, leadsTo, options));

    private static bool Parses(byte[] packet)
    {
        var message = Samples.Open(packet, out var envelope);
        return NeighborSolicitationView.TryParse(message, envelope, out _) || NeighborAdvertisementView.TryParse(message, envelope, out _)
            || RedirectView.TryParse(message, envelope, out _);
    }

    private static NdOptions Options(byte[] options)
    {
        Assert.True(RouterAdvertisementView.TryParse(Samples.Open(Advertise(default, options), out var envelope), envelope, out var view));
        return view.Options;
    }

    private static byte[] Mac(NdOptionType type)
    {
        var option = new byte[NdOptionWriter.LinkLayerAddressLength];
        NdOptionWriter.WriteLinkLayerAddress(option, type, Samples.Mac);
        return option;
    }

    private static byte[] Mtu(uint mtu)
    {
        var option = new byte[8];
        NdOptionWriter.WriteMtu(option, mtu);
        return option;
    }
}
