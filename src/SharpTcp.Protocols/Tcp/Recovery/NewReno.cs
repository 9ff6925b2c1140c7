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

    public static void OnAcknowledged(TcpConnection connection, SendState send, uint advanced, bool duplicate)
    {
        if (duplicate)
        {
            // Bounded by what is in flight: more duplicates than segments are not ours (exam row 60).
            var mss = (uint)SegmentSizes.EffectiveSend(connection);
            if (send.DuplicateAcks < (connection.FlightSize + mss - 1) / mss)
            {
                send.DuplicateAcks++;
            }

            if (send.DuplicateAcks >= DupThreshold && send.Phase == RecoveryPhase.Open)
            {
                MarkFirstLost(connection, send);
            }
        }
        else if (advanced > 0)
        {
            if (send.Phase == RecoveryPhase.FastRecovery)
            {
                // RFC 6582 §3.2 step 3: a partial acknowledgment. What it covers were the assumed deliveries.
                var mss = (uint)SegmentSizes.EffectiveSend(connection);
                send.DuplicateAcks -= (int)Math.Min((uint)send.DuplicateAcks, Math.Max(1, advanced / mss) - 1);
                MarkFirstLost(connection, send);
            }
            else
            {
                send.DuplicateAcks = 0;
            }
        }
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
