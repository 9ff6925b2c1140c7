using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Makes a lease of a server's message, within bounds: what is missing, broken or too much is left out; without an address and a time there is no lease.</summary>
internal static class DhcpLeaseReader
{
    /// <summary>The most servers of a kind, and the most search domains.</summary>
    public const int MaxServers = 8;

    /// <summary>The most routes.</summary>
    public const int MaxRoutes = 64;

    /// <summary>Leases of fewer seconds are refused: they would be over before they are renewed.</summary>
    public const uint MinSeconds = 10;

    // RFC 791: what every host takes; less would only serve to cut connections to pieces.
    private const int MinMtu = 576;
    private const int MaxOption = 1024;

    /// <summary>Reads address, server and time of an offer or an acknowledgment.</summary>
    /// <returns>False if one of them is missing, or is none that a host could use.</returns>
    public static bool TryReadTerms(in DhcpView message, out Prefix address, out IPv4Address server, out uint seconds)
    {
        address = default;
        seconds = 0;
        var own = message.YourAddress;
        if (!message.TryReadAddress(DhcpOption.ServerIdentifier, out server) || !IsHost(server)
            || !message.TryReadUInt32(DhcpOption.LeaseTime, out seconds) || seconds < MinSeconds
            || !IsHost(own) || !TryReadMask(message, own, out var length))
        {
            return false;
        }

        address = new Prefix(own, length);
        return length > 30 || (address.Broadcast != own && address.Network != (IpAddress)own);
    }

    /// <summary>Reads an acknowledgment.</summary>
    public static DhcpLease? Read(in DhcpView message, int linkMtu)
    {
        if (!TryReadTerms(message, out var address, out var server, out var seconds))
        {
            return null;
        }

        Span<byte> buffer = stackalloc byte[MaxOption];
        var (renewal, rebinding) = ReadTimes(message, seconds);
        return new DhcpLease
        {
            Address = address,
            Server = server,
            Seconds = seconds,
            RenewalSeconds = renewal,
            RebindingSeconds = rebinding,
            Routes = ReadRoutes(message, buffer),
            DnsServers = ReadServers(message, DhcpOption.DnsServer, buffer),
            NtpServers = ReadServers(message, DhcpOption.NtpServer, buffer),
            SearchDomains = ReadDomains(message, buffer),
            DomainName = ReadName(message, DhcpOption.DomainName, buffer),
            HostName = ReadName(message, DhcpOption.HostName, buffer),
            Mtu = message.Read(DhcpOption.InterfaceMtu, buffer) == 2 && BinaryPrimitives.ReadUInt16BigEndian(buffer) is var mtu && mtu >= MinMtu && mtu <= linkMtu
                ? mtu
                : null,
        };
    }

    /// <summary>The mask; where there is none, that of the address's old class (RFC 950).</summary>
    private static bool TryReadMask(in DhcpView message, IPv4Address own, out int length)
    {
        Span<byte> mask = stackalloc byte[IPv4Address.Length];
        var read = message.Read(DhcpOption.SubnetMask, mask);
        if (read < 0)
        {
            length = own.Value >> 31 == 0 ? 8 : own.Value >> 30 == 2 ? 16 : 24;
            return true;
        }

        length = 0;
        return read == IPv4Address.Length && new IPv4Address(mask).TryGetPrefixLength(out length) && length > 0;
    }

    /// <summary>T1 and T2; those that are not in order give way to half and seven eighths of the lease (RFC 2131 §4.4.5).</summary>
    private static (uint Renewal, uint Rebinding) ReadTimes(in DhcpView message, uint seconds)
    {
        if (seconds == DhcpLease.Forever)
        {
            return (DhcpLease.Forever, DhcpLease.Forever);
        }

        var rebinding = message.TryReadUInt32(DhcpOption.RebindingTime, out var t2) && t2 > 0 && t2 < seconds ? t2 : (uint)(seconds * 7UL / 8);
        var renewal = message.TryReadUInt32(DhcpOption.RenewalTime, out var t1) && t1 > 0 && t1 < rebinding ? t1 : Math.Min(seconds / 2, rebinding / 2 + rebinding / 4);
        return (renewal, rebinding);
    }

    private static List<DhcpRoute> ReadRoutes(in DhcpView message, Span<byte> buffer)
    {
        List<DhcpRoute> routes = [];
        var length = message.Read(DhcpOption.ClasslessRoutes, buffer);
        if (length > 0 && TryReadClassless(buffer[..length], routes))
        {
            return routes; // RFC 3442: the router option is then ignored
        }

        routes.Clear();
        foreach (var router in ReadServers(message, DhcpOption.Router, buffer))
        {
            routes.Add(new DhcpRoute(new Prefix(default(IPv4Address), 0), router));
        }

        return routes;
    }

    /// <summary>Routes as RFC 3442 packs them: the length of the prefix, the bytes of it that count, the router.</summary>
    private static bool TryReadClassless(ReadOnlySpan<byte> rest, List<DhcpRoute> routes)
    {
        Span<byte> network = stackalloc byte[IPv4Address.Length];
        while (!rest.IsEmpty)
        {
            int length = rest[0];
            var significant = (length + 7) / 8;
            if (length > 32 || rest.Length < 1 + significant + IPv4Address.Length)
            {
                return false;
            }

            network.Clear();
            rest.Slice(1, significant).CopyTo(network);
            var router = new IPv4Address(rest.Slice(1 + significant, IPv4Address.Length));
            rest = rest[(1 + significant + IPv4Address.Length)..];
            var destination = new Prefix(new IPv4Address(network), length).ToNetwork();
            if (routes.Count < MaxRoutes && (router.IsUnspecified || IsHost(router)) && !destination.Address.IsMulticast && !destination.Address.IsLoopback)
            {
                routes.Add(new DhcpRoute(destination, router.IsUnspecified ? null : router));
            }
        }

        return true;
    }

    private static List<IPv4Address> ReadServers(in DhcpView message, DhcpOption code, Span<byte> buffer)
    {
        List<IPv4Address> servers = [];
        var length = message.Read(code, buffer);
        for (var i = 0; length % IPv4Address.Length == 0 && i < length && servers.Count < MaxServers; i += IPv4Address.Length)
        {
            var server = new IPv4Address(buffer[i..]);
            if (IsHost(server) && !servers.Contains(server))
            {
                servers.Add(server);
            }
        }

        return servers;
    }

    private static List<string> ReadDomains(in DhcpView message, Span<byte> buffer)
    {
        List<string> domains = [];
        Span<char> text = stackalloc char[DhcpSearchList.MaxNameLength];
        var list = new DhcpSearchList(buffer[..Math.Max(0, message.Read(DhcpOption.DomainSearch, buffer))]);
        while (domains.Count < MaxServers && list.TryTake(text, out var length))
        {
            if (length > 0)
            {
                domains.Add(new string(text[..length]));
            }
        }

        return domains;
    }

    private static string? ReadName(in DhcpView message, DhcpOption code, Span<byte> buffer) =>
        message.Read(code, buffer) is > 0 and var length ? DhcpText.ReadName(buffer[..length]) : null;

    private static bool IsHost(IPv4Address address) => address.IsUnicast && !address.IsLoopback;
}
