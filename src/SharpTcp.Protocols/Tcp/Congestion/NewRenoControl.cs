using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Slow start and congestion avoidance of RFC 5681, counting bytes (RFC 3465) so that splitting acknowledgments gains nothing.</summary>
internal sealed class NewRenoControl : CongestionControl
{
    public override string Name => "reno";

    public override void OnAcknowledged(TcpConnection connection, uint bytes, in DeliverySample sample)
    {
        ref var state = ref connection.Congestion;
        var slow = state.Cwnd < state.Ssthresh;
        if (slow ? !state.Use.AllowsSlowStart(state.Cwnd) : !state.Use.Limited)
        {
            return;
        }

        var mss = (uint)SegmentSizes.EffectiveSend(connection);
        if (slow)
        {
            // RFC 3465 §2.2 allows L = 2 segments an acknowledgment; one that covers a super-segment stands for many.
            var growth = Math.Min(bytes, state.Ssthresh - state.Cwnd);
            state.Cwnd = Math.Min(state.Cwnd + growth, LargestWindow);
            return;
        }

        state.Credit += bytes;
        if (state.Credit >= state.Cwnd)
        {
            state.Credit -= state.Cwnd;
            state.Cwnd = Math.Min(state.Cwnd + mss, LargestWindow);
        }
    }

    public override void OnLoss(TcpConnection connection) => Halve(connection);

    public override void OnTimeout(TcpConnection connection) => Halve(connection);

    /// <summary>RFC 5681 equation 4.</summary>
    private static void Halve(TcpConnection connection)
    {
        ref var state = ref connection.Congestion;
        state.Ssthresh = Math.Max(connection.FlightSize / 2, 2 * (uint)SegmentSizes.EffectiveSend(connection));
        state.Credit = 0;
    }
}
