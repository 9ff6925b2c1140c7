using System;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Sockets;

/// <summary>Receiving: bytes are lent under the lock, copied outside it, consumed under it.</summary>
internal sealed partial class TcpSocketCore
{
    private bool _receiveLent;
    private int _receiveReturned;

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketFlags flags, CancellationToken cancellation)
    {
        CheckReceiveFlags(flags);
        if (cancellation.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellation);
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

        return error == SocketError.Success ? new ValueTask<int>(done) : ValueTask.FromException<int>(SocketErrors.Create(error));
    }

    public override int Receive(Span<byte> buffer, SocketFlags flags, int timeout)
    {
        CheckReceiveFlags(flags);
        var started = Environment.TickCount64;
        while (true)
        {
            var now = Shard.Enter();
            Collect(now);
            var isHeld = Read(buffer, flags, out var done, ref now, out var error);
            if (error == SocketError.WouldBlock)
            {
                ExitAndWait(OperationKind.WaitReadable, Remaining(timeout, started), now);
                continue;
            }

            if (isHeld)
            {
                Shard.Exit(now);
            }

            SocketErrors.ThrowIfFailed(error);
            return done;
        }
    }

    private static void CheckReceiveFlags(SocketFlags flags)
    {
        if ((flags & ~SocketFlags.Peek) != 0)
        {
            throw SocketErrors.NotSupported($"Receiving with the flags {flags}");
        }
    }

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

        if (_connection is not { } connection || _isConnecting)
        {
            return SocketError.NotConnected;
        }

        // What arrived before an error can still be read, as from a kernel's socket.
        if (_receiveShutdown || connection.Available > 0)
        {
            return SocketError.Success;
        }

        return connection.Error != SocketError.Success ? connection.Error
            : connection.IsPeerClosed || connection.State == TcpState.Closed ? SocketError.Success
            : SocketError.WouldBlock;
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

        if (error != SocketError.Success || _receiveShutdown)
        {
            return true;
        }

        if ((flags & SocketFlags.Peek) != 0)
        {
            done = _connection!.CopyReceived(0, buffer);
            return true;
        }

        var isConsumed = false;
        while (done < buffer.Length && !IsClosed && _connection!.Available > 0)
        {
            var piece = _connection.PeekReceived();
            var count = Math.Min(piece.Length, buffer.Length - done);
            if (CopiesUnderLock(count))
            {
                piece[..count].CopyTo(buffer[done..]);
                done += count;
                _connection.ConsumeReceived(count, now);
                isConsumed = true;
                continue;
            }

            _receiveLent = true;
            Leave(isConsumed, now);
            piece[..count].CopyTo(buffer[done..]);
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

            if (error == SocketError.Success && operation.Kind == OperationKind.Receive && !_receiveShutdown)
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

        while (operation.Done < buffer.Length && _connection!.Available > 0)
        {
            var piece = _connection.PeekReceived();
            var count = Math.Min(piece.Length, buffer.Length - operation.Done);
            piece[..count].CopyTo(buffer[operation.Done..]);
            operation.Done += count;
            _connection.ConsumeReceived(count, now);
        }
    }
}
