using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// Spreads what the congestion window allows over the round-trip time, so that the queue at the bottleneck need not hold it: at twice the window a round in slow start, at six fifths later, so
/// that the window and not the pace limits what is in flight. Not on short paths, nor at rates at which a timer would cost more than the burst, nor for windows that may be sent at once anyway.
/// </summary>
internal static class Pacing
{
    /// <summary>What may leave ahead of its time, so that there is one timer for it and not one a segment.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(1);

    /// <summary>What may be made up for when the timer, or the user, was late.</summary>
    private static readonly TimeSpan Credit = TimeSpan.FromMilliseconds(2);

    private static readonly TimeSpan ShortPath = TimeSpan.FromMilliseconds(2);

    /// <summary>Bytes a second at which a super-segment takes a tenth of a millisecond: faster is not paced.</summary>
    private const long FastestRate = 64 * 1024 * 10_000;

    private const int LeastSegments = 2;

    /// <summary>Bytes a second, or 0 where the connection is not paced.</summary>
    public static long Rate(TcpConnection connection)
    {
        var limit = connection.EffectiveOptions.MaximumPacingRate;
        var rate = OwnRate(connection);
        return limit > 0 && (rate == 0 || limit < rate) ? limit : rate;
    }

    /// <summary>The largest super-segment at this rate: what leaves in one go is a burst.</summary>
    public static int Largest(long rate, int largest, int mss) => rate == 0
        ? largest
        : (int)Math.Clamp(rate * Slack.Ticks / TimeSpan.TicksPerSecond / mss * mss, Math.Min(LeastSegments * mss, largest), largest);

    /// <summary>Whether something may be sent now; if not, a timer tells when.</summary>
    public static bool Allows(TcpConnection connection, long rate, Instant now)
    {
        if (rate == 0 || connection.PacedUntil < now + Slack)
        {
            return true;
        }

        connection.Deadlines.Pacing = connection.PacedUntil;
        return false;
    }

    public static void OnSent(TcpConnection connection, long rate, int length, Instant now)
    {
        if (rate > 0)
        {
            connection.PacedUntil = Instant.Max(connection.PacedUntil, now - Credit) + new TimeSpan(length * TimeSpan.TicksPerSecond / rate);
        }
    }

    private static long OwnRate(TcpConnection connection)
    {
        ref var rtt = ref connection.Rtt;
        if (rtt.Minimum < ShortPath || !connection.Layer.Settings.Pacing)
        {
            return 0;
        }

        ref var congestion = ref connection.Congestion;
        var initial = (uint)(connection.Layer.Settings.InitialWindow * SegmentSizes.Full(connection));
        if (congestion.Cwnd <= initial)
        {
            return 0;
        }

        var slow = congestion.Cwnd < congestion.Ssthresh / 2;
        var rate = Window(connection, initial, slow) * (slow ? 20 : 12) / 10 * TimeSpan.TicksPerSecond / rtt.Smoothed.Ticks;
        return rate > FastestRate ? 0 : rate;
    }

    /// <summary>
    /// What is to be in flight: in recovery what it leads to, for the window may be far smaller then; in slow start what the last round had, for the window may be far larger than what the
    /// peer's window or the user has let us try; else the window.
    /// </summary>
    private static long Window(TcpConnection connection, uint initial, bool slow)
    {
        ref var congestion = ref connection.Congestion;
        if (connection.Send is { Phase: RecoveryPhase.FastRecovery })
        {
            return congestion.Ssthresh;
        }

        return slow ? Math.Max(initial, Math.Max(congestion.Use.Flight, connection.FlightSize)) : congestion.Cwnd;
    }
}
