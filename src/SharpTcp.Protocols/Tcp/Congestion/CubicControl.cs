using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>The variables of CUBIC (RFC 9438 §4.1.2).</summary>
internal struct CubicState
{
    /// <summary>When the current stage of congestion avoidance began, less the time in which the window was not what held sending back.</summary>
    public Instant Epoch;

    /// <summary>When the last acknowledgment of new data came.</summary>
    public Instant AcknowledgedAt;

    /// <summary>The window, in bytes, at which the last reduction came; it is where the curve flattens.</summary>
    public uint MaximumWindow;

    /// <summary>The window just before the last reduction, in bytes: above it the estimate of Reno's window grows as Reno's does.</summary>
    public uint PriorWindow;

    /// <summary>What Reno's window would be, in bytes.</summary>
    public float RenoWindow;

    /// <summary>K: seconds from the epoch until the curve reaches <see cref="MaximumWindow"/>.</summary>
    public float TimeToMaximum;
    public bool HasEpoch;

    /// <summary>The window was reduced for loss seen by acknowledgments, and not grown by slow start since: only then does the curve aim at the window before.</summary>
    public bool Reduced;

    /// <summary>Where windows are whole segments: how many must be delivered for the window to grow by one, for which window, in segments, that was found, and when.</summary>
    public uint Step;
    public uint StepWindow;
    public Instant StepFoundAt;
}

/// <summary>
/// CUBIC (RFC 9438): the window is a cubic function of the time since the last reduction and so does not depend on the round-trip time, but is never less than Reno's. The
/// first slow start ends by HyStart++ (RFC 9406).
/// </summary>
internal sealed class CubicControl : CongestionControl
{
    /// <summary>RFC 9438 §4.6: what is kept of the window.</summary>
    internal const double Beta = 0.7;

    /// <summary>RFC 9438 §5.1: how aggressively the window grows, in segments per second cubed.</summary>
    internal const double C = 0.4;

    /// <summary>RFC 9438 §4.3: α with which a window that is multiplied by β loses as often as Reno's.</summary>
    internal const double RenoAlpha = 3 * (1 - Beta) / (1 + Beta);

    /// <summary>Parts of a byte in which growth is saved up.</summary>
    private const double Fraction = 1024;

    public override string Name => "cubic";

    public override void OnAcknowledged(TcpConnection connection, uint bytes, in DeliverySample sample)
    {
        ref var state = ref connection.Congestion;
        ExcludeIdleTime(ref state, sample.Now);
        if (state.Cwnd < state.Ssthresh)
        {
            state.Cubic.HasEpoch = false;
            state.Cubic.Reduced = false;
            HyStart.OnAcknowledged(connection, sample);
            if (state.Use.AllowsSlowStart(state.Cwnd))
            {
                // RFC 9406 §4.2 would have us count at most eight segments an acknowledgment; one that covers a super-segment stands for many.
                var growth = Math.Min(HyStart.Growth(state.HyStart, bytes), state.Ssthresh - state.Cwnd);
                state.Cwnd = Math.Min(state.Cwnd + growth, LargestWindow);
            }

            return;
        }

        if (state.Use.Limited)
        {
            AvoidCongestion(connection, bytes, sample.Now);
        }
    }

    public override void OnLoss(TcpConnection connection)
    {
        Reduce(connection);
        connection.Congestion.Cubic.Reduced = true;
    }

    public override void OnTimeout(TcpConnection connection)
    {
        Reduce(connection);
        connection.Congestion.Cubic.Reduced = false;
    }

    public override void OnRestart(TcpConnection connection, TimeSpan idle)
    {
        base.OnRestart(connection, idle);
        ref var cubic = ref connection.Congestion.Cubic;
        var now = connection.SentAt + idle;
        if (cubic.HasEpoch && now > cubic.AcknowledgedAt)
        {
            // RFC 9438 §5.8: idle time does not count.
            cubic.Epoch += now - cubic.AcknowledgedAt;
            cubic.AcknowledgedAt = now;
        }
    }

