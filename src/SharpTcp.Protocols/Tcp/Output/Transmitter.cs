using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What a poll of one connection came to.</summary>
internal enum PollOutcome : byte
{
    /// <summary>It has nothing more to send for now.</summary>
    Done,

    /// <summary>It used up its share and has more.</summary>
    More,

    /// <summary>The link is full.</summary>
    LinkFull,
}

/// <summary>
/// What may be sent now, in the order of need: SYN, retransmissions, a tail probe, new data with FIN, a window probe, a bare acknowledgment. Asked once after each batch, for
/// every connection that was touched.
/// </summary>
internal static class Transmitter
{
    /// <summary>Bytes that a connection may send in a row before the next one is asked.</summary>
    private const int Share = 256 * 1024;

    public static PollOutcome Poll(TcpConnection connection, Instant now)
    {
        if (connection.State is TcpState.Closed || connection.Has(TcpConnectionFlags.Parked) || !RefreshPath(connection, now))
        {
            return PollOutcome.Done;
        }

        var share = Share;
        var status = connection.State is TcpState.SynSent or TcpState.SynReceived ? SendSyn(connection, now) : SendStatus.Sent;
        if (status == SendStatus.Sent && !connection.IsOpening)
        {
            status = SendAll(connection, ref share, now);
        }

        if (status == SendStatus.Sent && connection.Acks.Now)
        {
            status = SegmentBuilder.SendBare(connection, connection.SndNxt, TcpFlags.Ack, now);
        }

        if (status == SendStatus.NeighborPending)
        {
            connection.Set(TcpConnectionFlags.Parked);
        }
        else if (status is not SendStatus.Sent and not SendStatus.LinkFull && connection.Deadlines.Retransmit.IsNever)
        {
            connection.ArmRetransmission(now);
        }

        connection.OfferRoom();
        connection.Statistics.Limited.Update(connection, now);
        connection.Reschedule();
        return status == SendStatus.LinkFull ? PollOutcome.LinkFull : share <= 0 ? PollOutcome.More : PollOutcome.Done;
    }

    private static SendStatus SendAll(TcpConnection connection, ref int share, Instant now)
    {
        var status = SendStatus.Sent;
        if (connection.Send is { } send)
        {
            var before = connection.Statistics.BytesSent;
            send.IsHeldBack = false;
            status = Retransmission.Send(connection, send, ref share, now);
            if (status == SendStatus.Sent && connection.Has(TcpConnectionFlags.TailProbeDue))
            {
                status = Retransmission.SendTailProbe(connection, send, now);
                if (status == SendStatus.Sent)
                {
                    connection.Clear(TcpConnectionFlags.TailProbeDue);
                }
            }

            if (status == SendStatus.Sent)
            {
                status = NewData.Send(connection, send, ref share, now);
            }

            if (send.IsHeldBack || connection.Statistics.BytesSent != before)
            {
                connection.Congestion.Use.OnSent(connection, send.IsHeldBack);
            }
        }

        if (status == SendStatus.Sent && connection.Has(TcpConnectionFlags.ProbeDue))
        {
            // RFC 9293 §3.8.4, SHLD-12: an old sequence number and no data; the answer tells the window and that the peer lives.
            status = SegmentBuilder.SendBare(connection, connection.SndUna - 1u, TcpFlags.Ack, now);
            if (status == SendStatus.Sent)
            {
                connection.Clear(TcpConnectionFlags.ProbeDue);
            }
        }

        return status;
    }

    private static SendStatus SendSyn(TcpConnection connection, Instant now)
    {
        if (!connection.Has(TcpConnectionFlags.SynDue))
        {
            return SendStatus.Sent;
        }

        var flags = connection.State is TcpState.SynSent ? TcpFlags.Syn : TcpFlags.Syn | TcpFlags.Ack;
        var data = FastOpenClient.DataLength(connection);
        var status = SegmentBuilder.SendSyn(connection, flags, data, now);
        if (status == SendStatus.Sent)
        {
            connection.Clear(TcpConnectionFlags.SynDue);
            if (connection.SndNxt == connection.Iss)
            {
                connection.SndNxt = connection.Iss + 1u;
                connection.SentAt = now;
                FastOpenClient.OnSynSent(connection, data, now);
            }

            connection.ArmRetransmission(now);
        }

        return status;
    }

    /// <summary>Finds the way anew where addresses or routes have changed; the local address stays (MUST-45).</summary>
    private static bool RefreshPath(TcpConnection connection, Instant now)
    {
        if (!connection.Path.IsStale)
        {
            return true;
        }

        var scope = connection.RemoteAddress.IsLinkLocal ? connection.Path.Interface.Index : 0;
        var error = connection.Layer.Ip.Resolve(connection.LocalAddress, connection.RemoteAddress, scope, now, out var path);
        if (error == SocketError.Success && path is not null)
        {
            connection.Path = path;
            return true;
        }

        if (connection.State is TcpState.SynSent)
        {
            connection.Fail(error, now);
        }
        else
        {
            connection.ReportSoftError(error);
            if (connection.Deadlines.Retransmit.IsNever)
            {
                connection.ArmRetransmission(now);
            }

            connection.Reschedule();
        }

        return false;
    }
}
