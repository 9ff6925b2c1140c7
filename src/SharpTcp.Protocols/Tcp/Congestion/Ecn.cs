using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Explicit congestion notification (RFC 3168): routers mark packets instead of dropping them.</summary>
internal static class Ecn
{
    /// <summary>ECT(0): this packet may be marked (RFC 3168 §5).</summary>
    public const byte Capable = 2;

    private const byte CongestionExperienced = 3;

    /// <summary>What the SYN or SYN-ACK of a connection says of ECN (§6.1.1): a SYN asks by both flags, a SYN-ACK agrees by ECE alone.</summary>
    public static TcpFlags OfSyn(TcpConnection connection, TcpFlags flags)
    {
        if ((flags & TcpFlags.Ack) != 0)
        {
            return connection.Has(TcpConnectionFlags.Ecn) ? TcpFlags.Ece : TcpFlags.None;
        }

        // §6.1.1.1: there are middleboxes that drop such a SYN, so the next one is without.
        var asks = connection.Layer.Settings.Ecn == EcnMode.On && !connection.Has(TcpConnectionFlags.SynRetransmitted);
        return asks ? TcpFlags.Ece | TcpFlags.Cwr : TcpFlags.None;
    }

    /// <summary>Whether a SYN asks for ECN and the host agrees.</summary>
    public static bool Accepts(TcpSettings settings, TcpFlags syn) =>
        settings.Ecn != EcnMode.Off && (syn & (TcpFlags.Ece | TcpFlags.Cwr)) == (TcpFlags.Ece | TcpFlags.Cwr);

    /// <summary>Our SYN is answered: ECE alone agrees. One that has both is an echo of what we sent and agrees to nothing.</summary>
    public static void OnSynAck(TcpConnection connection, in TcpView segment)
    {
        if (OfSyn(connection, TcpFlags.Syn) != TcpFlags.None && segment.Has(TcpFlags.Ece) && !segment.Has(TcpFlags.Cwr))
        {
            connection.Set(TcpConnectionFlags.Ecn);
        }
    }

    /// <summary>What a segment says of ECN from now on.</summary>
    public static TcpFlags OfSegment(TcpConnection connection, bool newData)
    {
        if (!connection.Has(TcpConnectionFlags.Ecn))
        {
            return TcpFlags.None;
        }

        var echo = connection.Has(TcpConnectionFlags.EchoCongestion) ? TcpFlags.Ece : TcpFlags.None;
        return newData && connection.Has(TcpConnectionFlags.WindowReduced) ? echo | TcpFlags.Cwr : echo;
    }

    /// <summary>A segment in the window arrived (§6.1.3): marks are echoed until the sender says that it has reduced its window.</summary>
    public static void OnSegment(TcpConnection connection, in TcpView segment, byte trafficClass)
    {
        if (!connection.Has(TcpConnectionFlags.Ecn) || segment.Payload.Length == 0)
        {
            return;
        }

        if (segment.Has(TcpFlags.Cwr))
        {
            connection.Clear(TcpConnectionFlags.EchoCongestion);
        }

        if ((trafficClass & CongestionExperienced) == CongestionExperienced)
        {
            connection.Set(TcpConnectionFlags.EchoCongestion);
            connection.Layer.Counters.CongestionMarksReceived++;
            AckPolicy.AtOnce(connection);
        }
    }

    /// <summary>
    /// An acknowledgment with ECE (§6.1.2): as for a lost packet, but once for a window of data, and not where loss has reduced the window already.
    /// </summary>
    /// <returns>Whether the acknowledgment must not make the window grow.</returns>
    public static bool OnAcknowledged(TcpConnection connection, SendState send, in TcpView segment)
    {
        if (send.Prr.AnswersEcho && connection.SndUna >= send.EcnPoint)
        {
            // RFC 9937 §5: at its end, the window is what the algorithm chose.
            send.Prr.AnswersEcho = false;
            connection.Congestion.Cwnd = connection.Congestion.Ssthresh;
        }

        if (!connection.Has(TcpConnectionFlags.Ecn) || !segment.Has(TcpFlags.Ece) || segment.Has(TcpFlags.Syn))
        {
            return false;
        }

        if (send.Phase == RecoveryPhase.Open && !HasReduced(connection, send))
        {
            connection.Layer.Counters.CongestionEchoes++;
            connection.Control.OnLoss(connection);
            send.EcnPoint = connection.SndNxt;
            OnReduced(connection);
            if (connection.Layer.Settings.EchoReducesByRate)
            {
                send.Prr = new PrrState { RecoverFlightSize = connection.Congestion.Cwnd, AnswersEcho = true };
            }
            else
            {
                connection.Congestion.Cwnd = Math.Min(connection.Congestion.Cwnd, connection.Congestion.Ssthresh);
            }
        }

        return true;
    }

    /// <summary>Whether an echo has reduced the window, and what was in flight then is not acknowledged yet (§6.1.2): congestion in that window has been answered.</summary>
    public static bool HasReduced(TcpConnection connection, SendState send) => send.EcnPoint is { } point && connection.SndUna <= point;

    /// <summary>The window was reduced, for whatever reason: the next new data says so (§6.1.2).</summary>
    public static void OnReduced(TcpConnection connection)
    {
        if (connection.Has(TcpConnectionFlags.Ecn))
        {
            connection.Set(TcpConnectionFlags.WindowReduced);
        }
    }
}
