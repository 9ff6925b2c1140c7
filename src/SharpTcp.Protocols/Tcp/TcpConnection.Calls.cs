using System;
using System.Diagnostics;

namespace SharpTcp.Protocols.Tcp;

/// <content>
/// The calls of RFC 9293 §3.9.1. All of them are made under the lock of the shard; what they cause to be sent leaves at the next <see cref="HostCore.Poll"/>.
/// Only the copying into <see cref="ReserveSend"/> and out of <see cref="PeekReceived"/> may happen outside the lock.
/// </content>
public sealed partial class TcpConnection
{
    /// <summary>
    /// Bytes that may wait to be sent for the first time where the stack tunes the buffer: what is queued long before it is sent is cold when it is sent, and late.
    /// </summary>
    private const int LargestUnsent = 256 * 1024;

    /// <summary>Bytes that can be read.</summary>
    public int Available => Receive?.Data.Length ?? 0;

    /// <summary>Whether the peer's FIN was reached: nothing more will come after <see cref="Available"/> bytes.</summary>
    public bool IsPeerClosed => Has(TcpConnectionFlags.FinReceived);

    /// <summary>
    /// Whether data may be queued: the state allows it and no <see cref="ShutdownSend"/> was called. Before the handshake is complete only Fast Open allows it (RFC 7413): with the SYN
    /// as much as <see cref="FastOpenRoom"/>, and in answer to a SYN that had the right cookie.
    /// </summary>
    public bool CanSend => !Has(TcpConnectionFlags.SendShutdown)
        && (_state is TcpState.Established or TcpState.CloseWait || (FastOpen != 0 && CanSendEarly));

    /// <summary>How many bytes would go with the SYN if they were queued now; 0 without Fast Open, without a cookie and when the SYN has left.</summary>
    public int FastOpenRoom => _state is TcpState.SynSent && SndNxt == Iss ? Math.Max(0, FastOpenClient.Room(this) - (Send?.Data.Length ?? 0)) : 0;

    private bool CanSendEarly => _state is TcpState.SynReceived ? (FastOpen & FastOpenSteps.Early) != 0 : FastOpenRoom > 0;

    /// <summary>Room in the send buffer in bytes; 0 also while sending is not possible yet or any more.</summary>
    public int SendRoom => _state is TcpState.SynSent ? FastOpenRoom
        : !CanSend || Send is { Cuts.Count: >= SegmentCuts.Most } ? 0
        : Layer.Settings.WholeBuffers ? WholeBuffers.Room(this)
        : Math.Max(0, Math.Min(SendBufferLimit - (Send?.Data.Length ?? 0), UnsentLimit - Unsent));

    /// <summary>Whether there is room worth telling a waiting writer of: waking one for every few bytes is dear.</summary>
    internal bool HasUsefulRoom => Layer.Settings.WholeBuffers ? SendRoom > 0 && WholeBuffers.IsWritable(this) : SendRoom >= Math.Min(SendBufferLimit / 3, UnsentLimit / 2);

    /// <summary>Most bytes that may wait to be sent for the first time.</summary>
    internal int UnsentLimit
    {
        get
        {
            var options = EffectiveOptions;
            var limit = options.NotSentLowWater > 0 ? options.NotSentLowWater : Layer.Settings.NotSentLowWater;
            return limit > 0 ? (int)Math.Min(limit, int.MaxValue)
                : options.SendBufferSize > 0 || Layer.Settings.WholeBuffers ? int.MaxValue
                : LargestUnsent;
        }
    }

    /// <summary>Whether everything queued was acknowledged.</summary>
    public bool IsSendBufferEmpty => Send is null || Send.Data.Length == 0;

    /// <summary>Applies changed options.</summary>
    public void OnOptionsChanged(Instant now)
    {
        var options = EffectiveOptions;
        SendBufferLimit = options.SendBufferSize > 0 ? options.SendBufferSize : SendBufferLimit;
        ReceiveBufferLimit = options.ReceiveBufferSize > 0 ? options.ReceiveBufferSize : ReceiveBufferLimit;
        Control = CongestionControls.Of(options, Layer.Settings);
        if (_state is TcpState.Closed)
        {
            return;
        }

        Deadlines.ClearIdle();
        ArmIdle(now);
        Reschedule();
        Touch();
    }

