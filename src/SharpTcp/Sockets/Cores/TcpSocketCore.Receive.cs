using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;

namespace SharpTcp.Sockets;

/// <summary>Receiving: bytes are lent under the lock, copied outside it, consumed under it.</summary>
internal sealed partial class TcpSocketCore
{
    private bool _receiveLent;
    private int _receiveReturned;

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketFlags flags, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellation);
        }

        if (!CanReceive(flags))
        {
            return ValueTask.FromException<int>(SocketErrors.Create(Ended(SocketError.OperationNotSupported)));
        }

        if ((flags & SocketFlags.OutOfBand) != 0)
        {
            var urgent = ReadUrgent(buffer.Span, flags, out var count);
            return urgent == SocketError.Success ? new ValueTask<int>(count) : ValueTask.FromException<int>(SocketErrors.Create(Ended(urgent)));
        }

        if (!Shard.TryEnter(out var now))
        {
            return Submit(RentReceive(buffer, flags), cancellation);
        }

        Collect(now);
        var isHeld = Read(buffer.Span, flags, out var done, ref now, out var error);
        if (error == SocketError.WouldBlock)
        {
            return ParkAndExit(RentReceive(buffer, flags), now, cancellation);
        }

        if (isHeld)
        {
            Shard.Exit(now);
        }

        return error == SocketError.Success ? new ValueTask<int>(done) : ValueTask.FromException<int>(SocketErrors.Create(Ended(error)));
    }

    public override ValueTask<int> ReceiveMessageAsync(
        Memory<byte> buffer, SocketFlags flags, SocketAddress? peer, MessageHolder? holder, CancellationToken cancellation)
    {
        if (holder is not null)
        {
            holder.Message = new ReceivedMessage(Remote ?? default, default, 0, SocketFlags.None);
        }

        return ReceiveAsync(buffer, flags, cancellation);
    }

    public override SocketError ReceiveMessage(Span<byte> buffer, SocketFlags flags, int timeout, out int done, out ReceivedMessage message)
    {
        message = new ReceivedMessage(Remote ?? default, default, 0, SocketFlags.None);
        return Receive(buffer, flags, timeout, out done);
    }

    public override SocketError Receive(Span<byte> buffer, SocketFlags flags, int timeout, out int done)
    {
        done = 0;
        if (!CanReceive(flags))
        {
            return Ended(SocketError.OperationNotSupported);
        }

        if ((flags & SocketFlags.OutOfBand) != 0)
        {
            return Ended(ReadUrgent(buffer, flags, out done));
        }

        var started = Environment.TickCount64;
        while (true)
        {
            var now = Shard.Enter();
            Collect(now);
            var isHeld = Read(buffer, flags, out done, ref now, out var error);
            if (error == SocketError.WouldBlock)
            {
                error = ExitAndWait(OperationKind.WaitReadable, Remaining(timeout, started), now);
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

    private static bool CanReceive(SocketFlags flags) => (flags & ~(SocketFlags.Peek | SocketFlags.Truncated | SocketFlags.DontRoute | SocketFlags.OutOfBand)) == 0;

    private TransferOperation RentReceive(Memory<byte> buffer, SocketFlags flags)
    {
        var operation = Rent(OperationKind.Receive);
        operation.Buffer = buffer;
        operation.Flags = flags;
        return operation;
    }

    /// <summary>Success: there are bytes, or the end of the stream was reached. WouldBlock: neither yet.</summary>
    private SocketError CheckReceive()
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
            return TakeError() is var failed && failed != SocketError.Success ? failed : SocketError.NotConnected;
        }

        // What arrived before an error can still be read, as from a kernel's socket; the end of the stream stays its end, whatever comes after it.
        if (connection.Readable > 0 || connection.IsPeerClosed)
        {
            return SocketError.Success;
        }

        var error = TakeError();
        return error != SocketError.Success ? error : _receiveShutdown || IsOver ? SocketError.Success : SocketError.WouldBlock;
    }

    /// <summary>Linux's MSG_TRUNC on a stream: the bytes are taken off it and not copied.</summary>
    private static void CopyUnlessDropped(ReadOnlySpan<byte> piece, Span<byte> buffer, SocketFlags flags)
    {
        if ((flags & SocketFlags.Truncated) == 0)
        {
            piece.CopyTo(buffer);
        }
    }

    /// <summary>Reads what is there. Called under the lock, which it releases while it copies much.</summary>
    /// <returns>Whether the lock is held again; else everything is done and the last piece is left to whoever holds it.</returns>
    private bool Read(Span<byte> buffer, SocketFlags flags, out int done, ref Instant now, out SocketError error)
    {
        done = 0;
        error = CheckReceive();
        if (error == SocketError.Success && (_receiveLent || !Readers.IsEmpty))
        {
            error = SocketError.WouldBlock;
        }

        if (error != SocketError.Success)
        {
            return true;
        }

        if ((flags & SocketFlags.Peek) != 0)
        {
            done = _connection!.CopyReceived(0, buffer);
            return true;
        }

        var isConsumed = false;
        PassUrgentMark(buffer, now);
        while (MayReadOn(buffer, done) && !IsClosed)
        {
            var piece = _connection!.PeekReceived();
            var count = Math.Min(piece.Length, buffer.Length - done);
            if (CopiesUnderLock(count))
            {
                CopyUnlessDropped(piece[..count], buffer[done..], flags);
                done += count;
                _connection.ConsumeReceived(count, now);
                isConsumed = true;
                continue;
            }

            _receiveLent = true;
            Leave(isConsumed, now);
            CopyUnlessDropped(piece[..count], buffer[done..], flags);
            done += count;
            if (!TryReturn(isLast: true, ref _receiveReturned, count, ref now))
            {
                return false;
            }

            EndReceive(count, now);
            isConsumed = true;
        }

        return true;
    }

    private void CollectReceived(Instant now)
    {
        if (Volatile.Read(ref _receiveReturned) != 0)
        {
            EndReceive(Interlocked.Exchange(ref _receiveReturned, 0), now);
        }
    }

    private void EndReceive(int count, Instant now)
    {
        _receiveLent = false;
        _connection!.ConsumeReceived(count, now);
        OnReturned(now);
    }

    /// <summary>
    /// Serves the calls that wait to receive. Copies under the lock: so the acknowledgment that follows carries the window as the reader has opened it already.
    /// </summary>
    private void ProgressReceive(Instant now)
    {
        while (!_receiveLent && Readers.First is TransferOperation operation)
        {
            // Bytes that it was handed already come before any end or error.
            var error = operation.Kind == OperationKind.Receive && operation.Done > 0 ? SocketError.Success : CheckReceive();
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            if (error == SocketError.Success && operation.Kind == OperationKind.Receive)
            {
                ReadParked(operation, now);
            }

            FinishParked(operation, error);
        }
    }

    /// <summary>Copies arriving bytes to the call that waits for them. It is finished before the lock is released, when <see cref="ProgressReceive"/> has added what else there is.</summary>
    private int TakeForReader(ReadOnlySpan<byte> data)
    {
        if (_receiveLent || _isConnecting || Readers.First is not TransferOperation { Kind: OperationKind.Receive, Flags: SocketFlags.None } operation)
        {
            return 0;
        }

        var count = Math.Min(data.Length, operation.Buffer.Length - operation.Done);
        data[..count].CopyTo(operation.Buffer.Span[operation.Done..]);
        operation.Done += count;
        return count;
    }

    private void ReadParked(TransferOperation operation, Instant now)
    {
        var buffer = operation.Buffer.Span;
        if ((operation.Flags & SocketFlags.Peek) != 0)
        {
            operation.Done = _connection!.CopyReceived(0, buffer);
            return;
        }

        if (operation.Done == 0)
        {
            PassUrgentMark(buffer, now);
        }

        while (MayReadOn(buffer, operation.Done))
        {
            var piece = _connection!.PeekReceived();
            var count = Math.Min(piece.Length, buffer.Length - operation.Done);
            CopyUnlessDropped(piece[..count], buffer[operation.Done..], operation.Flags);
            operation.Done += count;
            _connection.ConsumeReceived(count, now);
        }
    }
}
