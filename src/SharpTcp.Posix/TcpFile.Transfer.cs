using System;
using System.Net.Sockets;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Posix;

/// <content>Receiving and sending, in the order of Linux's checks.</content>
internal sealed partial class TcpFile
{
    public override nint Receive(
        ref IoCursor buffers, MessageFlags flags, Span<byte> source, out int sourceLength, out MessageFlags found, ref Instant now)
    {
        sourceLength = 0;
        found = MessageFlags.None;
        if ((flags & MessageFlags.OutOfBand) != 0)
        {
            return ReceiveUrgent(ref buffers, flags, out found);
        }

        var total = buffers.Total;
        var target = (flags & MessageFlags.WaitAll) != 0 ? total : Math.Min(1, total);
        var deadline = Deadline(flags, ReceiveTimeout, now);
        while (true)
        {
            if (!TakeBytes(ref buffers, flags, now))
            {
                return buffers.Done > 0 ? (nint)buffers.Done : -Errno.Fault;
            }

            if (buffers.Done > 0 && (buffers.Done >= target || (flags & MessageFlags.Peek) != 0 || _connection is { IsAtUrgentMark: true }))
            {
                return (nint)buffers.Done;
            }

            var end = ReceiveEnd(buffers.Done > 0);
            if (end is { } result)
            {
                return buffers.Done > 0 ? (nint)buffers.Done : result;
            }

            if (deadline <= now)
            {
                return buffers.Done > 0 ? (nint)buffers.Done : -Errno.Again;
            }

            now = Stack.Sleep(deadline);
        }
    }

    public override nint Send(ref IoCursor buffers, MessageFlags flags, ReadOnlySpan<byte> destination, ref Instant now)
    {
        var deadline = Deadline(flags, SendTimeout, now);
        if (((flags & MessageFlags.FastOpen) != 0 || _deferred is not null)
            && OpenBySending(ref buffers, flags, destination, deadline, ref now) is { } result)
        {
            return result;
        }

        var isRefused = false;
        while (true)
        {
            if (SendEnd() is { } error)
            {
                return buffers.Done > 0 ? (nint)buffers.Done : -error;
            }

            // Who had to wait goes on when there is room worth it, not as soon as there is any.
            if (_connection is { IsOpening: false } && !(isRefused && !_connection.HasUsefulRoom))
            {
                if (!PutBytes(ref buffers, flags, now))
                {
                    return buffers.Done > 0 ? (nint)buffers.Done : -Errno.Fault;
                }

                if (buffers.Done == buffers.Total)
                {
                    return (nint)buffers.Done;
                }

                isRefused = true;
            }

            if (deadline <= now)
            {
                return buffers.Done > 0 ? (nint)buffers.Done : -Errno.Again;
            }

            now = _connection is { IsOpening: true } opening ? SleepUntilOpen(opening, deadline) : Stack.Sleep(deadline);
        }
    }

    /// <summary>MSG_OOB: the urgent byte that is not in the stream. It never blocks.</summary>
    private nint ReceiveUrgent(ref IoCursor buffers, MessageFlags flags, out MessageFlags found)
    {
        found = MessageFlags.None;
        if (_connection is not { } connection)
        {
            return -Errno.Invalid;
        }

        var isPeek = (flags & MessageFlags.Peek) != 0;
        var error = connection.ReadUrgent(isPeek, out var value);
        if (error != SocketError.Success)
        {
            return error == SocketError.WouldBlock && (_isReceiveShut || IsOver) ? 0 : Negated(error);
        }

        found = MessageFlags.OutOfBand;
        if (buffers.Total == 0)
        {
            found |= MessageFlags.Truncate;
            return 0;
        }

        if ((flags & MessageFlags.Truncate) == 0)
        {
            if (!buffers.TryNext(1, out var piece, out _))
            {
                return -Errno.Fault;
            }

            piece[0] = value;
        }

        return 1;
    }

    /// <summary>Why nothing will come (0: end of the stream), or null if it may. An error that is not due yet stays pending.</summary>
    private nint? ReceiveEnd(bool hasBytes)
    {
        if (_deferred is not null)
        {
            return null;
        }

        if (_connection is null)
        {
            return PendingError != 0 ? -TakeError() : -Errno.NotConnected;
        }

        if (_connection.IsPeerClosed && !IsOver)
        {
            return 0;
        }

        if (PendingError != 0)
        {
            return hasBytes ? 0 : -TakeError();
        }

        return _isReceiveShut || IsOver ? 0 : null;
    }

    /// <summary>Why nothing can be sent, positive, or null.</summary>
    private int? SendEnd()
    {
        if (PendingError != 0)
        {
            return TakeError();
        }

        return _connection is null || _isSendShut || IsOver ? Errno.Pipe : null;
    }

    /// <summary>Copies what is there; false if the caller's memory is not.</summary>
    private bool TakeBytes(ref IoCursor buffers, MessageFlags flags, Instant now)
    {
        if (_connection is not { } connection)
        {
            return true;
        }

        var isPeek = (flags & MessageFlags.Peek) != 0;
        var isDropped = (flags & MessageFlags.Truncate) != 0;
        if (buffers.Done == 0 && buffers.Total > 0 && !isPeek)
        {
            connection.PassUrgentMark(now);
        }

        while (connection.Readable - (isPeek ? (int)buffers.Done : 0) > 0)
        {
            if (buffers.Done > 0 && !isPeek && connection.IsAtUrgentMark)
            {
                return true;
            }

            if (!buffers.TryNext(int.MaxValue, out var piece, out var isFault) && !(isFault && isDropped))
            {
                return !isFault;
            }

            if (isPeek)
            {
                buffers.Advance(connection.CopyReceived((int)buffers.Done, piece));
                continue;
            }

            var bytes = connection.PeekReceived();
            var count = Math.Min(bytes.Length, isFault ? (int)(buffers.Total - buffers.Done) : piece.Length);
            if (!isDropped)
            {
                bytes[..count].CopyTo(piece);
            }

            connection.ConsumeReceived(count, now);
            if (isFault)
            {
                buffers.Advance(count);
                return true;
            }

            buffers.Advance(count);
        }

        return true;
    }

    /// <summary>Queues what there is room for; false if the caller's memory is not there.</summary>
    private bool PutBytes(ref IoCursor buffers, MessageFlags flags, Instant now)
    {
        var connection = _connection!;
        var total = buffers.Total;
        var marks = (flags & MessageFlags.More) != 0 ? SendMarks.More : SendMarks.Push;
        marks |= (flags & MessageFlags.EndOfRecord) != 0 ? SendMarks.Record : SendMarks.None;
        marks |= (flags & MessageFlags.OutOfBand) != 0 ? SendMarks.Urgent : SendMarks.None;
        while (buffers.Done < total)
        {
            if (!buffers.TryNext(int.MaxValue, out var piece, out var isFault))
            {
                return !isFault;
            }

            var room = connection.ReserveSend(piece.Length);
            if (room.IsEmpty)
            {
                // What fills the buffer is pushed too: the rest cannot follow before it is gone.
                connection.PushWritten();
                return true;
            }

            var count = Math.Min(room.Length, piece.Length);
            piece[..count].CopyTo(room);
            buffers.Advance(count);
            connection.CommitSend(count, buffers.Done == total ? marks : SendMarks.None, now);
        }

        return true;
    }
}
