using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>Listens for TCP connections.</summary>
public sealed class TcpListener : IDisposable
{
    private readonly NetworkStack _stack;
    private readonly IPEndPoint _local;
    private readonly bool _dualMode;
    private Socket? _socket;
    private bool _exclusive = true;

    /// <summary>Makes a listener; <see cref="Start(int)"/> opens it.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="localEP">Where to listen; port 0 takes a free one.</param>
    public TcpListener(NetworkStack stack, IPEndPoint localEP)
        : this(stack, localEP, dualMode: false)
    {
    }

    private TcpListener(NetworkStack stack, IPEndPoint localEP, bool dualMode)
    {
        ArgumentNullException.ThrowIfNull(stack);
        ArgumentNullException.ThrowIfNull(localEP);
        _stack = stack;
        _local = localEP;
        _dualMode = dualMode;
    }

    /// <summary>The socket that listens.</summary>
    /// <exception cref="InvalidOperationException">The listener is not started.</exception>
    public Socket Server => _socket ?? throw new InvalidOperationException("The listener is not started: call Start first.");

    /// <summary>Where it listens, or will.</summary>
    public EndPoint LocalEndpoint => _socket?.LocalEndPoint ?? _local;

    /// <summary>Whether nobody else may have the port. To be set before <see cref="Start(int)"/>. Default: yes.</summary>
    public bool ExclusiveAddressUse
    {
        get => _exclusive;
        set => _exclusive = _socket is null ? value : throw new InvalidOperationException("The listener is started: set ExclusiveAddressUse before.");
    }

    /// <summary>A listener for both families on every address of the stack.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="port">The port; 0 takes a free one.</param>
    public static TcpListener Create(NetworkStack stack, int port) => new(stack, new IPEndPoint(IPAddress.IPv6Any, port), dualMode: true);

    /// <summary>Begins to listen.</summary>
    /// <param name="backlog">Most connections that wait to be accepted.</param>
    /// <exception cref="SocketException">The port is taken, or the address is not the stack's.</exception>
    public void Start(int backlog = 512)
    {
        if (_socket is not null)
        {
            return;
        }

        var socket = new Socket(_stack, _local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (_dualMode)
            {
                socket.DualMode = true;
            }

            socket.ExclusiveAddressUse = _exclusive;
            socket.Bind(_local);
            socket.Listen(backlog);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        _socket = socket;
    }

    /// <summary>Waits for a connection.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<Socket> AcceptSocketAsync(CancellationToken cancellationToken = default) => Server.AcceptAsync(cancellationToken);

    /// <inheritdoc cref="AcceptSocketAsync"/>
    public async ValueTask<TcpClient> AcceptTcpClientAsync(CancellationToken cancellationToken = default) =>
        new(await Server.AcceptAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>Waits for a connection and blocks meanwhile.</summary>
    public Socket AcceptSocket() => Server.Accept();

    /// <inheritdoc cref="AcceptSocket"/>
    public TcpClient AcceptTcpClient() => new(Server.Accept());

    /// <summary>Whether a connection waits to be accepted.</summary>
    public bool Pending() => Server.IsAcceptable;

    /// <summary>Stops listening; connections that were not accepted are reset. It can be started again.</summary>
    public void Stop()
    {
        _socket?.Dispose();
        _socket = null;
    }

    /// <inheritdoc cref="Stop"/>
    public void Dispose() => Stop();
}
