namespace SharpTcp.Protocols.Tcp;

/// <summary>What TCP has counted since the start (after RFC 4022).</summary>
public sealed class TcpCounters
{
    /// <summary>The counters as they are now, in a copy that counts no further.</summary>
    public TcpCounters Snapshot() => (TcpCounters)MemberwiseClone();

    /// <summary>Active opens.</summary>
    public long ActiveOpens { get; internal set; }

    /// <summary>Connections that a listener began.</summary>
    public long PassiveOpens { get; internal set; }

    /// <summary>Connections that reached ESTABLISHED.</summary>
    public long Established { get; internal set; }

    /// <summary>Segments received, those inside of super-segments counted one by one.</summary>
    public long SegmentsReceived { get; internal set; }

    /// <summary>Segments sent, those inside of super-segments counted one by one.</summary>
    public long SegmentsSent { get; internal set; }

    /// <summary>Segments sent again.</summary>
    public long SegmentsRetransmitted { get; internal set; }

    /// <summary>Retransmission timeouts.</summary>
    public long Timeouts { get; internal set; }

    /// <summary>Recoveries that were found needless and undone (RFC 5682, RFC 3522, RFC 3708).</summary>
    public long SpuriousRecoveries { get; internal set; }

    /// <summary>Acknowledgments that reported something which arrived twice (RFC 2883).</summary>
    public long DuplicatesReported { get; internal set; }

    /// <summary>Data packets that arrived with a congestion mark (RFC 3168).</summary>
    public long CongestionMarksReceived { get; internal set; }

    /// <summary>Reductions of a congestion window because the peer echoed a mark (RFC 3168).</summary>
    public long CongestionEchoes { get; internal set; }

    /// <summary>How often segments were made smaller because large ones seem to be dropped in silence (RFC 4821).</summary>
    public long BlackHoles { get; internal set; }

    /// <summary>Segments that were sent larger than what is known to pass (RFC 4821).</summary>
    public long PathMtuProbes { get; internal set; }

    /// <summary>Tail loss probes.</summary>
    public long TailProbes { get; internal set; }

    /// <summary>Resets sent.</summary>
    public long ResetsSent { get; internal set; }

    /// <summary>Resets that ended a connection.</summary>
    public long ResetsReceived { get; internal set; }

    /// <summary>Segments dropped because of their checksum (MUST-3).</summary>
    public long BadChecksums { get; internal set; }

    /// <summary>Segments to a port where nobody listens.</summary>
    public long NoListener { get; internal set; }

    /// <summary>Challenge acknowledgments (RFC 5961).</summary>
    public long ChallengeAcks { get; internal set; }

    /// <summary>Segments dropped because of an old timestamp (RFC 7323 §5).</summary>
    public long OldTimestamps { get; internal set; }

    /// <summary>Segments dropped because they lack the timestamp that both sides agreed on (RFC 7323 §3.2).</summary>
    public long MissingTimestamps { get; internal set; }

    /// <summary>Segments that were queued out of order.</summary>
    public long OutOfOrderQueued { get; internal set; }

    /// <summary>Out-of-order segments dropped because there were too many gaps.</summary>
    public long OutOfOrderDropped { get; internal set; }

    /// <summary>Segments dropped because the memory budget was spent.</summary>
    public long OutOfMemory { get; internal set; }

    /// <summary>How often bytes out of order were dropped to make room for bytes in order.</summary>
    public long OutOfOrderGivenUp { get; internal set; }

    /// <summary>Connections that were not begun because the memory budget was spent.</summary>
    public long ConnectionsRefused { get; internal set; }

    /// <summary>Handshakes not completed because the accept queue was full.</summary>
    public long AcceptQueueOverflows { get; internal set; }

    /// <summary>SYNs dropped because too many connections were half open or waited to be accepted.</summary>
    public long SynBacklogOverflows { get; internal set; }

    /// <summary>Connections reset to make room, whose user was gone.</summary>
    public long OrphansReset { get; internal set; }

    /// <summary>SYNs answered by a cookie, without keeping anything (RFC 4987 §3.6).</summary>
    public long SynCookiesSent { get; internal set; }

    /// <summary>Acknowledgments of no connection that were read as cookies, and were none of ours or too old.</summary>
    public long SynCookiesRefused { get; internal set; }

    /// <summary>Connections begun by a cookie that came back.</summary>
    public long SynCookiesTaken { get; internal set; }

    /// <summary>Connections opened by the data of their SYN (RFC 7413).</summary>
    public long FastOpensTaken { get; internal set; }

    /// <summary>SYNs with a wrong Fast Open cookie.</summary>
    public long FastOpenCookiesRefused { get; internal set; }

    /// <summary>Connections reset because data came for a user who is gone (SHLD-3).</summary>
    public long AbortsOnData { get; internal set; }

    /// <summary>Exceptions in a handler, each of which cost its connection.</summary>
    public long Faults { get; internal set; }
}
