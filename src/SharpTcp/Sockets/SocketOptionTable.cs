using System;
using System.Net.Sockets;

namespace SharpTcp.Sockets;

/// <summary>The options by level and name, as far as their value is a number. What is not in here is not supported.</summary>
internal static class SocketOptionTable
{
    private const int LongestKeepAlive = 32_767; // seconds; the limits are Linux's
    private const int MostKeepAliveProbes = 127;

    /// <summary>Whether the option is one that exists and cannot be set.</summary>
    public static bool IsReadOnly(SocketOptionLevel level, SocketOptionName name) =>
        level == SocketOptionLevel.Socket
        && name is SocketOptionName.Error or SocketOptionName.Type or SocketOptionName.AcceptConnection or SocketOptionName.SendLowWater;

    /// <summary>Reads an option; null if there is none.</summary>
    public static int? Get(Socket socket, SocketCore core, SocketOptionLevel level, SocketOptionName name) => level switch
    {
        SocketOptionLevel.Socket => GetSocket(socket, core, name),
        SocketOptionLevel.Tcp when core is TcpSocketCore tcp => GetTcp(tcp, name),
        SocketOptionLevel.IP or SocketOptionLevel.IPv6 => GetIp(socket, core, level, name),
        _ => null,
    };

    /// <summary>Sets an option.</summary>
    public static SocketError Set(Socket socket, SocketCore core, SocketOptionLevel level, SocketOptionName name, int value) => level switch
    {
        _ when IsReadOnly(level, name) => SocketError.ProtocolOption,
        SocketOptionLevel.Socket => SetSocket(socket, core, name, value),
        SocketOptionLevel.Tcp when core is TcpSocketCore tcp => SetTcp(tcp, name, value),
        SocketOptionLevel.IP or SocketOptionLevel.IPv6 => SetIp(socket, core, level, name, value),
        _ => SocketError.OperationNotSupported,
    };

    private static int? GetSocket(Socket socket, SocketCore core, SocketOptionName name) => name switch
    {
        SocketOptionName.Error => (int)core.TakePendingError(),
        SocketOptionName.Type => (int)core.SocketType,
        SocketOptionName.AcceptConnection => core is TcpSocketCore { IsListening: true } ? 1 : 0,
        SocketOptionName.ReuseAddress => core.ReuseAddress ? 1 : 0,
        SocketOptionName.ExclusiveAddressUse => core.ReuseAddress ? 0 : 1,
        SocketOptionName.KeepAlive => core.KeepAlive ? 1 : 0,
        SocketOptionName.Broadcast => core.Broadcast ? 1 : 0,
        SocketOptionName.DontRoute => core.DontRoute ? 1 : 0,
        SocketOptionName.Debug => core.Debug ? 1 : 0,
        SocketOptionName.SendBuffer => core.SendBufferSize,
        SocketOptionName.ReceiveBuffer => core.ReceiveBufferSize,
        SocketOptionName.OutOfBandInline when core is TcpSocketCore tcp => tcp.OutOfBandInline ? 1 : 0,
        SocketOptionName.SendLowWater or SocketOptionName.ReceiveLowWater => 1,
        SocketOptionName.SendTimeout => socket.SendTimeout,
        SocketOptionName.ReceiveTimeout => socket.ReceiveTimeout,
        _ => null,
    };

    private static SocketError SetSocket(Socket socket, SocketCore core, SocketOptionName name, int value)
    {
        switch (name)
        {
            case SocketOptionName.ReuseAddress:
                core.ReuseAddress = value != 0;
                break;
            case SocketOptionName.ExclusiveAddressUse:
                core.ReuseAddress = value == 0;
                break;
            case SocketOptionName.KeepAlive:
                core.KeepAlive = value != 0;
                break;
            case SocketOptionName.OutOfBandInline when core is TcpSocketCore tcp:
                tcp.OutOfBandInline = value != 0;
                break;
            case SocketOptionName.Broadcast:
                core.Broadcast = value != 0;
                break;
            case SocketOptionName.DontRoute:
                core.DontRoute = value != 0;
                break;
            case SocketOptionName.Debug:
                core.Debug = value != 0;
                break;
            case SocketOptionName.SendBuffer:
                socket.SendBufferSize = Math.Max(0, value);
                break;
            case SocketOptionName.ReceiveBuffer:
                socket.ReceiveBufferSize = Math.Max(0, value);
                break;
            case SocketOptionName.ReceiveLowWater:
                // A receive takes what is there and never waits for more: only 1 says so.
                return value is 0 or 1 ? SocketError.Success : SocketError.OperationNotSupported;
            case SocketOptionName.SendTimeout:
                socket.SendTimeout = value;
                break;
            case SocketOptionName.ReceiveTimeout:
                socket.ReceiveTimeout = value;
                break;
            case SocketOptionName.Linger:
                return SocketError.InvalidArgument; // it is no number
            default:
                return SocketError.OperationNotSupported;
        }

        return SocketError.Success;
    }

    private static int? GetTcp(TcpSocketCore core, SocketOptionName name) => name switch
    {
        SocketOptionName.NoDelay => core.NoDelay ? 1 : 0,
        SocketOptionName.TcpKeepAliveTime => (int)core.GetOption(static options => options.KeepAliveTime).TotalSeconds,
        SocketOptionName.TcpKeepAliveInterval => (int)core.GetOption(static options => options.KeepAliveInterval).TotalSeconds,
        SocketOptionName.TcpKeepAliveRetryCount => core.GetOption(static options => options.KeepAliveRetryCount),
        SocketOptionName.FastOpen => core.FastOpenQueue,
        _ => null,
    };

