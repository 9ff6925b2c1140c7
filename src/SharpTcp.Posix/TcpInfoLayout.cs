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
    private const byte OptionEcn = 8;
    private const byte OptionSynData = 32;

    public static int WriteClosed(TcpState state, Span<byte> value)
    {
        Span<byte> info = stackalloc byte[Length];
        info.Clear();
        info[0] = StateNumber(state);
        return Cut(info, value);
    }

    public static int Write(TcpConnection connection, Span<byte> value, Instant now)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes.Clear();
        var info = connection.GetInfo(now);
        WriteState(connection, info, bytes);
        WriteMetrics(connection, info, bytes);
        WriteCounters(info, bytes);
        return Cut(bytes, value);
    }

    private static void WriteState(TcpConnection connection, in TcpInfo info, Span<byte> bytes)
    {
        bytes[0] = StateNumber(info.State);
        bytes[1] = (byte)info.Recovery; // TCP_CA_Open to TCP_CA_Loss
        bytes[2] = (byte)info.Backoff;
        bytes[3] = (byte)info.Probes;
        bytes[4] = (byte)info.Backoff;
        bytes[5] = (byte)((info.Timestamps ? OptionTimestamps : 0) | (info.SelectiveAcks ? OptionSack : 0)
            | (info.WindowScaling ? OptionWindowScale : 0) | (info.Ecn ? OptionEcn : 0)
            | ((connection.FastOpen & FastOpenSteps.DataTaken) != 0 ? OptionSynData : 0));
        bytes[6] = (byte)(info.SendWindowScale | info.ReceiveWindowScale << 4);
        bytes[7] = (byte)(info.IsDeliveryRateUserLimited ? 1 : 0);
        Put(bytes, 8, info.RetransmissionTimeout.TotalMicroseconds);
        Put(bytes, 12, connection.Layer.Settings.DelayedAckTimeout.TotalMicroseconds);
        Put(bytes, 16, info.SendMss);
        Put(bytes, 20, info.ReceiveMss);
        Put(bytes, 24, info.UnacknowledgedSegments);
        Put(bytes, 28, info.SackedSegments);
        Put(bytes, 32, info.LostSegments);
        Put(bytes, 36, info.RetransmittedSegments);
        Put(bytes, 44, info.SinceDataSent.TotalMilliseconds);
        Put(bytes, 52, info.SinceDataReceived.TotalMilliseconds);
        Put(bytes, 56, info.SinceHeard.TotalMilliseconds);
    }

    private static void WriteMetrics(TcpConnection connection, in TcpInfo info, Span<byte> bytes)
    {
        Put(bytes, 60, info.PathMtu);
        Put(bytes, 64, info.ReceiveBuffer);
        Put(bytes, 68, info.SmoothedRtt.TotalMicroseconds);
        Put(bytes, 72, info.RttVariation.TotalMicroseconds);
        Put(bytes, 76, info.SlowStartThreshold == long.MaxValue ? int.MaxValue : Math.Max(1, info.SlowStartThreshold / info.SendMss));
        Put(bytes, 80, info.CongestionWindow / info.SendMss);
        Put(bytes, 84, info.AnnouncedMss);
        Put(bytes, 88, info.Reordering);
        Put(bytes, 92, info.ReceiverRtt.TotalMicroseconds);
        Put(bytes, 96, info.ReceiveBuffer / 2);
        Put(bytes, 100, info.SegmentsRetransmitted);
        PutLong(bytes, 104, Rate(info.PacingRate));
        PutLong(bytes, 112, Rate(info.MaximumPacingRate));
        Put(bytes, 144, info.NotSent);
        Put(bytes, 148, connection.Rtt.HasSample ? info.MinimumRtt.TotalMicroseconds : uint.MaxValue);
        PutLong(bytes, 160, (ulong)info.DeliveryRate);
        Put(bytes, 228, info.SendWindow);
        Put(bytes, 232, info.ReceiveWindow);
    }

    private static void WriteCounters(in TcpInfo info, Span<byte> bytes)
    {
        PutLong(bytes, 120, (ulong)info.BytesAcknowledged);
        PutLong(bytes, 128, (ulong)info.BytesReceived);
        Put(bytes, 136, info.SegmentsSent);
        Put(bytes, 140, info.SegmentsReceived);
        Put(bytes, 152, info.DataSegmentsReceived);
        Put(bytes, 156, info.DataSegmentsSent);
        PutLong(bytes, 168, (ulong)info.BusyTime.TotalMicroseconds);
        PutLong(bytes, 176, (ulong)info.PeerWindowLimited.TotalMicroseconds);
        PutLong(bytes, 184, (ulong)info.SendBufferLimited.TotalMicroseconds);
        Put(bytes, 192, info.SegmentsDelivered);
        Put(bytes, 196, info.SegmentsDeliveredMarked);
        PutLong(bytes, 200, (ulong)info.BytesSent);
        PutLong(bytes, 208, (ulong)info.BytesRetransmitted);
        Put(bytes, 216, info.DuplicatesReported);
        Put(bytes, 220, info.ReorderingEvents);
        Put(bytes, 224, info.OutOfOrderSegments);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[240..], (ushort)Math.Min(info.Timeouts, ushort.MaxValue));
    }

    /// <summary>Linux says "without limit" by a rate of all ones.</summary>
    private static ulong Rate(long bytesPerSecond) => bytesPerSecond == long.MaxValue ? ulong.MaxValue : (ulong)bytesPerSecond;

    private static void Put(Span<byte> bytes, int offset, double value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[offset..], (uint)Math.Clamp(value, 0, uint.MaxValue));

    private static void PutLong(Span<byte> bytes, int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(bytes[offset..], value);

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
