using System;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>Sending to and receiving from the peer.</summary>
public sealed partial class Socket
{
    /// <summary>Sends to the peer.</summary>
    /// <param name="buffer">What to send; not to be changed before the call is over.</param>
    /// <param name="socketFlags"><see cref="SocketFlags.None"/>; others are not supported yet.</param>
    /// <param name="cancellationToken">Gives up waiting for room; what was accepted before is sent.</param>
    /// <returns>The number of bytes, all of them, when the last was accepted into the send buffer.</returns>
    /// <exception cref="SocketException">The connection ended, or there is none.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer, SocketFlags socketFlags, CancellationToken cancellationToken = default) =>
        Core.SendAsync(buffer, socketFlags, cancellationToken);

    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, SocketFlags, CancellationToken)"/>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        Core.SendAsync(buffer, SocketFlags.None, cancellationToken);

    /// <summary>Receives from the peer.</summary>
    /// <param name="buffer">Where to; not to be touched before the call is over. An empty one waits until there is something to receive.</param>
    /// <param name="socketFlags"><see cref="SocketFlags.None"/> or <see cref="SocketFlags.Peek"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; nothing is lost.</param>
    /// <returns>The number of bytes, as many as are there; 0 when the peer has ended its stream.</returns>
    /// <exception cref="SocketException">The connection ended by an error, or there is none.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketFlags socketFlags, CancellationToken cancellationToken = default) =>
        Core.ReceiveAsync(buffer, socketFlags, cancellationToken);

    /// <inheritdoc cref="ReceiveAsync(Memory{byte}, SocketFlags, CancellationToken)"/>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Core.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);

    /// <summary>Sends to the peer and blocks meanwhile, at most <see cref="SendTimeout"/>.</summary>
    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte}, SocketFlags, CancellationToken)"/>
    public int Send(ReadOnlySpan<byte> buffer, SocketFlags socketFlags = SocketFlags.None) => Core.Send(buffer, socketFlags, SendLimit);

    /// <summary>Receives from the peer and blocks meanwhile, at most <see cref="ReceiveTimeout"/>.</summary>
    /// <inheritdoc cref="ReceiveAsync(Memory{byte}, SocketFlags, CancellationToken)"/>
    public int Receive(Span<byte> buffer, SocketFlags socketFlags = SocketFlags.None) => Core.Receive(buffer, socketFlags, ReceiveLimit);
}
