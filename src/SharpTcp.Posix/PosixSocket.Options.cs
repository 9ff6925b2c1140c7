using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SharpTcp.Protocols;

namespace SharpTcp.Posix;

/// <content>Options of level SOL_SOCKET, IPPROTO_IP and IPPROTO_IPV6, as far as both kinds of sockets have them.</content>
internal abstract partial class PosixSocket
{
    private const int LingerLength = 8;
    private const int TimeLength = 16;

    private bool _ipv6Only;
    private TimeSpan _receiveTimeout;
    private TimeSpan _sendTimeout;

    /// <summary>SO_LINGER: null is off.</summary>
    protected TimeSpan? Linger { get; private set; }

    protected bool ReuseAddress { get; private set; }

    protected TimeSpan ReceiveTimeout => _receiveTimeout;

    protected TimeSpan SendTimeout => _sendTimeout;

    protected abstract int SocketType { get; }

    protected abstract int Protocol { get; }

    /// <summary>SO_RCVBUF as it was set, or 0.</summary>
    protected abstract int ReceiveBuffer { get; set; }

    /// <summary>SO_SNDBUF as it was set, or 0.</summary>
    protected abstract int SendBuffer { get; set; }

    protected virtual int BytesReceived => 0;

    protected virtual int BytesQueued => 0;

    protected abstract byte HopLimit { get; set; }

    protected abstract byte TrafficClass { get; set; }

    public int GetOption(int level, int option, Span<byte> value, Instant now)
    {
        if (level == OptionLevel.Socket && IsStructure(option))
        {
            return GetStructure(option, value);
        }

        if (level == OptionLevel.Socket && option == SocketOption.MemoryInfo)
        {
            return GetMemory(value);
        }

        if (TryGetGroupOption(level, option, out var ofGroups))
        {
            return Put(ofGroups, value);
        }

        var error = level switch
        {
            OptionLevel.Socket => GetSocketOption(option, out var found) is var e && e == 0 ? Put(found, value) : e,
            OptionLevel.IPv4 => GetIPv4Option(option, out var found) is var e && e == 0 ? Put(found, value) : e,
            OptionLevel.IPv6 => GetIPv6Option(option, out var found) is var e && e == 0 ? Put(found, value) : e,
            _ => GetProtocolOption(level, option, value, now),
        };
        return error;
    }

    public int SetOption(int level, int option, ReadOnlySpan<byte> value, Instant now)
    {
        if (level == OptionLevel.Socket && IsStructure(option))
        {
            return SetStructure(option, value);
        }

        if (level is not (OptionLevel.Socket or OptionLevel.IPv4 or OptionLevel.IPv6))
        {
            return SetProtocolOption(level, option, value, now);
        }

        if (TrySetGroupOption(level, option, value, now, out var ofGroups))
        {
            return ofGroups;
        }

        int number;
        if (value.Length >= sizeof(int))
        {
            number = BinaryPrimitives.ReadInt32LittleEndian(value);
        }
        else if (level == OptionLevel.IPv4 && value.Length >= 1)
        {
            number = value[0]; // a byte is enough for options of IP
        }
        else
        {
            return -Errno.Invalid;
        }

        var result = level switch
        {
            OptionLevel.Socket => SetSocketOption(option, number),
            OptionLevel.IPv4 => SetIPv4Option(option, number),
            _ => SetIPv6Option(option, number),
        };
        if (result == 0)
        {
            OnOptionsChanged(now);
        }

        return result;
    }

    protected static int Put(int number, Span<byte> value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        var length = Math.Min(bytes.Length, value.Length);
        bytes[..length].CopyTo(value);
        return length;
    }

    protected virtual void OnOptionsChanged(Instant now)
    {
    }

    /// <summary>An option about groups, which only datagram sockets have; false if it is none.</summary>
    protected virtual bool TryGetGroupOption(int level, int option, out int value)
    {
        value = 0;
        return false;
    }

    /// <summary>An option about groups, which only datagram sockets have; false if it is none.</summary>
    protected virtual bool TrySetGroupOption(int level, int option, ReadOnlySpan<byte> value, Instant now, out int result)
    {
        result = 0;
        return false;
    }

    protected virtual int GetProtocolOption(int level, int option, Span<byte> value, Instant now) => -Errno.NoProtocolOption;

    protected virtual int SetProtocolOption(int level, int option, ReadOnlySpan<byte> value, Instant now) => -Errno.NoProtocolOption;

    protected virtual int GetSocketOption(int option, out int value)
    {
        value = 0;
        switch (option)
        {
            case SocketOption.Type:
                value = SocketType;
                return 0;
            case SocketOption.Protocol:
                value = Protocol;
                return 0;
            case SocketOption.Domain:
                value = Family;
                return 0;
            case SocketOption.Error:
                value = TakeError();
                return 0;
            case SocketOption.ReuseAddress:
                value = ReuseAddress ? 1 : 0;
                return 0;
            case SocketOption.SendBuffer:
                value = SendBuffer;
                return 0;
            case SocketOption.ReceiveBuffer:
                value = ReceiveBuffer;
                return 0;
            default:
                return -Errno.NoProtocolOption;
        }
    }

    protected virtual int SetSocketOption(int option, int value)
    {
        switch (option)
        {
            case SocketOption.ReuseAddress:
                ReuseAddress = value != 0;
                return 0;
            case SocketOption.SendBuffer or SocketOption.SendBufferForce:
                SendBuffer = value;
                return 0;
            case SocketOption.ReceiveBuffer or SocketOption.ReceiveBufferForce:
                ReceiveBuffer = value;
                return 0;
            case SocketOption.Type or SocketOption.Protocol or SocketOption.Domain or SocketOption.Error:
                return -Errno.NoProtocolOption;
            default:
                // Debugging, priorities, routing, busy polling …: taken and without effect here.
                return SocketOption.IsHarmless(option) ? 0 : -Errno.NoProtocolOption;
        }
    }

