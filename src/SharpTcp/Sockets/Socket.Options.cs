using System;
using System.Net.Sockets;
using System.Threading;

namespace SharpTcp.Sockets;

/// <summary>Options.</summary>
public sealed partial class Socket
{
    private LingerOption _linger = new(false, 0);
    private int _sendTimeout;
    private int _receiveTimeout;

    /// <summary>Whether the calls that are not asynchronous wait. If not, they throw <see cref="SocketError.WouldBlock"/>. Default: yes.</summary>
    public bool Blocking { get; set; } = true;

    /// <summary>
    /// What closing does: by default what is queued is delivered in the background; with a time of 0 the connection is reset; with another, what is not delivered
    /// by then is cut off.
    /// </summary>
    public LingerOption? LingerState
    {
        get => _linger;
        set => _linger = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>The longest that <see cref="Send"/> blocks, in milliseconds; 0 or -1: without limit. Default 0.</summary>
    public int SendTimeout
    {
        get => _sendTimeout;
        set => _sendTimeout = CheckTimeout(value);
    }

    /// <summary>The longest that <see cref="Receive"/> blocks, in milliseconds; 0 or -1: without limit. Default 0.</summary>
    public int ReceiveTimeout
    {
        get => _receiveTimeout;
        set => _receiveTimeout = CheckTimeout(value);
    }

    /// <summary>TCP: sends small segments at once instead of waiting for acknowledgments. Default: no.</summary>
    public bool NoDelay
    {
        get => TcpCore.NoDelay;
        set => TcpCore.NoDelay = value;
    }

    /// <summary>TCP: probes an idle connection. Default: no.</summary>
    public bool KeepAlive
    {
        get => TcpCore.KeepAlive;
        set => TcpCore.KeepAlive = value;
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

    /// <summary>Bytes that the send buffer takes. Setting it ends the stack's own tuning.</summary>
    public int SendBufferSize
    {
        get => Core.SendBufferSize;
        set => Core.SendBufferSize = CheckSize(value);
    }

    /// <summary>Bytes that the receive buffer takes. Setting it ends the stack's own tuning.</summary>
    public int ReceiveBufferSize
    {
        get => Core.ReceiveBufferSize;
        set => Core.ReceiveBufferSize = CheckSize(value);
    }

    /// <summary>Time to live or hop limit of what is sent, 1 to 255. Default: the stack's, 64.</summary>
    public short Ttl
    {
        get => Core.HopLimit is var own and not 0 ? own : Core.Shard.Host.Options.HopLimit;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, (short)1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, (short)byte.MaxValue);
            Core.HopLimit = (byte)value;
        }
    }

    /// <summary>An IPv6 socket also speaks IPv4. To be set before it is bound. Default: no.</summary>
    /// <exception cref="NotSupportedException">It is an IPv4 socket.</exception>
    public bool DualMode
    {
        get => AddressFamily == AddressFamily.InterNetworkV6 ? Core.DualMode : throw new NotSupportedException("Only an IPv6 socket can have two modes.");
        set
        {
            if (AddressFamily != AddressFamily.InterNetworkV6)
            {
                throw new NotSupportedException("Only an IPv6 socket can have two modes.");
            }

            Core.DualMode = value;
        }
    }

    /// <summary>Whether nobody else may have the port. Default: yes. The opposite of <see cref="ReuseAddress"/>.</summary>
    public bool ExclusiveAddressUse
    {
        get => !ReuseAddress;
        set => ReuseAddress = !value;
    }

    /// <summary>Shares the port with what allows it too: <c>SO_REUSEADDR</c>. To be set before the socket is bound. Default: no.</summary>
    public bool ReuseAddress
    {
        get => Core.ReuseAddress;
        set
        {
            if (IsBound)
            {
                throw SocketErrors.Create(SocketError.InvalidArgument, "The socket is bound: set ReuseAddress before.");
            }

            Core.ReuseAddress = value;
        }
    }

    /// <summary>UDP: may send to broadcast addresses. Default: no.</summary>
    public bool EnableBroadcast
    {
        get => UdpCore.Broadcast;
        set => UdpCore.Broadcast = value;
    }

    private int? LingerSeconds => _linger.Enabled ? _linger.LingerTime : null;

    private int SendLimit => !Blocking ? 0 : _sendTimeout == 0 ? Timeout.Infinite : _sendTimeout;

    private int ReceiveLimit => !Blocking ? 0 : _receiveTimeout == 0 ? Timeout.Infinite : _receiveTimeout;

    private static int CheckTimeout(int milliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1);
        return milliseconds == -1 ? 0 : milliseconds;
    }

    private static int CheckSize(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        return bytes;
    }
}
