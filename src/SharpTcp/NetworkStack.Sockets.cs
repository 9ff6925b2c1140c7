using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Names;
using SharpTcp.Sockets;
using Socket = SharpTcp.Sockets.Socket;
using NetworkStream = SharpTcp.Sockets.NetworkStream;
using TcpListener = SharpTcp.Sockets.TcpListener;

namespace SharpTcp;

/// <summary>The sockets of the stack, and the short ways to one.</summary>
public sealed partial class NetworkStack
{
    private const int LingeringBeforeSweep = 64;

    private readonly SocketList _open = new();
    private readonly SocketList _lingering = new();
    private int _sweepAt = LingeringBeforeSweep;

    /// <summary>
    /// Connects to a peer by TCP. A name is resolved by <see cref="Dns"/>, and its addresses are tried as RFC 8305 says: IPv6 and IPv4 in turn, the next 250 ms after the one before.
    /// </summary>
    /// <param name="host">Its name, or its address, for example <c>10.0.0.1</c> or <c>2001:db8::1</c>.</param>
    /// <param name="port">Its port.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connection as a stream, which closes it when it is disposed.</returns>
    /// <exception cref="SocketException">The name could not be resolved, or the connection could not be made.</exception>
    public async ValueTask<NetworkStream> ConnectAsync(string host, int port, CancellationToken cancellationToken = default)
    {
        System.ArgumentNullException.ThrowIfNull(host);
        ThrowIfDisposed();
        var socket = IPAddress.TryParse(host, out var address)
            ? await ConnectAsync(new IPEndPoint(address, port), cancellationToken).ConfigureAwait(false)
            : await new NameConnector(this, host, port).ConnectAsync(cancellationToken).ConfigureAwait(false);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Listens for TCP connections on every address of both families.</summary>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="backlog">Most connections that wait to be accepted.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public TcpListener Listen(int port, int backlog = 512)
    {
        var listener = TcpListener.Create(this, port);
        listener.Start(backlog);
        return listener;
    }

    private async ValueTask<Socket> ConnectAsync(IPEndPoint peer, CancellationToken cancellationToken)
    {
        var socket = new Socket(this, peer.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(peer, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Listens to flows to every address, on interfaces of <see cref="InterfaceSettings.AnyAddress"/>.</summary>
    /// <param name="limit">Most flows that wait for a decision, and most handshakes under way.</param>
    /// <exception cref="SocketException"><see cref="SocketError.AddressAlreadyInUse"/>: the stack has such a listener.</exception>
    public FlowListener ListenToFlows(int limit = 1024)
    {
        ThrowIfDisposed();
        return new FlowListener(this, limit);
    }

    /// <summary>Sockets that their users have not closed.</summary>
    internal int OpenSockets => _open.Count;

    /// <summary>Takes in a new socket.</summary>
    internal void Add(SocketCore socket)
    {
        ThrowIfDisposed();
        Shard.Enter();
        Register(socket);
        Shard.ExitUnchanged();
    }

    /// <summary>Takes in a new socket. Under the lock.</summary>
    internal void Register(SocketCore socket) => _open.Add(socket);

    /// <summary>A socket was closed by its user; its connection may live on. Under the lock.</summary>
    internal void Forget(SocketCore socket)
    {
        _open.Remove(socket);
        _lingering.Add(socket);
        if (_lingering.Count < _sweepAt)
        {
            return;
        }

        SweepLingering();
        _sweepAt = LingeringBeforeSweep + 2 * _lingering.Count;
    }

    /// <summary>Drops the closed sockets whose connections are gone. Under the lock.</summary>
    private void SweepLingering()
    {
        for (var socket = _lingering.First; socket is not null;)
        {
            var next = socket.NextSocket;
            if (socket.IsGone)
            {
                _lingering.Remove(socket);
            }

            socket = next;
        }
    }
}