    /// <summary>The first bytes that can be read (<see cref="Readable"/>), as far as they lie in one piece. Valid until <see cref="ConsumeReceived"/>, also outside the lock.</summary>
    public ReadOnlySpan<byte> PeekReceived()
    {
        var readable = Readable;
        if (Receive is null || readable == 0 || (IsAtUrgentMark && !EffectiveOptions.UrgentInline))
        {
            return default;
        }

        Set(TcpConnectionFlags.ReceiveLent);
        return Receive.Data.Slice(0, readable);
    }

    /// <summary>Ends a <see cref="PeekReceived"/>: <paramref name="count"/> bytes were read (0 to give the span back), which may open the window.</summary>
    public void ConsumeReceived(int count, Instant now)
    {
        Clear(TcpConnectionFlags.ReceiveLent);
        if (Receive is not { } receive)
        {
            return;
        }

        receive.Data.Consume(count);
        if (Has(TcpConnectionFlags.Removed))
        {
            ReleaseBuffers();
            return;
        }

        if (UrgentBytes == 0)
        {
            Clear(TcpConnectionFlags.UrgentPending);
        }

        Tuning.OnRead(this, count, now);
        if (ReceiveWindow.WantsUpdate(this))
        {
            AckPolicy.AtOnce(this);
        }

        ReleaseIdle();
    }

    /// <summary>Copies the readable bytes at <paramref name="offset"/> without consuming them; returns how many.</summary>
    public int CopyReceived(int offset, Span<byte> destination)
    {
        var copied = 0;
        var end = Readable;
        if (IsAtUrgentMark && end < Available)
        {
            offset++;
            end++;
        }

        while (copied < destination.Length && offset + copied < end)
        {
            var slice = Receive!.Data.Slice(offset + copied, Math.Min(destination.Length - copied, end - offset - copied));
            slice.CopyTo(destination[copied..]);
            copied += slice.Length;
        }

        return copied;
    }

    /// <summary>
    /// Lends a piece of the send buffer of at most <paramref name="wanted"/> bytes to be written outside the lock; empty if there is no room. One at a time, each ended by
    /// <see cref="CommitSend(int, SendMarks, Instant)"/>.
    /// </summary>
    public Span<byte> ReserveSend(int wanted)
    {
        Debug.Assert(!Has(TcpConnectionFlags.SendLent), "one loan at a time");
        var room = Math.Min(wanted, SendRoom);
        if (room <= 0)
        {
            Set(TcpConnectionFlags.WantsRoom);
            return default;
        }

        var span = RentSend().Data.Reserve(room);
        if (span.IsEmpty)
        {
            Set(TcpConnectionFlags.WantsRoom);
            if (IsSendBufferEmpty)
            {
                Layer.AwaitMemory(this);
            }

            ReleaseIdle();
            return default;
        }

        Set(TcpConnectionFlags.SendLent);
        return span;
    }

    /// <summary>Ends a <see cref="ReserveSend"/>: <paramref name="count"/> bytes were written. <paramref name="push"/> marks the end of a write (PSH, RFC 9293 §3.9.1.2).</summary>
    public void CommitSend(int count, bool push, Instant now) => CommitSend(count, push ? SendMarks.Push : SendMarks.None, now);

    /// <summary>Ends a <see cref="ReserveSend"/>: <paramref name="count"/> bytes were written, and <paramref name="marks"/> says what ends with them.</summary>
    public void CommitSend(int count, SendMarks marks, Instant now)
    {
        Clear(TcpConnectionFlags.SendLent);
        if (Send is not { } send)
        {
            return;
        }

        if (Has(TcpConnectionFlags.Removed))
        {
            ReleaseBuffers();
            return;
        }

        if (count == 0 || Has(TcpConnectionFlags.SendShutdown))
        {
            // What was written after the end of the stream is not part of it.
            ReleaseIdle();
            return;
        }

        StartStallClock(now);
        send.Data.Commit(count);
        Mark(send, count, marks, now);
        Touch();
    }

