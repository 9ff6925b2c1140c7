using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Sockets;

/// <summary>A TCP connection as a client has it.</summary>
public sealed class TcpClient : IDisposable
{
    private NetworkStream? _stream;

    /// <summary>Makes a client that can connect to peers of both families.</summary>
    /// <param name="stack">The stack.</param>
    public TcpClient(NetworkStack stack) => Client = new Socket(stack, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Makes a client for one family.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="family">The family.</param>
    public TcpClient(NetworkStack stack, AddressFamily family) => Client = new Socket(stack, family, SocketType.Stream, ProtocolType.Tcp);

    internal TcpClient(Socket accepted) => Client = accepted;

    /// <summary>The socket.</summary>
    public Socket Client { get; }

    /// <summary>Whether it is connected, as far as is known.</summary>
    public bool Connected => Client.Connected;

    /// <inheritdoc cref="Socket.Available"/>
    public int Available => Client.Available;

    /// <inheritdoc cref="Socket.NoDelay"/>
    public bool NoDelay
    {
        get => Client.NoDelay;
        set => Client.NoDelay = value;
    }

    /// <inheritdoc cref="Socket.LingerState"/>
    public LingerOption? LingerState
    {
        get => Client.LingerState;
        set => Client.LingerState = value;
    }

    /// <inheritdoc cref="Socket.SendTimeout"/>
    public int SendTimeout
    {
        get => Client.SendTimeout;
        set => Client.SendTimeout = value;
    }

    /// <inheritdoc cref="Socket.ReceiveTimeout"/>
    public int ReceiveTimeout
    {
        get => Client.ReceiveTimeout;
        set => Client.ReceiveTimeout = value;
    }

    /// <inheritdoc cref="Socket.SendBufferSize"/>
    public int SendBufferSize
    {
        get => Client.SendBufferSize;
        set => Client.SendBufferSize = value;
    }

    /// <inheritdoc cref="Socket.ReceiveBufferSize"/>
    public int ReceiveBufferSize
    {
        get => Client.ReceiveBufferSize;
        set => Client.ReceiveBufferSize = value;
    }

    /// <inheritdoc cref="Socket.ConnectAsync(IPAddress, int, CancellationToken)"/>
    public ValueTask ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken = default) =>
        Client.ConnectAsync(address, port, cancellationToken);

    /// <inheritdoc cref="Socket.ConnectAsync(EndPoint, CancellationToken)"/>
    public ValueTask ConnectAsync(IPEndPoint remoteEP, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(remoteEP);
        return Client.ConnectAsync(remoteEP.Address, remoteEP.Port, cancellationToken);
    }

    /// <inheritdoc cref="Socket.Connect(IPAddress, int)"/>
    public void Connect(IPAddress address, int port) => Client.Connect(address, port);

    /// <summary>The connection as a stream; closing that closes the client.</summary>
    /// <exception cref="System.IO.IOException">It is not connected.</exception>
    public NetworkStream GetStream() => _stream ??= new NetworkStream(Client, ownsSocket: true);

    /// <inheritdoc cref="Dispose"/>
    public void Close() => Dispose();

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        _stream?.Dispose();
        Client.Dispose();
    }
}