    private int GetIPv4Option(int option, out int value)
    {
        value = option switch
        {
            IPv4Option.TimeToLive => HopLimit != 0 ? HopLimit : Stack.Host.Options.HopLimit,
            IPv4Option.TypeOfService => TrafficClass,
            _ => 0,
        };
        return option is IPv4Option.TimeToLive or IPv4Option.TypeOfService or IPv4Option.ReceiveErrors or IPv4Option.PathMtuDiscovery ? 0 : -Errno.NoProtocolOption;
    }

    private int SetIPv4Option(int option, int value)
    {
        switch (option)
        {
            case IPv4Option.TimeToLive when value is -1 or (>= 1 and <= 255):
                HopLimit = (byte)Math.Max(0, value);
                return 0;
            case IPv4Option.TypeOfService:
                TrafficClass = (byte)value;
                return 0;
            case IPv4Option.ReceiveErrors or IPv4Option.PathMtuDiscovery:
                return 0;
            default:
                return option == IPv4Option.TimeToLive ? -Errno.Invalid : -Errno.NoProtocolOption;
        }
    }

    private int GetIPv6Option(int option, out int value)
    {
        value = option switch
        {
            IPv6Option.UnicastHops => HopLimit != 0 ? HopLimit : Stack.Host.Options.HopLimit,
            IPv6Option.TrafficClass => TrafficClass,
            IPv6Option.Only => _ipv6Only ? 1 : 0,
            _ => 0,
        };
        return Family != LinuxSocket.AfInet6 ? -Errno.NoProtocolOption
            : option is IPv6Option.UnicastHops or IPv6Option.TrafficClass or IPv6Option.Only or IPv6Option.ReceiveErrors ? 0
            : -Errno.NoProtocolOption;
    }

    private int SetIPv6Option(int option, int value)
    {
        if (Family != LinuxSocket.AfInet6)
        {
            return -Errno.NoProtocolOption;
        }

        switch (option)
        {
            case IPv6Option.UnicastHops when value is >= -1 and <= 255:
                HopLimit = (byte)Math.Max(0, value);
                return 0;
            case IPv6Option.TrafficClass when value is >= -1 and <= 255:
                TrafficClass = (byte)Math.Max(0, value);
                return 0;
            case IPv6Option.Only when Local is null:
                _ipv6Only = value != 0;
                return 0;
            case IPv6Option.ReceiveErrors:
                return 0;
            case IPv6Option.UnicastHops or IPv6Option.TrafficClass or IPv6Option.Only:
                return -Errno.Invalid;
            default:
                return -Errno.NoProtocolOption;
        }
    }

    private static bool IsStructure(int option) => option is SocketOption.Linger or SocketOption.ReceiveTimeout or SocketOption.SendTimeout;

    /// <summary>SO_MEMINFO: bytes received and not read, the receive buffer, bytes in flight, the send buffer, reserve, bytes queued to send, options, backlog, drops.</summary>
    private int GetMemory(Span<byte> value)
    {
        Span<int> words = [BytesReceived, ReceiveBuffer, 0, SendBuffer, 0, BytesQueued, 0, 0, 0];
        var bytes = MemoryMarshal.AsBytes(words);
        var length = Math.Min(bytes.Length, value.Length);
        bytes[..length].CopyTo(value);
        return length;
    }

    private int GetStructure(int option, Span<byte> value)
    {
        Span<byte> whole = stackalloc byte[TimeLength];
        whole.Clear();
        var length = TimeLength;
        if (option == SocketOption.Linger)
        {
            length = LingerLength;
            BinaryPrimitives.WriteInt32LittleEndian(whole, Linger is null ? 0 : 1);
            BinaryPrimitives.WriteInt32LittleEndian(whole[4..], (int)(Linger ?? TimeSpan.Zero).TotalSeconds);
        }
        else
        {
            var time = option == SocketOption.ReceiveTimeout ? _receiveTimeout : _sendTimeout;
            BinaryPrimitives.WriteInt64LittleEndian(whole, (long)time.TotalSeconds);
            BinaryPrimitives.WriteInt64LittleEndian(whole[8..], time.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond);
        }

        length = Math.Min(length, value.Length);
        whole[..length].CopyTo(value);
        return length;
    }

    private int SetStructure(int option, ReadOnlySpan<byte> value)
    {
        if (option == SocketOption.Linger)
        {
            if (value.Length < LingerLength)
            {
                return -Errno.Invalid;
            }

            var seconds = BinaryPrimitives.ReadInt32LittleEndian(value[4..]);
            Linger = BinaryPrimitives.ReadInt32LittleEndian(value) != 0 ? TimeSpan.FromSeconds(Math.Max(0, seconds)) : null;
            return 0;
        }

        if (value.Length < TimeLength)
        {
            return -Errno.Invalid;
        }

        var whole = BinaryPrimitives.ReadInt64LittleEndian(value);
        var micro = BinaryPrimitives.ReadInt64LittleEndian(value[8..]);
        if (micro is < 0 or >= 1_000_000)
        {
            return -Errno.Domain;
        }

        var time = whole < 0 ? TimeSpan.FromTicks(1) : TimeSpan.FromSeconds(Math.Min(whole, 1L << 31)) + TimeSpan.FromMicroseconds(micro);
        if (option == SocketOption.ReceiveTimeout)
        {
            _receiveTimeout = time;
        }
        else
        {
            _sendTimeout = time;
        }

        return 0;
    }
}
