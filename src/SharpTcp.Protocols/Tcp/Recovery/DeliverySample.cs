using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What one acknowledgment delivered: the input of RTT estimation, RACK and congestion control.</summary>
internal struct DeliverySample
{
    public required Instant Now { get; init; }

    /// <summary>Bytes newly known to be with the peer.</summary>
    public uint Delivered;

    /// <summary>Whether a record was among them that was sent once only.</summary>
    public bool HasRtt;

    /// <summary>Round-trip time of the record among them that was sent last, and only once (Karn).</summary>
    public TimeSpan Rtt;

    /// <summary>The record among them that was sent last (RFC 8985 §6.2 step 2).</summary>
    public Instant LatestSentAt;
    public SequenceNumber LatestEnd;
    public bool LatestRetransmitted;
    public bool HasLatest;

    /// <summary>The highest end among the records that were sent only once, and the lowest.</summary>
    public SequenceNumber HighestEnd;
    public SequenceNumber LowestOriginalEnd;
    public bool HasOriginal;

    public void Deliver(in SentRecord record)
    {
        Delivered += record.Length;
        var again = record.Has(SentFlags.Retransmitted);
        if (!HasLatest || RackState.SentAfter(record.SentAt, record.End, LatestSentAt, LatestEnd))
        {
            LatestSentAt = record.SentAt;
            LatestEnd = record.End;
            LatestRetransmitted = again;
        }

        HighestEnd = HasLatest ? SequenceNumber.Max(HighestEnd, record.End) : record.End;
        HasLatest = true;
        if (again)
        {
            return;
        }

        LowestOriginalEnd = HasOriginal ? SequenceNumber.Min(LowestOriginalEnd, record.End) : record.End;
        HasOriginal = true;
        var rtt = Now - record.SentAt;
        Rtt = HasRtt && Rtt < rtt ? Rtt : rtt;
        HasRtt = true;
    }
}
