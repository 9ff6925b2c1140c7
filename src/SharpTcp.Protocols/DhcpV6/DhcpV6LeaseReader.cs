using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Reads what a server gives out of a message, within bounds.</summary>
internal static class DhcpV6LeaseReader
{
    private const int MaxServers = 8;
    private const int MaxDomains = 8;
    private const uint DefaultRefresh = 86_400; // RFC 8415 §7.6: IRT_DEFAULT
    private const uint LeastRefresh = 600; // IRT_MINIMUM

    /// <summary>The lease of an interface in a message; null if it gives no usable address. The status of the interface's option says why.</summary>
    public static DhcpV6Lease? Read(in DhcpV6View message, uint identifier, ReadOnlySpan<byte> server, out DhcpV6Status status)
    {
        status = DhcpV6Status.Success;
        var options = message.Options;
        while (options.MoveNext())
        {
            if (options.Code != DhcpV6Option.NonTemporaryAddresses || !DhcpV6Association.TryParse(options.Value, out var association)
                || association.Identifier != identifier)
            {
                continue;
            }

            status = association.Options.Status;
            var (first, second) = (association.RenewalSeconds, association.RebindingSeconds);
            if (status != DhcpV6Status.Success || (first > second && second > 0))
            {
                return null; // RFC 8415 §21.4
            }

            return ReadAddress(association, message, server);
        }

        return null;
    }

    /// <summary>Whether a message takes an address away: its lifetime is over (RFC 8415 §18.2.10.1).</summary>
    public static bool Withdraws(in DhcpV6View message, uint identifier, IPv6Address address)
    {
        var options = message.Options;
        while (options.MoveNext())
        {
            if (options.Code != DhcpV6Option.NonTemporaryAddresses || !DhcpV6Association.TryParse(options.Value, out var association)
                || association.Identifier != identifier)
            {
                continue;
            }

            var inner = association.Options;
            while (inner.MoveNext())
            {
                if (inner.Code == DhcpV6Option.Address && DhcpV6Address.TryParse(inner.Value, out var one) && one.Address == address && one.ValidSeconds == 0)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>What a stateless answer says; the lifetime is when to ask anew (RFC 8415 §21.23).</summary>
    public static DhcpV6Lease ReadStateless(in DhcpV6View message, ReadOnlySpan<byte> server)
    {
        var refresh = message.Options.TryFind(DhcpV6Option.InformationRefreshTime, out var value) && value.Length == 4
            ? Math.Max(LeastRefresh, BinaryPrimitives.ReadUInt32BigEndian(value))
            : DefaultRefresh;
        return new DhcpV6Lease { Server = Convert.ToHexString(server), ValidSeconds = refresh, DnsServers = ReadServers(message), SearchDomains = ReadDomains(message) };
    }

    private static DhcpV6Lease? ReadAddress(in DhcpV6Association association, in DhcpV6View message, ReadOnlySpan<byte> server)
    {
        var options = association.Options;
        while (options.MoveNext())
        {
            if (options.Code != DhcpV6Option.Address || !DhcpV6Address.TryParse(options.Value, out var address) || address.Options.Status != DhcpV6Status.Success
                || address.ValidSeconds == 0 || address.PreferredSeconds > address.ValidSeconds || !CanHave(address.Address))
            {
                continue; // RFC 8415 §21.6
            }

            var (first, second) = Times(association, address.PreferredSeconds);
            return new DhcpV6Lease
            {
                Address = address.Address,
                Server = Convert.ToHexString(server),
                PreferredSeconds = address.PreferredSeconds,
                ValidSeconds = address.ValidSeconds,
                RenewalSeconds = first,
                RebindingSeconds = second,
                DnsServers = ReadServers(message),
                SearchDomains = ReadDomains(message),
            };
        }

        return null;
    }

    private static bool CanHave(IPv6Address address) => address.IsUnicast && !address.IsLinkLocal && !address.IsLoopback && !address.IsIPv4Mapped;

    /// <summary>What the server leaves to the client is half and four fifths of the preferred lifetime (RFC 8415 §14.2, §21.4).</summary>
    private static (uint First, uint Second) Times(in DhcpV6Association association, uint preferred)
    {
        var (first, second) = (association.RenewalSeconds, association.RebindingSeconds);
        if (preferred == DhcpV6Lease.Forever)
        {
            return (first == 0 ? DhcpV6Lease.Forever : first, second == 0 ? DhcpV6Lease.Forever : second);
        }

        second = second == 0 ? (uint)(preferred * 0.8) : second;
        first = first == 0 ? Math.Min((uint)(preferred * 0.5), second) : first;
        return (first, second);
    }

    private static List<IPv6Address> ReadServers(in DhcpV6View message)
    {
        List<IPv6Address> servers = [];
        if (message.Options.TryFind(DhcpV6Option.DnsServers, out var value) && value.Length % IPv6Address.Length == 0)
        {
            for (; !value.IsEmpty && servers.Count < MaxServers; value = value[IPv6Address.Length..])
            {
                var server = new IPv6Address(value);
                if (server.IsUnicast && !servers.Contains(server))
                {
                    servers.Add(server);
                }
            }
        }

        return servers;
    }

    private static List<string> ReadDomains(in DhcpV6View message)
    {
        List<string> domains = [];
        message.Options.TryFind(DhcpV6Option.DomainList, out var names);
        while (domains.Count < MaxDomains && DnsSearchList.TryTakeName(ref names, out var name))
        {
            if (AdvertisedResolvers.ToText(name) is { Length: > 0 } text && !domains.Contains(text))
            {
                domains.Add(text);
            }
        }

        return domains;
    }
}
