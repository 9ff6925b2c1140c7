using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What congestion control and loss recovery are doing.</summary>
public enum TcpRecoveryState : byte
{
    /// <summary>Nothing is missing.</summary>
    Open,

    /// <summary>Something arrived out of order; it is not yet known whether anything is lost.</summary>
    Disorder,

    /// <summary>The window shrinks because routers marked packets (RFC 3168).</summary>
    Reduced,

    /// <summary>Loss was seen by acknowledgments: fast recovery (RFC 5681 §3.2).</summary>
    FastRecovery,

    /// <summary>The retransmission timer fired (RFC 5681 §3.1).</summary>
    Loss,
}

/// <summary>
/// A connection at one moment: what its congestion control, its recovery and its counters say (after RFC 4898). Sizes are bytes of payload; segments are counted as packets on the
/// wire, also those inside of super-segments.
/// </summary>
public readonly record struct TcpInfo
{
    /// <summary>Its state (RFC 9293 §3.3.2).</summary>
    public TcpState State { get; init; }

    /// <summary>What loss recovery is doing.</summary>
    public TcpRecoveryState Recovery { get; init; }

    /// <summary>The name of its congestion control.</summary>
    public string CongestionControl { get; init; }

    /// <summary>The congestion window in bytes.</summary>
    public long CongestionWindow { get; init; }

    /// <summary>Above it slow start ends, in bytes; <see cref="long.MaxValue"/> while nothing is known of the path.</summary>
    public long SlowStartThreshold { get; init; }

    /// <summary>The smoothed round-trip time (RFC 6298); zero while there is no sample.</summary>
    public TimeSpan SmoothedRtt { get; init; }

    /// <summary>The variation of the round-trip time (RFC 6298).</summary>
    public TimeSpan RttVariation { get; init; }

    /// <summary>The smallest round-trip time seen; zero while there is no sample.</summary>
    public TimeSpan MinimumRtt { get; init; }

    /// <summary>The receiver's estimate of the round-trip time, from the peer's timestamps; zero while there is none.</summary>
    public TimeSpan ReceiverRtt { get; init; }

    /// <summary>The retransmission timeout, with its backoff (RFC 6298).</summary>
    public TimeSpan RetransmissionTimeout { get; init; }

    /// <summary>How often that was doubled since the last answer.</summary>
    public int Backoff { get; init; }

    /// <summary>Probes of a closed window, or keep-alives, without an answer.</summary>
    public int Probes { get; init; }

    /// <summary>Bytes between SND.UNA and SND.NXT.</summary>
    public long Unacknowledged { get; init; }

    /// <summary>Bytes believed to be in the network.</summary>
    public long InFlight { get; init; }

    /// <summary>Segments between SND.UNA and SND.NXT.</summary>
    public int UnacknowledgedSegments { get; init; }

    /// <summary>Of them, those that the peer has by its SACK.</summary>
    public int SackedSegments { get; init; }

    /// <summary>Of them, those that were believed lost and have not been acknowledged since.</summary>
    public int LostSegments { get; init; }

    /// <summary>Of them, those whose last transmission is a retransmission that is believed to be under way.</summary>
    public int RetransmittedSegments { get; init; }

    /// <summary>The farthest, in segments, that something arrived behind what was sent after it; at least 3.</summary>
    public int Reordering { get; init; }

    /// <summary>How often reordering was seen.</summary>
    public long ReorderingEvents { get; init; }

    /// <summary>Bytes queued that were never sent.</summary>
    public long NotSent { get; init; }

    /// <summary>Payload bytes of the largest segment that it sends.</summary>
    public int SendMss { get; init; }

    /// <summary>The size of the segments that the peer sends, as far as it is known.</summary>
    public int ReceiveMss { get; init; }

    /// <summary>The MSS that it announced.</summary>
    public int AnnouncedMss { get; init; }

    /// <summary>The largest IP packet that the path is believed to take.</summary>
    public int PathMtu { get; init; }

    /// <summary>The window that the peer advertised last, in bytes.</summary>
    public long SendWindow { get; init; }

    /// <summary>The window that it promised to the peer, in bytes.</summary>
    public long ReceiveWindow { get; init; }

    /// <summary>Bytes that its receive buffer takes at present.</summary>
    public int ReceiveBuffer { get; init; }

    /// <summary>Bytes that its send buffer takes at present.</summary>
    public int SendBuffer { get; init; }

    /// <summary>The peer's window scale (RFC 7323), 0 to 14.</summary>
    public int SendWindowScale { get; init; }

    /// <summary>Its own window scale (RFC 7323), 0 to 14.</summary>
    public int ReceiveWindowScale { get; init; }

    /// <summary>Whether both sides use timestamps (RFC 7323).</summary>
    public bool Timestamps { get; init; }

    /// <summary>Whether both sides use selective acknowledgments (RFC 2018).</summary>
    public bool SelectiveAcks { get; init; }

    /// <summary>Whether both sides use window scaling (RFC 7323).</summary>
    public bool WindowScaling { get; init; }

    /// <summary>Whether both sides use explicit congestion notification (RFC 3168).</summary>
    public bool Ecn { get; init; }

    /// <summary>Bytes that the peer has acknowledged.</summary>
    public long BytesAcknowledged { get; init; }

    /// <summary>Bytes that arrived in order.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Bytes sent, those sent again included.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes sent again.</summary>
    public long BytesRetransmitted { get; init; }

    /// <summary>Segments received.</summary>
    public long SegmentsReceived { get; init; }

    /// <summary>Segments sent.</summary>
    public long SegmentsSent { get; init; }

    /// <summary>Segments received that carried data.</summary>
    public long DataSegmentsReceived { get; init; }

    /// <summary>Segments sent that carried data.</summary>
    public long DataSegmentsSent { get; init; }

    /// <summary>Segments sent again.</summary>
    public long SegmentsRetransmitted { get; init; }

    /// <summary>Segments known to be with the peer, the SYN among them, each counted once.</summary>
    public long SegmentsDelivered { get; init; }

    /// <summary>Of them, those whose acknowledgment echoed a congestion mark (RFC 3168).</summary>
    public long SegmentsDeliveredMarked { get; init; }

    /// <summary>Acknowledgments that reported something which arrived twice (RFC 2883).</summary>
    public long DuplicatesReported { get; init; }

    /// <summary>Segments that arrived out of order.</summary>
    public long OutOfOrderSegments { get; init; }

    /// <summary>Retransmission timeouts.</summary>
    public long Timeouts { get; init; }

    /// <summary>The rate at which the path lately delivered, in bytes a second; 0 while it is not known.</summary>
    public long DeliveryRate { get; init; }

    /// <summary>Whether that was limited by what the user sent, so that the path may be faster.</summary>
    public bool IsDeliveryRateUserLimited { get; init; }

    /// <summary>The rate at which it sends at most, in bytes a second; <see cref="long.MaxValue"/> where it is not paced.</summary>
    public long PacingRate { get; init; }

    /// <summary>The highest rate that its user allows, in bytes a second; <see cref="long.MaxValue"/> without limit.</summary>
    public long MaximumPacingRate { get; init; }

    /// <summary>Time with something to send or in flight.</summary>
    public TimeSpan BusyTime { get; init; }

    /// <summary>Of it, the time in which the peer's window held back sending.</summary>
    public TimeSpan PeerWindowLimited { get; init; }

    /// <summary>Of it, the time in which the send buffer was too small.</summary>
    public TimeSpan SendBufferLimited { get; init; }

    /// <summary>Time since data was last sent.</summary>
    public TimeSpan SinceDataSent { get; init; }

    /// <summary>Time since data last came.</summary>
    public TimeSpan SinceDataReceived { get; init; }

    /// <summary>Time since an acceptable segment last came.</summary>
    public TimeSpan SinceHeard { get; init; }
}
