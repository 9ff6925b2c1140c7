using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Tail loss probes (RFC 8985 §7): the last segments have nobody behind them whose acknowledgment would show their loss, so one is sent to provoke it.</summary>
internal static class TailLossProbe
{
    /// <summary>When to probe, or zero if a probe may not be scheduled now.</summary>
    public static TimeSpan Timeout(TcpConnection connection, SendState send)
    {
        if (!connection.Layer.Settings.TailLossProbes || !connection.Has(TcpConnectionFlags.Sack) || send.Phase != RecoveryPhase.Open || send.Sent.SackedBytes > 0
            || send.Rack.TailProbeOutstanding || connection.Rtt.Backoff > 0 || !connection.Rtt.HasSample)
        {
            return TimeSpan.Zero;
        }

        var timeout = connection.Rtt.Smoothed * 2;
        if (connection.FlightSize <= SegmentSizes.EffectiveSend(connection))
        {
            // §7.2: a lone segment may be acknowledged late.
            timeout += connection.Layer.Settings.PeerAckDelay;
        }

        var floor = TimeSpan.FromMilliseconds(2);
        timeout = timeout < floor ? floor : timeout;

        // §7.2: no later than the retransmission timeout would be; the probe takes its place then.
        var limit = connection.Rtt.Timeout(connection.Layer.Settings);
        return timeout < limit ? timeout : limit;
    }

    /// <summary>The probe timer fired: new data if there is any, else the last segment again (§7.3).</summary>
    public static void OnTimeout(TcpConnection connection, SendState send, Instant now)
    {
        connection.Set(TcpConnectionFlags.TailProbeDue);
        connection.Touch();
        connection.Deadlines.SetRetransmit(RetransmitReason.Timeout, now + connection.Rtt.Timeout(connection.Layer.Settings));
        send.Rack.TailProbeOutstanding = true;
        send.Rack.TailProbeEnd = connection.SndNxt;
        send.Rack.TailProbeRetransmitted = false;
    }

    /// <summary>The probe left.</summary>
    public static void OnSent(TcpConnection connection, SendState send, bool again)
    {
        send.Rack.TailProbeEnd = connection.SndNxt;
        send.Rack.TailProbeRetransmitted = again;
    }

    /// <summary>TLP_process_ack (§7.4.2): an acknowledgment that covers the probe ends the episode; if the probe repaired a loss, the window is reduced as for any loss.</summary>
    public static void OnAcknowledged(TcpConnection connection, SendState send, SackBlock? duplicate, bool isDuplicate)
    {
        ref var rack = ref send.Rack;
        if (!rack.TailProbeOutstanding || connection.SndUna < rack.TailProbeEnd)
        {
            return;
        }

        if (!rack.TailProbeRetransmitted || duplicate?.Right == rack.TailProbeEnd)
        {
            // New data was the probe, or both the original and the probe arrived.
            rack.TailProbeOutstanding = false;
        }
        else if (connection.SndUna > rack.TailProbeEnd)
        {
            // Beyond the probe, and nothing was said of a duplicate: the probe is what arrived.
            rack.TailProbeOutstanding = false;
            if (send.Phase == RecoveryPhase.Open)
            {
                connection.Control.OnLoss(connection);
                connection.Congestion.Cwnd = connection.Congestion.Ssthresh;
                Ecn.OnReduced(connection);
            }
        }
        else if (isDuplicate)
        {
            // Where the peer has no D-SACK: its answer to the second of two.
            rack.TailProbeOutstanding = false;
        }
    }
}
