using System;
using System.Buffers.Binary;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Posix;

/// <content>Options of IPPROTO_TCP, and those of SOL_SOCKET that only a stream has.</content>
internal sealed partial class TcpFile
{
    private const int SmallestSendBuffer = 4608;
    private const int SmallestReceiveBuffer = 2304;
    private const int LargestKeepTime = 32767;
    private const int LargestKeepCount = 127;
    private const int LargestSynCount = 127;
    private const int SmallestMss = 88;
    private const int LargestMss = 32767;

    private const int NoLimit = -1;
    private const int CongestionNameLength = 16; // TCP_CA_NAME_MAX

    private TcpSocketOptions _options = new() { UrgentInline = false };
    private TimeSpan _deferAccept;

    /// <summary>SO_SNDBUF reads back doubled: Linux counts its own bookkeeping in it.</summary>
    protected override int SendBuffer
    {
        get => Options.SendBufferSize > 0 ? Options.SendBufferSize : _connection?.SendBufferLimit ?? Stack.Host.Tcp.Settings.SendBuffer.Initial;
        set => Options.SendBufferSize = Math.Max(2 * Math.Min(value, int.MaxValue / 2), SmallestSendBuffer);
    }

    /// <summary>SO_RCVBUF reads back doubled; half of it is for bytes.</summary>
    protected override int ReceiveBuffer
    {
        get => 2 * (Options.ReceiveBufferSize > 0 ? Options.ReceiveBufferSize : Stack.Host.Tcp.Settings.ReceiveBuffer.Initial);
        set => Options.ReceiveBufferSize = Math.Max(Math.Min(value, int.MaxValue / 2), SmallestReceiveBuffer / 2);
    }

    protected override int BytesReceived => _connection?.Available ?? 0;

    protected override int BytesQueued => _connection?.Send?.Data.Length ?? 0;

    protected override byte HopLimit
    {
        get => Options.HopLimit;
        set => Options.HopLimit = value;
    }

    protected override byte TrafficClass
    {
        get => Options.TrafficClass;
        set => Options.TrafficClass = value;
    }

    private TcpSocketOptions Options => _connection?.Options ?? _options;

    protected override void OnOptionsChanged(Instant now) => _connection?.OnOptionsChanged(now);

    protected override int GetSocketOption(int option, out int value)
    {
        switch (option)
        {
            case SocketOption.KeepAlive:
                value = Options.KeepAlive ? 1 : 0;
                return 0;
            case SocketOption.OutOfBandInline:
                value = Options.UrgentInline ? 1 : 0;
                return 0;
            case SocketOption.AcceptsConnections:
                value = _listener is not null ? 1 : 0;
                return 0;
            case SocketOption.LowWater:
                value = 1;
                return 0;
            case SocketOption.MaximumPacingRate:
                value = Options.MaximumPacingRate is var rate and > 0 ? (int)(uint)rate : NoLimit;
                return 0;
            default:
                return base.GetSocketOption(option, out value);
        }
    }

    protected override int SetSocketOption(int option, int value)
    {
        if (option == SocketOption.KeepAlive)
        {
            Options.KeepAlive = value != 0;
            return 0;
        }

        if (option == SocketOption.MaximumPacingRate)
        {
            // As an unsigned number of bytes a second, all ones for no limit; none at all would be no connection.
            Options.MaximumPacingRate = value == NoLimit ? 0 : Math.Max(1, (long)(uint)value);
            return 0;
        }

        if (option == SocketOption.OutOfBandInline)
        {
            Options.UrgentInline = value != 0;
            return 0;
        }

        return base.SetSocketOption(option, value);
    }

    protected override int GetProtocolOption(int level, int option, Span<byte> value, Instant now)
    {
        if (level != OptionLevel.Tcp)
        {
            return -Errno.NoProtocolOption;
        }

        if (option == TcpOption.Info)
        {
            return _connection is { } connection ? TcpInfoLayout.Write(connection, value, now) : TcpInfoLayout.WriteClosed(State, value);
        }

        if (option == TcpOption.CongestionInfo)
        {
            return 0; // Linux too has nothing to tell of most algorithms
        }

        if (option == TcpOption.Congestion)
        {
            return PutText(Options.CongestionControl ?? Stack.Host.Tcp.Settings.CongestionControl, value);
        }

        if (option == TcpOption.FastOpenKey)
        {
            return GetFastOpenKey(value);
        }

        var options = Options;
        int? number = option switch
        {
            TcpOption.NoDelay => options.NoDelay ? 1 : 0,
            TcpOption.MaximumSegment => MaximumSegment(),
            TcpOption.KeepIdle => (int)options.KeepAliveTime.TotalSeconds,
            TcpOption.KeepInterval => (int)options.KeepAliveInterval.TotalSeconds,
            TcpOption.KeepCount => options.KeepAliveRetryCount,
            TcpOption.UserTimeout => (int)options.UserTimeout.TotalMilliseconds,
            TcpOption.NotSentLowWater => (int)options.NotSentLowWater,
            TcpOption.Cork => options.Cork ? 1 : 0,
            TcpOption.SynCount => options.SynRetries > 0 ? options.SynRetries : Stack.Host.Tcp.Settings.SynRetries,
            TcpOption.DeferAccept => (int)(_listener?.DeferAccept ?? _deferAccept).TotalSeconds,
            TcpOption.FastOpen => _listener?.FastOpenLimit ?? _fastOpenLimit,
            TcpOption.FastOpenConnect => _fastOpenConnect ? 1 : 0,
            TcpOption.FastOpenNoCookie => options.FastOpenWithoutCookie ? 1 : 0,
            TcpOption.QuickAck => _connection is { Acks.Quick: > 0 } ? 1 : 0,
            _ => null,
        };
        return number is { } found ? Put(found, value) : -Errno.NoProtocolOption;
    }