    /// <summary>W_cubic (RFC 9438 §4.2, equation 1) in bytes, <paramref name="seconds"/> after the epoch.</summary>
    internal static double Window(in CubicState cubic, double seconds, uint mss)
    {
        var t = seconds - cubic.TimeToMaximum;
        return C * t * t * t * mss + cubic.MaximumWindow;
    }

    /// <summary>RFC 9438 §5.8: the time in which the application or the peer held sending back is no time in which the window may grow.</summary>
    private static void ExcludeIdleTime(ref CongestionState state, Instant now)
    {
        ref var cubic = ref state.Cubic;
        if (!state.Use.Limited && cubic.HasEpoch)
        {
            cubic.Epoch += now - cubic.AcknowledgedAt;
        }

        cubic.AcknowledgedAt = now;
    }

    private static void AvoidCongestion(TcpConnection connection, uint bytes, Instant now)
    {
        ref var state = ref connection.Congestion;
        ref var cubic = ref state.Cubic;
        var mss = (uint)SegmentSizes.EffectiveSend(connection);
        if (!cubic.HasEpoch)
        {
            BeginEpoch(ref state, mss, now);
        }

        var elapsed = (now - cubic.Epoch).TotalSeconds;

        // §4.3: segments acknowledged, over the window, times α; α is 1 once Reno is where it was before the reduction.
        var alpha = cubic.RenoWindow < cubic.PriorWindow ? RenoAlpha : 1;
        cubic.RenoWindow += (float)(alpha * bytes * mss / state.Cwnd);
        if (Window(cubic, elapsed, mss) < cubic.RenoWindow)
        {
            // The Reno-friendly region.
            state.Cwnd = Math.Min(Math.Max(state.Cwnd, (uint)cubic.RenoWindow), LargestWindow);
            return;
        }

        // §4.4 and §4.5: towards where the curve will be in a round-trip time, by at most half.
        var target = Math.Clamp(Window(cubic, elapsed + connection.Rtt.Smoothed.TotalSeconds, mss), state.Cwnd, 1.5 * state.Cwnd);
        var growth = (target - state.Cwnd) * bytes / state.Cwnd * Fraction + state.Credit;
        var whole = (uint)(growth / Fraction);
        state.Credit = (uint)(growth - whole * Fraction);
        state.Cwnd = Math.Min(state.Cwnd + whole, LargestWindow);
    }

    private static void BeginEpoch(ref CongestionState state, uint mss, Instant now)
    {
        ref var cubic = ref state.Cubic;
        cubic.HasEpoch = true;
        cubic.Epoch = now;
        cubic.RenoWindow = state.Cwnd;
        state.Credit = 0;
        if (!cubic.Reduced || cubic.MaximumWindow <= state.Cwnd)
        {
            // §4.8 and §4.10: after a timeout, or a slow start that ended without loss, the curve begins at its flat part.
            cubic.MaximumWindow = state.Cwnd;
            cubic.TimeToMaximum = 0;
            return;
        }

        // §4.2, equation 2.
        cubic.TimeToMaximum = (float)Math.Cbrt((cubic.MaximumWindow - state.Cwnd) / (C * mss));
    }

    /// <summary>RFC 9438 §4.6 and §4.7.</summary>
    private static void Reduce(TcpConnection connection)
    {
        ref var state = ref connection.Congestion;
        ref var cubic = ref state.Cubic;
        var mss = (uint)SegmentSizes.EffectiveSend(connection);

        // RFC 9438 §4.6: the window, where it is what held sending back; one that was not filled says nothing about the path.
        var window = state.Use.Limited ? state.Cwnd : Math.Min(state.Cwnd, Math.Max(connection.FlightSize, mss));
        cubic.PriorWindow = window;

        // Fast convergence: a window that shrinks from reduction to reduction makes room for newer flows.
        cubic.MaximumWindow = window < cubic.MaximumWindow ? (uint)(window * (1 + Beta) / 2) : window;
        state.Ssthresh = Math.Max((uint)(window * Beta), 2 * mss);
        state.Credit = 0;
        cubic.HasEpoch = false;
        HyStart.End(ref state.HyStart);
    }
}
