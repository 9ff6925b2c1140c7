using System;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>SYN-SENT (RFC 9293 §3.10.7.3).</summary>
internal static class SynSentState
{
    public static void Process(TcpConnection connection, in TcpView segment, in IpMeta meta, Instant now)
    {
        // First, the ACK bit.
        var acknowledges = segment.Has(TcpFlags.Ack);
        if (acknowledges && !(connection.Iss < segment.Acknowledgment && segment.Acknowledgment <= connection.SndNxt))
        {
            ControlSegments.Reset(connection.Layer, segment, meta, now);
            return;
        }

        // Second, the RST bit: only one that acknowledges our SYN can be the peer's.
        if (segment.Has(TcpFlags.Rst))
        {
            if (acknowledges)
            {
                connection.Layer.Counters.ResetsReceived++;
                connection.Fail(SocketError.ConnectionRefused, now);
            }

            return;
        }

        // Fourth, the SYN bit.
        if (!segment.Has(TcpFlags.Syn))
        {
            return;
        }

        var options = TcpOptionSet.Parse(segment.Options);
        if (acknowledges && EchoesWhatWasNeverSent(connection, options, now))
        {
            connection.Layer.Counters.OldTimestamps++;
            ControlSegments.Reset(connection.Layer, segment, meta, now);
            return;
        }

        SynOptions.Accept(connection, options, now);
        if (acknowledges)
        {
            Ecn.OnSynAck(connection, segment);
        }

        var promised = Math.Min(ReceiveWindow.Promised(connection), ushort.MaxValue);
        connection.Irs = segment.Sequence;
        connection.RcvNxt = segment.Sequence + 1u;
        connection.LastAckSent = connection.RcvNxt;
        connection.RcvAdv = connection.RcvNxt + promised;
        connection.HeardAt = now;
        if (!acknowledges)
        {
            SimultaneousOpen(connection, segment, now);
            return;
        }

        Handshake.Establish(connection, segment, now);
        FastOpenClient.OnSynAck(connection, segment, options, now);
        AckPolicy.OnSynAck(connection, now);
        if (segment.Payload.Length > 0 || segment.Has(TcpFlags.Fin))
        {
            SegmentText.Process(connection, segment, meta, now);
        }

        connection.ReleaseIdle();
        connection.Reschedule();
    }

    /// <summary>RFC 7323 §3.2: the answer to our SYN echoes a timestamp of ours. One of another time answers something else.</summary>
    private static bool EchoesWhatWasNeverSent(TcpConnection connection, in TcpOptionSet options, Instant now)
    {
        if (!connection.Layer.Settings.Timestamps || !options.HasTimestamps || options.TimestampEcho == 0)
        {
            return false;
        }

        var age = (int)(Timestamps.Value(connection.TsOffset, now) - options.TimestampEcho);
        return age < 0 || age > (now - connection.ProgressAt).TotalMilliseconds + 1;
    }

    /// <summary>MUST-10: the peer's SYN crossed ours.</summary>
    private static void SimultaneousOpen(TcpConnection connection, in TcpView segment, Instant now)
    {
        connection.State = TcpState.SynReceived;
        connection.SndWnd = segment.Window;
        connection.MaxSndWnd = segment.Window;
        connection.SndWl1 = segment.Sequence;
        connection.SndWl2 = connection.Iss;
        if (Ecn.Accepts(connection.Layer.Settings, segment.Flags))
        {
            // RFC 3168 §6.1.1: ours is answered by an ECN-setup SYN-ACK, as any SYN would be.
            connection.Set(TcpConnectionFlags.Ecn);
        }

        connection.Set(TcpConnectionFlags.SynDue);
        connection.Touch();
        connection.Reschedule();
    }
}
