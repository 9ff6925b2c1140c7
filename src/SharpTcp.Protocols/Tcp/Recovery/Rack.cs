using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>The variables of RACK (RFC 8985 §5.2).</summary>
internal struct RackState
{
    public Instant XmitTime;
    public SequenceNumber EndSequence;
    public TimeSpan Rtt;

    /// <summary>The highest sequence number known to be delivered.</summary>
    public SequenceNumber Fack;
    public bool HasDelivery;
    public bool ReorderingSeen;

    /// <summary>Whether a tail probe is out, and SND.NXT when it went (RFC 8985 §7.4).</summary>
    public bool TailProbeOutstanding;
    public SequenceNumber TailProbeEnd;

    /// <summary>RFC 8985 §5.2: later, or at the same time and further on.</summary>
    public static bool SentAfter(Instant sentAt, SequenceNumber end, Instant otherSentAt, SequenceNumber otherEnd) =>
        sentAt > otherSentAt || (sentAt == otherSentAt && end > otherEnd);
}

/// <summary>
/// RACK (RFC 8985 §6): a segment is lost if one that was sent sufficiently later has been delivered. Time instead of counting duplicates.
/// </summary>
internal static class Rack
{
    private const int DupThreshold = 3;

    /// <summary>Steps 1 to 3: what the acknowledgment says of times and of reordering.</summary>
    public static void Update(TcpConnection connection, SendState send, in DeliverySample sample)
    {
        if (!sample.HasLatest)
        {
            return;
        }

        ref var rack = ref send.Rack;

        // Step 3: something sent once arrived below what was already delivered.
        if (rack.HasDelivery && sample.HasOriginal && sample.LowestOriginalEnd < rack.Fack)
        {
            rack.ReorderingSeen = true;
        }

        rack.Fack = rack.HasDelivery ? SequenceNumber.Max(rack.Fack, sample.HighestEnd) : sample.HighestEnd;

        // Step 2: an acknowledgment that comes sooner than the path allows is of the original, not of the retransmission.
        var rtt = sample.Now - sample.LatestSentAt;
        if (sample.LatestRetransmitted && connection.Rtt.HasSample && rtt < connection.Rtt.Minimum)
        {
            rack.HasDelivery = true;
            return;
        }

        if (!rack.HasDelivery || RackState.SentAfter(sample.LatestSentAt, sample.LatestEnd, rack.XmitTime, rack.EndSequence))
        {
            rack.XmitTime = sample.LatestSentAt;
            rack.EndSequence = sample.LatestEnd;
            rack.Rtt = rtt;
        }

        rack.HasDelivery = true;
    }

    /// <summary>
    /// Step 5: marks what is lost.
    /// </summary>
    /// <returns>How long until more would be lost, or zero.</returns>
    public static TimeSpan DetectLoss(TcpConnection connection, SendState send, Instant now)
    {
        ref var rack = ref send.Rack;
        if (!rack.HasDelivery)
        {
            return TimeSpan.Zero;
        }

        var patience = rack.Rtt + ReorderingWindow(connection, send);
        var longest = TimeSpan.Zero;
        for (var i = 0; i < send.Sent.Count; i++)
        {
            ref var record = ref send.Sent[i];
            if (record.SentAt > rack.XmitTime && record.Flags == SentFlags.None)
            {
                // Sent once only and later: so was all that follows.
                break;
            }

            if (record.Has(SentFlags.Sacked | SentFlags.Lost)
                || !RackState.SentAfter(rack.XmitTime, rack.EndSequence, record.SentAt, record.End))
            {
                continue;
            }

            var remaining = record.SentAt + patience - now;
            if (remaining <= TimeSpan.Zero)
            {
                send.Sent.MarkLost(i);
            }
            else if (remaining > longest)
            {
                longest = remaining;
            }
        }

        return longest;
    }

    /// <summary>Step 4: how much reordering in time is put up with.</summary>
    private static TimeSpan ReorderingWindow(TcpConnection connection, SendState send)
    {
        if (!send.Rack.ReorderingSeen
            && (send.Phase != RecoveryPhase.Open || send.Sent.SackedBytes >= DupThreshold * (uint)SegmentSizes.EffectiveSend(connection)))
        {
            return TimeSpan.Zero;
        }

        var quarter = connection.Rtt.Minimum / 4;
        return quarter < connection.Rtt.Smoothed ? quarter : connection.Rtt.Smoothed;
    }
}
