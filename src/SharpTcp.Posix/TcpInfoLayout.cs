using System;
using System.Buffers.Binary;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Posix;

/// <summary>struct tcp_info as Linux lays it out. A caller with a shorter structure gets its beginning.</summary>
internal static class TcpInfoLayout
{
    public const int Length = 280;

    private const byte OptionTimestamps = 1;
    private const byte OptionSack = 2;
    private const byte OptionWindowScale = 4;

    public static int WriteClosed(TcpState state, Span<byte> value)
    {
        Span<byte> info = stackalloc byte[Length];
        info.Clear();
        info[0] = StateNumber(state);
        return Cut(info, value);
    }

    public static int Write(TcpConnection connection, Span<byte> value, Instant now)
    {
        Span<byte> info = stackalloc byte[Length];
        info.Clear();
        var send = connection.Send;
        var mss = SegmentSizes.EffectiveSend(connection);
        info[0] = StateNumber(connection.State);
        info[1] = (byte)(send?.Phase switch { RecoveryPhase.FastRecovery => 3, RecoveryPhase.Loss => 4, _ => 0 });
        info[3] = connection.Acks.KeepAliveProbes;
        info[4] = connection.Rtt.Backoff;
        info[5] = (byte)((connection.Has(TcpConnectionFlags.Timestamps) ? OptionTimestamps : 0)
            | (connection.Has(TcpConnectionFlags.Sack) ? OptionSack : 0)
            | (connection.Has(TcpConnectionFlags.WindowScaling) ? OptionWindowScale : 0));
        info[6] = (byte)(connection.SndWindShift | connection.RcvWindShift << 4);
        Put(info, 8, connection.Rtt.Timeout(connection.Layer.Settings).TotalMicroseconds);
        Put(info, 16, mss);
        Put(info, 20, connection.RcvMss);
        Put(info, 24, Segments(connection.FlightSize, mss));
        Put(info, 44, (now - connection.SentAt).TotalMilliseconds);
        Put(info, 52, (now - connection.HeardAt).TotalMilliseconds);
        Put(info, 56, (now - connection.HeardAt).TotalMilliseconds);
        Put(info, 60, connection.Path.PathMtu);
        Put(info, 68, connection.Rtt.Smoothed.TotalMicroseconds);
        Put(info, 72, connection.Rtt.Variation.TotalMicroseconds);
        Put(info, 76, connection.Congestion.Ssthresh == int.MaxValue ? int.MaxValue : Math.Max(1, connection.Congestion.Ssthresh / (double)mss));
        Put(info, 80, connection.Congestion.Cwnd / mss);
        Put(info, 84, SegmentSizes.Announce(connection));
        Put(info, 88, 3);
        Put(info, 144, connection.Unsent);
        Put(info, 148, connection.Rtt.HasSample ? connection.Rtt.Minimum.TotalMicroseconds : uint.MaxValue);
        Put(info, 228, connection.SndWnd);
        Put(info, 232, ReceiveWindow.Promised(connection));
        return Cut(info, value);
    }

    private static double Segments(uint bytes, int mss) => (bytes + mss - 1) / mss;

    private static void Put(Span<byte> info, int offset, double value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(info[offset..], (uint)Math.Clamp(value, 0, uint.MaxValue));

    private static int Cut(Span<byte> info, Span<byte> value)
    {
        var length = Math.Min(info.Length, value.Length);
        info[..length].CopyTo(value);
        return length;
    }

    /// <summary>The numbers of include/net/tcp_states.h.</summary>
    private static byte StateNumber(TcpState state) => state switch
    {
        TcpState.Established => 1,
        TcpState.SynSent => 2,
        TcpState.SynReceived => 3,
        TcpState.FinWait1 => 4,
        TcpState.FinWait2 => 5,
        TcpState.TimeWait => 6,
        TcpState.CloseWait => 8,
        TcpState.LastAck => 9,
        TcpState.Listen => 10,
        TcpState.Closing => 11,
        _ => 7,
    };
}
