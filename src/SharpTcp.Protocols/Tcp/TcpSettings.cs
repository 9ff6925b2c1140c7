using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Settings of TCP for a whole host. The defaults are the RFCs'.</summary>
public sealed partial record TcpSettings
{
    /// <summary>Maximum segment lifetime (RFC 9293 §3.4.2). TIME-WAIT lasts twice as long. Default 30 s, so that TIME-WAIT is the usual minute.</summary>
    public TimeSpan MaximumSegmentLifetime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Smallest retransmission timeout (RFC 6298 §2.4: SHOULD be 1 s).</summary>
    public TimeSpan MinimumRto { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Least that the variation adds to the smoothed round-trip time in a retransmission timeout. RFC 6298 §2.3 has only the clock's granularity there and a floor under the whole;
    /// Linux has its floor here, so that the timeout is never closer than that to the round-trip time.
    /// </summary>
    public TimeSpan MinimumRtoVariation { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How late a peer may acknowledge a lone segment (WCDelAckT, RFC 8985 §7.2).</summary>
    public TimeSpan PeerAckDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Largest retransmission timeout (RFC 6298 §2.5: at least 60 s).</summary>
    public TimeSpan MaximumRto { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Retransmission timeout before there is a sample (RFC 6298 §2.1).</summary>
    public TimeSpan InitialRto { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest delay of an acknowledgment (RFC 9293 §3.8.6.3, MUST-40: below 0.5 s).</summary>
    public TimeSpan DelayedAckTimeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How many first segments are acknowledged at once, to help the peer's slow start; 0 as in the RFCs, 16 as in Linux.</summary>
    public int QuickAcks { get; init; }

    /// <summary>
    /// Whether the last packet of every super-segment carries PSH, so that a receiver which gathers packets need not wait for more. The RFCs ask for it only at the end of what is
    /// queued (MUST-61); Linux does this too.
    /// </summary>
    public bool PushSuperSegments { get; init; }

    /// <summary>
    /// How many super-segments a congestion window is made of at least. The RFCs know none; Linux takes two, so that acknowledgments of the first come while the second is under way.
    /// </summary>
    public int SuperSegmentsPerWindow { get; init; } = 1;

    /// <summary>
    /// How long a super-segment may take on the path at the rate of the connection, so that it does not arrive as one burst; zero: any time. Linux has 1/1024 s.
    /// </summary>
    public TimeSpan SuperSegmentTime { get; init; }

    /// <summary>Segments that a super-segment may have whatever <see cref="SuperSegmentTime"/> says.</summary>
    public int SmallestSuperSegment { get; init; } = 2;

    /// <summary>
    /// What part of the window is worth a super-segment at once: less of it waits for the next acknowledgment if that is near, so that more leaves together. 0: nothing waits. Linux
    /// has 3, a third.
    /// </summary>
    public int GatheredPart { get; init; }

    /// <summary>
    /// Whether the send buffer is a row of buffers that count with their overhead and whose ends no segment goes across, as in Linux: how much a write takes, when a socket is
    /// writable and which segments push then follow Linux's. Else it is a count of bytes.
    /// </summary>
    public bool WholeBuffers { get; init; }

    /// <summary>Most bytes of a connection that may wait to be sent for the first time before a writer has to wait too; 0: what the send buffer holds.</summary>
    public uint NotSentLowWater { get; init; }

    /// <summary>
    /// Whether an acknowledgment of what was never sent is answered (RFC 9293 §3.10.7.4, RFC 5961 §5.2). Linux drops it in silence.
    /// </summary>
    public bool AnswerUnsentAcks { get; init; } = true;

    /// <summary>Retransmissions after which IP is asked for another way and the user is told (R1, RFC 9293 §3.8.3, SHLD-10: at least 3).</summary>
    public int R1 { get; init; } = 3;

    /// <summary>How long data may stay unacknowledged before the connection is given up (R2 as a time, SHLD-11: at least 100 s).</summary>
    public TimeSpan R2 { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a SYN is retried (MUST-23: at least 3 minutes).</summary>
    public TimeSpan R2Syn { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How often a SYN-ACK is retransmitted before the half-open connection is forgotten.</summary>
    public int SynAckRetries { get; init; } = 5;

    /// <summary>Offers and takes timestamps (RFC 7323).</summary>
    public bool Timestamps { get; init; } = true;

    /// <summary>Offers and takes selective acknowledgments (RFC 2018).</summary>
    public bool SelectiveAcks { get; init; } = true;

    /// <summary>Offers and takes window scaling (RFC 7323).</summary>
    public bool WindowScaling { get; init; } = true;

    /// <summary>Initial window in segments (RFC 6928).</summary>
    public int InitialWindow { get; init; } = 10;

    /// <summary>Whether a connection that was idle for a retransmission timeout begins again with the initial window (RFC 5681 §4.1).</summary>
    public bool SlowStartAfterIdle { get; init; } = true;

    /// <summary>Whether the loss of the last segments is looked for by probes (RFC 8985 §7).</summary>
    public bool TailLossProbes { get; init; } = true;

    /// <summary>
    /// Whether what the congestion window allows is spread over the round-trip time, on paths of 2 ms and more. Linux leaves that to its queueing disciplines.
    /// </summary>
    public bool Pacing { get; init; } = true;

    /// <summary>When TCP finds out by probes which segments pass (RFC 4821). Default: once a path seems to drop large ones in silence.</summary>
    public PathMtuProbing PathMtuProbing { get; init; } = PathMtuProbing.AfterBlackHole;

    /// <summary>Explicit congestion notification (RFC 3168). Default: where the peer asks for it.</summary>
    public EcnMode Ecn { get; init; } = EcnMode.Accept;

    /// <summary>The congestion control of connections that do not choose their own: <c>cubic</c> (RFC 9438 with RFC 9406) or <c>reno</c> (RFC 5681).</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public string CongestionControl { get; init => field = CongestionControls.Check(value); } = CongestionControls.Default;

    /// <summary>
    /// Whether <c>cubic</c> counts whole segments and ends slow start by the classic HyStart, as Linux does, instead of what RFC 9438 and RFC 9406 say.
    /// </summary>
    public bool CubicInSegments { get; init; }

    /// <summary>
    /// Whether a SACK block tells only of the whole segments in it. RFC 2018 lets blocks begin and end anywhere; Linux takes no part of a segment for received.
    /// </summary>
    public bool SackWholeSegments { get; init; }

    /// <summary>
    /// Whether RACK's round-trip time is that of what was delivered last in sequence, as in Linux, instead of what was sent last (RFC 8985 §6.2).
    /// </summary>
    public bool RackRttInSequence { get; init; }

    /// <summary>
    /// Whether an echoed mark takes the congestion window down over a round trip by proportional rate reduction (RFC 9937), as in Linux, instead of at once (RFC 3168 §6.1.2).
    /// </summary>
    public bool EchoReducesByRate { get; init; }

    /// <summary>Bytes a send buffer begins with, and may grow to.</summary>
    public (int Initial, int Maximum) SendBuffer { get; init; } = (256 * 1024, 32 * 1024 * 1024);

    /// <summary>Bytes a receive buffer begins with, and may grow to.</summary>
    public (int Initial, int Maximum) ReceiveBuffer { get; init; } = (256 * 1024, 32 * 1024 * 1024);

    /// <summary>Smallest segment that a peer can make us send (CVE-2019-11479).</summary>
    public int MinimumSendMss { get; init; } = 48;

    /// <summary>How long a connection without a user stays in FIN-WAIT-2.</summary>
    public TimeSpan FinWait2Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Most half-open connections of a listener.</summary>
    public int SynBacklog { get; init; } = 4096;

    /// <summary>Most connections in TIME-WAIT; beyond it the oldest are forgotten.</summary>
    public int MaximumTimeWait { get; init; } = 262_144;

    /// <summary>Most out-of-order ranges kept by a connection; what would make one more is dropped.</summary>
    public int MaximumOutOfOrderRanges { get; init; } = 1024;

    /// <summary>First and last ephemeral port (RFC 6056 §3.2).</summary>
    public (ushort First, ushort Last) EphemeralPorts { get; init; } = (32768, 60999);
}
