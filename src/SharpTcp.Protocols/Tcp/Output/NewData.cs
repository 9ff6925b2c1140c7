using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// Sends what was not sent before: as much as the peer's window and the congestion window allow, in full segments (SHLD-28), a smaller one where Nagle and silly-window
/// avoidance permit (RFC 9293 §3.7.4, §3.8.6.2.1), FIN with the last of it.
/// </summary>
internal static class NewData
{
    public static SendStatus Send(TcpConnection connection, SendState send, ref int share, Instant now)
    {
        if (!HasWork(connection))
        {
            return SendStatus.Sent;
        }

        RestartAfterIdle(connection, now);
        var mss = SegmentSizes.EffectiveSend(connection);
        var part = (int)(connection.Congestion.Cwnd / (uint)mss) / connection.Layer.Settings.SuperSegmentsPerWindow * mss;
        var rate = Pacing.Rate(connection);
        var burst = Pacing.Largest(rate, SegmentSizes.LargestBurst(connection, mss), mss);
        var largest = Math.Clamp(part, mss, burst);
        var sent = false;
        var first = connection.FlightSize == 0;
        var status = SendStatus.Sent;
        if (connection.Mtu.Due(connection, send, mss, now) is > 0 and var probe)
        {
            var start = connection.SndNxt;
            status = SendOne(connection, send, probe, fin: false, probe, now);
            if (status != SendStatus.Sent)
            {
                return status;
            }

            connection.Mtu.OnProbeSent(connection, start);
            sent = true;
        }

        while (share > 0 && HasWork(connection) && Pacing.Allows(connection, rate, now))
        {
            var length = Decide(connection, send, mss, largest, out var fin, out var room);
            if (length < 0 || (length > 0 && Gathering.Waits(connection, send, Piece(connection), room, burst, mss, now)))
            {
                break;
            }

            status = SendOne(connection, send, length, fin, mss, now);
            if (status != SendStatus.Sent)
            {
                break;
            }

            Pacing.OnSent(connection, rate, length, now);
            share -= Math.Max(length, 1);
            sent = true;
        }

        var reason = connection.Deadlines.RetransmitReason;
        if (sent ? first || reason is not (RetransmitReason.Timeout or RetransmitReason.Reordering) : reason is RetransmitReason.None)
        {
            // RFC 6298 §5.1: the timer of what is in flight is left alone; RFC 8985 §7.2: a tail probe is put off by every transmission.
            connection.ArmRetransmission(now);
        }

        return status;
    }

    /// <summary>Whether a segment of new data may go out although the congestion window does not ask for it (tail probe).</summary>
    public static bool MaySendOneSegment(TcpConnection connection, int mss) =>
        connection.Unsent > 0 && WindowRoom(connection) >= Math.Min(Piece(connection), mss);

    public static SendStatus SendOneSegment(TcpConnection connection, SendState send, int mss, Instant now) =>
        SendOne(connection, send, Math.Min(Piece(connection), mss), false, mss, now);

    /// <summary>Whether data waits only because the peer's window is closed or too small.</summary>
    public static bool IsBlockedByWindow(TcpConnection connection) =>
        HasWork(connection) && connection.FlightSize == 0 && WindowRoom(connection) < Math.Max(1, Math.Min(Piece(connection), SegmentSizes.EffectiveSend(connection)));

    /// <summary>Whether data waits only because the user said that more comes.</summary>
    public static bool IsCorked(TcpConnection connection) =>
        connection.Unsent is > 0 and var unsent && unsent < SegmentSizes.EffectiveSend(connection) && AwaitsMore(connection) && Piece(connection) == unsent;

    /// <summary>Whether the peer's window, and not the congestion window, is what keeps data from being sent.</summary>
    public static bool IsHeldByPeerWindow(TcpConnection connection)
    {
        var room = WindowRoom(connection);
        var congestion = connection.Send is { } send ? (long)connection.Congestion.Cwnd - RecoveryFlow.InFlight(connection, send) : 0;
        return room < Math.Min(connection.Unsent, SegmentSizes.EffectiveSend(connection)) && (room < congestion || connection.FlightSize == 0);
    }

    private static bool HasWork(TcpConnection connection) => connection.Unsent > 0 || FinWanted(connection);

    private static bool FinWanted(TcpConnection connection) =>
        connection.Has(TcpConnectionFlags.SendShutdown) && !connection.Has(TcpConnectionFlags.FinSent);

    /// <summary>Room to the right edge of the peer's window; negative where the peer took it back (MUST-34).</summary>
    private static int WindowRoom(TcpConnection connection) => connection.SndUna + connection.SndWnd - connection.SndNxt;