    private static SocketError SetTcp(TcpSocketCore core, SocketOptionName name, int value)
    {
        switch (name)
        {
            case SocketOptionName.NoDelay:
                core.NoDelay = value != 0;
                return SocketError.Success;
            case SocketOptionName.TcpKeepAliveTime when value is >= 1 and <= LongestKeepAlive:
                core.Change(static (options, seconds) => options.KeepAliveTime = TimeSpan.FromSeconds(seconds), value);
                return SocketError.Success;
            case SocketOptionName.TcpKeepAliveInterval when value is >= 1 and <= LongestKeepAlive:
                core.Change(static (options, seconds) => options.KeepAliveInterval = TimeSpan.FromSeconds(seconds), value);
                return SocketError.Success;
            case SocketOptionName.TcpKeepAliveRetryCount when value is >= 1 and <= MostKeepAliveProbes:
                core.Change(static (options, count) => options.KeepAliveRetryCount = count, value);
                return SocketError.Success;
            case SocketOptionName.FastOpen when value >= 0:
                core.FastOpenQueue = value;
                return SocketError.Success;
            case SocketOptionName.TcpKeepAliveTime or SocketOptionName.TcpKeepAliveInterval or SocketOptionName.TcpKeepAliveRetryCount or SocketOptionName.FastOpen:
                return SocketError.InvalidArgument;
            default:
                return SocketError.OperationNotSupported;
        }
    }

    private static int? GetIp(Socket socket, SocketCore core, SocketOptionLevel level, SocketOptionName name) => (level, name) switch
    {
        (_, SocketOptionName.IpTimeToLive) => socket.Ttl,
        (SocketOptionLevel.IP, SocketOptionName.TypeOfService) => core.TrafficClass,
        (SocketOptionLevel.IP, SocketOptionName.DontFragment) => core.DontFragment ? 1 : 0,
        (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only) when core.Family == AddressFamily.InterNetworkV6 => core.DualMode ? 0 : 1,
        (_, SocketOptionName.PacketInformation) => core.PacketInformation ? 1 : 0,
        (SocketOptionLevel.IP, SocketOptionName.HeaderIncluded) when core is RawSocketCore { SocketType: SocketType.Raw } raw => raw.HeaderIncluded ? 1 : 0,
        (_, SocketOptionName.MulticastTimeToLive) when core is UdpSocketCore udp => udp.MulticastHopLimit,
        (_, SocketOptionName.MulticastInterface) when core is UdpSocketCore udp => udp.MulticastInterface,
        (_, SocketOptionName.MulticastLoopback) when core is UdpSocketCore udp => udp.MulticastLoopback ? 1 : 0,
        _ => null,
    };

    private static SocketError SetIp(Socket socket, SocketCore core, SocketOptionLevel level, SocketOptionName name, int value)
    {
        switch (level, name)
        {
            case (_, SocketOptionName.IpTimeToLive):
                if (value is < 1 or > byte.MaxValue)
                {
                    return SocketError.InvalidArgument;
                }

                core.HopLimit = (byte)value;
                return SocketError.Success;
            case (SocketOptionLevel.IP, SocketOptionName.TypeOfService):
                // RFC 3168 §5: on a stream the lowest two bits are TCP's own.
                core.TrafficClass = (byte)(core.SocketType == SocketType.Stream ? value & 0xFC : value);
                return SocketError.Success;
            case (SocketOptionLevel.IP, SocketOptionName.DontFragment):
                core.DontFragment = value != 0;
                return SocketError.Success;
            case (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only) when core.Family == AddressFamily.InterNetworkV6:
                if (socket.IsBound)
                {
                    return SocketError.InvalidArgument;
                }

                core.DualMode = value == 0;
                return SocketError.Success;
            case (_, SocketOptionName.MulticastTimeToLive) when core is UdpSocketCore udp && value is >= 1 and <= byte.MaxValue:
                udp.MulticastHopLimit = (byte)value;
                return SocketError.Success;
            case (_, SocketOptionName.MulticastInterface) when core is UdpSocketCore udp && value >= 0 && value <= core.Shard.Host.Interfaces.Count:
                udp.MulticastInterface = value;
                return SocketError.Success;
            case (_, SocketOptionName.MulticastTimeToLive or SocketOptionName.MulticastInterface) when core is UdpSocketCore:
                return SocketError.InvalidArgument;
            case (_, SocketOptionName.MulticastLoopback) when core is UdpSocketCore udp:
                udp.MulticastLoopback = value != 0;
                return SocketError.Success;
            case (SocketOptionLevel.IP, SocketOptionName.HeaderIncluded) when core is RawSocketCore { SocketType: SocketType.Raw, Family: AddressFamily.InterNetwork } raw:
                raw.HeaderIncluded = value != 0;
                return SocketError.Success;
            case (SocketOptionLevel.IP, SocketOptionName.HeaderIncluded):
                return SocketError.ProtocolOption;
            case (_, SocketOptionName.PacketInformation):
                // ReceiveMessageFrom tells it in any case.
                core.PacketInformation = value != 0;
                return SocketError.Success;
            default:
                return SocketError.OperationNotSupported;
        }
    }
}
