using System;
using System.Net.Sockets;
using System.Threading;
using SharpTcp.Protocols;

namespace SharpTcp.Sockets;

/// <summary>Options that are properties.</summary>
public sealed partial class Socket
{
    private const int SmallestBuffer = 256;

    private int _sendTimeout;
    private int _receiveTimeout;
    private bool _blocking = true;

    /// <summary>Whether the calls that are not asynchronous wait. If not, they throw <see cref="SocketError.WouldBlock"/>. Default: yes.</summary>
    public bool Blocking
    {
        get => _blocking;
        set
        {
            _ = Core;
            _blocking = value;
        }
    }

    /// <summary>
    /// What closing does: by default what is queued is delivered in the background; with a time of 0 the connection is reset; with another, what is not delivered
    /// by then is cut off.
    /// </summary>
    /// <exception cref="ArgumentException">The time is not from 0 to 65,535 seconds.</exception>
    public LingerOption? LingerState
    {
        get => Core.Linger;
        set
        {
            var core = Core;
            ArgumentNullException.ThrowIfNull(value, "optionValue");
            core.Linger = value.LingerTime is >= 0 and <= ushort.MaxValue
                ? value
                : throw new ArgumentException($"The time is {value.LingerTime} s: it must be from 0 to 65,535.", "optionValue");
        }
    }

    /// <summary>The longest that a send blocks, in milliseconds; 0 or -1: without limit. Default 0.</summary>
    public int SendTimeout
    {
        get => Volatile.Read(ref _sendTimeout) is var limit && Core is not null ? limit : 0;
        set => _sendTimeout = CheckTimeout(value);
    }

    /// <summary>The longest that a receive blocks, in milliseconds; 0 or -1: without limit. Default 0.</summary>
    public int ReceiveTimeout
    {
        get => Volatile.Read(ref _receiveTimeout) is var limit && Core is not null ? limit : 0;
        set => _receiveTimeout = CheckTimeout(value);
    }

    /// <summary>TCP: sends small segments at once instead of waiting for acknowledgments. Default: no.</summary>
    public bool NoDelay
    {
        get => TcpCore.NoDelay;
        set => TcpCore.NoDelay = value;
    }

