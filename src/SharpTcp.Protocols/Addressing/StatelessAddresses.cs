using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>The addresses that an interface makes from advertised prefixes, and their lifetimes (RFC 4862 §5.5.3, §5.5.4).</summary>
internal sealed class StatelessAddresses(HostCore host, NetworkInterface link) : IAddressOwner
{
    /// <summary>The most addresses that an interface makes.</summary>
    public const int Capacity = 16;

    private const int IdentifierLength = 64;
    private static readonly TimeSpan TwoHours = TimeSpan.FromHours(2);

    private readonly List<InterfaceAddress> _addresses = [];
    private readonly List<(IPv6Address Network, int Duplicates)> _duplicates = [];

    private readonly TemporaryAddresses? _temporary = link.Options.IdentifierMode == InterfaceIdentifierMode.Temporary ? new TemporaryAddresses(host, link) : null;

    /// <summary>When the state of one of them changes next.</summary>
    public Instant NextExpiry
    {
        get
        {
            var next = _temporary?.NextExpiry ?? Instant.Never;
            foreach (var address in _addresses)
            {
                next = Instant.Min(next, address.ValidUntil);
                if (address.State is AddressState.Preferred)
                {
                    next = Instant.Min(next, address.PreferredUntil);
                }
            }

            return next;
        }
    }

    /// <summary>A prefix with the A flag came.</summary>
    public void OnPrefix(in PrefixInformation prefix, IPv6Address router, Instant detectFrom, Instant now)
    {
        if (prefix.PreferredLifetime > prefix.ValidLifetime || prefix.Prefix.Length != 128 - IdentifierLength)
        {
            return; // RFC 4862 §5.5.3 c, d
        }

        var valid = RouterDiscovery.Until(prefix.ValidLifetime, now);
        var preferred = RouterDiscovery.Until(prefix.PreferredLifetime, now);
        if (Find(prefix.Prefix) is { } known)
        {
            Update(known, preferred, valid, now);
        }
        else if (prefix.ValidLifetime != 0 && _addresses.Count < Capacity)
        {
            Make(prefix.Prefix, preferred, valid, detectFrom, now);
        }

        if (Find(prefix.Prefix) is not { } stable)
        {
            return; // not one of ours, or no room
        }

        _temporary?.OnPrefix(stable, detectFrom, now);
        var isNews = false;
        foreach (var address in link.AddressList)
        {
            isNews |= address.Origin is AddressOrigin.Slaac or AddressOrigin.Temporary && address.Prefix.ToNetwork() == prefix.Prefix && address.OnAdvertised(router);
        }

        if (isNews)
        {
            host.Ip.Invalidate(); // rule 5.5 of RFC 6724 §5 may choose another source
        }
    }

    /// <summary>Deprecates and removes what has come to its end.</summary>
    public void Expire(Instant now)
    {
        _temporary?.Expire(now);
        for (var i = _addresses.Count - 1; i >= 0; i--)
        {
            var address = _addresses[i];
            if (address.ValidUntil <= now)
            {
                _addresses.RemoveAt(i);
                host.AddressTable.Remove(address, now);
            }
            else if (address.State is AddressState.Preferred && address.IsPastPreferred(now))
            {
                host.AddressTable.SetDeprecated(address, true);
            }
        }
    }

    /// <inheritdoc/>
    public void OnUsable(InterfaceAddress address, Instant now) => link.RouterDiscovery?.Schedule();

    /// <inheritdoc/>
    public void OnDuplicate(InterfaceAddress address, Instant now)
    {
        var network = address.Prefix.Network.ToIPv6();
        var index = _duplicates.FindIndex(entry => entry.Network == network);
        var duplicates = index < 0 ? 1 : _duplicates[index].Duplicates + 1;
        if (link.Options.IdentifierMode == InterfaceIdentifierMode.Eui64 || duplicates > InterfaceIdentifier.Retries)
        {
            return; // RFC 4862 §5.4.5, RFC 7217 §6: it stays as a duplicate
        }

        _duplicates.RemoveAll(entry => entry.Network == network);
        _duplicates.Add((network, duplicates));
        if (_duplicates.Count > Capacity)
        {
            _duplicates.RemoveAt(0);
        }

        _addresses.Remove(address);
        host.AddressTable.Remove(address, now);
        Make(address.Prefix.ToNetwork(), address.PreferredUntil, address.ValidUntil, now, now);
    }

    /// <summary>The address of a network, or null.</summary>
    public InterfaceAddress? Find(Prefix network) => _addresses.Find(address => address.Prefix.ToNetwork() == network);

    private void Make(Prefix network, Instant preferred, Instant valid, Instant detectFrom, Instant now)
    {
        var prefix = network.Network.ToIPv6();
        var duplicates = _duplicates.Find(entry => entry.Network == prefix).Duplicates;
        var own = InterfaceIdentifier.Make(host.IdentifierSecret, link, prefix, duplicates);
        if (host.AddressTable.FindOwn(own) is not null || host.AddressTable.All.Count == AddressTable.Capacity)
        {
            return; // it is there already, set by hand
        }

        var address = new InterfaceAddress(link, new Prefix(own, network.Length), AddressOrigin.Slaac)
        {
            IsPrefixOnLink = false,
            Owner = this,
            PreferredUntil = preferred,
            ValidUntil = valid,
        };
        _addresses.Add(address);
        host.AddressTable.Add(address, detectFrom, now);
    }

    private void Update(InterfaceAddress address, Instant preferred, Instant valid, Instant now)
    {
        // RFC 4862 §5.5.3 e: nobody may shorten a life to less than two hours.
        if (valid - now > TwoHours || valid > address.ValidUntil || valid.IsNever)
        {
            address.ValidUntil = valid;
        }
        else if (address.ValidUntil - now > TwoHours)
        {
            address.ValidUntil = now + TwoHours;
        }

        address.PreferredUntil = preferred;
        if (address.IsUsable)
        {
            host.AddressTable.SetDeprecated(address, address.IsPastPreferred(now));
        }
    }
}
