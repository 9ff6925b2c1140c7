using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;

namespace SharpTcp.Sockets;

/// <summary>Receiving datagrams. What does not fit the buffer is lost, silently, as from a Unix socket.</summary>
internal sealed partial class UdpSocketCore
{
    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketFlags flags, CancellationToken cancellation) =>
        ReceiveCore(buffer, flags, null, cancellation);

    public override ValueTask<int> ReceiveFromAsync(
        Memory<byte> buffer, SocketFlags flags, SocketAddress peer, CancellationToken cancellation) =>
        ReceiveCore(buffer, flags, peer, cancellation);

    public override int Receive(Span<byte> buffer, SocketFlags flags, int timeout) => ReceiveFrom(buffer, flags, timeout, out _);

    public override int ReceiveFrom(Span<byte> buffer, SocketFlags flags, int timeout, out TransportEndpoint peer)
    {
        CheckReceiveFlags(flags);
        var started = Environment.TickCount64;
        while (true)
        {
            var now = Shard.Enter();
            CollectIncoming();
            var error = Readers.IsEmpty ? Read(buffer, flags, out var done, out peer) : Busy(out done, out peer);
            if (error != SocketError.WouldBlock)
            {
                Shard.Exit(now);
                SocketErrors.ThrowIfFailed(error);
                return done;
            }

            ExitAndWait(OperationKind.WaitReadable, Remaining(timeout, started), now);
        }
    }

    private static void CheckReceiveFlags(SocketFlags flags)
    {
        if ((flags & ~SocketFlags.Peek) != 0)
        {
            throw SocketErrors.NotSupported($"Receiving with the flags {flags}");
        }
    }

    private static SocketError Busy(out int done, out TransportEndpoint peer)
    {
        done = 0;
        peer = default;
        return SocketError.WouldBlock;
    }

    private ValueTask<int> ReceiveCore(Memory<byte> buffer, SocketFlags flags, SocketAddress? peerAddress, CancellationToken cancellation)
    {
        CheckReceiveFlags(flags);
        if (cancellation.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellation);
        }

        if (!Shard.TryEnter(out var now))
        {
            return Submit(RentReceive(buffer, flags, peerAddress), cancellation);
        }

        CollectIncoming();
        var error = Readers.IsEmpty ? Read(buffer.Span, flags, out var done, out var peer) : Busy(out done, out peer);
        if (error == SocketError.WouldBlock)
        {
            return ParkAndExit(RentReceive(buffer, flags, peerAddress), now, cancellation);
        }

        Shard.Exit(now);
        if (error != SocketError.Success)
        {
            return ValueTask.FromException<int>(SocketErrors.Create(error));
        }

        if (peerAddress is not null)
        {
            EndPoints.Write(peer, peerAddress);
        }

        return new ValueTask<int>(done);
    }

    private TransferOperation RentReceive(Memory<byte> buffer, SocketFlags flags, SocketAddress? peerAddress)
    {
        var operation = Rent(OperationKind.Receive);
        operation.Buffer = buffer;
        operation.Flags = flags;
        operation.PeerAddress = peerAddress;
        return operation;
    }

    private SocketError Read(Span<byte> buffer, SocketFlags flags, out int done, out TransportEndpoint peer)
    {
        done = 0;
        peer = default;
        if (IsClosed)
        {
            return SocketError.OperationAborted;
        }

        if (_port is not { } port)
        {
            return SocketError.InvalidArgument;
        }

        if (port.TakeError() is var error && error != SocketError.Success)
        {
            return error;
        }

        if (port.TryReceive(buffer, out var datagram, (flags & SocketFlags.Peek) != 0))
        {
            done = Math.Min(datagram.Length, buffer.Length);
            peer = datagram.Source;
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
        var error = Read(operation.Buffer.Span, operation.Flags, out var done, out var peer);
        operation.Done = done;
        if (error == SocketError.Success && operation.PeerAddress is { } address)
        {
            EndPoints.Write(peer, address);
        }

        return error;
    }

    private SocketError CheckReadable()
    {
        if (_port is not { } port)
        {
            return SocketError.InvalidArgument;
        }

        if (port.IsReadable || _receiveShutdown)
        {
            return SocketError.Success;
        }

        var error = port.TakeError();
        return error == SocketError.Success ? SocketError.WouldBlock : error;
    }
}