    /// <summary>
    /// TCP, of a listener: most connections that a SYN with data has opened and that wait for the end of their handshake (Fast Open, RFC 7413 §5.1), as <c>TCP_FASTOPEN</c> has it; what
    /// comes beyond gets the usual handshake. 0 or more; default 0: no Fast Open. The stack's settings must allow it too (<see cref="Protocols.Tcp.TcpSettings.FastOpen"/>).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int FastOpenQueue
    {
        get => TcpCore.FastOpenQueue;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            TcpCore.FastOpenQueue = value;
        }
    }

    /// <summary>
    /// TCP: holds back what is no full segment, so that a header and what follows it leave together (<c>TCP_CORK</c>). Setting it to false or <see cref="NoDelay"/> to true lets
    /// everything go, and so do about 200 ms without anything in flight. For one call, see <see cref="SocketFlags.Partial"/> in <see cref="Send(ReadOnlySpan{byte}, SocketFlags)"/>. Default: no.
    /// </summary>
    public bool Cork
    {
        get => TcpCore.Cork;
        set => TcpCore.Cork = value;
    }

    /// <summary>
    /// TCP: leaves the last byte of urgent data in the stream (<c>SO_OOBINLINE</c>); if not, it is received with <see cref="SocketFlags.OutOfBand"/>. Reading stops before that byte
    /// once in either case. Default: yes, as RFC 6093 recommends and unlike <see cref="System.Net.Sockets.Socket"/>.
    /// </summary>
    public bool OutOfBandInline
    {
        get => TcpCore.OutOfBandInline;
        set => TcpCore.OutOfBandInline = value;
    }

    /// <summary>TCP: whether the next byte to be received is the last of urgent data (<c>SIOCATMARK</c>).</summary>
    public bool IsAtUrgentMark => TcpCore.IsAtUrgentMark;

    /// <summary>
    /// TCP: how long data may stay unacknowledged, or unsent because the peer's window is closed, before the connection is given up with <see cref="SocketError.TimedOut"/>
    /// (RFC 9293 §3.8.3, RFC 5482, <c>TCP_USER_TIMEOUT</c>), in whole milliseconds. Zero, the default, takes the stack's.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    public TimeSpan UserTimeout
    {
        get => TcpCore.UserTimeout;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMilliseconds(int.MaxValue));
            TcpCore.UserTimeout = value;
        }
    }

    /// <summary>TCP: probes an idle connection. Default: no.</summary>
    public bool KeepAlive
    {
        get => Core.KeepAlive;
        set => Core.KeepAlive = value;
    }

    /// <summary>
    /// TCP: the name of the congestion control, <c>cubic</c> (RFC 9438) or <c>reno</c> (RFC 5681). Set on a connection it takes over the window as it is. Default: the stack's.
    /// </summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public string CongestionControl
    {
        get => TcpCore.CongestionControl;
        set => TcpCore.CongestionControl = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Bytes that the send buffer takes; less than 256 takes 256. Setting it ends the stack's own tuning.</summary>
    public int SendBufferSize
    {
        get => Core.SendBufferSize;
        set => Core.SendBufferSize = CheckSize(value);
    }

    /// <summary>Bytes that the receive buffer takes; less than 256 takes 256. Setting it ends the stack's own tuning.</summary>
    public int ReceiveBufferSize
    {
        get => Core.ReceiveBufferSize;
        set => Core.ReceiveBufferSize = CheckSize(value);
    }

    /// <summary>Time to live or hop limit of what is sent, 1 to 255. Default: the stack's, 64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0 or above 255.</exception>
    /// <exception cref="SocketException"><see cref="SocketError.InvalidArgument"/>: it is 0.</exception>
    public short Ttl
    {
        get => Core.HopLimit is var own and not 0 ? own : Core.Shard.Host.Options.HopLimit;
        set
        {
            var core = Core;
            ArgumentOutOfRangeException.ThrowIfLessThan(value, (short)0);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, (short)byte.MaxValue);
            core.HopLimit = value != 0 ? (byte)value : throw SocketErrors.Create(SocketError.InvalidArgument, "The time to live must be from 1 to 255.");
        }
    }

    /// <summary>
    /// UDP: sends IPv4 datagrams that may not be fragmented, and refuses with <see cref="SocketError.MessageSize"/> what does not fit the path. TCP never lets its segments be fragmented:
    /// there the value is only kept. Default: no.
    /// </summary>
    public bool DontFragment
    {
        get => Core.DontFragment;
        set => Core.DontFragment = value;
    }

    /// <summary>An IPv6 socket also speaks IPv4. To be set before it is bound. Default: no.</summary>
    /// <exception cref="NotSupportedException">It is an IPv4 socket.</exception>
    /// <exception cref="SocketException"><see cref="SocketError.InvalidArgument"/>: it is bound.</exception>
    public bool DualMode
    {
        get => Core is { Family: AddressFamily.InterNetworkV6 } core && core.DualMode;
        set
        {
            if (Core is not { Family: AddressFamily.InterNetworkV6 } core)
            {
                throw new NotSupportedException("Only an IPv6 socket can have two modes.");
            }

            ThrowIfBoundTo(nameof(DualMode));
            core.DualMode = value;
        }
    }

    /// <summary>The opposite of <see cref="ReuseAddress"/>. Default: yes.</summary>
    /// <exception cref="InvalidOperationException">The socket is bound.</exception>
    public bool ExclusiveAddressUse
    {
        get => !Core.ReuseAddress;
        set
        {
            var core = Core;
            core.ReuseAddress = !IsBound ? !value : throw new InvalidOperationException("The socket is bound: set ExclusiveAddressUse before.");
        }
    }

    /// <summary>
    /// Shares address and port with other sockets that say so too, also for listening: connections and datagrams are dealt out by their addresses and ports, as SO_REUSEPORT of
    /// Linux does it. Sockets bound after it is set take part. Default: no.
    /// </summary>
    public bool ReuseAddress
    {
        get => Core.ReuseAddress;
        set => Core.ReuseAddress = value;
    }

    /// <summary>Sends by, and receives on, this interface only (SO_BINDTODEVICE). To be set before the socket is bound. Default: null, all of them.</summary>
    /// <exception cref="ArgumentException">It is no interface of the socket's stack.</exception>
    /// <exception cref="SocketException"><see cref="SocketError.InvalidArgument"/>: the socket is bound.</exception>
    public NetworkInterface? BoundInterface
    {
        get => Core.InterfaceIndex == 0 ? null : Core.Shard.Host.Interfaces[Core.InterfaceIndex - 1];
        set
        {
            var core = Core;
            ThrowIfBoundTo(nameof(BoundInterface));
            core.InterfaceIndex = value is null ? 0
                : value.Index <= core.Shard.Host.Interfaces.Count && core.Shard.Host.Interfaces[value.Index - 1] == value ? value.Index
                : throw new ArgumentException($"{value.Name} is no interface of the socket's stack.", nameof(value));
        }
    }

    /// <summary>May send to broadcast addresses; means something to datagrams only. Default: no.</summary>
    public bool EnableBroadcast
    {
        get => Core.Broadcast;
        set => Core.Broadcast = value;
    }

    /// <summary>Without meaning; kept for its namesake's sake.</summary>
    [Obsolete("UseOnlyOverlappedIO has been deprecated and is not supported.")]
    public bool UseOnlyOverlappedIO
    {
        get => false;
        set => _ = value;
    }

    private int? LingerSeconds => _core.Linger is { Enabled: true } linger ? linger.LingerTime : null;

    private int SendLimit => !_blocking ? 0 : _sendTimeout == 0 ? Timeout.Infinite : _sendTimeout;

    private int ReceiveLimit => !_blocking ? 0 : _receiveTimeout == 0 ? Timeout.Infinite : _receiveTimeout;

    private int CheckTimeout(int value)
    {
        _ = Core;
        ArgumentOutOfRangeException.ThrowIfLessThan(value, -1);
        return value == -1 ? 0 : value;
    }

    private int CheckSize(int value)
    {
        _ = Core;
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return Math.Max(SmallestBuffer, value);
    }

    private void ThrowIfBoundTo(string option)
    {
        if (IsBound)
        {
            throw SocketErrors.Create(SocketError.InvalidArgument, $"The socket is bound: set {option} before.");
        }
    }
}
