using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>Listens for TCP connections.</summary>
public sealed class TcpListener : IDisposable
{
    private const int DefaultBacklog = 512;

    private readonly NetworkStack _stack;
    private readonly IPEndPoint _local;
    private readonly bool _dualMode;
    private Socket? _socket;
    private bool _active;
    private bool? _exclusive;

    /// <summary>Makes a listener; <see cref="Start(int)"/> opens it.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="localEP">Where to listen; port 0 takes a free one.</param>
    public TcpListener(NetworkStack stack, IPEndPoint localEP)
        : this(stack, localEP, dualMode: false)
    {
    }

    /// <inheritdoc cref="TcpListener(NetworkStack, IPEndPoint)"/>
    /// <param name="localaddr">The address to listen on.</param>
    /// <param name="port">The port; 0 takes a free one.</param>
    public TcpListener(NetworkStack stack, IPAddress localaddr, int port)
        : this(stack, new IPEndPoint(localaddr ?? throw new ArgumentNullException(nameof(localaddr)), port), dualMode: false)
    {
    }

    /// <summary>Makes a listener on every IPv4 address.</summary>
    /// <inheritdoc cref="TcpListener(NetworkStack, IPAddress, int)"/>
    [Obsolete("This constructor has been deprecated. Use TcpListener(NetworkStack, IPAddress, int) instead.")]
    public TcpListener(NetworkStack stack, int port)
        : this(stack, IPAddress.Any, port)
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

    /// <summary>The socket that listens, or will.</summary>
    public Socket Server => _socket ??= MakeSocket();

    /// <summary>Where it listens, or will.</summary>
    public EndPoint LocalEndpoint => _active ? _socket!.LocalEndPoint! : _local;

    /// <summary>Whether nobody else may have the port. To be set before <see cref="Start(int)"/>. Default: yes.</summary>
    /// <exception cref="InvalidOperationException">The listener is started.</exception>
    public bool ExclusiveAddressUse
    {
        get => Server.ExclusiveAddressUse;
        set
        {
            ThrowIfActive();
            Server.ExclusiveAddressUse = value;
            _exclusive = value;
        }
    }

    /// <summary>A listener for both families on every address of the stack.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="port">The port; 0 takes a free one.</param>
    public static TcpListener Create(NetworkStack stack, int port) => new(stack, new IPEndPoint(IPAddress.IPv6Any, port), dualMode: true);

    /// <summary>Not supported, as on every Unix.</summary>
    /// <exception cref="PlatformNotSupportedException">Always.</exception>
    public void AllowNatTraversal(bool allowed) => throw new PlatformNotSupportedException("NAT traversal by protection levels is Windows's.");

    /// <inheritdoc cref="Start(int)"/>
    public void Start() => Start(DefaultBacklog);

    /// <summary>Begins to listen; does nothing if it has begun.</summary>
    /// <param name="backlog">Most connections that wait to be accepted.</param>
    /// <exception cref="ArgumentOutOfRangeException">The backlog is negative.</exception>
    /// <exception cref="SocketException">The port is taken, or the address is not the stack's.</exception>
    public void Start(int backlog)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(backlog);
        if (_active)
        {
            return;
        }

        Server.Bind(_local);
        try
        {
            Server.Listen(backlog);
        }
        catch (SocketException)
        {
            Stop();
            throw;
        }

        _active = true;
    }

    /// <summary>Waits for a connection and blocks meanwhile.</summary>
    /// <exception cref="InvalidOperationException">The listener is not started.</exception>
    public Socket AcceptSocket() => Started.Accept();

    /// <inheritdoc cref="AcceptSocket"/>
    public TcpClient AcceptTcpClient() => new(Started.Accept());

    /// <summary>Waits for a connection.</summary>
    /// <exception cref="InvalidOperationException">The listener is not started.</exception>
    public Task<Socket> AcceptSocketAsync() => AcceptSocketAsync(CancellationToken.None).AsTask();

    /// <inheritdoc cref="AcceptSocketAsync()"/>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<Socket> AcceptSocketAsync(CancellationToken cancellationToken) => Started.AcceptAsync(cancellationToken);

    /// <inheritdoc cref="AcceptSocketAsync()"/>
    public Task<TcpClient> AcceptTcpClientAsync() => AcceptTcpClientAsync(CancellationToken.None).AsTask();

    /// <inheritdoc cref="AcceptSocketAsync(CancellationToken)"/>
    public ValueTask<TcpClient> AcceptTcpClientAsync(CancellationToken cancellationToken)
    {
        return Wrap(AcceptSocketAsync(cancellationToken));

        static async ValueTask<TcpClient> Wrap(ValueTask<Socket> accepted) => new(await accepted.ConfigureAwait(false));
    }

    /// <summary>Begins <see cref="AcceptSocketAsync()"/>.</summary>
    /// <param name="callback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginAcceptSocket(AsyncCallback? callback, object? state) => TaskToAsyncResult.Begin(AcceptSocketAsync(), callback, state);

    /// <summary>Waits for the end of a <see cref="BeginAcceptSocket"/>.</summary>
    /// <param name="asyncResult">What it gave.</param>
    public Socket EndAcceptSocket(IAsyncResult asyncResult) => TaskToAsyncResult.End<Socket>(asyncResult);

    /// <summary>Begins <see cref="AcceptTcpClientAsync()"/>.</summary>
    /// <param name="callback">Called when it is over.</param>
    /// <param name="state">What <see cref="IAsyncResult.AsyncState"/> gives.</param>
    public IAsyncResult BeginAcceptTcpClient(AsyncCallback? callback, object? state) => TaskToAsyncResult.Begin(AcceptTcpClientAsync(), callback, state);

    /// <summary>Waits for the end of a <see cref="BeginAcceptTcpClient"/>.</summary>
    /// <param name="asyncResult">What it gave.</param>
    public TcpClient EndAcceptTcpClient(IAsyncResult asyncResult) => TaskToAsyncResult.End<TcpClient>(asyncResult);

    /// <summary>Whether a connection waits to be accepted.</summary>
    /// <exception cref="InvalidOperationException">The listener is not started.</exception>
    public bool Pending() => Started.Poll(0, SelectMode.SelectRead);

    /// <summary>Stops listening; connections that were not accepted are reset. It can be started again.</summary>
    public void Stop()
    {
        _socket?.Dispose();
        _active = false;
        _socket = null;
    }

    /// <inheritdoc cref="Stop"/>
    public void Dispose() => Stop();

    private Socket Started => _active ? _socket! : throw new InvalidOperationException("The listener is not started: call Start first.");

    private Socket MakeSocket()
    {
        var socket = new Socket(_stack, _local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (_dualMode)
        {
            socket.DualMode = true;
        }

        if (_exclusive is { } exclusive)
        {
            socket.ExclusiveAddressUse = exclusive;
        }

        return socket;
    }

    private void ThrowIfActive()
    {
        if (_active)
        {
            throw new InvalidOperationException("The listener is started: set this before.");
        }
    }
}
