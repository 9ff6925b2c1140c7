using System;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What an acceptable acknowledgment does: it frees what it covers, feeds recovery and congestion control, moves the closing states on.</summary>
internal static class Acknowledgment
{
    public static void Process(TcpConnection connection, in TcpView segment, in TcpOptionSet options, bool windowChanged, Instant now)
    {
        var ack = segment.Acknowledgment;
        var advanced = (uint)(ack - connection.SndUna);
        if (connection.Send is not { } send)
        {
            connection.SndUna = ack;
            return;
        }

        var sample = new DeliverySample { Now = now, Mss = SegmentSizes.Full(connection) };
        var finAcknowledged = connection.Has(TcpConnectionFlags.FinSent) && ack == connection.SndNxt && connection.FlightSize > 0;
        if (advanced > 0)
        {
            send.Sent.Acknowledge(ack, ref sample);
            send.Cuts.Acknowledge(ack);
            send.UrgentEnd = send.UrgentEnd is { } urgent && urgent > ack ? urgent : null;
            connection.Clear(TcpConnectionFlags.MoreComes);
            var bytes = (int)Math.Min(advanced, (uint)send.Data.Length);
            send.Data.Consume(bytes);
            connection.Statistics.BytesAcknowledged += bytes;
            connection.SndUna = ack;
            OnProgress(connection, now);
            connection.Mtu.OnAcknowledged(connection, now);
        }

        TakeSackBlocks(connection, send, options, ref sample);
        CountDelivered(connection, send, segment, sample);
        if (sample.HasRtt && !sample.HasRetransmitted)
        {
            connection.Rtt.Sample(sample.Rtt, connection.Layer.Settings);
        }
        else if (advanced > 0)
        {
            SampleTimestamp(connection, options, now);
        }

        var duplicate = advanced == 0 && !windowChanged && segment.SegmentLength == 0 && connection.FlightSize > 0;
        var reported = DuplicateSack.Read(connection, options);
        if (reported is not null)
        {
            connection.Layer.Counters.DuplicatesReported++;
            connection.Statistics.DuplicatesReported++;
            Rack.OnDuplicateReported(connection, send);
        }

        TailLossProbe.OnAcknowledged(connection, send, reported, duplicate && options.SackBlockCount == 0);
        if (advanced > 0 && !NewReno.LeavesTimer(connection, send))
        {
            // RFC 6298 §5.2, §5.3. Recovery may set an earlier deadline for reordering after this.
            connection.ArmRetransmission(now);
        }

        var undone = SpuriousRecovery.OnAcknowledged(connection, send, sample, options, reported, advanced);
        var mayGrow = !Ecn.OnAcknowledged(connection, send, segment);
        RecoveryFlow.OnAcknowledged(connection, send, sample, advanced, duplicate, undone, mayGrow);
        if (advanced > 0)
        {
            GrowSendBuffer(connection);
        }

        OnWindow(connection, windowChanged, now);
        if (connection.Unsent > 0 || send.Sent.LostBytes > 0 || connection.Has(TcpConnectionFlags.SendShutdown))
        {
            connection.Touch();
        }

        if (!connection.Layer.Settings.WholeBuffers)
        {
            connection.OfferRoom();
        }
        else if (connection.Has(TcpConnectionFlags.WantsRoom))
        {
            // How much there is depends on what can be sent now.
            connection.Touch();
        }

        connection.Statistics.Limited.Update(connection, now);
        if (finAcknowledged)
        {
            ClosingStates.OnFinAcknowledged(connection, now);
        }
    }

    /// <summary>An acknowledgment that a later one has overtaken: it acknowledges nothing, but what its SACK blocks tell still holds.</summary>
    public static void ProcessOvertaken(TcpConnection connection, in TcpView segment, in TcpOptionSet options, Instant now)
    {
        if (connection.Send is not { } send)
        {
            return;
        }

        var sample = new DeliverySample { Now = now, Mss = SegmentSizes.Full(connection) };
        TakeSackBlocks(connection, send, options, ref sample);
        if (sample.Delivered == 0)
        {
            return;
        }

        CountDelivered(connection, send, segment, sample);
        RecoveryFlow.OnAcknowledged(connection, send, sample, advanced: 0, duplicate: false, undone: false, mayGrow: false);
        connection.Touch();
    }

