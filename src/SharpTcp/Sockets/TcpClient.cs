using System;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>A TCP connection as a client has it.</summary>
public sealed class TcpClient : IDisposable
{
    private Socket? _client;
    private NetworkStream? _stream;
    private bool _disposed;

    /// <summary>Makes a client that can connect to peers of both families.</summary>
    /// <param name="stack">The stack.</param>
    public TcpClient(NetworkStack stack) => _client = new Socket(stack, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Makes a client for one family.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <exception cref="ArgumentException">It is another family.</exception>
    public TcpClient(NetworkStack stack, AddressFamily family) =>
        _client = new Socket(stack, CheckFamily(family), SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Makes a client that is bound.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="localEP">Where; port 0 takes a free one.</param>
    /// <exception cref="SocketException">The port is taken, or the address is not the stack's.</exception>
    public TcpClient(NetworkStack stack, IPEndPoint localEP)
        : this(stack, (localEP ?? throw new ArgumentNullException(nameof(localEP))).AddressFamily)
    {
        try
        {
            Client.Bind(localEP);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Makes a client that is connected to a peer by its name, and blocks meanwhile.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="hostname">The peer's name, or its address.</param>
    /// <param name="port">The peer's port.</param>
    /// <exception cref="SocketException">The name could not be resolved, or the connection could not be made.</exception>
    public TcpClient(NetworkStack stack, string hostname, int port)
        : this(stack)
    {
        try
        {
            Connect(hostname, port);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal TcpClient(Socket accepted) => _client = accepted;

    /// <summary>The socket; null after the end of the client.</summary>
    [AllowNull]
    public Socket Client
    {
        get => _client!;
        set
        {
            _client = value;
            _stream = null;
        }
    }

    /// <summary>Whether it had a peer when the last call on it ended.</summary>
    public bool Connected => _client?.Connected ?? false;

    /// <inheritdoc cref="Socket.Available"/>
    public int Available => Open.Available;

    /// <inheritdoc cref="Socket.ExclusiveAddressUse"/>
    public bool ExclusiveAddressUse
    {
        get => Open.ExclusiveAddressUse;
        set => Open.ExclusiveAddressUse = value;
    }

    /// <inheritdoc cref="Socket.NoDelay"/>
    public bool NoDelay
    {
        get => Open.NoDelay;
        set => Open.NoDelay = value;
    }

    /// <inheritdoc cref="Socket.LingerState"/>
    public LingerOption? LingerState
    {
        get => Open.LingerState;
        set => Open.LingerState = value;
    }

    /// <inheritdoc cref="Socket.SendTimeout"/>
    public int SendTimeout
    {
        get => Open.SendTimeout;
        set => Open.SendTimeout = value;
    }

    /// <inheritdoc cref="Socket.ReceiveTimeout"/>
    public int ReceiveTimeout
    {
        get => Open.ReceiveTimeout;
        set => Open.ReceiveTimeout = value;
    }

    /// <inheritdoc cref="Socket.SendBufferSize"/>
    public int SendBufferSize
    {
        get => Open.SendBufferSize;
        set => Open.SendBufferSize = value;
    }

    /// <inheritdoc cref="Socket.ReceiveBufferSize"/>
    public int ReceiveBufferSize
    {
        get => Open.ReceiveBufferSize;
        set => Open.ReceiveBufferSize = value;
    }

    /// <inheritdoc cref="Socket.Connect(IPAddress, int)"/>
    public void Connect(IPAddress address, int port) => Open.Connect(address, port);

    /// <inheritdoc cref="Socket.Connect(EndPoint)"/>
    public void Connect(IPEndPoint remoteEP) => Open.Connect(remoteEP);

    /// <inheritdoc cref="Socket.Connect(string, int)"/>
    public void Connect(string hostname, int port) => Open.Connect(hostname, port);

    /// <inheritdoc cref="Socket.ConnectAsync(string, int)"/>
    public Task ConnectAsync(string host, int port) => Open.ConnectAsync(host, port);

    /// <inheritdoc cref="Socket.ConnectAsync(string, int, CancellationToken)"/>
    public ValueTask ConnectAsync(string host, int port, CancellationToken cancellationToken) => Open.ConnectAsync(host, port, cancellationToken);

    /// <inheritdoc cref="Socket.BeginConnect(string, int, AsyncCallback?, object?)"/>
    public IAsyncResult BeginConnect(string host, int port, AsyncCallback? requestCallback, object? state) =>
        Open.BeginConnect(host, port, requestCallback, state);

    /// <inheritdoc cref="Socket.Connect(IPAddress[], int)"/>
    public void Connect(IPAddress[] ipAddresses, int port) => Open.Connect(ipAddresses, port);

    /// <inheritdoc cref="Socket.ConnectAsync(IPAddress, int)"/>
    public Task ConnectAsync(IPAddress address, int port) => Open.ConnectAsync(address, port);

    /// <inheritdoc cref="Socket.ConnectAsync(IPAddress[], int)"/>
    public Task ConnectAsync(IPAddress[] addresses, int port) => Open.ConnectAsync(addresses, port);

    /// <inheritdoc cref="Socket.ConnectAsync(EndPoint)"/>
    public Task ConnectAsync(IPEndPoint remoteEP) => Open.ConnectAsync(remoteEP);

    /// <inheritdoc cref="Socket.ConnectAsync(IPAddress, int, CancellationToken)"/>
    public ValueTask ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken) => Open.ConnectAsync(address, port, cancellationToken);

    /// <inheritdoc cref="Socket.ConnectAsync(IPAddress[], int, CancellationToken)"/>
    public ValueTask ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken) => Open.ConnectAsync(addresses, port, cancellationToken);

    /// <inheritdoc cref="Socket.ConnectAsync(EndPoint, CancellationToken)"/>
    public ValueTask ConnectAsync(IPEndPoint remoteEP, CancellationToken cancellationToken) => Open.ConnectAsync(remoteEP, cancellationToken);

    /// <inheritdoc cref="Socket.BeginConnect(IPAddress, int, AsyncCallback?, object?)"/>
    public IAsyncResult BeginConnect(IPAddress address, int port, AsyncCallback? requestCallback, object? state) =>
        Open.BeginConnect(address, port, requestCallback, state);

    /// <inheritdoc cref="Socket.BeginConnect(IPAddress[], int, AsyncCallback?, object?)"/>
    public IAsyncResult BeginConnect(IPAddress[] addresses, int port, AsyncCallback? requestCallback, object? state) =>
        Open.BeginConnect(addresses, port, requestCallback, state);

    /// <inheritdoc cref="Socket.EndConnect(IAsyncResult)"/>
    public void EndConnect(IAsyncResult asyncResult) => Open.EndConnect(asyncResult);

    /// <summary>The connection as a stream; closing that closes the client.</summary>
    /// <exception cref="InvalidOperationException">It is not connected.</exception>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public NetworkStream GetStream()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Connected ? _stream ??= new NetworkStream(Client, ownsSocket: true) : throw new InvalidOperationException("The client is not connected.");
    }

    /// <inheritdoc cref="Dispose"/>
    public void Close() => Dispose();

    /// <summary>Closes the connection: what is queued is still delivered, as far as <see cref="LingerState"/> allows.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_stream is { } stream)
        {
            stream.Dispose();
        }
        else if (_client is { } client)
        {
            client.EndBothDirections();
            client.Dispose();
        }

        _client = null;
    }

    private Socket Open
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return Client;
        }
    }

    private static AddressFamily CheckFamily(AddressFamily family) => family is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
        ? family
        : throw new ArgumentException($"The family is {family}: it must be IPv4 (InterNetwork) or IPv6 (InterNetworkV6).", nameof(family));
}
