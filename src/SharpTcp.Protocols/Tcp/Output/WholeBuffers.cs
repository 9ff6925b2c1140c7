using System;
using System.Numerics;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// Linux's account of a send buffer (<see cref="TcpSettings.WholeBuffers"/>): what is written lies in buffers of up to half of the peer's largest window, which count with what
/// they cost and not with what they hold. A writer gets a new one as long as the account is not full, however much goes into it, and no segment goes across the end of one.
/// </summary>
internal static class WholeBuffers
{
    /// <summary>What a buffer costs beside its bytes: a head of 1 KiB and its description.</summary>
    private const int Overhead = 1024 + 256;

    /// <summary>What the head of a lone segment costs, before its size is rounded up to a power of two.</summary>
    private const int HeadOfSegment = 640;

    private const int Description = 256;
    private const int Largest = 64 * 1024;

    /// <summary>Round trips that the buffer holds at least, in congestion windows: fast recovery needs the second.</summary>
    private const int Windows = 2;

    /// <summary>How much goes into one buffer.</summary>
    public static int Goal(TcpConnection connection, int mss)
    {
        var window = (int)Math.Min(connection.MaxSndWnd, int.MaxValue);
        var limit = window > SegmentSizes.DefaultMssIPv4 ? window / 2 : window;
        return Math.Max(mss, Math.Min(limit, Largest) / mss * mss);
    }

    /// <summary>Room for a write: the rest of the last buffer, or a new one if the account allows.</summary>
    public static int Room(TcpConnection connection)
    {
        var goal = Goal(connection, SegmentSizes.EffectiveSend(connection));
        if (connection.Send is { } send && OpenTail(connection, send) is > 0 and var filled && filled < goal)
        {
            return goal - filled;
        }

        return Charged(connection) < connection.SendBufferLimit && connection.Unsent < connection.UnsentLimit ? goal : 0;
    }

    /// <summary>A writer is woken when a third of the account is free, and less than half of what may wait unsent does.</summary>
    public static bool IsWritable(TcpConnection connection)
    {
        var charged = Charged(connection);
        return connection.SendBufferLimit - charged >= charged / 2 && 2L * connection.Unsent < connection.UnsentLimit;
    }

    /// <summary>The handshake is complete, or a writer waits and the congestion window is not full: the account grows to two windows of lone segments.</summary>
    public static void Grow(TcpConnection connection)
    {
        if (connection.EffectiveOptions.SendBufferSize > 0)
        {
            return;
        }

        var mss = SegmentSizes.EffectiveSend(connection);
        var segments = Math.Max(connection.Layer.Settings.InitialWindow, (int)(connection.Congestion.Cwnd / (uint)mss));
        var cost = (long)BitOperations.RoundUpToPowerOf2((uint)(mss + HeadOfSegment)) + Description;
        var wanted = Math.Min(Windows * segments * cost, connection.Layer.Settings.SendBuffer.Maximum);
        connection.SendBufferLimit = Math.Max(connection.SendBufferLimit, (int)wanted);
    }

    /// <summary>Bytes were written: they fill the last buffer or begin one.</summary>
    /// <returns>Whether the last buffer is full, so that it should leave while the rest of the write is copied.</returns>
    public static bool OnCommit(TcpConnection connection, SendState send, int count, SendMarks marks)
    {
        var cuts = send.Cuts;
        var end = connection.SendEnd;
        var goal = Goal(connection, SegmentSizes.EffectiveSend(connection));
        if (OpenTail(connection, send) is > 0 and var filled && filled < goal)
        {
            cuts.Last.End = end;
            cuts.Last.Push &= send.InsideWrite;
        }
        else
        {
            cuts.Append(new SegmentCut { End = end });
        }

        ref var tail = ref cuts.Last;
        tail.Record = (marks & SendMarks.Record) != 0;
        send.InsideWrite = marks == SendMarks.None;
        var isFull = OpenTail(connection, send) >= goal;

        // A receiver with a small window must hear of a push before it is half full.
        var isForced = (isFull || !send.InsideWrite) && end > send.PushEnd + connection.MaxSndWnd / 2;
        if ((marks & SendMarks.Push) != 0 || isForced)
        {
            tail.Push = true;
            send.PushEnd = end;
        }

        return isFull && send.InsideWrite;
    }

    /// <summary>What is queued and in flight costs.</summary>
    private static int Charged(TcpConnection connection) => connection.Send is { } send
        ? send.Data.Length + Overhead * (send.Sent.Count + send.Cuts.CountAfter(connection.SndNxt))
        : 0;

    /// <summary>Unsent bytes of the last buffer, or 0 if nothing may be added to it.</summary>
    private static int OpenTail(TcpConnection connection, SendState send)
    {
        var cuts = send.Cuts;
        if (cuts.Count == 0 || cuts.Last.Record || cuts.Last.End <= connection.SndNxt)
        {
            return 0;
        }

        var begin = cuts.Count > 1 ? SequenceNumber.Max(cuts.BeforeLast, connection.SndNxt) : connection.SndNxt;
        return cuts.Last.End - begin;
    }
}
