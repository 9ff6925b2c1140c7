using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What one acknowledgment delivered: the input of RTT estimation, RACK and congestion control.</summary>
internal struct DeliverySample
{
    public required Instant Now { get; init; }

    /// <summary>Payload bytes of a full segment.</summary>
    public required int Mss { get; init; }

    /// <summary>Bytes newly known to be with the peer.</summary>
    public uint Delivered;

    /// <summary>The segments that these were.</summary>
    public uint Segments;

    /// <summary>Whether a record was among them that was sent once only.</summary>
    public bool HasRtt;

    /// <summary>Whether a record was among them that was sent more than once: where it came late, those sent once had to wait for it, and their time is none of the path's (Karn).</summary>
    public bool HasRetransmitted;

    /// <summary>Round-trip time of the record among them that was sent last, and only once (Karn).</summary>
    public TimeSpan Rtt;

    /// <summary>The record among them that was sent last (RFC 8985 §6.2 step 2).</summary>
    public Instant LatestSentAt;
    public SequenceNumber LatestEnd;
    public bool LatestRetransmitted;
    public bool LatestUserLimited;
    public uint LatestDelivered;
    public Instant LatestDeliveredAt;
    public Instant LatestFlightSentAt;
    public bool HasLatest;

    /// <summary>The record among them that is last in sequence.</summary>
    public SequenceNumber HighestEnd;
    public Instant HighestSentAt;

    /// <summary>The lowest among the records that were sent only once.</summary>
    public SequenceNumber LowestOriginalStart;
    public SequenceNumber LowestOriginalEnd;
    public bool HasOriginal;

    public void Deliver(in SentRecord record)
    {
        Delivered += record.Length;
        Segments += (uint)SegmentSizes.Count(record.Length, Mss);
        var again = record.Has(SentFlags.Retransmitted);
        if (!HasLatest || RackState.SentAfter(record.SentAt, record.End, LatestSentAt, LatestEnd))
        {
            LatestSentAt = record.SentAt;
            LatestEnd = record.End;
            LatestRetransmitted = again;
            LatestUserLimited = record.Has(SentFlags.UserLimited);
            LatestDelivered = record.Delivered;
            LatestDeliveredAt = record.DeliveredAt;
            LatestFlightSentAt = record.FlightSentAt;
        }

        if (!HasLatest || record.End > HighestEnd)
        {
            HighestEnd = record.End;
            HighestSentAt = record.SentAt;
        }

        HasLatest = true;
        if (again)
        {
            HasRetransmitted = true;
            return;
        }

        LowestOriginalStart = HasOriginal ? SequenceNumber.Min(LowestOriginalStart, record.Start) : record.Start;
        LowestOriginalEnd = HasOriginal ? SequenceNumber.Min(LowestOriginalEnd, record.End) : record.End;
        HasOriginal = true;
        var rtt = Now - record.SentAt;
        Rtt = HasRtt && Rtt < rtt ? Rtt : rtt;
        HasRtt = true;
    }
}
