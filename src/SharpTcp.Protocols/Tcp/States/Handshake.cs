using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>The step into ESTABLISHED, from either side (RFC 9293 §3.5).</summary>
internal static class Handshake
{
    /// <summary>Our SYN is acknowledged by <paramref name="segment"/>.</summary>
    public static void Establish(TcpConnection connection, in TcpView segment, Instant now)
    {
        // Data that was sent before (RFC 7413) is acknowledged afterwards, as data is.
        connection.SndUna = connection.Iss + 1u;
        connection.SmallEnd = connection.SndUna;

        // RFC 7323 §2.2: the window of a SYN is never scaled.
        var shift = segment.Has(TcpFlags.Syn) ? 0 : connection.SndWindShift;
        connection.SndWnd = (uint)segment.Window << shift;
        connection.MaxSndWnd = connection.SndWnd;
        connection.SndWl1 = segment.Sequence;
        connection.SndWl2 = segment.Acknowledgment;
        connection.Rtt.ResetBackoff();
        if (connection.Has(TcpConnectionFlags.SynRetransmitted))
        {
            connection.Rtt.OnHandshakeRetransmitted();
        }
        else
        {
            var early = (connection.FastOpen & FastOpenSteps.Early) != 0;
            connection.Rtt.Sample(now - (early ? connection.ProgressAt : connection.SentAt), connection.Layer.Settings);
        }

        connection.Deadlines.ClearRetransmit();
        connection.ProgressAt = now;
        connection.HeardAt = now;
        connection.Layer.Ip.ConfirmReachable(connection.Path, now);
        Open(connection, now);
        if (connection.FlightSize > 0)
        {
            connection.ArmRetransmission(now);
        }

        connection.Notify(TcpEvents.Connected);
    }

    /// <summary>What holds for every connection from now on.</summary>
    public static void Open(TcpConnection connection, Instant now)
    {
        connection.State = connection.Has(TcpConnectionFlags.SendShutdown) ? TcpState.FinWait1 : TcpState.Established;
        connection.DataReceivedAt = now;
        connection.Acks.Quick = (byte)connection.Layer.Settings.QuickAcks;
        if ((connection.FastOpen & FastOpenSteps.Early) == 0)
        {
            connection.Mtu.OnEstablished(connection);
        connection.Control.OnEstablished(connection);
        }

        if (connection.Layer.Settings.WholeBuffers)
        {
            WholeBuffers.Grow(connection);
        }

        FastOpenServer.Leave(connection, byReset: false, now);
        connection.Statistics.SegmentsDelivered++;
        connection.Layer.Counters.Established++;
        connection.ArmIdle(now);
        connection.Touch();
    }
}
