using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;

namespace SharpTcp.Sockets;

/// <summary>Receiving datagrams. What does not fit the buffer is lost, silently, as from a Unix socket.</summary>
internal partial class UdpSocketCore
{
    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketFlags flags, CancellationToken cancellation) =>
        ReceiveMessageAsync(buffer, Flags(buffer.IsEmpty, flags), null, null, cancellation);

    public override ValueTask<int> ReceiveMessageAsync(
        Memory<byte> buffer, SocketFlags flags, SocketAddress? peer, MessageHolder? holder, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellation);
        }

        if (!CanReceive(flags))
        {
            return ValueTask.FromException<int>(SocketErrors.Create(Ended(SocketError.OperationNotSupported)));
        }

        if (!Shard.TryEnter(out var now))
        {
            return Submit(RentReceive(buffer, flags, peer, holder), cancellation);
        }

        CollectIncoming();
        var error = Readers.IsEmpty ? Read(buffer.Span, flags, out var done, out var message) : Busy(out done, out message);
        if (error == SocketError.WouldBlock)
        {
            return ParkAndExit(RentReceive(buffer, flags, peer, holder), now, cancellation);
        }

        Shard.Exit(now);
        if (error != SocketError.Success)
        {
            return ValueTask.FromException<int>(SocketErrors.Create(Ended(error)));
        }

        Tell(message, peer, holder);
        return new ValueTask<int>(done);
    }

    public override SocketError Receive(Span<byte> buffer, SocketFlags flags, int timeout, out int done) =>
        ReceiveMessage(buffer, Flags(buffer.IsEmpty, flags), timeout, out done, out _);

    public override SocketError ReceiveMessage(Span<byte> buffer, SocketFlags flags, int timeout, out int done, out ReceivedMessage message)
    {
        done = 0;
        message = default;
        if (!CanReceive(flags))
        {
            return Ended(SocketError.OperationNotSupported);
        }

        var started = Environment.TickCount64;
        while (true)
        {
            var now = Shard.Enter();
            CollectIncoming();
            var error = Readers.IsEmpty ? Read(buffer, flags, out done, out message) : Busy(out done, out message);
            if (error != SocketError.WouldBlock)
            {
                Shard.Exit(now);
                return EndedBlocked(error);
            }

            error = ExitAndWait(OperationKind.WaitReadable, Remaining(timeout, started), now);
            if (error != SocketError.Success)
            {
                return error;
            }
        }
    }

    /// <summary>Who offers no room waits for a datagram and does not want to lose it.</summary>
    private static SocketFlags Flags(bool isEmpty, SocketFlags flags) => isEmpty ? flags | SocketFlags.Peek : flags;

    private static bool CanReceive(SocketFlags flags) => (flags & ~(SocketFlags.Peek | SocketFlags.Truncated | SocketFlags.DontRoute)) == 0;

    private static SocketError Busy(out int done, out ReceivedMessage message)
    {
        done = 0;
        message = default;
        return SocketError.WouldBlock;
    }

    private static void Tell(in ReceivedMessage message, SocketAddress? peer, MessageHolder? holder)
    {
        if (peer is not null)
        {
            EndPoints.Write(message.Peer, peer);
        }

        if (holder is not null)
        {
            holder.Message = message;
        }
    }

    private TransferOperation RentReceive(Memory<byte> buffer, SocketFlags flags, SocketAddress? peer, MessageHolder? holder)
    {
        var operation = Rent(OperationKind.Receive);
        operation.Buffer = buffer;
        operation.Flags = flags;
        operation.PeerAddress = peer;
        operation.Holder = holder;
        return operation;
    }

    private SocketError Read(Span<byte> buffer, SocketFlags flags, out int done, out ReceivedMessage message)
    {
        done = 0;
        message = default;
        if (IsClosed)
        {
            return SocketError.OperationAborted;
        }

        if (_port is not { } port)
        {
            // It may still be bound, by a call that sends.
            return SocketError.WouldBlock;
        }

        if (port.TakeError() is var error && error != SocketError.Success)
        {
            return error;
        }

        if (port.TryReceive(buffer, out var datagram, (flags & SocketFlags.Peek) != 0))
        {
            // Linux's MSG_TRUNC: the length of all of it, also where the buffer took less.
            var truncated = datagram.Length > buffer.Length;
            done = (flags & SocketFlags.Truncated) != 0 ? datagram.Length : Math.Min(datagram.Length, buffer.Length);
            message = new ReceivedMessage(datagram.Source, datagram.Destination, datagram.Interface, truncated ? SocketFlags.Truncated : SocketFlags.None);
            return SocketError.Success;
        }

        return _receiveShutdown ? SocketError.Success : SocketError.WouldBlock;
    }

    private void ProgressReceive(Instant now)
    {
        while (Readers.First is TransferOperation operation)
        {
            var error = operation.Kind == OperationKind.WaitReadable ? CheckReadable() : ReadParked(operation);
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            FinishParked(operation, error);
        }
    }

    private SocketError ReadParked(TransferOperation operation)
    {
        var error = Read(operation.Buffer.Span, operation.Flags, out var done, out var message);
        operation.Done = done;
        if (error == SocketError.Success)
        {
            Tell(message, operation.PeerAddress, operation.Holder);
        }

        return error;
    }

    private SocketError CheckReadable()
    {
        if (_port is not { } port)
        {
            return SocketError.WouldBlock;
        }

        if (port.IsReadable || _receiveShutdown)
        {
            return SocketError.Success;
        }

        var error = port.TakeError();
        return error == SocketError.Success ? SocketError.WouldBlock : error;
    }
}
