using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Reads the answer to a question out of a server's message.</summary>
internal static class DnsReply
{
    /// <summary>Most addresses or names that are taken.</summary>
    public const int MaxValues = 32;

    /// <summary>Most canonical names that are followed.</summary>
    public const int MaxAliases = 16;

    /// <summary>Reads a message whose response code is <see cref="DnsResponseCode.NoError"/> or <see cref="DnsResponseCode.NameError"/>.</summary>
    public static DnsAnswer Read(in DnsView message, DnsName name, DnsType type)
    {
        var owner = name;
        var seconds = uint.MaxValue;
        for (var aliases = 0; ; aliases++)
        {
            List<IpAddress> addresses = [];
            List<DnsName> names = [];
            if (Collect(message, owner, type, addresses, names, ref seconds))
            {
                return new DnsAnswer(DnsOutcome.Found, addresses, names, owner, TimeSpan.FromSeconds(seconds));
            }

            if (aliases == MaxAliases || FindAlias(message, owner, ref seconds) is not { } alias)
            {
                break;
            }

            owner = alias;
        }

        // RFC 2308 §5: without a start of authority the lack of something is not remembered.
        var outcome = message.Header.ResponseCode == DnsResponseCode.NameError ? DnsOutcome.NoName : DnsOutcome.NoData;
        return DnsAnswer.Nothing(outcome, TimeSpan.FromSeconds(Math.Min(NegativeTime(message), seconds)));
    }

    private static bool Collect(in DnsView message, DnsName owner, DnsType type, List<IpAddress> addresses, List<DnsName> names, ref uint seconds)
    {
        var least = seconds;
        Span<byte> buffer = stackalloc byte[DnsNameReader.MaxLength];
        foreach (var record in message.Records)
        {
            if (addresses.Count + names.Count < MaxValues && Answers(record, owner, type, buffer) && Take(record, addresses, names, buffer))
            {
                least = Math.Min(least, record.TimeToLive);
            }
        }

        if (addresses.Count + names.Count == 0)
        {
            return false;
        }

        seconds = least;
        return true;
    }

    private static bool Take(in DnsRecord record, List<IpAddress> addresses, List<DnsName> names, scoped Span<byte> buffer)
    {
        switch (record.Type)
        {
            case DnsType.A when record.Data.Length == IPv4Address.Length:
                addresses.Add(new IPv4Address(record.Data));
                return true;
            case DnsType.Aaaa when record.Data.Length == IPv6Address.Length && new IPv6Address(record.Data) is { IsIPv4Mapped: false } address:
                addresses.Add(address);
                return true;
            case DnsType.Pointer when record.TryReadDataName(buffer, out var length):
                names.Add(DnsName.FromWire(buffer[..length]));
                return true;
            default:
                return false;
        }
    }

    private static DnsName? FindAlias(in DnsView message, DnsName owner, ref uint seconds)
    {
        Span<byte> buffer = stackalloc byte[DnsNameReader.MaxLength];
        foreach (var record in message.Records)
        {
            if (Answers(record, owner, DnsType.CanonicalName, buffer) && record.TryReadDataName(buffer, out var length))
            {
                seconds = Math.Min(seconds, record.TimeToLive);
                return DnsName.FromWire(buffer[..length]);
            }
        }

        return null;
    }

    private static uint NegativeTime(in DnsView message)
    {
        foreach (var record in message.Records)
        {
            if (record.Section == DnsSection.Authority && record.TryReadNegativeTime(out var seconds))
            {
                return seconds;
            }
        }

        return 0;
    }

    private static bool Answers(in DnsRecord record, DnsName owner, DnsType type, scoped Span<byte> buffer) =>
        record.Section == DnsSection.Answer && record.Type == type && record.Class == DnsRecord.Internet
        && DnsNameReader.AreEqual(buffer[..record.ReadName(buffer)], owner.Wire);
}