    private static void CountDelivered(TcpConnection connection, SendState send, in TcpView segment, in DeliverySample sample)
    {
        if (sample.Delivered == 0)
        {
            return;
        }

        ref var statistics = ref connection.Statistics;
        statistics.Delivered += sample.Delivered;
        statistics.SegmentsDelivered += sample.Segments;
        statistics.SegmentsDeliveredMarked += connection.Has(TcpConnectionFlags.Ecn) && segment.Has(TcpFlags.Ece) ? sample.Segments : 0;
        statistics.Rate.OnDelivered(connection, send, sample);
    }

    private static void OnProgress(TcpConnection connection, Instant now)
    {
        connection.ProgressAt = now;
        connection.SoftError = SocketError.Success;
        connection.Clear(TcpConnectionFlags.R1Reported);
        connection.Layer.Ip.ConfirmReachable(connection.Path, now);
    }

    /// <summary>RFC 2018 §3 and RFC 2883: blocks that lie in what is in flight; others (below SND.UNA, beyond SND.NXT, inverted) say nothing about it.</summary>
    private static void TakeSackBlocks(TcpConnection connection, SendState send, in TcpOptionSet options, ref DeliverySample sample)
    {
        if (options.SackBlockCount == 0 || !connection.Has(TcpConnectionFlags.Sack))
        {
            return;
        }

        var grain = connection.Layer.Settings.SackWholeSegments ? (uint)sample.Mss : 1;
        foreach (var block in options.SackBlocks)
        {
            if (block.Left >= block.Right || block.Right > connection.SndNxt || block.Left < connection.SndUna)
            {
                continue;
            }

            send.Sent.Sack(block.Left, block.Right, ref sample, grain);
        }
    }

    /// <summary>RFC 7323 §4.1: where every record was sent twice, the echoed timestamp still tells which transmission is acknowledged.</summary>
    private static void SampleTimestamp(TcpConnection connection, in TcpOptionSet options, Instant now)
    {
        if (!connection.Has(TcpConnectionFlags.Timestamps) || !options.HasTimestamps || options.TimestampEcho == 0)
        {
            return;
        }

        var elapsed = (int)(Timestamps.Value(connection.TsOffset, now) - options.TimestampEcho);
        if (elapsed >= 0 && elapsed < int.MaxValue / 2)
        {
            connection.Rtt.Sample(TimeSpan.FromMilliseconds(Math.Max(1, elapsed)), connection.Layer.Settings);
        }
    }

    /// <summary>The window opened or closed: a probe's timer ends, or one begins.</summary>
    private static void OnWindow(TcpConnection connection, bool changed, Instant now)
    {
        if (!changed)
        {
            return;
        }

        if (connection.Deadlines.RetransmitReason is RetransmitReason.ZeroWindow or RetransmitReason.SillyWindow)
        {
            connection.Rtt.ResetBackoff();
            connection.ArmRetransmission(now);
        }

        connection.Touch();
    }

    /// <summary>The send buffer follows the congestion window, so that a long path can be filled.</summary>
    private static void GrowSendBuffer(TcpConnection connection)
    {
        if (connection.EffectiveOptions.SendBufferSize == 0 && !connection.Layer.Settings.WholeBuffers)
        {
            var most = Math.Min(connection.Layer.Settings.SendBuffer.Maximum, connection.Layer.Memory.Free(MemoryUse.Growth));
            var wanted = Math.Min(2L * connection.Congestion.Cwnd, most);
            connection.SendBufferLimit = Math.Max(connection.SendBufferLimit, (int)wanted);
        }
    }
}
