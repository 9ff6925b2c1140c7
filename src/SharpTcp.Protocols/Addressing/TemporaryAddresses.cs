using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// Addresses that an interface uses for a day and gives up after two, so that nobody can follow it by its address (RFC 8981). Each network with autoconfiguration has one, and its
/// successor some seconds before it is no longer preferred.
/// </summary>
internal sealed class TemporaryAddresses(HostCore host, NetworkInterface link) : IAddressOwner
{
    /// <summary>The most addresses of one network at a time; those of a day fit twice.</summary>
    public const int CapacityPerNetwork = 4;

    private const int IdentifierRetries = 3; // TEMP_IDGEN_RETRIES
    private static readonly TimeSpan ValidLifetime = TimeSpan.FromDays(2); // TEMP_VALID_LIFETIME
    private static readonly TimeSpan PreferredLifetime = TimeSpan.FromDays(1); // TEMP_PREFERRED_LIFETIME
    private static readonly TimeSpan MaxDesyncFactor = PreferredLifetime * 0.4; // MAX_DESYNC_FACTOR

    private readonly List<Entry> _entries = [];
    private int _duplicates;

    /// <summary>When one of them ends, is deprecated or needs a successor.</summary>
    public Instant NextExpiry
    {
        get
        {
            var next = Instant.Never;
            foreach (var entry in _entries)
            {
                var address = entry.Address;
                next = Instant.Min(next, address.ValidUntil);
                if (address.State == AddressState.Preferred)
                {
                    next = Instant.Min(next, address.PreferredUntil);
                }

                if (!entry.HasSuccessor)
                {
                    next = Instant.Min(next, address.PreferredUntil - RegenerationAdvance);
                }
            }

            return next;
        }
    }

    // REGEN_ADVANCE (RFC 8981 §3.8)
    private TimeSpan RegenerationAdvance =>
        TimeSpan.FromSeconds(2) + (link.IPv6RetransTimer * (IdentifierRetries * link.Options.DuplicateAddressDetectTransmits));

    /// <summary>A prefix with the A flag came, or lives on: its addresses live as long as it does, but never longer than such addresses may (RFC 8981 §3.4).</summary>
    public void OnPrefix(InterfaceAddress stable, Instant detectFrom, Instant now)
    {
        var (network, preferred, valid) = (stable.Prefix.ToNetwork(), stable.PreferredUntil, stable.ValidUntil);
        var isServed = false;
        foreach (var entry in _entries)
        {
            if (entry.Network == network)
            {
                entry.Address.ValidUntil = Instant.Min(valid, entry.Made + ValidLifetime);
                entry.Address.PreferredUntil = Instant.Min(preferred, entry.Made + PreferredLifetime - entry.Desync);
                isServed |= !entry.HasSuccessor;
                if (entry.Address.IsUsable)
                {
                    host.AddressTable.SetDeprecated(entry.Address, entry.Address.IsPastPreferred(now));
                }
            }
        }

        if (!isServed)
        {
            Make(stable, detectFrom, now);
        }
    }

    /// <summary>Deprecates and removes what has come to its end, and makes successors.</summary>
    public void Expire(Instant now)
    {
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            var entry = _entries[i];
            var address = entry.Address;
            if (!entry.HasSuccessor && address.PreferredUntil - RegenerationAdvance <= now)
            {
                entry.HasSuccessor = true;
                if (link.RouterDiscovery?.Addresses.Find(entry.Network) is { } stable)
                {
                    Make(stable, now, now);
                }
            }

            if (address.ValidUntil <= now)
            {
                _entries.Remove(entry);
                host.AddressTable.Remove(address, now);
            }
            else if (address.State == AddressState.Preferred && address.IsPastPreferred(now))
            {
                host.AddressTable.SetDeprecated(address, true);
            }
        }
    }

    /// <inheritdoc/>
    public void OnUsable(InterfaceAddress address, Instant now)
    {
        _duplicates = 0;
        link.RouterDiscovery?.Schedule();
    }

    /// <inheritdoc/>
    public void OnDuplicate(InterfaceAddress address, Instant now)
    {
        var index = _entries.FindIndex(entry => entry.Address == address);
        if (index < 0)
        {
            return;
        }

        var entry = _entries[index];
        _entries.RemoveAt(index);
        host.AddressTable.Remove(address, now);
        _duplicates++;
        if (link.RouterDiscovery?.Addresses.Find(entry.Network) is { } stable)
        {
            Make(stable, now, now);
        }

        link.RouterDiscovery?.Schedule();
    }

    private void Make(InterfaceAddress stable, Instant detectFrom, Instant now)
    {
        var (network, preferred, valid) = (stable.Prefix.ToNetwork(), stable.PreferredUntil, stable.ValidUntil);
        // RFC 8981 §3.4: not after repeated conflicts, and not for less time than it takes to make one.
        if (_duplicates > IdentifierRetries || preferred - now <= RegenerationAdvance || CountOf(network) == CapacityPerNetwork
            || host.AddressTable.All.Count == AddressTable.Capacity)
        {
            return;
        }

        var desync = host.Entropy.NextBetween(TimeSpan.Zero, MaxDesyncFactor);
        var address = new InterfaceAddress(link, new Prefix(NewAddress(network), network.Length), AddressOrigin.Temporary)
        {
            IsPrefixOnLink = false,
            Owner = this,
            PreferredUntil = Instant.Min(preferred, now + PreferredLifetime - desync),
            ValidUntil = Instant.Min(valid, now + ValidLifetime),
        };
        address.TakeAdvertisers(stable);
        _entries.Add(new Entry(network, address, now, desync));
        host.AddressTable.Add(address, detectFrom, now);
    }

    private IPv6Address NewAddress(Prefix network)
    {
        while (true)
        {
            // RFC 8981 §3.3.1: random, none that stands for something else, none that is in use here.
            var identifier = host.Entropy.NextUInt64();
            var address = new IPv6Address(network.Network.ToIPv6().Upper, identifier);
            if (!InterfaceIdentifier.IsReserved(identifier) && host.AddressTable.FindOwn(address) is null)
            {
                return address;
            }
        }
    }

    private int CountOf(Prefix network)
    {
        var count = 0;
        foreach (var entry in _entries)
        {
            count += entry.Network == network ? 1 : 0;
        }

        return count;
    }

    private sealed class Entry(Prefix network, InterfaceAddress address, Instant made, TimeSpan desync)
    {
        public Prefix Network { get; } = network;

        public InterfaceAddress Address { get; } = address;

        public Instant Made { get; } = made;

        public TimeSpan Desync { get; } = desync;

        public bool HasSuccessor { get; set; }
    }
}
