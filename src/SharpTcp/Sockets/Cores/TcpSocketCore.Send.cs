using System;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Sockets;

/// <summary>Sending: room is reserved under the lock, filled outside it, committed under it.</summary>
internal sealed partial class TcpSocketCore
{
    private bool _sendLent;
    private int _sendReturned;

    /// <summary>How the piece ends that is lent or comes back; written under the lock before it is lent.</summary>
    private SendMarks _marksReturned;

    public override ValueTask<int> SendAsync(ReadOnlyMemory<byte> data, SocketFlags flags, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellation);
        }

        if (!CanSend(flags))
        {
            return ValueTask.FromException<int>(SocketErrors.Create(Ended(SocketError.OperationNotSupported)));
        }

        if (!Shard.TryEnter(out var now))
        {
            return Submit(RentSend(data, 0, flags), cancellation);
        }

        Collect(now);
        var done = 0;
        var isHeld = Write(data.Span, flags, ref done, ref now, out var error);
        if (error == SocketError.WouldBlock)
        {
            return ParkAndExit(RentSend(data, done, flags), now, cancellation);
        }

        if (isHeld)
        {
            Shard.Exit(now);
        }

        return error == SocketError.Success ? new ValueTask<int>(done) : ValueTask.FromException<int>(SocketErrors.Create(Ended(error)));
    }

    public override ValueTask<int> SendToAsync(ReadOnlyMemory<byte> data, SocketFlags flags, TransportEndpoint peer, CancellationToken cancellation) =>
        SendAsync(data, flags, cancellation);

    public override SocketError SendTo(ReadOnlySpan<byte> data, SocketFlags flags, TransportEndpoint peer, int timeout, out int done) =>
        Send(data, flags, timeout, out done);

    public override SocketError Send(ReadOnlySpan<byte> data, SocketFlags flags, int timeout, out int done)
    {
        done = 0;
        if (!CanSend(flags))
        {
            return Ended(SocketError.OperationNotSupported);
        }

        var started = Environment.TickCount64;
        while (true)
        {
            var now = Shard.Enter();
            Collect(now);
            var isHeld = Write(data, flags, ref done, ref now, out var error);
            if (error == SocketError.WouldBlock)
            {
                if (timeout == 0 && done > 0)
                {
                    Shard.Exit(now);
                    return SocketError.Success;
                }

                error = ExitAndWait(OperationKind.WaitWritable, Remaining(timeout, started), now);
                if (error == SocketError.Success)
                {
                    continue;
                }

                return error;
            }

            if (isHeld)
            {
                Shard.Exit(now);
            }

            return EndedBlocked(error);
        }
    }

    // Receive flags mean nothing here and do no harm, as on Linux.
    private static bool CanSend(SocketFlags flags) =>
        (flags & ~(SocketFlags.OutOfBand | SocketFlags.Partial | SocketFlags.DontRoute | SocketFlags.Peek | SocketFlags.Truncated | SocketFlags.ControlDataTruncated)) == 0;

    private TransferOperation RentSend(ReadOnlyMemory<byte> data, int done, SocketFlags flags)
    {
        var operation = Rent(OperationKind.Send);
        operation.Data = data;
        operation.Done = done;
        operation.Flags = flags;
        return operation;
    }

    private SocketError CheckSend()
    {
        if (IsClosed)
        {
            return SocketError.OperationAborted;
        }

        if (_isConnecting)
        {
            return SocketError.WouldBlock;
        }

        if (_connection is not { } connection)
        {
            return TakeError() is var failed && failed != SocketError.Success ? failed : SocketError.Shutdown;
        }

        // Where the peer had ended its stream, its reset says no more than that it is gone.
        var error = TakeError();
        return error == SocketError.ConnectionReset && connection.IsPeerClosed ? SocketError.Shutdown
            : error != SocketError.Success ? error
            : connection.CanSend ? SocketError.Success
            : SocketError.Shutdown;
    }

    /// <summary>
    /// Writes into the send buffer from <paramref name="done"/> on. Called under the lock, which it releases while it copies much.
    /// </summary>
    /// <returns>Whether the lock is held again; else everything is done and the last piece is left to whoever holds it.</returns>
    private bool Write(ReadOnlySpan<byte> data, SocketFlags flags, ref int done, ref Instant now, out SocketError error)
    {
        if (_sendLent || !Writers.IsEmpty)
        {
            error = CheckSend() is var state && state == SocketError.Success ? SocketError.WouldBlock : state;
            return true;
        }

        var isCommitted = false;
        while (true)
        {
            error = CheckSend();
            if (error != SocketError.Success || done == data.Length)
            {
                return true;
            }

            var room = _connection!.ReserveSend(data.Length - done);
            if (room.IsEmpty)
            {
                error = SocketError.WouldBlock;
                return true;
            }

            var piece = data.Slice(done, room.Length);
            done += piece.Length;
            var isLast = done == data.Length;
            var marks = isLast ? Marks(flags) : SendMarks.None;
            if (CopiesUnderLock(piece.Length))
            {
                piece.CopyTo(room);
                _connection.CommitSend(piece.Length, marks, now);
                isCommitted = true;
                continue;
            }

            _sendLent = true;
            _marksReturned = marks;
            Leave(isCommitted, now);
            piece.CopyTo(room);
            if (!TryReturn(isLast, ref _sendReturned, piece.Length, ref now))
            {
                return false;
            }

            EndSend(piece.Length, now);
            isCommitted = true;
        }
    }

    /// <summary>Little is copied under the lock. The loop, whose lock it is, copies much under it too: then all of it leaves in one go.</summary>
    private bool CopiesUnderLock(int count) => count <= CopyUnderLock || Shard.IsLoop;

    /// <summary>Releases the lock for a copy; what was done before it leaves meanwhile.</summary>
    private void Leave(bool isChanged, Instant now)
    {
        if (isChanged)
        {
            Shard.Exit(now);
        }
        else
        {
            Shard.ExitUnchanged();
        }
    }

    /// <summary>
    /// Takes the lock after a copy; if this was the last and the lock is taken, leaves word instead that the lent piece comes back.
    /// </summary>
    private bool TryReturn(bool isLast, ref int returned, int count, ref Instant now)
    {
        if (!isLast)
        {
            now = Shard.Enter();
            return true;
        }

        if (Shard.TryEnter(out now))
        {
            return true;
        }

        Volatile.Write(ref returned, count);
        Shard.Post(this);
        return false;
    }

    private void CollectSent(Instant now)
    {
        if (Volatile.Read(ref _sendReturned) != 0)
        {
            EndSend(Interlocked.Exchange(ref _sendReturned, 0), now);
        }
    }

    private void EndSend(int count, Instant now)
    {
        _sendLent = false;
        _connection!.CommitSend(count, _marksReturned, now);
        OnReturned(now);
    }

    /// <summary>Serves the calls that wait to send. Copies under the lock: the thread that holds it would do it anyway.</summary>
    private void ProgressSend(Instant now)
    {
        while (!_sendLent && Writers.First is TransferOperation operation)
        {
            var error = CheckSend();
            if (error == SocketError.Success)
            {
                error = operation.Kind == OperationKind.WaitWritable
                    ? _connection!.SendRoom > 0 ? SocketError.Success : SocketError.WouldBlock
                    : WriteParked(operation, now);
            }

            if (error == SocketError.WouldBlock)
            {
                return;
            }

            FinishParked(operation, error);
        }
    }

    private SocketError WriteParked(TransferOperation operation, Instant now)
    {
        var data = operation.Data.Span;
        while (operation.Done < data.Length)
        {
            var room = _connection!.ReserveSend(data.Length - operation.Done);
            if (room.IsEmpty)
            {
                return SocketError.WouldBlock;
            }

            data.Slice(operation.Done, room.Length).CopyTo(room);
            operation.Done += room.Length;
            _connection.CommitSend(room.Length, operation.Done == data.Length ? Marks(operation.Flags) : SendMarks.None, now);
        }

        return SocketError.Success;
    }
}
