using System;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Sockets;

/// <summary>TCP Fast Open (RFC 7413).</summary>
internal sealed partial class TcpSocketCore
{
    private int _fastOpenQueue;

    /// <summary>Most connections of a listener that a SYN alone has opened.</summary>
    public int FastOpenQueue
    {
        get => _fastOpenQueue;
        set
        {
            var now = Shard.Enter();
            _fastOpenQueue = value;
            _listener?.FastOpenLimit = value;
            Shard.Exit(now);
        }
    }

    /// <summary>Connects, and lets as many bytes go with the SYN as the stack and the server allow.</summary>
    /// <param name="remote">The peer.</param>
    /// <param name="first">What is to be sent first.</param>
    /// <param name="taken">How many of these bytes are on their way, with the SYN or again after it.</param>
    /// <param name="cancellation">Gives up.</param>
    public ValueTask ConnectAsync(TransportEndpoint remote, ReadOnlySpan<byte> first, out int taken, CancellationToken cancellation)
    {
        taken = 0;
        if (cancellation.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellation);
        }

        var now = Shard.Enter();
        var error = BeginConnect(remote, fastOpen: true, now);
        if (error != SocketError.Success)
        {
            Shard.Exit(now);
            return ValueTask.FromException(SocketErrors.Create(error));
        }

        taken = QueueBeforeSyn(_connection!, first, now);
        return ExitAndConnect(cancellation, now);
    }

    private static int QueueBeforeSyn(TcpConnection connection, ReadOnlySpan<byte> bytes, Instant now)
    {
        var taken = 0;
        while (taken < bytes.Length && connection.FastOpenRoom > 0)
        {
            var room = connection.ReserveSend(bytes.Length - taken);
            if (room.IsEmpty)
            {
                break;
            }

            bytes.Slice(taken, room.Length).CopyTo(room);
            taken += room.Length;
            connection.CommitSend(room.Length, push: true, now);
        }

        return taken;
    }
}
