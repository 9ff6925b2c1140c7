namespace SharpTcp.Protocols.Tcp;

/// <summary>Why the retransmission timer runs: at any time it has one reason (RFC 8985 §6.3, §7.2 share it with the RTO).</summary>
internal enum RetransmitReason : byte
{
    None,

    /// <summary>RFC 6298.</summary>
    Timeout,

    /// <summary>RACK waits for reordering to settle.</summary>
    Reordering,

    /// <summary>A tail loss probe is due.</summary>
    TailProbe,

    /// <summary>The peer's window is closed (RFC 9293 §3.8.6.1).</summary>
    ZeroWindow,

    /// <summary>The override of silly-window avoidance (RFC 9293 §3.8.6.2.1).</summary>
    SillyWindow,
}

/// <summary>Why the slow timer runs.</summary>
internal enum IdleReason : byte
{
    None,
    KeepAlive,

    /// <summary>An orphan waits for the peer's FIN.</summary>
    FinWait2,
}

/// <summary>All timers of a connection; one entry on the wheel serves the earliest.</summary>
internal struct DeadlineSet
{
    public Instant Retransmit { get; private set; }

    public Instant Ack { get; set; }

    public Instant Idle { get; private set; }

    /// <summary>When the pace of sending allows more.</summary>
    public Instant Pacing { get; set; }

    public RetransmitReason RetransmitReason { get; private set; }

    public IdleReason IdleReason { get; private set; }

    public static DeadlineSet None => new() { Retransmit = Instant.Never, Ack = Instant.Never, Idle = Instant.Never, Pacing = Instant.Never };

    public readonly Instant Earliest => Instant.Min(Instant.Min(Retransmit, Ack), Instant.Min(Idle, Pacing));

    public void SetRetransmit(RetransmitReason reason, Instant due)
    {
        RetransmitReason = reason;
        Retransmit = due;
    }

    public void ClearRetransmit() => SetRetransmit(RetransmitReason.None, Instant.Never);

    public void SetIdle(IdleReason reason, Instant due)
    {
        IdleReason = reason;
        Idle = due;
    }

    public void ClearIdle() => SetIdle(IdleReason.None, Instant.Never);
}
