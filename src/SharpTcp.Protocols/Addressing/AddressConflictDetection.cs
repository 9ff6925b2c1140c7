using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// Asks on the link whether an IPv4 address is free, announces it, and defends it while it is in use (RFC 5227). Each address has its own and waits for nobody else's.
/// </summary>
internal sealed class AddressConflictDetection(HostCore host, InterfaceAddress address) : TimerEntry
{
    private const int ProbeCount = 3; // PROBE_NUM
    private const int AnnounceCount = 2; // ANNOUNCE_NUM
    private const int MaxConflicts = 10;

    private static readonly TimeSpan ProbeWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProbeMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProbeMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnnounceWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnnounceInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RateLimitInterval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DefendInterval = TimeSpan.FromSeconds(10);

    private int _probes;
    private int _announcements;
    private Instant _defendedUntil;

    private IPv4Address Address => address.Address.ToIPv4();

    /// <summary>Begins to ask, after a random delay; after many conflicts on the interface only once a minute (RFC 5227 §2.1.1).</summary>
    public void Start(Instant now)
    {
        var delay = host.Entropy.NextBetween(TimeSpan.Zero, ProbeWait);
        if (address.Interface.AddressConflicts >= MaxConflicts)
        {
            delay += RateLimitInterval;
        }

        host.Timers.Schedule(this, now + delay);
    }

    /// <summary>Gives up.</summary>
    public void Stop() => host.Timers.Cancel(this);

    /// <summary>The address is usable and was announced once: the other time follows (RFC 5227 §2.3).</summary>
    public void OnAnnounced(Instant now)
    {
        _announcements = 1;
        host.Timers.Schedule(this, now + AnnounceInterval);
    }

    /// <summary>Another station uses the address, or asks for it while we do.</summary>
    public void OnConflict(Instant now)
    {
        if (address.State == AddressState.Tentative)
        {
            Lose(now); // RFC 5227 §2.1.1
        }
        else if (now < _defendedUntil)
        {
            Lose(now); // RFC 5227 §2.4 (b): twice within DEFEND_INTERVAL, so the other does not yield
        }
        else
        {
            _defendedUntil = now + DefendInterval;
            host.LinkControl.AnnounceArp(address.Interface, Address);
        }
    }

    protected internal override void OnTimer(Instant now)
    {
        if (_probes < ProbeCount)
        {
            _probes++;
            host.Timers.Schedule(this, now + (_probes < ProbeCount ? host.Entropy.NextBetween(ProbeMin, ProbeMax) : AnnounceWait));
            host.LinkControl.SendArpRequest(address.Interface, IPv4Address.Unspecified, Address, null);
        }
        else if (address.State == AddressState.Tentative)
        {
            host.AddressTable.OnUnique(address, now);
        }
        else if (_announcements < AnnounceCount)
        {
            _announcements++;
            host.LinkControl.AnnounceArp(address.Interface, Address);
        }
    }

    private void Lose(Instant now)
    {
        address.Interface.AddressConflicts++;
        host.AddressTable.OnDuplicate(address, now);
    }
}
