using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace SharpTcp.Sockets;

/// <summary>
/// A socket of a <see cref="NetworkStack"/>, with the names, members and errors of <see cref="System.Net.Sockets.Socket"/>. TCP, UDP, ICMP echo and raw IP over IPv4 and IPv6.
/// Every member may be called from any thread.
/// </summary>
/// <remarks>
/// Where its namesake behaves differently from one operating system to another, this one behaves as that does on Linux; <c>docs/sockets.md</c> lists every member.
/// Several calls of one direction may wait at the same time; they are served in order. The awaitable of a call is awaited once. One receive and one send at a time by the
/// forms with spans, memory and socket addresses allocate nothing.
/// </remarks>
public sealed partial class Socket : IDisposable
{
    private SocketCore _core;
    private int _disposed;

    /// <summary>Makes a socket.</summary>
    /// <param name="stack">The stack that it belongs to.</param>
    /// <param name="addressFamily"><see cref="AddressFamily.InterNetwork"/> or <see cref="AddressFamily.InterNetworkV6"/>.</param>
    /// <param name="socketType"><see cref="SocketType.Stream"/>, <see cref="SocketType.Dgram"/> or <see cref="SocketType.Raw"/>.</param>
    /// <param name="protocolType">
    /// <see cref="ProtocolType.Tcp"/> or <see cref="ProtocolType.Udp"/>, to match the type, or <see cref="ProtocolType.Unspecified"/>. Dgram with <see cref="ProtocolType.Icmp"/> or
    /// <see cref="ProtocolType.IcmpV6"/> sends echo requests. Raw takes the number of any protocol; 255 sends packets whose header is the user's.
    /// </param>
    /// <exception cref="SocketException">There is no such kind of socket.</exception>
    public Socket(NetworkStack stack, AddressFamily addressFamily, SocketType socketType, ProtocolType protocolType)
    {
        ArgumentNullException.ThrowIfNull(stack);
        _core = MakeCore(stack, addressFamily, socketType, protocolType);
        ProtocolType = protocolType;
        stack.Add(_core);
    }

    /// <summary>Makes an IPv6 socket that also speaks IPv4.</summary>
    /// <inheritdoc cref="Socket(NetworkStack, AddressFamily, SocketType, ProtocolType)"/>
    public Socket(NetworkStack stack, SocketType socketType, ProtocolType protocolType)
        : this(stack, AddressFamily.InterNetworkV6, socketType, protocolType) => DualMode = true;

    internal Socket(SocketCore core)
    {
        _core = core;
        ProtocolType = ProtocolType.Tcp;
    }

    /// <summary>Whether there are IPv4 sockets: yes.</summary>
    public static bool OSSupportsIPv4 => true;

    /// <summary>Whether there are IPv6 sockets: yes.</summary>
    public static bool OSSupportsIPv6 => true;

    /// <summary>Whether there are Unix domain sockets: no, they are the kernel's.</summary>
    public static bool OSSupportsUnixDomainSockets => false;

    /// <inheritdoc cref="OSSupportsIPv4"/>
    [Obsolete("SupportsIPv4 has been deprecated. Use OSSupportsIPv4 instead.")]
    public static bool SupportsIPv4 => true;

    /// <inheritdoc cref="OSSupportsIPv6"/>
    [Obsolete("SupportsIPv6 has been deprecated. Use OSSupportsIPv6 instead.")]
    public static bool SupportsIPv6 => true;

    /// <summary>The stack that the socket belongs to.</summary>
    public NetworkStack Stack => _core.Stack;

    /// <summary>The family of its endpoints.</summary>
    public AddressFamily AddressFamily => _core.Family;

    /// <summary>Stream (TCP), Dgram (UDP, ICMP echo) or Raw.</summary>
    public SocketType SocketType => _core.SocketType;

    /// <summary>The protocol as it was asked for.</summary>
    public ProtocolType ProtocolType { get; }

    /// <summary>Its own address and port; null until it is bound or connected.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public EndPoint? LocalEndPoint => ToEndPoint(Core.Local);

    /// <summary>Its peer, or null.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public EndPoint? RemoteEndPoint => ToEndPoint(Core.Remote);

    /// <summary>Whether it had a peer when the last call on it ended.</summary>
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
            if (core is TcpSocketCore { IsListening: true })
            {
                throw SocketErrors.Create(SocketError.InvalidArgument, "A socket that listens receives nothing.");
            }

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

    internal bool IsAcceptable => Core.Poll(SelectMode.SelectRead, null);

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
    /// Closes the socket. What is queued is still delivered, in the background, as far as <see cref="LingerState"/> allows. Asynchronous calls that wait end with
    /// <see cref="SocketError.OperationAborted"/>, blocked ones with <see cref="SocketError.ConnectionAborted"/> or (accept) <see cref="SocketError.Interrupted"/>; a connection under them is
    /// reset, as it is by Linux: who wants it to end well shuts it down before.
    /// </summary>
    public void Dispose() => Dispose(LingerSeconds);

    private void Dispose(int? lingerSeconds)
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _core.Close(lingerSeconds, abortsWaiting: true);
        }
    }

    private static SocketCore MakeCore(NetworkStack stack, AddressFamily family, SocketType type, ProtocolType protocol)
    {
        if (family is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            throw SocketErrors.Create(SocketError.AddressFamilyNotSupported, $"There are no sockets of the family {family}: IPv4 (InterNetwork) and IPv6 (InterNetworkV6) are supported.");
        }

        return (type, protocol) switch
        {
            (SocketType.Stream, ProtocolType.Tcp or ProtocolType.Unspecified) => new TcpSocketCore(stack, family),
            (SocketType.Dgram, ProtocolType.Udp or ProtocolType.Unspecified) => new UdpSocketCore(stack, family),
            (SocketType.Dgram, ProtocolType.Icmp) when family == AddressFamily.InterNetwork => new RawSocketCore(stack, family, type, (byte)protocol),
            (SocketType.Dgram, ProtocolType.IcmpV6) when family == AddressFamily.InterNetworkV6 => new RawSocketCore(stack, family, type, (byte)protocol),
            (SocketType.Raw, > 0 and <= (ProtocolType)byte.MaxValue) => new RawSocketCore(stack, family, type, (byte)protocol),
            (SocketType.Raw, _) => throw SocketErrors.Create(SocketError.ProtocolNotSupported, "A raw socket is of one protocol, 1 to 255."),
            (SocketType.Stream or SocketType.Dgram, _) => throw SocketErrors.Create(
                SocketError.ProtocolNotSupported, $"A socket of type {type} cannot speak {protocol}: use Stream with Tcp or Dgram with Udp."),
            _ => throw SocketErrors.Create(SocketError.SocketNotSupported, $"There are no sockets of type {type}: use Stream with Tcp or Dgram with Udp."),
        };
    }

    private IPEndPoint? ToEndPoint(Protocols.TransportEndpoint? endpoint) =>
        endpoint is { } some ? EndPoints.ToIPEndPoint(some, AddressFamily) : null;

    private void ThrowUnlessBound()
    {
        if (!IsBound)
        {
            throw new InvalidOperationException("The socket is not bound: call Bind, or a method that sends, before.");
        }
    }
}
