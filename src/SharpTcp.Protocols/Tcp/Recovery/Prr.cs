using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>The variables of Proportional Rate Reduction (RFC 9937 §5).</summary>
internal struct PrrState
{
    public uint Delivered;
    public uint Sent;
    public uint RecoverFlightSize;

    /// <summary>Whether it is an echoed mark that the window shrinks for, outside of fast recovery (<see cref="TcpSettings.EchoReducesByRate"/>).</summary>
    public bool AnswersEcho;
}

/// <summary>
/// Proportional Rate Reduction (RFC 9937): during fast recovery, how much may be sent for what an acknowledgment delivers, so that the flight shrinks
/// smoothly to ssthresh.
/// </summary>
internal static class Prr
{
    public static void Start(TcpConnection connection, SendState send) =>
        send.Prr = new PrrState { RecoverFlightSize = Math.Max(1, connection.FlightSize) };

    /// <summary>Sets the congestion window for what may be sent now.</summary>
    public static void OnAcknowledged(TcpConnection connection, SendState send, uint delivered, bool sndUnaAdvanced, bool lossFound)
    {
        if (delivered == 0)
        {
            return;
        }

        ref var prr = ref send.Prr;
        prr.Delivered += delivered;
        var mss = (uint)SegmentSizes.EffectiveSend(connection);
        var pipe = RecoveryFlow.InFlight(connection, send);
        var ssthresh = connection.Congestion.Ssthresh;
        long count;
        if (pipe > ssthresh)
        {
            count = (long)(((ulong)prr.Delivered * ssthresh + prr.RecoverFlightSize - 1) / prr.RecoverFlightSize) - prr.Sent;
        }
        else
        {
            // PRR-SSRB: catch up, conservatively unless the acknowledgment shows that nothing more was lost.
            count = Math.Max((long)prr.Delivered - prr.Sent, delivered);
            if (sndUnaAdvanced && !lossFound)
            {
                count += mss;
            }

            count = Math.Min(count, (long)ssthresh - pipe);
        }

        // The first retransmission is not to wait, nor that which answers a partial acknowledgment (RFC 6582 §3.2 step 3).
        if (prr.Sent == 0 || (sndUnaAdvanced && !prr.AnswersEcho && !connection.Has(TcpConnectionFlags.Sack)))
        {
            count = Math.Max(count, mss);
        }

        connection.Congestion.Cwnd = pipe + (uint)Math.Max(0, count);
    }
}