    protected override int SetProtocolOption(int level, int option, ReadOnlySpan<byte> value, Instant now)
    {
        if (level != OptionLevel.Tcp)
        {
            return -Errno.NoProtocolOption;
        }

        if (option == TcpOption.Congestion)
        {
            return SetCongestionControl(value, now);
        }

        if (option == TcpOption.FastOpenKey)
        {
            return SetFastOpenKey(value);
        }

        if (value.Length < sizeof(int))
        {
            return -Errno.Invalid;
        }

        var result = SetTcpOption(option, BinaryPrimitives.ReadInt32LittleEndian(value));
        if (result == 0)
        {
            OnOptionsChanged(now);
        }

        return result;
    }

    private int SetTcpOption(int option, int value)
    {
        switch (option)
        {
            case TcpOption.NoDelay:
                Options.NoDelay = value != 0;
                Release(value != 0);
                return 0;
            case TcpOption.Cork:
                Options.Cork = value != 0;
                Release(value == 0 && Options.NoDelay);
                return 0;
            case TcpOption.MaximumSegment when value is 0 or (>= SmallestMss and <= LargestMss):
                Options.MaximumSegment = value;
                return 0;
            case TcpOption.KeepIdle when value is >= 1 and <= LargestKeepTime:
                Options.KeepAliveTime = TimeSpan.FromSeconds(value);
                return 0;
            case TcpOption.KeepInterval when value is >= 1 and <= LargestKeepTime:
                Options.KeepAliveInterval = TimeSpan.FromSeconds(value);
                return 0;
            case TcpOption.KeepCount when value is >= 1 and <= LargestKeepCount:
                Options.KeepAliveRetryCount = value;
                return 0;
            case TcpOption.UserTimeout when value >= 0:
                Options.UserTimeout = TimeSpan.FromMilliseconds(value);
                return 0;
            case TcpOption.NotSentLowWater:
                Options.NotSentLowWater = (uint)value;
                return 0;
            case TcpOption.QuickAck:
                SetQuickAck(value);
                return 0;
            case TcpOption.SynCount when value is >= 1 and <= LargestSynCount:
                Options.SynRetries = value;
                return 0;
            case TcpOption.DeferAccept:
                _deferAccept = DeferTime(value);
                _listener?.DeferAccept = _deferAccept;
                return 0;
            case TcpOption.FastOpen or TcpOption.FastOpenConnect or TcpOption.FastOpenNoCookie:
                return SetFastOpenOption(option, value);
            case TcpOption.SynCount or TcpOption.MaximumSegment or TcpOption.KeepIdle or TcpOption.KeepInterval or TcpOption.KeepCount or TcpOption.UserTimeout:
                return -Errno.Invalid;
            default:
                return -Errno.NoProtocolOption;
        }
    }

    /// <summary>TCP_CONGESTION: ENOENT is Linux's word for an algorithm that there is not.</summary>
    private int SetCongestionControl(ReadOnlySpan<byte> value, Instant now)
    {
        if (value.IsEmpty)
        {
            return -Errno.Invalid;
        }

        var end = value.IndexOf((byte)0);
        var name = System.Text.Encoding.ASCII.GetString(value[..Math.Min(end < 0 ? value.Length : end, CongestionNameLength - 1)]);
        if (!TcpSocketOptions.IsCongestionControl(name))
        {
            return -Errno.NoEntry;
        }

        Options.CongestionControl = name;
        OnOptionsChanged(now);
        return 0;
    }

    /// <summary>TCP_DEFER_ACCEPT: Linux keeps it as the number of timeouts that make at least so many seconds, and tells their sum.</summary>
    private static TimeSpan DeferTime(int seconds)
    {
        const int largestTimeout = 120;
        const int mostTimeouts = 255;
        var total = 0;
        var timeout = 1;
        for (var i = 0; i < mostTimeouts && total < seconds; i++)
        {
            total += timeout;
            timeout = Math.Min(2 * timeout, largestTimeout);
        }

        return TimeSpan.FromSeconds(total);
    }

    private void SetQuickAck(int value)
    {
        if (_connection is not { } connection)
        {
            return;
        }

        connection.Acks.Quick = value != 0 ? (byte)Stack.Host.Tcp.Settings.QuickAcks : (byte)0;
        if (value != 0 && connection.Acks.Delayed)
        {
            AckPolicy.AtOnce(connection);
        }
    }

    /// <summary>TCP_MAXSEG: what was set, before there is a connection; then what segments carry.</summary>
    private int MaximumSegment() => _connection is { State: not TcpState.Closed } connection
        ? SegmentSizes.EffectiveSend(connection)
        : _options.MaximumSegment > 0 ? _options.MaximumSegment : SegmentSizes.DefaultMssIPv4;

    private void Inherit(TcpFile listener)
    {
        _options = listener._options;
    }

    /// <summary>What is queued leaves, corked or not.</summary>
    private void Release(bool isWanted)
    {
        if (isWanted)
        {
            _connection?.PushQueued();
        }
    }

    private static int PutText(string text, Span<byte> value)
    {
        Span<byte> name = stackalloc byte[CongestionNameLength];
        name.Clear();
        System.Text.Encoding.ASCII.GetBytes(text, name);
        var length = Math.Min(CongestionNameLength, value.Length);
        name[..length].CopyTo(value);
        return length;
    }
}
