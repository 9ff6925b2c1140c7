using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <content>What becomes of the leased address, and of what came with it.</content>
internal sealed partial class DhcpV6Client
{
    private IPv6Address? _wanted;
    private InterfaceAddress? _address;
    private DhcpV6Lease? _lease;
    private Instant _renewAt = Instant.Never;
    private Instant _rebindAt = Instant.Never;
    private Instant _expiresAt = Instant.Never;
    private Instant _previousUntil;
    private bool _wasConfirmed;

    /// <summary>The lease, if there is one and its address is in use, or what a stateless answer said.</summary>
    public DhcpV6Lease? Lease => _lease is { Address: null } || _address is { IsUsable: true } ? _lease : null;

    /// <summary>When it ends.</summary>
    public Instant ExpiresAt => _expiresAt;

    /// <inheritdoc/>
    public void OnUsable(InterfaceAddress address, Instant now)
    {
        _host.Observer?.OnDhcpV6LeaseChanged(_link, _lease, _expiresAt);
        Schedule();
    }

    /// <inheritdoc/>
    public void OnDuplicate(InterfaceAddress address, Instant now)
    {
        LoseLease(now);
        Begin(DhcpV6State.Declining, DhcpV6Exchange.Decline, now); // RFC 8415 §18.2.8
        _host.Timers.Schedule(this, now);
    }

    /// <summary>A server leased an address, or goes on with it; false if this host has it already in another way.</summary>
    private bool TakeLease(DhcpV6Lease lease, Instant now)
    {
        var address = lease.Address!.Value;
        var isKnown = _address is { } own && own.Address == (IpAddress)address;
        if (!isKnown && (_host.AddressTable.FindOwn(address) is not null || _host.AddressTable.All.Count == AddressTable.Capacity))
        {
            return false;
        }

        State = DhcpV6State.Bound;
        _sendAt = Instant.Never;
        _wanted = address;
        _lease = lease;
        _renewAt = RouterDiscovery.Until(lease.RenewalSeconds, now);
        _rebindAt = RouterDiscovery.Until(lease.RebindingSeconds, now);
        _expiresAt = RouterDiscovery.Until(lease.ValidSeconds, now);
        if (isKnown)
        {
            _address!.PreferredUntil = RouterDiscovery.Until(lease.PreferredSeconds, now);
            _address.ValidUntil = _expiresAt;
            if (_address.IsUsable)
            {
                _host.AddressTable.SetDeprecated(_address, _address.IsPastPreferred(now));
                _host.Observer?.OnDhcpV6LeaseChanged(_link, _lease, _expiresAt);
            }
        }
        else
        {
            RemoveAddress(now);
            _address = new InterfaceAddress(_link, new Prefix(address, 128), AddressOrigin.Dhcp)
            {
                IsPrefixOnLink = false, // RFC 5942 §4: an address says nothing of its neighbours
                Owner = this,
                PreferredUntil = RouterDiscovery.Until(lease.PreferredSeconds, now),
                ValidUntil = _expiresAt,
            };
            _host.AddressTable.Add(_address, now, now);
        }

        Schedule();
        return true;
    }

    /// <summary>The lease of an earlier run holds, for as long as is left of it; its server is asked at once to go on.</summary>
    private void TakePrevious(Instant now)
    {
        var previous = _settings.Previous!;
        _server = Convert.FromHexString(previous.Server);
        var left = _previousUntil - now;
        if (left <= TimeSpan.Zero || !TakeLease(previous, now))
        {
            Begin(DhcpV6State.Soliciting, Solicit, now);
            return;
        }

        _expiresAt = _previousUntil;
        _rebindAt = Instant.Min(_rebindAt, _expiresAt);
        _renewAt = now;
        _address!.ValidUntil = _expiresAt;
        _address.PreferredUntil = Instant.Min(_address.PreferredUntil, _expiresAt);
        Schedule();
    }

    private void OnInformation(DhcpV6Lease lease, Instant now)
    {
        State = DhcpV6State.Informed;
        _lease = lease;
        _expiresAt = RouterDiscovery.Until(lease.ValidSeconds, now);
        _sendAt = _expiresAt;
        _host.Observer?.OnDhcpV6LeaseChanged(_link, lease, _expiresAt);
        Schedule();
    }

    /// <summary>The address is not used any more, nor what came with it.</summary>
    private void LoseLease(Instant now)
    {
        var had = Lease is not null;
        _lease = null;
        RemoveAddress(now);
        if (had)
        {
            _host.Observer?.OnDhcpV6LeaseChanged(_link, null, Instant.Never);
        }
    }

    private void RemoveAddress(Instant now)
    {
        if (_address is { } address)
        {
            _address = null;
            _host.AddressTable.Remove(address, now);
        }
    }
}
