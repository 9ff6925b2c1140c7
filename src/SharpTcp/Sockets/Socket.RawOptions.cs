using System;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace SharpTcp.Sockets;

/// <summary>Options by the numbers that Linux gives them: those that have no name in .NET, and those that have.</summary>
public sealed partial class Socket
{
    private const int SolIp = 0;
    private const int SolSocket = 1;
    private const int SolTcp = 6;
    private const int SolIpv6 = 41;

    /// <summary>Sets an option by Linux's numbers for level and option, for example 1 and 15, SO_REUSEPORT.</summary>
    /// <param name="optionLevel">SOL_SOCKET 1, IPPROTO_IP 0, IPPROTO_TCP 6, IPPROTO_IPV6 41.</param>
    /// <param name="optionName">The option's number.</param>
    /// <param name="optionValue">Its value: four bytes, little-endian; a name for SO_BINDTODEVICE.</param>
    /// <exception cref="SocketException"><see cref="SocketError.ProtocolOption"/>: there is no such option here. Others as <see cref="SetSocketOption(SocketOptionLevel, SocketOptionName, int)"/>.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public void SetRawSocketOption(int optionLevel, int optionName, ReadOnlySpan<byte> optionValue)
    {
        _ = Core;
        if ((optionLevel, optionName) == (SolSocket, 25))
        {
            BindToInterface(optionValue);
            return;
        }

        if (optionValue.Length < sizeof(int))
        {
            throw SocketErrors.Create(SocketError.InvalidArgument);
        }

        var value = BinaryPrimitives.ReadInt32LittleEndian(optionValue);
        SocketErrors.ThrowIfFailed(ToNamed(optionLevel, optionName) is { } named ? SetOption(named.Level, named.Name, value) : SetUnnamed(optionLevel, optionName, value));
    }

    /// <summary>Reads an option by Linux's numbers.</summary>
    /// <inheritdoc cref="SetRawSocketOption(int, int, ReadOnlySpan{byte})"/>
    /// <param name="optionValue">Takes the value.</param>
    /// <returns>How many bytes it has, at most as many as there is room for.</returns>
    public int GetRawSocketOption(int optionLevel, int optionName, Span<byte> optionValue)
    {
        _ = Core;
        if ((optionLevel, optionName) == (SolSocket, 25))
        {
            return Encoding.UTF8.GetBytes(BoundInterface?.Name ?? "", optionValue);
        }

        if ((optionLevel, optionName) == (SolSocket, 13))
        {
            return WriteOption(SocketOptionLevel.Socket, SocketOptionName.Linger, optionValue);
        }

        var value = ToNamed(optionLevel, optionName) is { } named ? GetOption(named.Level, named.Name)
            : GetUnnamed(optionLevel, optionName) ?? throw SocketErrors.Create(SocketError.ProtocolOption);
        var bytes = (stackalloc byte[sizeof(int)]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        var length = Math.Min(bytes.Length, optionValue.Length);
        bytes[..length].CopyTo(optionValue);
        return length;
    }

    private static (SocketOptionLevel Level, SocketOptionName Name)? ToNamed(int level, int option) => (level, option) switch
    {
        (SolSocket, 1) => (SocketOptionLevel.Socket, SocketOptionName.Debug),
        (SolSocket, 3) => (SocketOptionLevel.Socket, SocketOptionName.Type),
        (SolSocket, 4) => (SocketOptionLevel.Socket, SocketOptionName.Error),
        (SolSocket, 5) => (SocketOptionLevel.Socket, SocketOptionName.DontRoute),
        (SolSocket, 6) => (SocketOptionLevel.Socket, SocketOptionName.Broadcast),
        (SolSocket, 7) => (SocketOptionLevel.Socket, SocketOptionName.SendBuffer),
        (SolSocket, 8) => (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer),
        (SolSocket, 9) => (SocketOptionLevel.Socket, SocketOptionName.KeepAlive),
        (SolSocket, 15) => (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress),
        (SolSocket, 30) => (SocketOptionLevel.Socket, SocketOptionName.AcceptConnection),
        (SolTcp, 1) => (SocketOptionLevel.Tcp, SocketOptionName.NoDelay),
        (SolTcp, 4) => (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime),
        (SolTcp, 5) => (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval),
        (SolTcp, 6) => (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount),
        (SolIp, 1) => (SocketOptionLevel.IP, SocketOptionName.TypeOfService),
        (SolIp, 2) => (SocketOptionLevel.IP, SocketOptionName.IpTimeToLive),
        (SolIp, 8) => (SocketOptionLevel.IP, SocketOptionName.PacketInformation),
        (SolIpv6, 16) => (SocketOptionLevel.IPv6, SocketOptionName.IpTimeToLive),
        (SolIpv6, 26) => (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only),
        (SolIpv6, 49) => (SocketOptionLevel.IPv6, SocketOptionName.PacketInformation),
        _ => null,
    };

    private int? GetUnnamed(int level, int option) => (level, option, Core) switch
    {
        (SolSocket, 2, _) => 1, // SO_REUSEADDR: a port can be had again while nobody listens on it
        (SolSocket, 38, _) => SocketType == SocketType.Stream ? (int)ProtocolType.Tcp : (int)ProtocolType.Udp,
        (SolSocket, 39, _) => AddressFamily == AddressFamily.InterNetwork ? 2 : 10, // AF_INET and AF_INET6
        (SolTcp, 2, TcpSocketCore tcp) => tcp.GetOption(static options => options.MaximumSegment),
        (SolTcp, 18, TcpSocketCore tcp) => (int)tcp.GetOption(static options => options.UserTimeout).TotalMilliseconds,
        (SolIpv6, 67, var core) => core.TrafficClass,
        _ => null,
    };

    private SocketError SetUnnamed(int level, int option, int value)
    {
        switch (level, option, Core)
        {
            case (SolSocket, 2, _):
                return SocketError.Success;
            case (SolTcp, 2, TcpSocketCore tcp) when value is >= 88 and <= 32_767:
                tcp.Change(static (options, bytes) => options.MaximumSegment = bytes, value);
                return SocketError.Success;
            case (SolTcp, 18, TcpSocketCore tcp) when value >= 0:
                tcp.Change(static (options, milliseconds) => options.UserTimeout = TimeSpan.FromMilliseconds(milliseconds), value);
                return SocketError.Success;
            case (SolTcp, 2 or 18, TcpSocketCore):
                return SocketError.InvalidArgument;
            case (SolIpv6, 67, var core):
                core.TrafficClass = (byte)(core.SocketType == SocketType.Stream ? value & 0xFC : value);
                return SocketError.Success;
            default:
                return SocketError.ProtocolOption;
        }
    }

    private void BindToInterface(ReadOnlySpan<byte> name)
    {
        var text = Encoding.UTF8.GetString(name).TrimEnd('\0');
        if (text.Length == 0)
        {
            BoundInterface = null;
            return;
        }

        foreach (var networkInterface in Core.Shard.Host.Interfaces)
        {
            if (networkInterface.Name == text)
            {
                BoundInterface = networkInterface;
                return;
            }
        }

        throw SocketErrors.Create(SocketError.SocketError, $"The stack has no interface {text}.");
    }
}
