namespace SharpTcp.Protocols.Tcp;

/// <summary>What a connection has counted since its beginning: for its user's eyes (RFC 4898), and for what must outlast the state that is rented while data is in flight.</summary>
internal struct TcpStatistics
{
    /// <summary>Three duplicates mean loss (RFC 5681 §3.2) until more reordering than that was seen.</summary>
    public const ushort InitialReordering = 3;

    public long BytesAcknowledged;
    public long BytesReceived;
    public long BytesSent;
    public long BytesRetransmitted;

    /// <summary>Bytes known to be with the peer, each counted once; modulo 2³².</summary>
    public uint Delivered;
    public uint SegmentsReceived;
    public uint SegmentsSent;
    public uint DataSegmentsReceived;
    public uint DataSegmentsSent;
    public uint SegmentsRetransmitted;
    public uint SegmentsDelivered;

    /// <summary>Of them, those delivered by acknowledgments that echoed a congestion mark (RFC 3168).</summary>
    public uint SegmentsDeliveredMarked;
    public uint DuplicatesReported;
    public uint OutOfOrderSegments;
    public uint ReorderingEvents;
    public uint Timeouts;

    /// <summary>The farthest, in segments, that something arrived behind what was sent after it.</summary>
    public ushort Reordering;

    public LimitedTimes Limited;
    public DeliveryRate Rate;
}