    /// <summary>How many bytes the next segment takes, or −1 if it must wait.</summary>
    private static int Decide(TcpConnection connection, SendState send, int mss, int largest, out bool fin, out int room)
    {
        fin = false;
        var unsent = connection.Unsent;
        var window = WindowRoom(connection);
        var inFlight = RecoveryFlow.InFlight(connection, send);
        var congestion = (int)Math.Clamp((long)connection.Congestion.Cwnd - inFlight, inFlight == 0 ? mss : 0, int.MaxValue);
        room = Math.Min(window, congestion);
        if (unsent == 0)
        {
            fin = window >= 1;
            return fin ? 0 : -1;
        }

        var piece = Piece(connection);
        var limit = Math.Min(Math.Min(piece, largest), room);
        send.IsHeldBack |= congestion < Math.Min(largest, Math.Min(unsent, window));
        var length = limit < piece ? limit / mss * mss : piece < unsent ? piece : WithTail(connection, unsent, mss);
        if (length <= 0)
        {
            length = congestion >= Math.Min(mss, piece) && MaySendSmall(connection, window, mss, piece) ? Math.Min(Math.Min(window, piece), mss) : -1;
        }

        fin = length == unsent && FinWanted(connection) && window > length;
        return length;
    }

    /// <summary>Unsent bytes up to the next place that no segment goes across.</summary>
    private static int Piece(TcpConnection connection) => connection.Send is { Cuts.Count: > 0 } send && send.Cuts.TryNext(connection.SndNxt, out var cut)
        ? Math.Min(connection.Unsent, cut.End - connection.SndNxt)
        : connection.Unsent;

    /// <summary>
    /// All of what is queued, or without its last, small segment where the user or Nagle holds that back (SHLD-7, MUST-17). As Minshall proposed, it waits for a small segment in
    /// flight and not for a full one: else every message of one segment and a half would wait for a delayed acknowledgment.
    /// </summary>
    private static int WithTail(TcpConnection connection, int unsent, int mss)
    {
        var tail = unsent % mss;
        var held = tail != 0 && !connection.Has(TcpConnectionFlags.SendShutdown | TcpConnectionFlags.PushQueued)
            && !SegmentSizes.IsUrgent(connection, connection.SndNxt)
            && (AwaitsMore(connection) || (connection.SmallEnd > connection.SndUna && !connection.EffectiveOptions.NoDelay));
        return held ? unsent - tail : unsent;
    }

    /// <summary>The user holds small segments back, and not for too long yet.</summary>
    private static bool AwaitsMore(TcpConnection connection) =>
        (connection.EffectiveOptions.Cork || connection.Has(TcpConnectionFlags.MoreComes))
        && !connection.Has(TcpConnectionFlags.SendShutdown | TcpConnectionFlags.PushQueued)
        && !SegmentSizes.IsUrgent(connection, connection.SndNxt)
        && !(connection.Has(TcpConnectionFlags.SillyWindowOverride) && connection.FlightSize == 0);

    /// <summary>RFC 9293 §3.8.6.2.1, where less than a segment fits the window: half of the largest window seen, or the override timer has run.</summary>
    private static bool MaySendSmall(TcpConnection connection, int window, int mss, int unsent)
    {
        if (window <= 0 || window >= Math.Min(mss, unsent))
        {
            return false;
        }

        return window >= connection.MaxSndWnd / 2
            || (connection.Has(TcpConnectionFlags.SillyWindowOverride) && connection.FlightSize == 0);
    }

    private static SendStatus SendOne(TcpConnection connection, SendState send, int length, bool fin, int mss, Instant now)
    {
        var start = connection.SndNxt;
        var push = false;
        var status = SegmentBuilder.SendData(connection, start, ref length, mss, ref fin, ref push, now);
        if (status != SendStatus.Sent)
        {
            return status;
        }

        if (connection.FlightSize == 0)
        {
            // What waited for a window until now has not been refused by the path.
            connection.ProgressAt = now;
        }

        connection.SndNxt = start + (uint)(length + (fin ? 1 : 0));
        connection.SentAt = now;
        connection.Clear(TcpConnectionFlags.SillyWindowOverride);
        if (connection.Unsent == 0)
        {
            connection.Clear(TcpConnectionFlags.PushQueued);
        }

        if (length % mss != 0)
        {
            connection.SmallEnd = connection.SndNxt;
        }

        send.Sent.Append(start, connection.SndNxt, push, now);
        ref var record = ref send.Sent[send.Sent.Count - 1];
        DeliveryRate.OnSent(connection, send, ref record, now);
        record.Flags |= connection.Unsent == 0 ? SentFlags.UserLimited : SentFlags.None;
        send.Prr.Sent += (uint)length;
        if (fin)
        {
            connection.Set(TcpConnectionFlags.FinSent);
        }

        return status;
    }

    private static void RestartAfterIdle(TcpConnection connection, Instant now)
    {
        if (connection.FlightSize == 0 && WindowRoom(connection) > 0)
        {
            connection.Control.OnRestart(connection, now - connection.SentAt);
        }
    }
}
