using System;

namespace SharpTcp.Wire.Tests;

/// <summary>Reads every accessor of every view that a packet leads to, so that one that could fail does.</summary>
internal static class Touch
{
    private static ulong _sink;

    public static void IPv6(ReadOnlySpan<byte> data)
    {
        if (!IPv6View.TryParse(data, out var packet))
            return;
        Use(packet.TrafficClass, packet.FlowLabel, packet.PayloadLength, packet.NextHeader, packet.HopLimit, packet.Payload.Length);
        Use(packet.Source.Lower, packet.Destination.Lower);
        QuotedPacket.TryParseIPv6(data, out var quoted);
        Quoted(quoted);
        var chain = IPv6ExtensionChain.Parse(packet);
        Use((ulong)chain.Verdict, (ulong)chain.ProblemPointer, chain.FragmentData.Length, chain.UpperLayer.Length, chain.RouterAlert ?? 0);
        if (chain.Verdict == IPv6ChainVerdict.Deliver && Icmpv6View.TryParse(chain.UpperLayer, out var message))
            Icmpv6(message, IPv6Envelope.From(packet, chain));
    }

    public static void Icmpv4(ReadOnlySpan<byte> data)
    {
        if (!Icmpv4View.TryParse(data, out var message))
            return;
        Use((ulong)message.Type, message.Code, message.Rest, message.Payload.Length, message.Identifier, message.Sequence);
        Use(message.NextHopMtu, message.Gateway.Value, message.Pointer, message.VerifyChecksum() ? 1 : 0, message.IsError ? 1 : 0);
        QuotedPacket.TryParse(message, out var quoted);
        Quoted(quoted);
    }

    public static void Icmpv6(in Icmpv6View message, in IPv6Envelope envelope)
    {
        Use((ulong)message.Type, message.Code, message.Mtu, message.Pointer, message.Identifier, message.Sequence, message.Checksum);
        Use(message.VerifyChecksum(envelope.Source, envelope.Destination) ? 1 : 0, message.IsError ? 1 : 0);
        QuotedPacket.TryParse(message, out var quoted);
        Quoted(quoted);
        if (RouterSolicitationView.TryParse(message, envelope, out var solicitation))
            Options(solicitation.Options);
        if (RouterAdvertisementView.TryParse(message, envelope, out var advertisement))
        {
            Use(advertisement.CurrentHopLimit, advertisement.RouterLifetime, advertisement.ReachableTime, advertisement.RetransTimer);
            Use((ulong)(advertisement.Preference + 1), advertisement.Managed ? 1 : 0, advertisement.OtherConfiguration ? 1 : 0);
            Options(advertisement.Options);
        }
        if (NeighborSolicitationView.TryParse(message, envelope, out var neighbor))
            Options(neighbor.Options);
        if (NeighborAdvertisementView.TryParse(message, envelope, out var answer))
            Options(answer.Options);
        if (RedirectView.TryParse(message, envelope, out var redirect))
            Options(redirect.Options);
        Mld(message, envelope);
    }

    private static void Mld(in Icmpv6View message, in IPv6Envelope envelope)
    {
        if (MldQueryView.TryParse(message, envelope, out var query))
        {
            Use((ulong)query.MaxResponseDelay, (ulong)query.QuerierInterval, (ulong)query.QuerierRobustness, query.Group.Lower);
            for (var i = 0; i < query.SourceCount; i++)
                Use(query.GetSource(i).Lower);
        }
        if (MldReportView.TryParse(message, envelope, out var report))
        {
            foreach (var record in report)
            {
                Use((ulong)record.Type, record.Group.Lower);
                for (var i = 0; i < record.SourceCount; i++)
                    Use(record.GetSource(i).Lower);
            }
        }
        MldV1View.TryParse(message, envelope, out _);
    }

    private static void Options(NdOptions options)
    {
        Use(options.SourceLinkLayerAddress?.Value ?? 0, options.TargetLinkLayerAddress?.Value ?? 0, options.Mtu ?? 0);
        Use(options.Nonce.Length, options.RedirectedPacket.Length);
        foreach (var prefix in options.All<PrefixInformation>())
            Use((ulong)prefix.Prefix.Length, prefix.ValidLifetime);
        foreach (var route in options.All<RouteInformation>())
            Use((ulong)route.Prefix.Length, route.Lifetime);
        foreach (var servers in options.All<RecursiveDnsServers>())
            for (var i = 0; i < servers.Count; i++)
                Use(servers[i].Lower, servers.Lifetime);
        foreach (var domains in options.All<DnsSearchList>())
        {
            var names = domains.Names;
            while (DnsSearchList.TryTakeName(ref names, out var name))
                Use(name.Length);
        }
    }

    private static void Quoted(QuotedPacket quoted)
    {
        Use(quoted.Protocol, (ulong)quoted.ClaimedLength, quoted.SourcePort, quoted.DestinationPort, quoted.Transport.Length);
        quoted.TryGetTcpSequence(out _);
        quoted.TryGetEcho(out _, out _);
    }

    private static void Use(params ReadOnlySpan<Int128> values)
    {
        foreach (var value in values)
            _sink ^= (ulong)(value & ulong.MaxValue);
    }
}
