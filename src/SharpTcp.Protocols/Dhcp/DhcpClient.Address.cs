using System;

namespace SharpTcp.Protocols;

/// <content>What becomes of the leased address.</content>
internal sealed partial class DhcpClient
{
    /// <inheritdoc/>
    public void OnUsable(InterfaceAddress address, Instant now)
    {
        _failures = 0;
        EnterBound(now);
        _link.LinkLocal?.Yield(now);
    }

    /// <inheritdoc/>
    public void OnDuplicate(InterfaceAddress address, Instant now)
    {
        if (State is DhcpState.Releasing)
        {
            Finish(now);
            return;
        }

        var lease = _lease!;
        _failures++;
        LoseLease(now);
        _wanted = default;
        SendDecline(lease, now); // RFC 2131 §3.1 step 5
        Restart(DeclineWait, now);
    }

    /// <summary>A server leased an address, or goes on with it.</summary>
    private void TakeLease(DhcpLease lease, Instant now)
    {
        var fuzz = 1 - _host.Entropy.NextBetween(TimeSpan.Zero, TimeSpan.FromSeconds(1)).TotalSeconds / 20; // RFC 2131 §4.4.5
        _lease = lease;
        ExpiresAt = After(lease.Seconds, 1);
        _renewAt = After(lease.RenewalSeconds, fuzz);
        _rebindAt = After(lease.RebindingSeconds, fuzz);
        if (_address is { IsUsable: true } known && known.Prefix == lease.Address)
        {
            EnterBound(now);
            return;
        }

        if (_address is { } old)
        {
            _address = null;
            _host.AddressTable.Remove(old, now);
        }

        State = DhcpState.Checking;
        Schedule(ExpiresAt);
        _address = new InterfaceAddress(_link, lease.Address, AddressOrigin.Dhcp) { Owner = this };
        _host.AddressTable.Add(_address, now, now);
    }

    private void EnterBound(Instant now)
    {
        State = DhcpState.Bound;
        Schedule(Instant.Max(_renewAt, now));
        _configuration.Apply(_lease!);
        _host.Observer?.OnLeaseChanged(_link, _lease, ExpiresAt);
        Settle();
    }

    private Instant After(uint seconds, double part) => seconds == DhcpLease.Forever ? Instant.Never : _requestedAt + TimeSpan.FromSeconds(seconds * part);

    private void Schedule(Instant at)
    {
        if (at.IsNever)
        {
            _host.Timers.Cancel(this);
        }
        else
        {
            _host.Timers.Schedule(this, at);
        }
    }

    /// <summary>The address is not used any more, nor what came with it.</summary>
    private void LoseLease(Instant now)
    {
        var had = Lease is not null;
        _lease = null;
        if (_address is { } address)
        {
            _address = null;
            _host.AddressTable.Remove(address, now);
        }

        _configuration.Withdraw();
        if (had)
        {
            _host.Observer?.OnLeaseChanged(_link, null, Instant.Never);
        }
    }
}
