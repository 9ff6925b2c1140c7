using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Sends again what is believed lost, as far as the congestion window allows.</summary>
internal static class Retransmission
{
    public static SendStatus Send(TcpConnection connection, SendState send, ref int share, Instant now)
    {
        // RFC 5682 §3.1 step 2b: new data first, to learn whether what is believed lost is.
        if (send.Sent.LostBytes == 0 || send.Undo.Frto == FrtoStep.AwaitsSecond)
        {
            return SendStatus.Sent;
        }

        var mss = SegmentSizes.EffectiveSend(connection);
        var rate = Pacing.Rate(connection);
        for (var index = send.Sent.FirstLost(); index >= 0 && share > 0; index = send.Sent.FirstLost(index))
        {
            if (!Pacing.Allows(connection, rate, now))
            {
                break;
            }

            var inFlight = RecoveryFlow.InFlight(connection, send);
            var quota = (int)Math.Min(int.MaxValue, (long)connection.Congestion.Cwnd - inFlight);
            if (quota < mss && inFlight > 0)
            {
                send.IsHeldBack = true;
                break;
            }

            // SHLD-16: inside the window only; the first byte always, as a probe (SHLD-17).
            var window = connection.SndUna + connection.SndWnd - send.Sent[index].Start;
            if (window <= 0 && index > 0)
            {
                break;
            }

            var limit = Math.Max(mss, Math.Min(quota, Math.Max(window, mss)) / mss * mss);
            var status = SendRecord(connection, send, index, limit, mss, now, out var length);
            if (status != SendStatus.Sent)
            {
                return status;
            }

            Pacing.OnSent(connection, rate, length, now);
            share -= length;
            send.Prr.Sent += (uint)length;
        }

        return SendStatus.Sent;
    }

    /// <summary>RFC 8985 §7.3: new data goes out as the probe if there is any and the window allows; else the last segment again.</summary>
    public static SendStatus SendTailProbe(TcpConnection connection, SendState send, Instant now)
    {
        if (send.Sent.Count == 0)
        {
            return SendStatus.Sent;
        }

        var mss = SegmentSizes.EffectiveSend(connection);
        if (NewData.MaySendOneSegment(connection, mss))
        {
            return Count(connection, send, NewData.SendOneSegment(connection, send, mss, now), again: false);
        }

        var last = send.Sent.Count - 1;
        ref var record = ref send.Sent[last];
        if (record.Has(SentFlags.Sacked))
        {
            return SendStatus.Sent;
        }

        // The segment as it was sent: the bytes before it are of another, and a FIN is no byte (or its probe would leave one behind for the timeout).
        var payload = PayloadOf(connection, record);
        if (payload > mss)
        {
            send.Sent.Split(last, record.Start + (payload - 1) / (uint)mss * (uint)mss);
            last++;
        }

        return Count(connection, send, SendRecord(connection, send, last, mss, mss, now, out _), again: true);
    }

    private static SendStatus Count(TcpConnection connection, SendState send, SendStatus status, bool again)
    {
        if (status == SendStatus.Sent)
        {
            connection.Layer.Counters.TailProbes++;
            TailLossProbe.OnSent(connection, send, again);
        }

        return status;
    }

    private static uint PayloadOf(TcpConnection connection, in SentRecord record) => record.Length - (record.End > connection.SendEnd ? 1u : 0);

    private static SendStatus SendRecord(TcpConnection connection, SendState send, int index, int limit, int mss, Instant now, out int length)
    {
        limit = SegmentSizes.IsUrgent(connection, send.Sent[index].Start) ? mss : Math.Min(limit, SegmentSizes.LargestSuperSegment(connection.Path, mss));
        if (PayloadOf(connection, send.Sent[index]) > limit)
        {
            send.Sent.Split(index, send.Sent[index].Start + (uint)limit);
        }

        var start = send.Sent[index].Start;
        var end = send.Sent[index].End;
        var fin = end > connection.SendEnd;
        length = end - start - (fin ? 1 : 0);
        var push = send.Sent[index].Has(SentFlags.Pushed);
        var status = SegmentBuilder.SendData(connection, start, ref length, mss, ref fin, ref push, now);
        if (status != SendStatus.Sent)
        {
            return status;
        }

        var sentEnd = start + (uint)(length + (fin ? 1 : 0));
        if (sentEnd < end)
        {
            send.Sent.Split(index, sentEnd);
        }

        send.Sent.MarkRetransmitted(index, now);
        DeliveryRate.OnSent(connection, send, ref send.Sent[index], now);
        SpuriousRecovery.OnRetransmitted(connection, send, length, now);
        var segments = Math.Max(1, SegmentSizes.Count((uint)length, mss));
        connection.Layer.Counters.SegmentsRetransmitted += segments;
        connection.Statistics.SegmentsRetransmitted += (uint)segments;
        connection.Statistics.BytesRetransmitted += length;
        return status;
    }
}
