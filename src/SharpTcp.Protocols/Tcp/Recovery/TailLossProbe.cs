using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Tail loss probes (RFC 8985 §7): the last segments have nobody behind them whose acknowledgment would show their loss, so one is sent to provoke it.</summary>
internal static class TailLossProbe
{
    /// <summary>When to probe, or zero if a probe may not be scheduled now.</summary>
    public static TimeSpan Timeout(TcpConnection connection, SendState send)
    {
        if (!connection.Has(TcpConnectionFlags.Sack) || send.Phase != RecoveryPhase.Open || send.Sent.SackedBytes > 0
            || send.Rack.TailProbeOutstanding || connection.Rtt.Backoff > 0 || !connection.Rtt.HasSample)
        {
            return TimeSpan.Zero;
        }

        var timeout = connection.Rtt.Smoothed * 2;
        if (connection.FlightSize <= SegmentSizes.EffectiveSend(connection))
        {
            // §7.2: a lone segment may be acknowledged late.
            timeout += connection.Layer.Settings.DelayedAckTimeout;
        }

        var floor = TimeSpan.FromMilliseconds(2);
        timeout = timeout < floor ? floor : timeout;
        return timeout < connection.Rtt.Timeout(connection.Layer.Settings) ? timeout : TimeSpan.Zero;
    }

    /// <summary>The probe timer fired: new data if there is any, else the last segment again (§7.3).</summary>
    public static void OnTimeout(TcpConnection connection, SendState send, Instant now)
    {
        connection.Set(TcpConnectionFlags.TailProbeDue);
        send.Rack.TailProbeOutstanding = true;
        send.Rack.TailProbeEnd = connection.SndNxt;
        connection.Touch();
        connection.Deadlines.SetRetransmit(RetransmitReason.Timeout, now + connection.Rtt.Timeout(connection.Layer.Settings));
    }

    /// <summary>An acknowledgment that covers the probe ends the episode (§7.4).</summary>
    public static void OnAcknowledged(TcpConnection connection, SendState send)
    {
        if (send.Rack.TailProbeOutstanding && connection.SndUna >= send.Rack.TailProbeEnd)
        {
            send.Rack.TailProbeOutstanding = false;
        }
    }
}
