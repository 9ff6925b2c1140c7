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
    public bool TailProbeRetransmitted;

    /// <summary>How many quarters of the smallest round-trip time reordering is put up with, less one; grows with each round that had a D-SACK.</summary>
    public byte WindowSteps;

    /// <summary>Recoveries that end before <see cref="WindowSteps"/> is forgotten.</summary>
    public byte WindowPersist;

    /// <summary>SND.NXT when a D-SACK was last taken into account, until that is acknowledged.</summary>
    public SequenceNumber? DuplicateRound;

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

    /// <summary>RFC 8985 §6.2 step 4: recoveries for which a wider window is kept.</summary>
    private const byte WindowPersistence = 16;

    /// <summary>More than the smoothed round-trip time is never waited.</summary>
    private const byte MostWindowSteps = 64;

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
            CountReordering(connection, (uint)(rack.Fack - sample.LowestOriginalStart));
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

        rack.Rtt = connection.Layer.Settings.RackRttInSequence ? sample.Now - sample.HighestSentAt : rack.Rtt;
        rack.HasDelivery = true;
    }

    /// <summary>Step 4, its first half: needless retransmissions widen the window, one step a round.</summary>
    public static void OnDuplicateReported(TcpConnection connection, SendState send)
    {
        ref var rack = ref send.Rack;
        if (rack.DuplicateRound is { } round && connection.SndUna < round)
        {
            return;
        }

        rack.DuplicateRound = connection.SndNxt;
        rack.WindowSteps += (byte)(rack.WindowSteps < MostWindowSteps ? 1 : 0);
        rack.WindowPersist = WindowPersistence;
    }

    /// <summary>Step 4: after so many recoveries without a D-SACK the window is what it was at first.</summary>
    public static void OnRecoveryEnd(SendState send)
    {
        ref var rack = ref send.Rack;
        if (rack.WindowPersist > 0 && --rack.WindowPersist == 0)
        {
            rack.WindowSteps = 0;
        }
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
            if (record.SentAt > rack.XmitTime && !record.Has(SentFlags.Retransmitted))
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

    private static void CountReordering(TcpConnection connection, uint distance)
    {
        ref var statistics = ref connection.Statistics;
        var segments = SegmentSizes.Count(distance, SegmentSizes.Full(connection));
        statistics.Reordering = (ushort)Math.Clamp(segments, statistics.Reordering, ushort.MaxValue);
        statistics.ReorderingEvents++;
    }

    /// <summary>Step 4: how much reordering in time is put up with.</summary>
    private static TimeSpan ReorderingWindow(TcpConnection connection, SendState send)
    {
        if (!send.Rack.ReorderingSeen
            && (send.Phase != RecoveryPhase.Open || send.Sent.SackedBytes >= DupThreshold * (uint)SegmentSizes.EffectiveSend(connection)))
        {
            return TimeSpan.Zero;
        }

        var window = connection.Rtt.Minimum / 4 * (1 + send.Rack.WindowSteps);
        return window < connection.Rtt.Smoothed ? window : connection.Rtt.Smoothed;
    }
}
