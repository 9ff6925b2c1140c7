using System;

namespace SharpTcp.Protocols;

/// <summary>How often and how long a message is sent again (RFC 8415 §15); the values of each message are those of §7.6.</summary>
/// <param name="InitialTimeout">IRT.</param>
/// <param name="MaxTimeout">MRT; zero for none.</param>
/// <param name="MaxCount">MRC; 0 for none.</param>
/// <param name="MaxDuration">MRD; zero for none.</param>
/// <param name="MaxDelay">The longest random delay before the first.</param>
internal readonly record struct DhcpV6Exchange(TimeSpan InitialTimeout, TimeSpan MaxTimeout, int MaxCount = 0, TimeSpan MaxDuration = default, TimeSpan MaxDelay = default)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static readonly DhcpV6Exchange Solicit = new(Second, TimeSpan.FromHours(1), MaxDelay: Second);
    public static readonly DhcpV6Exchange Request = new(Second, TimeSpan.FromSeconds(30), MaxCount: 10);
    public static readonly DhcpV6Exchange Confirm = new(Second, TimeSpan.FromSeconds(4), MaxDuration: TimeSpan.FromSeconds(10), MaxDelay: Second);
    public static readonly DhcpV6Exchange Renew = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10));
    public static readonly DhcpV6Exchange Rebind = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10));
    public static readonly DhcpV6Exchange Release = new(Second, TimeSpan.Zero, MaxCount: 4);
    public static readonly DhcpV6Exchange Decline = new(Second, TimeSpan.Zero, MaxCount: 4);
    public static readonly DhcpV6Exchange Inform = new(Second, TimeSpan.FromHours(1), MaxDelay: Second);

    /// <summary>The time after a message; <paramref name="previous"/> is zero after the first (RFC 8415 §15).</summary>
    public TimeSpan Next(IEntropy entropy, TimeSpan previous, bool isFirstSolicit)
    {
        if (previous == TimeSpan.Zero)
        {
            // RFC 8415 §18.2.1: the first of a Solicit is never shorter, so that servers have their time.
            return entropy.NextBetween(isFirstSolicit ? InitialTimeout : InitialTimeout * 0.9, InitialTimeout * 1.1);
        }

        var next = entropy.NextBetween(previous * 1.9, previous * 2.1);
        return MaxTimeout != TimeSpan.Zero && next > MaxTimeout ? entropy.NextBetween(MaxTimeout * 0.9, MaxTimeout * 1.1) : next;
    }
}
