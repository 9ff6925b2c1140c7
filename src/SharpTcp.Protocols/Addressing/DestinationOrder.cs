using System.Collections.Generic;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// In which order the addresses of a peer are to be tried (RFC 6724 §6). Rules 4 and 7 are about Mobile IP and tunnels, which there are none of here.
/// </summary>
internal sealed class DestinationOrder(HostCore host)
{
    /// <summary>Puts addresses in order, the best first; those that nothing tells apart keep theirs.</summary>
    public void Sort(List<IpAddress> addresses, Instant now)
    {
        List<Candidate> candidates = [];
        foreach (var address in addresses)
        {
            Insert(candidates, Look(address, now));
        }

        for (var i = 0; i < candidates.Count; i++)
        {
            addresses[i] = candidates[i].Address;
        }
    }

    private static void Insert(List<Candidate> candidates, Candidate candidate)
    {
        var index = candidates.Count;
        while (index > 0 && IsBetter(candidate, candidates[index - 1]))
        {
            index--;
        }

        candidates.Insert(index, candidate);
    }

    private static bool IsBetter(in Candidate a, in Candidate b)
    {
        if (a.Source is null || b.Source is null)
        {
            return a.Source is not null && b.Source is null; // rule 1: avoid unusable ones
        }

        if (a.IsScopeEqual != b.IsScopeEqual)
        {
            return a.IsScopeEqual; // rule 2: matching scope
        }

        if ((a.Source.State == AddressState.Preferred) != (b.Source.State == AddressState.Preferred))
        {
            return a.Source.State == AddressState.Preferred; // rule 3: avoid deprecated sources
        }

        if (a.IsLabelEqual != b.IsLabelEqual)
        {
            return a.IsLabelEqual; // rule 5: matching label
        }

        if (a.Precedence != b.Precedence)
        {
            return a.Precedence > b.Precedence; // rule 6
        }

        if (a.Scope != b.Scope)
        {
            return a.Scope < b.Scope; // rule 8: smaller scope
        }

        return a.Address.IsIPv6 && b.Address.IsIPv6 && a.Common > b.Common; // rule 9: longest matching prefix; rule 10: as they came
    }

    private Candidate Look(IpAddress address, Instant now)
    {
        var policy = host.Options.AddressPolicies.Find(address);
        var scope = AddressScope.Of(address);
        if (host.Ip.Resolve(default, address, 0, now, out var way) != SocketError.Success || way!.Origin is not { } source)
        {
            return new Candidate(address, null, scope, policy.Precedence, false, false, 0);
        }

        return new Candidate(
            address,
            source,
            scope,
            policy.Precedence,
            AddressScope.Of(source.Address) == scope,
            host.Options.AddressPolicies.Find(source.Address).Label == policy.Label,
            SourceSelection.CommonPrefix(source, address));
    }

    private readonly record struct Candidate(
        IpAddress Address, InterfaceAddress? Source, int Scope, int Precedence, bool IsScopeEqual, bool IsLabelEqual, int Common);
}
