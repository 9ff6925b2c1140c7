using System;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;

namespace SharpTcp.Sockets;

/// <summary>Sending datagrams: to the link at once, or, if it is full, when it has room.</summary>
internal partial class UdpSocketCore
{
    public override ValueTask<int> SendAsync(ReadOnlyMemory<byte> data, SocketFlags flags, CancellationToken cancellation) =>
        SendAsync(data, flags, null, cancellation);

    public override ValueTask<int> SendToAsync(
        ReadOnlyMemory<byte> data, SocketFlags flags, TransportEndpoint peer, CancellationToken cancellation) =>
        SendAsync(data, flags, peer, cancellation);

    public override SocketError Send(ReadOnlySpan<byte> data, SocketFlags flags, int timeout, out int done) => Send(data, flags, null, timeout, out done);

    public override SocketError SendTo(ReadOnlySpan<byte> data, SocketFlags flags, TransportEndpoint peer, int timeout, out int done) =>
        Send(data, flags, peer, timeout, out done);

    private static bool CanSend(SocketFlags flags) =>
        (flags & ~(SocketFlags.DontRoute | SocketFlags.Peek | SocketFlags.Truncated | SocketFlags.ControlDataTruncated)) == 0;

    private ValueTask<int> SendAsync(ReadOnlyMemory<byte> data, SocketFlags flags, TransportEndpoint? peer, CancellationToken cancellation)
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
            return Submit(RentSend(data, peer), cancellation);
        }

        CollectIncoming();
        var error = Writers.IsEmpty ? Write(data.Span, peer, now) : SocketError.WouldBlock;
        if (error == SocketError.WouldBlock)
        {
            return ParkAndExit(RentSend(data, peer), now, cancellation);
        }

        Shard.Exit(now);
        return error == SocketError.Success ? new ValueTask<int>(data.Length) : ValueTask.FromException<int>(SocketErrors.Create(Ended(error)));
    }

    private SocketError Send(ReadOnlySpan<byte> data, SocketFlags flags, TransportEndpoint? peer, int timeout, out int done)
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
            CollectIncoming();
            var error = Writers.IsEmpty ? Write(data, peer, now) : SocketError.WouldBlock;
            if (error != SocketError.WouldBlock)
            {
                Shard.Exit(now);
                done = error == SocketError.Success ? data.Length : 0;
                return EndedBlocked(error);
            }

            error = ExitAndWait(OperationKind.WaitWritable, Remaining(timeout, started), now);
            if (error != SocketError.Success)
            {
                return error;
            }
        }
    }

    private TransferOperation RentSend(ReadOnlyMemory<byte> data, TransportEndpoint? peer)
    {
        var operation = Rent(OperationKind.Send);
        operation.Data = data;
        operation.Peer = peer;
        return operation;
    }

    private SocketError Write(ReadOnlySpan<byte> data, TransportEndpoint? peer, Instant now)
    {
        if (IsClosed)
        {
            return SocketError.OperationAborted;
        }

        if (_sendShutdown)
        {
            return SocketError.Shutdown;
        }

        if ((peer ?? _port?.Remote) is not { } destination)
        {
            return SocketError.DestinationAddressRequired;
        }

        if (destination.Port == 0 && HasPorts)
        {
            return SocketError.InvalidArgument;
        }

        if (destination.Address.IsLimitedBroadcast && !Broadcast)
        {
            return SocketError.AccessDenied;
        }

        var error = EnsureBound();
        if (error != SocketError.Success)
        {
            return error;
        }

        destination = EndPoints.AnyToLoopback(destination);
        return destination.Address.IsIPv4 && Family == AddressFamily.InterNetworkV6 && !DualMode
            ? SocketError.NetworkUnreachable
            : _port!.Send(data, destination, new UdpSendOptions { Interface = InterfaceIndex }, now);
    }

    private void ProgressSend(Instant now)
    {
        while (Writers.First is TransferOperation operation)
        {
            // A blocked sender tries by itself; the event that brought us here says that it is worth it.
            var error = operation.Kind == OperationKind.WaitWritable ? SocketError.Success : Write(operation.Data.Span, operation.Peer, now);
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            operation.Done = operation.Data.Length;
            FinishParked(operation, error);
        }
    }
}
