using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Which of our addresses a packet comes from, if its sender does not care (RFC 6724 §5, for both families). Rule 4 is about Mobile IP, which there is none of here.</summary>
/// <param name="policies">The policy table.</param>
/// <param name="destination">Where the packet goes.</param>
/// <param name="outgoing">The interface that it leaves by.</param>
/// <param name="nextHop">The router that it goes by, or the destination itself.</param>
/// <param name="router">The router that the route names, if it names one; a redirect may have put another in its place.</param>
internal readonly struct SourceSelection(AddressPolicies policies, IpAddress destination, NetworkInterface outgoing, IpAddress nextHop, IpAddress? router)
{
    private readonly int _scope = AddressScope.Of(destination);
    private readonly int _label = policies.Find(destination).Label;

    /// <summary>The best usable address, or null if there is none of the destination's family.</summary>
    public InterfaceAddress? Select(IReadOnlyList<InterfaceAddress> addresses)
    {
        InterfaceAddress? best = null;
        for (var i = 0; i < addresses.Count; i++)
        {
            var candidate = addresses[i];
            if (IsCandidate(candidate) && MayGo(candidate) && (best is null || IsBetter(candidate, best)))
            {
                best = candidate;
            }
        }

        return best;
    }

    /// <summary>How many bits of an address of ours a destination shares, within the prefix (RFC 6724 §2.2).</summary>
    public static int CommonPrefix(InterfaceAddress address, IpAddress destination)
    {
        var common = AddressPolicies.CommonLength(address.Address.ToIPv6(), destination.ToIPv6()) - (128 - address.Address.BitLength);
        return Math.Min(common, address.Prefix.Length);
    }

    private bool IsCandidate(InterfaceAddress address) =>
        address.IsUsable
        && address.Address.IsIPv4 == destination.IsIPv4
        && address.Interface.IsLoopback == outgoing.IsLoopback
        && (!(destination.IsLinkLocal || destination.IsMulticast) || address.Interface == outgoing) // §4: the same zone
        && (!address.Address.IsLinkLocal || address.Interface == outgoing);

    /// <summary>Whether an address with a router of its own may take this way.</summary>
    private bool MayGo(InterfaceAddress address) =>
        address.Gateway is not { } own || own == router || (router is null && (address.Prefix.Contains(destination) || destination.IsMulticast || destination.IsLinkLocal));

    private bool IsBetter(InterfaceAddress a, InterfaceAddress b)
    {
        if ((a.Address == destination) != (b.Address == destination))
        {
            return a.Address == destination; // rule 1: the same address
        }

        var scopeA = AddressScope.Of(a.Address);
        var scopeB = AddressScope.Of(b.Address);
        if (scopeA != scopeB)
        {
            return scopeA < scopeB ? scopeA >= _scope : scopeB < _scope; // rule 2: the smallest scope that reaches
        }

        if ((a.State == AddressState.Preferred) != (b.State == AddressState.Preferred))
        {
            return a.State == AddressState.Preferred; // rule 3: not deprecated; nor, by RFC 4429 §3.1, optimistic
        }

        if ((a.Interface == outgoing) != (b.Interface == outgoing))
        {
            return a.Interface == outgoing; // rule 5: the outgoing interface
        }

        if (a.IsAdvertisedBy(nextHop) != b.IsAdvertisedBy(nextHop))
        {
            return a.IsAdvertisedBy(nextHop); // rule 5.5: a prefix that the next hop advertises (RFC 8028 §3.3)
        }

        if (router is not null && (a.Gateway == router) != (b.Gateway == router))
        {
            return a.Gateway == router; // the same, set by hand
        }

        var isLabelA = policies.Find(a.Address).Label == _label;
        if (isLabelA != (policies.Find(b.Address).Label == _label))
        {
            return isLabelA; // rule 6: the same label
        }

        if (a.IsTemporary != b.IsTemporary)
        {
            return a.IsTemporary; // rule 7: temporary addresses, where there are any
        }

        return CommonPrefix(a, destination) > CommonPrefix(b, destination); // rule 8: longest matching prefix
    }
}
