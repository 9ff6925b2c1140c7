using System;
using System.Collections.Generic;
using System.Linq;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests;

/// <summary>Queries of IGMP and MLD to the host, and its reports as text.</summary>
internal static class GroupMessages
{
    private static readonly IPv6Address Router6 = IPv6Address.Parse("fe80::1");
    private static readonly IPv4Address Router4 = IPv4Address.Parse("10.0.1.1");

    /// <summary>A query of the newest version of the group's family.</summary>
    public static byte[] Query(IpAddress group, int milliseconds, byte robustness = 2, byte interval = 125, params IpAddress[] sources) => group.IsIPv6
        ? Mld2(group.ToIPv6(), milliseconds, robustness, interval, sources)
        : Igmp3(group.ToIPv4(), milliseconds, robustness, interval, sources);

    /// <summary>A query of an older version: IGMPv1 with a time of 0, IGMPv2, or MLDv1.</summary>
    public static byte[] OlderQuery(IpAddress group, int milliseconds)
    {
        if (group.IsIPv4)
        {
            var query = new byte[IgmpView.HeaderLength];
            IgmpWriter.Write(query, IgmpType.Query, group.ToIPv4(), (byte)(milliseconds / 100));
            return Igmp(query, group.IsUnspecified ? IPv4Address.AllHosts : group.ToIPv4(), alert: milliseconds != 0);
        }

        var target = group.IsUnspecified ? IPv6Address.AllNodes : group.ToIPv6();
        var message = new byte[MldQueryView.Version1Length];
        MldWriter.WriteV1Query(message, Router6, target, group.ToIPv6(), (ushort)milliseconds);
        return Mld(message, Router6, target);
    }

    /// <summary>An older report of another host.</summary>
    public static byte[] OlderReport(IpAddress group)
    {
        if (group.IsIPv4)
        {
            var report = new byte[IgmpView.HeaderLength];
            IgmpWriter.Write(report, IgmpType.V2Report, group.ToIPv4());
            return Igmp(report, group.ToIPv4());
        }

        var message = new byte[MldQueryView.Version1Length];
        MldWriter.WriteV1(message, Router6, group.ToIPv6(), Icmpv6Type.MldV1Report, group.ToIPv6());
        return Mld(message, Router6, group.ToIPv6());
    }

    public static byte[] Igmp(byte[] message, IPv4Address target, bool alert = true, byte ttl = 1, IPv4Address? source = null) => Frames.IPv4(
        IpProtocol.Igmp, message, source ?? Router4, target, ttl, options: alert ? [148, 4, 0, 0] : [], to: MacAddress.ForMulticast(target));

    public static byte[] Mld(byte[] message, IPv6Address source, IPv6Address target, byte hopLimit = 1)
    {
        byte[] payload = [.. new byte[IPv6ExtensionWriter.RouterAlertLength], .. message];
        IPv6ExtensionWriter.WriteRouterAlert(payload, IpProtocol.Icmpv6);
        return Frames.IPv6(IpProtocol.HopByHop, payload, source, target, hopLimit);
    }

    /// <summary>All that was sent, each record or older message as text: <c>ToEx 239.1.2.3 10.0.0.9</c>, <c>report ff05::1</c>, <c>leave 239.1.2.3</c>. The rules of the packets around them are checked.</summary>
    public static List<string> Read(IEnumerable<SentFrame> frames) => [.. frames.SelectMany(frame => Read(frame.Bytes))];

    private static IEnumerable<string> Read(byte[] frame)
    {
        Assert.True(EthernetView.TryParse(frame, out var ethernet));
        return ethernet.EtherType == EtherType.IPv4 ? ReadIgmp(frame) : ReadMld(frame);
    }

