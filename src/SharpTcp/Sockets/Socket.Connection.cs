using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Sockets;

/// <summary>Binding, connecting, listening, closing.</summary>
public sealed partial class Socket
{
    private const int DefaultBacklog = 512;

    /// <summary>Binds the socket to a local address and port; port 0 takes a free one.</summary>
    /// <param name="localEP">The endpoint.</param>
    /// <exception cref="SocketException"><see cref="SocketError.AddressAlreadyInUse"/>, <see cref="SocketError.AddressNotAvailable"/>, or <see cref="SocketError.InvalidArgument"/> if it is bound already.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public void Bind(EndPoint localEP) => Core.Bind(EndPoints.Parse(localEP, AddressFamily));

    /// <summary>Listens for connections, of which at most <paramref name="backlog"/> wait to be accepted.</summary>
    /// <param name="backlog">At least 1; anything less takes 1.</param>
    /// <exception cref="SocketException">It is connected, or cannot be bound.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public void Listen(int backlog = DefaultBacklog) => Core.Listen(Math.Max(1, backlog));

    /// <summary>Waits for a connection.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The socket of the connection.</returns>
    public ValueTask<Socket> AcceptAsync(CancellationToken cancellationToken = default) => Core.AcceptAsync(cancellationToken);

    /// <summary>Waits for a connection and blocks meanwhile.</summary>
    /// <returns>The socket of the connection.</returns>
    public Socket Accept() => Core.Accept(Blocking ? Timeout.Infinite : 0);

    /// <summary>Connects to a peer.</summary>
    /// <param name="remoteEP">An <see cref="IPEndPoint"/>.</param>
    /// <param name="cancellationToken">Gives up; the attempt is aborted.</param>
    /// <exception cref="SocketException"><see cref="SocketError.ConnectionRefused"/>, <see cref="SocketError.TimedOut"/>, <see cref="SocketError.HostUnreachable"/>, <see cref="SocketError.NetworkUnreachable"/> …</exception>
    public ValueTask ConnectAsync(EndPoint remoteEP, CancellationToken cancellationToken = default) =>
        Core.ConnectAsync(EndPoints.Parse(remoteEP, AddressFamily), cancellationToken);

    /// <inheritdoc cref="ConnectAsync(EndPoint, CancellationToken)"/>
    /// <param name="address">The peer's address.</param>
    /// <param name="port">The peer's port.</param>
    /// <param name="cancellationToken">Gives up; the attempt is aborted.</param>
    public ValueTask ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken = default) =>
        ConnectAsync(ToFamily(new IPEndPoint(address, port)), cancellationToken);

    /// <summary>TCP: what congestion control, loss recovery and the counters of the connection say at this moment.</summary>
    /// <exception cref="SocketException"><see cref="SocketError.NotConnected"/>: there is no connection.</exception>
    public TcpInfo GetTcpInfo() => TcpCore.GetInfo();

    /// <summary>Connects to a peer and blocks meanwhile.</summary>
    /// <inheritdoc cref="ConnectAsync(EndPoint, CancellationToken)"/>
    public void Connect(EndPoint remoteEP)
    {
        if (!Blocking && SocketType == SocketType.Stream)
        {
            throw SocketErrors.NotSupported("Connect on a socket that does not block (use ConnectAsync)");
        }

        Core.Connect(EndPoints.Parse(remoteEP, AddressFamily));
    }

    /// <inheritdoc cref="Connect(EndPoint)"/>
    /// <param name="address">The peer's address.</param>
    /// <param name="port">The peer's port.</param>
    public void Connect(IPAddress address, int port) => Connect(ToFamily(new IPEndPoint(address, port)));

    /// <summary>Ends sending (TCP: FIN after all that is queued), receiving or both.</summary>
    /// <param name="how">Which.</param>
    /// <exception cref="SocketException"><see cref="SocketError.NotConnected"/>.</exception>
    public void Shutdown(SocketShutdown how) => Core.Shutdown(how);

    /// <inheritdoc cref="Dispose"/>
    public void Close() => Dispose();

    /// <summary>Closes the socket; what is not delivered within the time is cut off by a reset. Returns at once.</summary>
    /// <param name="timeout">Seconds; 0 resets the connection at once; -1 sets no limit.</param>
    public void Close(int timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, -1);
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _core.Close(timeout == -1 ? null : timeout);
        }
    }

    /// <summary>An IPv4 endpoint in the form that this socket takes.</summary>
    private IPEndPoint ToFamily(IPEndPoint endPoint) =>
        AddressFamily == AddressFamily.InterNetworkV6 && endPoint.AddressFamily == AddressFamily.InterNetwork
            ? new IPEndPoint(endPoint.Address.MapToIPv6(), endPoint.Port)
            : endPoint;
}
