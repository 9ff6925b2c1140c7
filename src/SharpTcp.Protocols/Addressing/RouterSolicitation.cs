using System;

namespace SharpTcp.Protocols;

/// <summary>Asks for routers until one answers, ever less often (RFC 4861 §6.3.7 with the backoff of RFC 7559).</summary>
internal sealed class RouterSolicitation(HostCore host, NetworkInterface link) : TimerEntry
{
    private static readonly TimeSpan InitialTimeout = TimeSpan.FromSeconds(4); // IRT
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1); // MRT

    private TimeSpan _timeout;

    /// <summary>Begins: after a random delay if the interface has just come up.</summary>
    public void Start(Instant now)
    {
        _timeout = TimeSpan.Zero;
        host.Timers.Schedule(this, Instant.Max(now, link.QuietUntil));
    }

    /// <summary>A router is there (RFC 7559 §2.1: one that is a default router).</summary>
    public void Stop() => host.Timers.Cancel(this);

    protected internal override void OnTimer(Instant now)
    {
        // RFC 8415 §15: RT = 2 × RTprev + RAND × RTprev, RAND from −0.1 to 0.1.
        var doubled = _timeout == TimeSpan.Zero ? InitialTimeout : _timeout * 2;
        var basis = doubled > MaxTimeout ? MaxTimeout : doubled;
        var spread = (_timeout == TimeSpan.Zero || doubled > MaxTimeout ? basis : _timeout) / 10;
        _timeout = host.Entropy.NextBetween(basis - spread, basis + spread);
        host.Timers.Schedule(this, now + _timeout);
        host.LinkControl.SendRouterSolicitation(link);
    }
}
