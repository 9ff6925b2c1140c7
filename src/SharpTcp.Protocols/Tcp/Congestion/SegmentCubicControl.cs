using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// CUBIC as Linux computes it, for its preset: the window is a whole number of segments, grows by what an acknowledgment delivered (also selectively, once reordering is known), by one segment
/// for so and so many delivered, and not slower than one for twenty as long as no loss was seen. The curve is that of RFC 9438 §4.2; the first slow start ends by the classic HyStart.
/// </summary>
internal sealed class SegmentCubicControl : CongestionControl
{
    /// <summary>Segments for each one by which the window grows: never fewer, and before the first loss never more.</summary>
    private const double FastestStep = 2;
    private const double SlowestFirstStep = 20;

    /// <summary>Below the curve the window all but stands still.</summary>
    private const double StandstillFactor = 100;

    /// <summary>How long Linux grows a window that stays the same by the same step.</summary>
    private static readonly TimeSpan StepLife = TimeSpan.FromSeconds(1) / 32;

    /// <summary>Segments delivered, over the window, for each one that Reno's window grows by: Reno with β = 0.7 (RFC 9438 §4.3).</summary>
    private const double RenoStep = 1.875;

    public override string Name => "cubic";

    public override bool GrowsOnSelectiveAcks(TcpConnection connection) => connection.Statistics.Reordering > TcpStatistics.InitialReordering;

    public override void OnEstablished(TcpConnection connection)
    {
        base.OnEstablished(connection);
        connection.Congestion.Classic.BeginRound(connection, connection.HeardAt);
    }

    public override void OnAcknowledged(TcpConnection connection, uint bytes, in DeliverySample sample)
    {
        ref var state = ref connection.Congestion;
        var mss = (uint)SegmentSizes.Full(connection);
        var slow = state.Cwnd < state.Ssthresh;
        state.Classic.OnAcknowledged(connection, sample, slow);
        if (slow ? !state.Use.AllowsSlowStart(state.Cwnd) : !state.Use.Limited)
        {
            return;
        }

        var segments = sample.Segments;
        if (state.Cwnd < state.Ssthresh)
        {
            var growth = Math.Min(segments, (state.Ssthresh - state.Cwnd + mss - 1) / mss);
            state.Cwnd = Math.Min(state.Cwnd + growth * mss, LargestWindow);
            segments -= growth;
        }

        if (segments > 0)
        {
            AvoidCongestion(ref state, segments, mss, sample.Now);
        }
    }

    public override void OnLoss(TcpConnection connection) => Reduce(connection);

    public override void OnTimeout(TcpConnection connection)
    {
        Reduce(connection);
        ref var state = ref connection.Congestion;
        state.Cubic.MaximumWindow = 0;
        state.Cubic.StepWindow = 0;
        state.Classic.Restart(connection, connection.SentAt);
    }

    public override void OnRestart(TcpConnection connection, TimeSpan idle)
    {
        base.OnRestart(connection, idle);
        if (connection.Congestion.Cubic.HasEpoch)
        {
            // RFC 9438 §5.8: idle time does not count.
            connection.Congestion.Cubic.Epoch += idle;
        }
    }

    private static void AvoidCongestion(ref CongestionState state, uint segments, uint mss, Instant now)
    {
        ref var cubic = ref state.Cubic;
        var window = state.Cwnd / mss;
        var isStepOld = cubic.StepWindow != window || now - cubic.StepFoundAt > StepLife;
        if (isStepOld && !cubic.HasEpoch)
        {
            BeginEpoch(ref cubic, window, mss, now);
        }

        cubic.RenoWindow += (float)(segments / (RenoStep * window));
        if (isStepOld)
        {
            cubic.Step = Step(state, window, now);
            cubic.StepWindow = window;
            cubic.StepFoundAt = now;
        }

        var step = cubic.Step;

        // Saved up from before, perhaps for a longer step.
        if (state.Credit >= step)
        {
            state.Credit = 0;
            window++;
        }

        state.Credit += segments;
        var steps = state.Credit / step;
        state.Credit -= steps * step;
        state.Cwnd = Math.Min((window + steps) * mss, LargestWindow);
    }

    private static void BeginEpoch(ref CubicState cubic, uint window, uint mss, Instant now)
    {
        cubic.HasEpoch = true;
        cubic.Epoch = now;
        cubic.RenoWindow = window;
        var maximum = cubic.MaximumWindow / mss;
        cubic.TimeToMaximum = maximum > window ? (float)Math.Cbrt((maximum - window) / CubicControl.C) : 0;
        cubic.PriorWindow = Math.Max(maximum, window);
    }

    /// <summary>How many segments must be delivered for the window to grow by one.</summary>
    private static uint Step(in CongestionState state, uint window, Instant now)
    {
        ref readonly var cubic = ref state.Cubic;
        var t = (now - cubic.Epoch + state.Classic.MinimumRtt).TotalSeconds - cubic.TimeToMaximum;
        var target = cubic.PriorWindow + Math.Truncate(CubicControl.C * t * t * t);
        var step = target > window ? Math.Floor(window / (target - window)) : StandstillFactor * window;
        if (cubic.MaximumWindow == 0)
        {
            step = Math.Min(step, SlowestFirstStep);
        }

        var reno = Math.Floor(cubic.RenoWindow) - window;
        if (reno > 0)
        {
            step = Math.Min(step, Math.Floor(window / reno));
        }

        return (uint)Math.Max(step, FastestStep);
    }

    private static void Reduce(TcpConnection connection)
    {
        ref var state = ref connection.Congestion;
        ref var cubic = ref state.Cubic;
        var mss = (uint)SegmentSizes.Full(connection);
        var window = Math.Max(1, state.Cwnd / mss);
        var maximum = cubic.MaximumWindow / mss;

        // RFC 9438 §4.6 and §4.7, in whole segments.
        cubic.MaximumWindow = (window < maximum ? (uint)(window * (1 + CubicControl.Beta) / 2) : window) * mss;
        state.Ssthresh = Math.Max((uint)(window * CubicControl.Beta), 2) * mss;
        cubic.HasEpoch = false;
        state.Credit = 0;
        state.Classic.End();
    }
}
