using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// Loss detection where the peer has no SACK (RFC 5681 §3.2, RFC 6582): three duplicate acknowledgments mean that the first segment is lost, a partial
/// acknowledgment that the next one is too.
/// </summary>
internal static class NewReno
{
    private const int DupThreshold = 3;

    /// <summary>Each duplicate acknowledgment says that one segment has left the network, without saying which.</summary>
    public static uint AssumedDelivered(TcpConnection connection, SendState send)
    {
        var assumed = (uint)send.DuplicateAcks * (uint)SegmentSizes.EffectiveSend(connection);
        return Math.Min(assumed, connection.FlightSize - Math.Min(connection.FlightSize, send.Sent.LostBytes));
    }

    /// <summary>Takes an acknowledgment; returns the bytes that it is believed to have delivered (RFC 9937 §5, where there is no SACK).</summary>
    public static uint OnAcknowledged(TcpConnection connection, SendState send, uint advanced, bool duplicate)
    {
        var mss = (uint)SegmentSizes.EffectiveSend(connection);
        if (duplicate)
        {
            return OnDuplicate(connection, send, mss);
        }

        if (advanced == 0 || send.Phase != RecoveryPhase.FastRecovery)
        {
            var known = advanced > 0 ? Covered(send, advanced, mss) : 0;
            send.DuplicateAcks = advanced > 0 ? 0 : send.DuplicateAcks;
            return advanced - known * mss;
        }

        // RFC 6582 §3.2 step 3: a partial acknowledgment. What it covers were the assumed deliveries.
        var covered = Covered(send, advanced, mss);
        send.DuplicateAcks -= (int)covered;
        MarkFirstLost(connection, send);
        return advanced - Math.Min(advanced, covered * mss);
    }

    /// <summary>
    /// RFC 6582 §3.2 step 3 and §4, the impatient variant: only the first partial acknowledgment restarts the timer. So where a whole flight was lost, which would take a round trip for each
    /// segment, a timeout comes and slow start repairs it.
    /// </summary>
    public static bool LeavesTimer(TcpConnection connection, SendState send)
    {
        if (connection.Has(TcpConnectionFlags.Sack) || send.Phase != RecoveryPhase.FastRecovery || connection.SndUna >= send.RecoveryPoint)
        {
            return false;
        }

        var isLater = send.SawPartialAck;
        send.SawPartialAck = true;
        return isLater && connection.Deadlines.RetransmitReason is RetransmitReason.Timeout;
    }

    /// <summary>How many of the segments that duplicates told of are among those acknowledged now: all but the one that was missing.</summary>
    private static uint Covered(SendState send, uint advanced, uint mss) => Math.Min((uint)send.DuplicateAcks, Math.Max(1, advanced / mss) - 1);

    private static uint OnDuplicate(TcpConnection connection, SendState send, uint mss)
    {
        // Bounded by what was in flight when the loss was seen: more duplicates than segments are not ours, and what they make us send is no reason for more (exam row 60).
        var bound = send.Phase == RecoveryPhase.Open ? connection.FlightSize : (uint)Math.Max(0, send.RecoveryPoint - connection.SndUna);
        if (send.DuplicateAcks >= (bound + mss - 1) / mss)
        {
            return 0;
        }

        send.DuplicateAcks++;
        if (send.DuplicateAcks >= DupThreshold && send.Phase == RecoveryPhase.Open)
        {
            MarkFirstLost(connection, send);
        }

        return mss;
    }

    private static void MarkFirstLost(TcpConnection connection, SendState send)
    {
        if (send.Sent.Count == 0 || send.Sent[0].Has(SentFlags.Lost))
        {
            return;
        }

        var mss = (uint)SegmentSizes.EffectiveSend(connection);
        if (send.Sent[0].Length > mss)
        {
            send.Sent.Split(0, send.Sent[0].Start + mss);
        }

        send.Sent.MarkLost(0);
    }
}
