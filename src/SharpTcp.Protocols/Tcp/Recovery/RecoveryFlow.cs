using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// What an acknowledgment means for loss recovery: it enters and leaves fast recovery, marks what is lost, and sets the window accordingly.
/// Connections without SACK go through <see cref="NewReno"/> instead of RACK.
/// </summary>
internal static class RecoveryFlow
{
    /// <summary>Bytes believed to be in the network (RFC 6675 <c>pipe</c>).</summary>
    public static uint InFlight(TcpConnection connection, SendState send)
    {
        var outside = send.Sent.SackedBytes + send.Sent.LostBytes;
        if (!connection.Has(TcpConnectionFlags.Sack))
        {
            outside += NewReno.AssumedDelivered(connection, send);
        }

        var flight = connection.FlightSize;
        return flight > outside ? flight - outside : 0;
    }

    /// <summary>After the queue of records has taken an acknowledgment.</summary>
    public static void OnAcknowledged(TcpConnection connection, SendState send, in DeliverySample sample, uint advanced, bool duplicate, bool undone, bool mayGrow)
    {
        var now = sample.Now;
        LeaveIfDone(connection, send, advanced);
        var reorderTimeout = TimeSpan.Zero;
        var counted = sample;
        var delivered = sample.Delivered;
        var lostBefore = send.Sent.LostBytes;
        if (connection.Has(TcpConnectionFlags.Sack))
        {
            Rack.Update(connection, send, sample);
            if (!undone && (send.Sent.SackedBytes > 0 || send.Phase != RecoveryPhase.Open))
            {
                reorderTimeout = Rack.DetectLoss(connection, send, now);
            }
        }
        else
        {
            delivered = NewReno.OnAcknowledged(connection, send, advanced, duplicate);
            counted.Segments = (uint)SegmentSizes.Count(delivered, sample.Mss);
        }

        // What is lost already was sent for a path that took less than it said, and is sent again without a reduction.
        if (send.Phase == RecoveryPhase.Open && send.Sent.LostBytes > lostBefore && !connection.Mtu.TakesLoss(connection, send, now))
        {
            EnterFastRecovery(connection, send);
        }

        if (send.Phase == RecoveryPhase.FastRecovery)
        {
            Prr.OnAcknowledged(connection, send, delivered, advanced > 0, send.Sent.LostBytes > lostBefore);
        }
        else if (send.Prr.AnswersEcho)
        {
            // RFC 3168 §5: a mark tells of congestion as a loss does, so one more of them makes the acknowledgment no safe one.
            Prr.OnAcknowledged(connection, send, delivered, advanced > 0, lossFound: !mayGrow);
        }
        else if (mayGrow && (advanced > 0 || (delivered > 0 && connection.Control.GrowsOnSelectiveAcks(connection))))
        {
            connection.Control.OnAcknowledged(connection, advanced, counted);
        }

        if (reorderTimeout > TimeSpan.Zero)
        {
            connection.Deadlines.SetRetransmit(RetransmitReason.Reordering, now + reorderTimeout);
        }
    }

    /// <summary>RACK's timer: what was given time to arrive did not (RFC 8985 §6.3).</summary>
    public static void OnReorderingTimeout(TcpConnection connection, SendState send, Instant now)
    {
        var before = send.Sent.LostBytes;
        var again = Rack.DetectLoss(connection, send, now);
        if (send.Phase == RecoveryPhase.Open && send.Sent.LostBytes > before && !connection.Mtu.TakesLoss(connection, send, now))
        {
            EnterFastRecovery(connection, send);

            // What was delivered before has not been answered by a transmission: as for the acknowledgment that would have shown the loss.
            Prr.OnAcknowledged(connection, send, (uint)SegmentSizes.EffectiveSend(connection), sndUnaAdvanced: false, lossFound: true);
        }

        if (again > TimeSpan.Zero)
        {
            connection.Deadlines.SetRetransmit(RetransmitReason.Reordering, now + again);
        }
        else
        {
            connection.ArmRetransmission(now);
        }
    }

    /// <summary>The retransmission timer fired (RFC 5681 §3.1, RFC 6298 §5.4 to 5.6): all that is unacknowledged is believed lost.</summary>
    public static void OnRetransmissionTimeout(TcpConnection connection, SendState send, Instant now)
    {
        // RFC 2018 §8: a peer whose first hole is filled and that still does not move has thrown away what it had.
        var reneged = send.Sent.Count > 0 && send.Sent[0].Has(SentFlags.Sacked);
        var isNew = send.Phase != RecoveryPhase.Loss || send.TimeoutUna != connection.SndUna;
        if (isNew)
        {
            SpuriousRecovery.Begin(connection, send);
            connection.Control.OnTimeout(connection);
            Ecn.OnReduced(connection);
        }

        connection.Mtu.OnTimeout(connection, send);
        send.Sent.MarkAllLost(reneged);
        send.Phase = RecoveryPhase.Loss;
        send.Prr.AnswersEcho = false;
        send.TimeoutUna = connection.SndUna;

        // RFC 5682 §3.1 step 1: not if it is the timer of a retransmission that fires.
        send.Undo.Frto = isNew && !reneged && connection.Has(TcpConnectionFlags.Sack) ? FrtoStep.AwaitsFirst : FrtoStep.None;
        send.RecoveryPoint = connection.SndNxt;
        send.DuplicateAcks = 0;
        send.Rack.TailProbeOutstanding = false;
        connection.Congestion.Cwnd = (uint)SegmentSizes.EffectiveSend(connection);
        connection.Rtt.BackOff();
        connection.ArmRetransmission(now);
    }

    private static void EnterFastRecovery(TcpConnection connection, SendState send)
    {
        SpuriousRecovery.Begin(connection, send);
        send.Phase = RecoveryPhase.FastRecovery;
        send.SawPartialAck = false;
        send.RecoveryPoint = connection.SndNxt;
        if (!Ecn.HasReduced(connection, send))
        {
            connection.Control.OnLoss(connection);
            Ecn.OnReduced(connection);
        }

        Prr.Start(connection, send);
    }

    private static void LeaveIfDone(TcpConnection connection, SendState send, uint advanced)
    {
        if (advanced == 0 || send.Phase == RecoveryPhase.Open || connection.SndUna < send.RecoveryPoint)
        {
            return;
        }

        if (send.Phase == RecoveryPhase.FastRecovery)
        {
            // RFC 9937 §5: on leaving, the window is what the algorithm chose.
            connection.Congestion.Cwnd = connection.Congestion.Ssthresh;
        }

        Rack.OnRecoveryEnd(send);
        send.Undo.Frto = FrtoStep.None;
        send.Phase = RecoveryPhase.Open;
        send.DuplicateAcks = 0;
    }
}