    private static List<string> ReadIgmp(byte[] frame)
    {
        Assert.True(IPv4View.TryParse(Frames.Packet(frame), out var ip) && ip.VerifyChecksum());
        Assert.Equal((IpProtocol.Igmp, 1, "94040000"), (ip.Protocol, ip.TimeToLive, Convert.ToHexString(ip.Options)));
        Assert.True(EthernetView.TryParse(frame, out var ethernet));
        Assert.Equal(MacAddress.ForMulticast(ip.Destination), ethernet.Destination);
        Assert.True(IgmpView.TryParse(ip.Payload, ip.TimeToLive, out var message));
        if (message.Type != IgmpType.V3Report)
        {
            var isLeave = message.Type == IgmpType.V2Leave;
            Assert.Equal(isLeave ? IPv4Address.AllRouters : message.Group, ip.Destination);
            return [$"{(isLeave ? "leave" : message.Type == IgmpType.V1Report ? "report1" : "report")} {message.Group}"];
        }

        Assert.Equal(IPv4Address.IgmpV3Routers, ip.Destination);
        Assert.True(IgmpReportView.TryParse(message, out var report));
        List<string> lines = [];
        foreach (var record in report)
        {
            var line = $"{Name(record.Type)} {record.Group}";
            for (var i = 0; i < record.SourceCount; i++)
                line += $" {record.GetSource(i)}";
            lines.Add(line);
        }

        return lines;
    }

    private static List<string> ReadMld(byte[] frame)
    {
        Assert.True(IPv6View.TryParse(Frames.Packet(frame), out var ip));
        var chain = IPv6ExtensionChain.Parse(ip);
        Assert.Equal((1, (int?)0), (ip.HopLimit, chain.RouterAlert));
        Assert.True(ip.Source.IsLinkLocal || ip.Source.IsUnspecified);
        Assert.True(Icmpv6View.TryParse(chain.UpperLayer, out var message) && message.VerifyChecksum(ip.Source, ip.Destination));
        var envelope = IPv6Envelope.From(ip, chain);
        if (MldV1View.TryParse(message, envelope, out var older))
        {
            var isDone = older.Type == Icmpv6Type.MldV1Done;
            Assert.Equal(isDone ? IPv6Address.AllRouters : older.Group, ip.Destination);
            return [$"{(isDone ? "leave" : "report")} {older.Group}"];
        }

        Assert.Equal(IPv6Address.MldV2Routers, ip.Destination);
        Assert.True(MldReportView.TryParse(message, envelope, out var report));
        List<string> lines = [];
        foreach (var record in report)
        {
            var line = $"{Name(record.Type)} {record.Group}";
            for (var i = 0; i < record.SourceCount; i++)
                line += $" {record.GetSource(i)}";
            lines.Add(line);
        }

        return lines;
    }

    private static string Name(MulticastRecordType type) => type switch
    {
        MulticastRecordType.ModeIsInclude => "IsIn",
        MulticastRecordType.ModeIsExclude => "IsEx",
        MulticastRecordType.ChangeToInclude => "ToIn",
        MulticastRecordType.ChangeToExclude => "ToEx",
        MulticastRecordType.AllowNewSources => "Allow",
        MulticastRecordType.BlockOldSources => "Block",
        _ => $"{type}",
    };

    private static byte[] Igmp3(IPv4Address group, int milliseconds, byte robustness, byte interval, IpAddress[] sources)
    {
        var message = new byte[IgmpQueryView.Version3MinLength + sources.Length * IPv4Address.Length];
        IgmpWriter.WriteV3Query(message, group, (byte)(milliseconds / 100), robustness, interval, Array.ConvertAll(sources, source => source.ToIPv4()));
        return Igmp(message, group.IsUnspecified ? IPv4Address.AllHosts : group);
    }

    private static byte[] Mld2(IPv6Address group, int milliseconds, byte robustness, byte interval, IpAddress[] sources)
    {
        var target = group.IsUnspecified ? IPv6Address.AllNodes : group;
        var message = new byte[MldQueryView.Version2MinLength + sources.Length * IPv6Address.Length];
        MldWriter.WriteV2Query(message, Router6, target, group, (ushort)milliseconds, robustness, interval, Array.ConvertAll(sources, source => source.ToIPv6()));
        return Mld(message, Router6, target);
    }
}
