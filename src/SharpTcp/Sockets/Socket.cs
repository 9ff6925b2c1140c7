using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace SharpTcp.Sockets;

/// <summary>
/// A socket of a <see cref="NetworkStack"/>, with the names, members and errors of <see cref="System.Net.Sockets.Socket"/>. TCP and UDP over IPv4 and IPv6. Every member may be
/// called from any thread.
/// </summary>
/// <remarks>
/// Several calls of one direction may wait at the same time; they are served in order. The awaitable of a call is awaited once. One receive and one send at a time allocate nothing.
/// What is not supported yet throws <see cref="SocketException"/> with <see cref="SocketError.OperationNotSupported"/> or <see cref="NotSupportedException"/>.
/// </remarks>
public sealed partial class Socket : IDisposable
{
    private readonly SocketCore _core;
    private int _disposed;

    /// <summary>Makes a socket.</summary>
    /// <param name="stack">The stack that it belongs to.</param>
    /// <param name="addressFamily"><see cref="AddressFamily.InterNetwork"/> or <see cref="AddressFamily.InterNetworkV6"/>.</param>
    /// <param name="socketType"><see cref="SocketType.Stream"/> or <see cref="SocketType.Dgram"/>.</param>
    /// <param name="protocolType"><see cref="ProtocolType.Tcp"/> or <see cref="ProtocolType.Udp"/>, to match the type, or <see cref="ProtocolType.Unspecified"/>.</param>
    /// <exception cref="SocketException">There is no such kind of socket.</exception>
    public Socket(NetworkStack stack, AddressFamily addressFamily, SocketType socketType, ProtocolType protocolType)
    {
        ArgumentNullException.ThrowIfNull(stack);
        if (addressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            throw SocketErrors.Create(SocketError.AddressFamilyNotSupported, $"There are no sockets of the family {addressFamily}: IPv4 (InterNetwork) and IPv6 (InterNetworkV6) are supported.");
        }

        _core = (socketType, protocolType) switch
        {
            (SocketType.Stream, ProtocolType.Tcp or ProtocolType.Unspecified) => new TcpSocketCore(stack, addressFamily),
            (SocketType.Dgram, ProtocolType.Udp or ProtocolType.Unspecified) => new UdpSocketCore(stack, addressFamily),
            (SocketType.Stream or SocketType.Dgram, _) => throw SocketErrors.Create(
                SocketError.ProtocolNotSupported, $"A socket of type {socketType} cannot speak {protocolType}: use Stream with Tcp or Dgram with Udp."),
            _ => throw SocketErrors.Create(
                SocketError.SocketNotSupported, $"There are no sockets of type {socketType}: use Stream with Tcp or Dgram with Udp."),
        };
        stack.Add(_core);
    }

    /// <summary>Makes an IPv6 socket that also speaks IPv4.</summary>
    /// <inheritdoc cref="Socket(NetworkStack, AddressFamily, SocketType, ProtocolType)"/>
    public Socket(NetworkStack stack, SocketType socketType, ProtocolType protocolType)
        : this(stack, AddressFamily.InterNetworkV6, socketType, protocolType) => DualMode = true;

    internal Socket(SocketCore core) => _core = core;

    /// <summary>The stack that the socket belongs to.</summary>
    public NetworkStack Stack => _core.Stack;

    /// <summary>The family of its endpoints.</summary>
    public AddressFamily AddressFamily => _core.Family;

    /// <summary>Stream (TCP) or Dgram (UDP).</summary>
    public SocketType SocketType => _core.SocketType;

    /// <summary>Tcp or Udp.</summary>
    public ProtocolType ProtocolType => _core.SocketType == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp;

    /// <summary>Its own address and port; null until it is bound or connected.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public EndPoint? LocalEndPoint => ToEndPoint(Core.Local);

    /// <summary>Its peer.</summary>
    /// <exception cref="SocketException"><see cref="SocketError.NotConnected"/>: it has none.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public EndPoint? RemoteEndPoint => ToEndPoint(Core.Remote) ?? throw SocketErrors.Create(SocketError.NotConnected);

    /// <summary>Whether it is connected, as far as is known.</summary>
    public bool Connected => _core.IsConnected;

    /// <summary>Whether it is bound to an address and port.</summary>
    public bool IsBound => _core.Local is not null;

    /// <summary>Bytes that can be received at once; for UDP those of the first datagram.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public int Available
    {
        get
        {
            var core = Core;
            core.Shard.Enter();
            var available = core.Available;
            core.Shard.ExitUnchanged();
            return available;
        }
    }

    internal bool HasWaitingReader
    {
        get
        {
            _core.Shard.Enter();
            var waiting = _core.HasWaitingReader;
            _core.Shard.ExitUnchanged();
            return waiting;
        }
    }

    internal bool IsAcceptable
    {
        get
        {
            var core = TcpCore;
            core.Shard.Enter();
            var acceptable = core.IsAcceptable;
            core.Shard.ExitUnchanged();
            return acceptable;
        }
    }

    internal bool IsDisposed => _disposed != 0;

    private SocketCore Core
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed != 0 || _core.IsClosed, this);
            return _core;
        }
    }

    private TcpSocketCore TcpCore => Core as TcpSocketCore ?? throw SocketErrors.NotSupported($"This option on a socket of type {SocketType}");

    private UdpSocketCore UdpCore => Core as UdpSocketCore ?? throw SocketErrors.NotSupported($"This option on a socket of type {SocketType}");

    /// <summary>
    /// Closes the socket. Waiting calls end with <see cref="SocketError.OperationAborted"/>. What is queued is still delivered, in the background, as far as <see cref="LingerState"/> allows.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _core.Close(LingerSeconds);
        }
    }

    private IPEndPoint? ToEndPoint(Protocols.TransportEndpoint? endpoint) =>
        endpoint is { } some ? EndPoints.ToIPEndPoint(some, AddressFamily) : null;
}
