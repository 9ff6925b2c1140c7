using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>Binding, listening, accepting, half close, disconnecting, closing.</summary>
public sealed partial class Socket
{
    private const int DefaultBacklog = 512;

    /// <summary>Binds the socket to a local address and port; port 0 takes a free one.</summary>
    /// <param name="localEP">The endpoint.</param>
    /// <exception cref="SocketException"><see cref="SocketError.AddressAlreadyInUse"/>, <see cref="SocketError.AddressNotAvailable"/>, or <see cref="SocketError.InvalidArgument"/> if it is bound already.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public void Bind(EndPoint localEP)
    {
        var core = Core;
        core.Bind(EndPoints.Parse(localEP, core));
    }

    /// <summary>Listens for connections; so many as the system thinks best wait to be accepted.</summary>
    /// <inheritdoc cref="Listen(int)"/>
    public void Listen() => Listen(DefaultBacklog);

    /// <summary>Listens for connections, of which at most <paramref name="backlog"/> wait to be accepted.</summary>
    /// <param name="backlog">At least 1; 0 takes 1, a negative number the most.</param>
    /// <exception cref="SocketException">It is connected, or cannot be bound, or no TCP socket.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public void Listen(int backlog) => SocketErrors.ThrowIfFailed(Core.Listen(backlog < 0 ? DefaultBacklog : Math.Max(1, backlog)));

    /// <summary>Waits for a connection and blocks meanwhile.</summary>
    /// <returns>The socket of the connection.</returns>
    /// <exception cref="InvalidOperationException">The socket does not listen.</exception>
    public Socket Accept()
    {
        var core = Core;
        ThrowUnlessListening();
        SocketErrors.ThrowIfFailed(core.Accept(Blocking ? Timeout.Infinite : 0, out var accepted));
        return accepted!;
    }

    /// <summary>Waits for a connection.</summary>
    /// <returns>The socket of the connection.</returns>
    /// <exception cref="InvalidOperationException">The socket does not listen.</exception>
    public Task<Socket> AcceptAsync() => AcceptAsync(CancellationToken.None).AsTask();

    /// <inheritdoc cref="AcceptAsync()"/>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<Socket> AcceptAsync(CancellationToken cancellationToken)
    {
        var core = Core;
        ThrowUnlessListening();
        return core.AcceptAsync(cancellationToken);
    }

    /// <inheritdoc cref="AcceptAsync(Socket?, CancellationToken)"/>
    public Task<Socket> AcceptAsync(Socket? acceptSocket) => AcceptAsync(acceptSocket, CancellationToken.None).AsTask();

    /// <summary>Waits for a connection, which becomes that of a socket that exists.</summary>
    /// <param name="acceptSocket">A TCP socket, neither bound nor connected; null makes one.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="InvalidOperationException">The socket does not listen, or the other one is in use.</exception>
    public ValueTask<Socket> AcceptAsync(Socket? acceptSocket, CancellationToken cancellationToken)
    {
        if (acceptSocket is null)
        {
            return AcceptAsync(cancellationToken);
        }

        ThrowUnlessListening();
        if (acceptSocket.IsBound || acceptSocket.Connected || acceptSocket.SocketType != SocketType.Stream || acceptSocket.Stack != Stack)
        {
            throw new InvalidOperationException("The socket to accept into must be a TCP socket of the same stack, neither bound nor connected.");
        }

        return AcceptInto(acceptSocket, cancellationToken);
    }

    /// <summary>Ends sending (TCP: FIN after all that is queued), receiving or both.</summary>
    /// <param name="how">Which.</param>
    /// <exception cref="SocketException"><see cref="SocketError.NotConnected"/>.</exception>
    public void Shutdown(SocketShutdown how) => SocketErrors.ThrowIfFailed(Core.Shutdown(how));

    /// <summary>Ends both directions; the socket has no peer any more.</summary>
    /// <param name="reuseSocket">Without meaning here, as on every Unix: a socket that had a peer cannot <see cref="Connect(EndPoint)"/> again.</param>
    /// <exception cref="SocketException"><see cref="SocketError.NotConnected"/>.</exception>
    public void Disconnect(bool reuseSocket) => SocketErrors.ThrowIfFailed(Core.Disconnect());

    /// <inheritdoc cref="Disconnect(bool)"/>
    /// <param name="cancellationToken">Nothing waits: looked at once.</param>
    public ValueTask DisconnectAsync(bool reuseSocket, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        var error = Core.Disconnect();
        return error == SocketError.Success ? ValueTask.CompletedTask : ValueTask.FromException(SocketErrors.Create(error));
    }

    /// <inheritdoc cref="Dispose()"/>
    public void Close() => Dispose();

    /// <summary>Closes the socket; what is not delivered within the time is cut off by a reset. Returns at once.</summary>
    /// <param name="timeout">Seconds; 0 resets the connection at once; -1 sets no limit.</param>
    public void Close(int timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, -1);
        Dispose(timeout == -1 ? null : timeout);
    }

    /// <summary>Ends both directions, if there are any, before the socket is closed under calls that wait: so they find the end of the stream and the peer no reset.</summary>
    internal void EndBothDirections()
    {
        if (!_core.IsClosed)
        {
            _core.Shutdown(SocketShutdown.Both);
        }
    }

    private async ValueTask<Socket> AcceptInto(Socket target, CancellationToken cancellationToken)
    {
        var accepted = await Core.AcceptAsync(cancellationToken).ConfigureAwait(false);
        var unused = Interlocked.Exchange(ref target._core, accepted._core);
        unused.Close(null);
        return target;
    }

    private void ThrowUnlessListening()
    {
        ThrowUnlessBound();
        if (Core is not TcpSocketCore { WasListening: true })
        {
            throw new InvalidOperationException("The socket does not listen: call Listen before.");
        }
    }
}
