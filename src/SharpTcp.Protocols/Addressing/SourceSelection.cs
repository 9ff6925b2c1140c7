using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Which of our addresses a packet comes from, if its sender does not care (RFC 6724 §5, by its main rules, for both families).</summary>
internal static class SourceSelection
{
    /// <summary>The best usable address for a destination that is reached over an interface, or null if there is none of its family.</summary>
    public static InterfaceAddress? Select(IReadOnlyList<InterfaceAddress> addresses, IpAddress destination, NetworkInterface outgoing)
    {
        InterfaceAddress? best = null;
        for (var i = 0; i < addresses.Count; i++)
        {
            var candidate = addresses[i];
            if (IsCandidate(candidate, destination, outgoing) && (best is null || IsBetter(candidate, best, destination, outgoing)))
            {
                best = candidate;
            }
        }

        return best;
    }

    private static bool IsCandidate(InterfaceAddress address, IpAddress destination, NetworkInterface outgoing) =>
        address.IsUsable
        && address.Address.IsIPv4 == destination.IsIPv4
        && address.Interface.IsLoopback == outgoing.IsLoopback
        && (!(destination.IsLinkLocal || destination.IsMulticast) || address.Interface == outgoing) // §4: the same zone
        && (!address.Address.IsLinkLocal || address.Interface == outgoing);

    private static bool IsBetter(InterfaceAddress a, InterfaceAddress b, IpAddress destination, NetworkInterface outgoing)
    {
        if ((a.Address == destination) != (b.Address == destination))
        {
            return a.Address == destination; // rule 1: the same address
        }

        var scopeA = Scope(a.Address);
        var scopeB = Scope(b.Address);
        if (scopeA != scopeB)
        {
            var scope = Scope(destination);
            return scopeA < scopeB ? scopeA >= scope : scopeB < scope; // rule 2: the smallest scope that reaches
        }

        if (a.State != b.State)
        {
            return a.State == AddressState.Preferred; // rule 3: not deprecated
        }

        if ((a.Interface == outgoing) != (b.Interface == outgoing))
        {
            return a.Interface == outgoing; // rule 5: the outgoing interface
        }

        return CommonPrefix(a, destination) > CommonPrefix(b, destination); // rule 8: longest matching prefix
    }

    /// <summary>The scope as the scope field of a multicast address says it (RFC 6724 §3.1, §3.2).</summary>
    private static int Scope(IpAddress address)
    {
        if (address.IsIPv6 && address.IsMulticast)
        {
            return (int)address.ToIPv6().MulticastScope;
        }

        return address.IsLinkLocal || address.IsLoopback ? (int)IPv6MulticastScope.LinkLocal
            : address.IsIPv6 && address.ToIPv6().IsSiteLocal ? (int)IPv6MulticastScope.SiteLocal
            : (int)IPv6MulticastScope.Global;
    }

    private static int CommonPrefix(InterfaceAddress address, IpAddress destination)
    {
        var differing = address.Address.ToIPv6().Value ^ destination.ToIPv6().Value;
        var common = (int)UInt128.LeadingZeroCount(differing) - (128 - address.Address.BitLength);
        return Math.Min(common, address.Prefix.Length);
    }
}
