using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What is owed to the peer.</summary>
internal struct AckState
{
    /// <summary>An acknowledgment must leave at the end of this batch.</summary>
    public bool Now;

    /// <summary>One is owed, and may wait for data or the timer.</summary>
    public bool Delayed;

    /// <summary>Segments that are still acknowledged at once.</summary>
    public byte Quick;

    /// <summary>Out-of-order segments since the last acknowledgment.</summary>
    public byte Unreported;

    /// <summary>Keep-alive probes without an answer.</summary>
    public byte KeepAliveProbes;

    /// <summary>Challenges sent since <see cref="ChallengesSince"/> (RFC 5961 §7).</summary>
    public byte Challenges;

    /// <summary>The second in which challenges are counted.</summary>
    public uint ChallengesSince;
}

/// <summary>
/// When to acknowledge (RFC 9293 §3.8.6.3, RFC 5681 §4.2). In-order data makes a debt that is paid once, after the whole batch (MUST-58, MUST-59).
/// </summary>
internal static class AckPolicy
{
    /// <summary>Blocks that fit an acknowledgment with timestamps.</summary>
    private const int ReportedAtOnce = 3;

    /// <summary>No path needs smaller ones (RFC 9293 §3.7.1); what is below is the end of a write.</summary>
    private const int SmallestFullSegment = 536 - 40;

    public static void OnInOrderData(TcpConnection connection, int length, int segmentSize, bool pushed, Instant now)
    {
        UpdateSegmentEstimate(connection, length, segmentSize, pushed);
        ref var acks = ref connection.Acks;
        acks.Delayed = true;

        // SHLD-19: at least every second full segment.
        var unacknowledged = connection.RcvNxt - connection.LastAckSent;
        if (unacknowledged >= 2 * connection.RcvMss || acks.Quick > 0 || connection.Receive is { OutOfOrder.Count: > 0 })
        {
            acks.Now = true;
            acks.Quick -= (byte)(acks.Quick > 0 ? 1 : 0);
        }
        else
        {
            StartTimer(connection, now);
        }
    }

    /// <summary>
    /// The peer answered our SYN. A writer that waited for that will write at once, and the acknowledgment goes with what it writes (RFC 9293 §3.10.7.3 allows data with it).
    /// </summary>
    public static void OnSynAck(TcpConnection connection, Instant now)
    {
        if (connection.Has(TcpConnectionFlags.WriterWaits))
        {
            connection.Acks.Delayed = true;
            StartTimer(connection, now);
        }
        else
        {
            AtOnce(connection);
        }
    }

    /// <summary>
    /// Each out-of-order segment has its own acknowledgment where the peer counts duplicates (RFC 5681 §4.2); with SACK one tells of as many as its blocks can.
    /// </summary>
    public static void OnOutOfOrder(TcpConnection connection, Instant now)
    {
        AtOnce(connection);
        if (!connection.Has(TcpConnectionFlags.Sack) || ++connection.Acks.Unreported >= ReportedAtOnce)
        {
            SegmentBuilder.SendBare(connection, connection.SndNxt, TcpFlags.Ack, now);
        }
    }

    /// <summary>Every duplicate is reported, one an acknowledgment (RFC 2883 §4).</summary>
    public static void ReportDuplicate(TcpConnection connection, SackBlock duplicate, Instant now)
    {
        var receive = connection.RentReceive();
        if (receive.DuplicateBlock is not null)
        {
            SegmentBuilder.SendBare(connection, connection.SndNxt, TcpFlags.Ack, now);
        }

        connection.RentReceive().DuplicateBlock = duplicate;
        AtOnce(connection);
    }

    /// <summary>An acknowledgment left, alone or with data.</summary>
    public static void OnAckSent(TcpConnection connection)
    {
        connection.Acks.Now = false;
        connection.Acks.Delayed = false;
        connection.Acks.Unreported = 0;
        connection.Deadlines.Ack = Instant.Never;
        connection.LastAckSent = connection.RcvNxt;
    }

    /// <summary>Out-of-order, duplicate and unacceptable segments are answered without delay (RFC 5681 §4.2, RFC 9293 §3.10.7.4).</summary>
    public static void AtOnce(TcpConnection connection)
    {
        connection.Acks.Now = true;
        connection.Touch();
    }

    private static void StartTimer(TcpConnection connection, Instant now)
    {
        if (connection.Deadlines.Ack.IsNever)
        {
            // MUST-40: less than half a second.
            connection.Deadlines.Ack = now + connection.Layer.Settings.DelayedAckTimeout;
        }
    }

    /// <summary>
    /// The size of the peer's full segments: what a device says of a super-segment, the largest seen, or one in the middle of a write (without PSH) that is smaller than we thought.
    /// </summary>
    private static void UpdateSegmentEstimate(TcpConnection connection, int length, int segmentSize, bool pushed)
    {
        var size = segmentSize > 0 ? segmentSize : length;
        if (size >= connection.RcvMss || (size >= SmallestFullSegment && (segmentSize > 0 || !pushed)))
        {
            connection.RcvMss = (ushort)Math.Min(size, SegmentSizes.Announce(connection.Path));
        }
    }
}