    /// <summary>What is queued now is held back by nothing but the windows.</summary>
    public void PushQueued()
    {
        if (Unsent > 0)
        {
            Set(TcpConnectionFlags.PushQueued);
            Touch();
        }
    }

    /// <summary>The writer has to wait for room: what it could write of its data leaves now, and pushes.</summary>
    public void PushWritten()
    {
        if (Unsent == 0)
        {
            return;
        }

        var send = RentSend();
        send.PushEnd = SendEnd;
        if (send.Cuts.Count > 0 && send.Cuts.Last.End == SendEnd)
        {
            send.Cuts.Last.Push = true;
        }

        PushQueued();
    }

    private void Mark(SendState send, int count, SendMarks marks, Instant now)
    {
        Flags &= ~(TcpConnectionFlags.PushQueued | TcpConnectionFlags.MoreComes);
        if ((marks & SendMarks.More) != 0)
        {
            Set(TcpConnectionFlags.MoreComes);
        }

        if ((marks & SendMarks.Urgent) != 0)
        {
            // The peer is told at once, also by a segment without data if its window is closed: that is what urgent data is for.
            send.UrgentEnd = SendEnd;
            AckPolicy.AtOnce(this);
        }

        if (Layer.Settings.WholeBuffers)
        {
            if (WholeBuffers.OnCommit(this, send, count, marks))
            {
                Layer.PollNow(this, now);
            }

            return;
        }

        if ((marks & SendMarks.Push) != 0)
        {
            send.PushEnd = SendEnd;
        }

        if ((marks & SendMarks.Record) != 0)
        {
            send.Cuts.Append(new SegmentCut { End = SendEnd, Push = true, Record = true });
        }
    }

    /// <summary>Sends FIN after all that is queued (half close, RFC 9293 §3.10.4).</summary>
    public void ShutdownSend(Instant now)
    {
        if (Has(TcpConnectionFlags.SendShutdown) || _state is TcpState.Closed or TcpState.SynSent)
        {
            return;
        }

        StartStallClock(now);
        Set(TcpConnectionFlags.SendShutdown);
        if (_state is TcpState.Established or TcpState.SynReceived)
        {
            // In SYN-RECEIVED the FIN waits for ESTABLISHED: the state follows then.
            _state = _state is TcpState.Established ? TcpState.FinWait1 : _state;
        }
        else if (_state is TcpState.CloseWait)
        {
            _state = TcpState.LastAck;
        }

        RentSend();
        Touch();
    }

    /// <summary>The user reads no more; what arrives is acknowledged and dropped.</summary>
    public void ShutdownReceive(Instant now)
    {
        Set(TcpConnectionFlags.ReceiveShutdown);
        if (Receive is { } receive && !Has(TcpConnectionFlags.ReceiveLent) && receive.Data.Length > 0)
        {
            ConsumeReceived(receive.Data.Length, now);
        }
    }

    /// <summary>
    /// CLOSE: the user is gone. What is queued is still delivered, then FIN; bytes that were not read, or come later, reset the connection (SHLD-3). No event comes any more.
    /// </summary>
    public void Close(Instant now)
    {
        User = null;
        Set(TcpConnectionFlags.Orphaned);
        switch (_state)
        {
            case TcpState.Closed:
                ReleaseBuffers();
                break;
            case TcpState.SynSent:
                Layer.Remove(this, TcpEvents.None, now);
                break;
            default:
                if (Available > 0)
                {
                    Abort(now);
                    return;
                }

                ShutdownSend(now);
                ArmIdle(now);
                Reschedule();
                Layer.AddOrphan(this, now);
                break;
        }
    }

    /// <summary>ABORT: RST to the peer, and the connection is gone (RFC 9293 §3.10.5).</summary>
    public void Abort(Instant now)
    {
        User = null;
        Set(TcpConnectionFlags.Orphaned);
        if (_state is TcpState.Closed)
        {
            ReleaseBuffers();
            return;
        }

        SendReset(now);
        Layer.Remove(this, TcpEvents.None, now);
    }
}
