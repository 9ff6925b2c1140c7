using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Fifth: check the ACK field (RFC 9293 §3.10.7.4 with RFC 5961 §5.2).</summary>
internal static class AckCheck
{
    public static bool Passes(TcpConnection connection, in TcpView segment, in TcpOptionSet options, Instant now)
    {
        if (!segment.Has(TcpFlags.Ack))
        {
            return false;
        }

        var ack = segment.Acknowledgment;
        if (connection.State is TcpState.SynReceived && !CompleteHandshake(connection, segment, now))
        {
            return false;
        }

        if (ack > connection.SndNxt)
        {
            // Something not yet sent was acknowledged: an ACK, and the segment is dropped.
            if (connection.Layer.Settings.AnswerUnsentAcks)
            {
                AckThrottle.Challenge(connection, now);
            }

            return false;
        }

        // RFC 5961 §5.2, MAY-12: an acknowledgment older than any window that we saw is not of this connection.
        if (ack < connection.SndUna - connection.MaxSndWnd && connection.SndUna - ack > 0)
        {
            AckThrottle.Challenge(connection, now);
            return false;
        }

        if (ack >= connection.SndUna)
        {
            var windowChanged = UpdateWindow(connection, segment);
            Acknowledgment.Process(connection, segment, options, windowChanged, now);
        }
        else
        {
            Acknowledgment.ProcessOvertaken(connection, segment, options, now);
        }

        return connection.State is not TcpState.Closed;
    }

    private static bool CompleteHandshake(TcpConnection connection, in TcpView segment, Instant now)
    {
        var ack = segment.Acknowledgment;
        if (!(connection.SndUna < ack && ack <= connection.SndNxt))
        {
            SegmentBuilder.SendBare(connection, ack, TcpFlags.Rst, now);
            return false;
        }

        if (segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Ece))
        {
            // RFC 3168 §6.1.1: a simultaneous open whose SYN-ACK does not agree.
            connection.Clear(TcpConnectionFlags.Ecn);
        }

        Handshake.Establish(connection, segment, now);
        return true;
    }

    /// <summary>Takes the peer's window if the segment is newer than the one that set it last (SND.WL1, SND.WL2).</summary>
    private static bool UpdateWindow(TcpConnection connection, in TcpView segment)
    {
        // What acknowledges more than ever is new too, though its data be sent again: SND.UNA moves with it, and the old window behind that would reach further than was offered.
        var newer = connection.SndUna < segment.Acknowledgment
            || connection.SndWl1 < segment.Sequence
            || (connection.SndWl1 == segment.Sequence && connection.SndWl2 <= segment.Acknowledgment);
        if (!newer)
        {
            return false;
        }

        // RFC 7323 §2.2: the window of a SYN is never scaled.
        var window = (uint)segment.Window << (segment.Has(TcpFlags.Syn) ? 0 : connection.SndWindShift);
        var changed = window != connection.SndWnd;
        connection.SndWnd = window;
        connection.MaxSndWnd = Math.Max(connection.MaxSndWnd, window);
        connection.SndWl1 = SequenceNumber.Max(connection.SndWl1, segment.Sequence);
        connection.SndWl2 = segment.Acknowledgment;
        return changed;
    }
}
