using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What is either so or not so of a connection.</summary>
[Flags]
internal enum TcpConnectionFlags : uint
{
    None = 0,

    /// <summary>It came from a listener: a RST in SYN-RECEIVED returns it there (MUST-11).</summary>
    Passive = 1 << 0,

    /// <summary>Both sides offered timestamps.</summary>
    Timestamps = 1 << 1,

    /// <summary>Both sides allow selective acknowledgments.</summary>
    Sack = 1 << 2,

    /// <summary>Both sides offered window scaling.</summary>
    WindowScaling = 1 << 3,

    /// <summary>The user will send no more: FIN follows the last byte.</summary>
    SendShutdown = 1 << 4,

    /// <summary>SND.NXT has passed our FIN.</summary>
    FinSent = 1 << 5,

    /// <summary>The peer's FIN is in order.</summary>
    FinReceived = 1 << 6,

    /// <summary>The user is gone: nobody reads any more.</summary>
    Orphaned = 1 << 7,

    /// <summary>It is in the queue of touched connections.</summary>
    Touched = 1 << 8,

    /// <summary>It waits for its neighbour to resolve.</summary>
    Parked = 1 << 9,

    /// <summary>It has options of its own, not its listener's.</summary>
    OwnOptions = 1 << 10,

    /// <summary>The user copies into the send buffer, outside the lock: chunks stay.</summary>
    SendLent = 1 << 11,

    /// <summary>The user copies out of the receive buffer, outside the lock: chunks stay.</summary>
    ReceiveLent = 1 << 12,

    /// <summary>The SYN must be sent (again).</summary>
    SynDue = 1 << 13,

    /// <summary>A zero-window probe or keep-alive must be sent.</summary>
    ProbeDue = 1 << 14,

    /// <summary>A probe of the tail must be sent (RFC 8985 §7).</summary>
    TailProbeDue = 1 << 15,

    /// <summary>The user was told that there was no room and waits for it.</summary>
    WantsRoom = 1 << 16,

    /// <summary>Urgent data was announced beyond what was read.</summary>
    UrgentPending = 1 << 17,

    /// <summary>The record left the table; it only waits for a loan to end.</summary>
    Removed = 1 << 18,

    /// <summary>R1 was reached and the user told.</summary>
    R1Reported = 1 << 19,

    /// <summary>The user reads no more: what arrives is dropped.</summary>
    ReceiveShutdown = 1 << 20,

    /// <summary>Less than a segment may be sent: it waited long enough for a larger window (RFC 9293 §3.8.6.2.1).</summary>
    SillyWindowOverride = 1 << 21,

    /// <summary>The SYN was sent more than once.</summary>
    SynRetransmitted = 1 << 22,

    /// <summary>The memory budget refused the user a buffer.</summary>
    WaitsForMemory = 1 << 23,

    /// <summary>The user said that more comes: what is no full segment waits for it, until the next acknowledgment at most.</summary>
    MoreComes = 1 << 24,

    /// <summary>What is queued now goes, whatever holds small segments back.</summary>
    PushQueued = 1 << 25,

    /// <summary>The last urgent byte was read out of the stream.</summary>
    UrgentRead = 1 << 26,

    /// <summary>It is in the layer's list of orphans.</summary>
    CountedAsOrphan = 1 << 27,

    /// <summary>Both sides use ECN (RFC 3168).</summary>
    Ecn = 1 << 28,

    /// <summary>A packet came marked: every acknowledgment says so until the peer has reduced its window.</summary>
    EchoCongestion = 1 << 29,

    /// <summary>The congestion window was reduced, and the peer is to be told with the next new data.</summary>
    WindowReduced = 1 << 30,

    /// <summary>A writer sleeps until the handshake is complete.</summary>
    WriterWaits = 1u << 31,
}
