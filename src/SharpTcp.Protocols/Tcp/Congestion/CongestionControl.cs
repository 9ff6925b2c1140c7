using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What congestion control remembers of a connection, in bytes.</summary>
internal struct CongestionState
{
    public uint Cwnd;
    public uint Ssthresh;

    /// <summary>Bytes acknowledged towards the next step of congestion avoidance (RFC 3465).</summary>
    public uint Credit;

    public WindowUse Use;

    public CubicState Cubic;
    public HyStartState HyStart;
    public ClassicHyStart Classic;
}

/// <summary>A congestion control algorithm. One object serves all connections; what it remembers of one is in its <see cref="CongestionState"/>.</summary>
internal abstract class CongestionControl
{
    /// <summary>The largest window: as much as the largest scaled window of a peer.</summary>
    protected const uint LargestWindow = 1 << 30;

    public abstract string Name { get; }

    /// <summary>The handshake is complete: the initial window (RFC 6928).</summary>
    public virtual void OnEstablished(TcpConnection connection)
    {
        var mss = (uint)SegmentSizes.EffectiveSend(connection);
        var segments = (uint)connection.Layer.Settings.InitialWindow;

        // RFC 5681 §3.1: one segment where the SYN or its answer was lost.
        connection.Congestion.Cwnd = connection.Has(TcpConnectionFlags.SynRetransmitted)
            ? mss
            : Math.Min(segments * mss, Math.Max(2 * mss, 1460 * segments));
        connection.Congestion.Ssthresh = int.MaxValue;
        connection.Congestion.Use.Begin(connection.SndNxt);
    }

    /// <summary>Whether the window also grows for what was delivered beyond SND.UNA.</summary>
    public virtual bool GrowsOnSelectiveAcks(TcpConnection connection) => false;

    /// <summary>New data was acknowledged, outside of fast recovery.</summary>
    public abstract void OnAcknowledged(TcpConnection connection, uint bytes, in DeliverySample sample);

    /// <summary>Loss was found by acknowledgments, or congestion was signalled (RFC 3168): sets ssthresh.</summary>
    public abstract void OnLoss(TcpConnection connection);

    /// <summary>The retransmission timer fired: sets ssthresh. The caller sets the window to one segment.</summary>
    public abstract void OnTimeout(TcpConnection connection);

    /// <summary>Sending begins again after <paramref name="idle"/> without any: the window has not been tested lately (RFC 5681 §4.1).</summary>
    public virtual void OnRestart(TcpConnection connection, TimeSpan idle)
    {
        if (idle <= connection.Rtt.BaseTimeout || !connection.Layer.Settings.SlowStartAfterIdle)
        {
            return;
        }

        var mss = (uint)SegmentSizes.EffectiveSend(connection);
        connection.Congestion.Cwnd = Math.Min(connection.Congestion.Cwnd, (uint)connection.Layer.Settings.InitialWindow * mss);
    }
}
