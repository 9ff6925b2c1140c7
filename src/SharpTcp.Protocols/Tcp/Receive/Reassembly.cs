using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// Puts arriving bytes into the receive buffer. What is in order is delivered; what is not takes its final place at once and waits there for the gap before it
/// (SHLD-31). Memory is bounded by the window that was promised, the list of ranges by a setting.
/// </summary>
internal static class Reassembly
{
    public static void Insert(TcpConnection connection, SequenceNumber start, ReadOnlySpan<byte> data, int segmentSize, bool pushed, Instant now)
    {
        var receive = connection.RentReceive();
        if (start == connection.RcvNxt)
        {
            InOrder(connection, receive, data, segmentSize, pushed, now);
        }
        else
        {
            OutOfOrder(connection, receive, start, data, now);
        }
    }

    private static void InOrder(TcpConnection connection, ReceiveState receive, ReadOnlySpan<byte> data, int segmentSize, bool pushed, Instant now)
    {
        // Where the budget is spent less is taken; the peer sends the rest again.
        var handed = HandOver(connection, receive, data, now);
        var taken = handed + Append(connection.Layer, receive, data[handed..]);
        if (taken == 0)
        {
            connection.Layer.Counters.OutOfMemory++;
            return;
        }

        connection.RcvNxt += (uint)taken;
        connection.Statistics.BytesReceived += taken;
        if (receive.OutOfOrder.Count > 0)
        {
            var twice = receive.OutOfOrder[0];
            var covered = new SequenceRange(twice.Start, SequenceNumber.Min(twice.End, connection.RcvNxt));
            JoinOutOfOrder(connection, receive);
            connection.Layer.NoteOutOfOrder(receive);
            if (covered.Start < covered.End && connection.Has(TcpConnectionFlags.Sack))
            {
                // RFC 2883 §4: also what fills a hole may bring something that was there.
                AckPolicy.ReportDuplicate(connection, new SackBlock(covered.Start, covered.End), now);
            }
        }

        AckPolicy.OnInOrderData(connection, taken, segmentSize, pushed, now);
        connection.Touch();
        if (!connection.Has(TcpConnectionFlags.ReceiveShutdown))
        {
            connection.Notify(TcpEvents.Readable);
        }
        else if (!connection.Has(TcpConnectionFlags.ReceiveLent))
        {
            // Nobody reads: acknowledged, and gone.
            receive.Data.Consume(receive.Data.Length);
        }
    }

    private static int Append(TcpLayer layer, ReceiveState receive, ReadOnlySpan<byte> data)
    {
        var written = receive.Data.Append(data);
        while (written < data.Length && layer.GiveUpOutOfOrder(receive))
        {
            written += receive.Data.Append(data[written..]);
        }

        return written;
    }

    /// <summary>Offers bytes to a reader that waits, if nothing lies before or behind them.</summary>
    private static int HandOver(TcpConnection connection, ReceiveState receive, ReadOnlySpan<byte> data, Instant now)
    {
        if (receive.Data.Length > 0 || receive.OutOfOrder.Count > 0 || connection.User is not { } user
            || connection.Has(TcpConnectionFlags.ReceiveLent | TcpConnectionFlags.ReceiveShutdown | TcpConnectionFlags.UrgentPending))
        {
            return 0;
        }

        var handed = user.TakeReceived(connection, data);
        if (handed > 0)
        {
            connection.Tuning.OnRead(connection, handed, now);
        }

        return handed;
    }

    private static void JoinOutOfOrder(TcpConnection connection, ReceiveState receive)
    {
        var next = connection.RcvNxt;
        while (receive.OutOfOrder.TakeFirst(ref next))
        {
        }

        connection.Statistics.BytesReceived += next - connection.RcvNxt;
        receive.Data.Commit(next - connection.RcvNxt);
        connection.RcvNxt = next;
        receive.Recent.DropBefore(next);
        AckPolicy.AtOnce(connection);
    }

    private static void OutOfOrder(TcpConnection connection, ReceiveState receive, SequenceNumber start, ReadOnlySpan<byte> data, Instant now)
    {
        var range = new SequenceRange(start, start + (uint)data.Length);
        var ranges = receive.OutOfOrder;
        if (ranges.Count >= connection.Layer.Settings.MaximumOutOfOrderRanges && ranges.WouldAddRange(range))
        {
            connection.Layer.Counters.OutOfOrderDropped++;
            AckPolicy.AtOnce(connection);
            return;
        }

        var offset = receive.Data.Length + (start - connection.RcvNxt);
        var taken = receive.Data.WriteAt(offset, data);
        if (taken == 0)
        {
            connection.Layer.Counters.OutOfMemory++;
            AckPolicy.AtOnce(connection);
            return;
        }

        connection.Layer.Counters.OutOfOrderQueued++;
        connection.Statistics.OutOfOrderSegments++;
        var merged = ranges.Add(range with { End = start + (uint)taken }, out var duplicate);
        connection.Layer.NoteOutOfOrder(receive);
        receive.Recent.Push(merged);
        if (duplicate is { } twice)
        {
            AckPolicy.ReportDuplicate(connection, new SackBlock(twice.Start, twice.End), now);
        }

        AckPolicy.OnOutOfOrder(connection, now);
    }
}
