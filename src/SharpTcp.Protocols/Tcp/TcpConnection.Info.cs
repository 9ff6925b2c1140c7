using System;

namespace SharpTcp.Protocols.Tcp;

public sealed partial class TcpConnection
{
    /// <summary>What congestion control, recovery and the counters say at present.</summary>
    public TcpInfo GetInfo(Instant now)
    {
        var mss = SegmentSizes.Full(this);
        var statistics = Statistics;
        CountSegments(mss, out var sacked, out var lost, out var retransmitted);
        return new TcpInfo
        {
            State = _state,
            Recovery = RecoveryState,
            CongestionControl = Control.Name,
            CongestionWindow = Congestion.Cwnd,
            SlowStartThreshold = Congestion.Ssthresh >= int.MaxValue ? long.MaxValue : Congestion.Ssthresh,
            SmoothedRtt = Rtt.Smoothed,
            RttVariation = Rtt.Variation,
            MinimumRtt = Rtt.Minimum,
            ReceiverRtt = Tuning.Rtt,
            RetransmissionTimeout = Rtt.Timeout(Layer.Settings),
            Backoff = Rtt.Backoff,
            Probes = Acks.KeepAliveProbes,
            Unacknowledged = FlightSize,
            InFlight = Send is { } send ? RecoveryFlow.InFlight(this, send) : 0,
            UnacknowledgedSegments = SegmentSizes.Count(FlightSize, mss),
            SackedSegments = sacked,
            LostSegments = lost,
            RetransmittedSegments = retransmitted,
            Reordering = Math.Max(statistics.Reordering, TcpStatistics.InitialReordering),
            ReorderingEvents = statistics.ReorderingEvents,
            NotSent = Unsent,
            SendMss = mss,
            ReceiveMss = RcvMss,
            AnnouncedMss = SegmentSizes.Announce(this),
            PathMtu = Path.PathMtu,
            SendWindow = SndWnd,
            ReceiveWindow = Tcp.ReceiveWindow.Promised(this),
            ReceiveBuffer = ReceiveBufferLimit,
            SendBuffer = SendBufferLimit,
            SendWindowScale = SndWindShift,
            ReceiveWindowScale = RcvWindShift,
            Timestamps = Has(TcpConnectionFlags.Timestamps),
            SelectiveAcks = Has(TcpConnectionFlags.Sack),
            WindowScaling = Has(TcpConnectionFlags.WindowScaling),
            Ecn = Has(TcpConnectionFlags.Ecn),
            BytesAcknowledged = statistics.BytesAcknowledged,
            BytesReceived = statistics.BytesReceived,
            BytesSent = statistics.BytesSent,
            BytesRetransmitted = statistics.BytesRetransmitted,
            SegmentsReceived = statistics.SegmentsReceived,
            SegmentsSent = statistics.SegmentsSent,
            DataSegmentsReceived = statistics.DataSegmentsReceived,
            DataSegmentsSent = statistics.DataSegmentsSent,
            SegmentsRetransmitted = statistics.SegmentsRetransmitted,
            SegmentsDelivered = statistics.SegmentsDelivered,
            SegmentsDeliveredMarked = statistics.SegmentsDeliveredMarked,
            DuplicatesReported = statistics.DuplicatesReported,
            OutOfOrderSegments = statistics.OutOfOrderSegments,
            Timeouts = statistics.Timeouts,
            DeliveryRate = statistics.Rate.BytesPerSecond,
            IsDeliveryRateUserLimited = statistics.Rate.IsUserLimited,
            PacingRate = Pacing.Rate(this) is var rate and > 0 ? rate : long.MaxValue,
            MaximumPacingRate = EffectiveOptions.MaximumPacingRate is var limit and > 0 ? limit : long.MaxValue,
            BusyTime = statistics.Limited.Busy(now),
            PeerWindowLimited = statistics.Limited.ByPeerWindow(now),
            SendBufferLimited = statistics.Limited.BySendBuffer(now),
            SinceDataSent = now - SentAt,
            SinceDataReceived = now - DataReceivedAt,
            SinceHeard = now - HeardAt,
        };
    }

    private TcpRecoveryState RecoveryState => Send switch
    {
        null => TcpRecoveryState.Open,
        { Phase: RecoveryPhase.FastRecovery } => TcpRecoveryState.FastRecovery,
        { Phase: RecoveryPhase.Loss } => TcpRecoveryState.Loss,
        { } send when Ecn.HasReduced(this, send) => TcpRecoveryState.Reduced,
        { } send when send.Sent.SackedBytes > 0 || send.DuplicateAcks > 0 => TcpRecoveryState.Disorder,
        _ => TcpRecoveryState.Open,
    };

    private void CountSegments(int mss, out int sacked, out int lost, out int retransmitted)
    {
        sacked = 0;
        lost = 0;
        retransmitted = 0;
        for (var i = 0; i < (Send?.Sent.Count ?? 0); i++)
        {
            ref var record = ref Send!.Sent[i];
            var segments = SegmentSizes.Count(record.Length, mss);
            if (record.Has(SentFlags.Sacked))
            {
                sacked += segments;
                continue;
            }

            lost += record.Has(SentFlags.Lost | SentFlags.Repair) ? segments : 0;
            retransmitted += record.Has(SentFlags.Retransmitted) && !record.Has(SentFlags.Lost) ? segments : 0;
        }
    }
}
