using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// What a connection needs only while it has bytes queued or in flight: the send buffer, which is the retransmission store, the records of what was sent, and the
/// variables of recovery.
/// </summary>
internal sealed class SendState : IReusable
{
    public readonly ChunkQueue Data;
    public readonly TransmitQueue Sent = new();
    public readonly SegmentCuts Cuts = new();
    public RackState Rack;
    public PrrState Prr;
    public UndoState Undo;

    /// <summary>The end of the last write that asked for a push (RFC 9293 §3.9.1.2; successive ones collapse, SHLD-27).</summary>
    public SequenceNumber PushEnd;

    /// <summary>The sequence number after the last urgent byte, until it is acknowledged (SND.UP; MUST-62).</summary>
    public SequenceNumber? UrgentEnd;

    /// <summary>The write whose bytes were committed last goes on.</summary>
    public bool InsideWrite;

    /// <summary>SND.NXT when loss was noticed: recovery ends when it is acknowledged (RFC 6675 §5, RFC 6582 §3.2).</summary>
    public SequenceNumber RecoveryPoint;

    /// <summary>SND.UNA at the last retransmission timeout: one more without progress is the same event.</summary>
    public SequenceNumber? TimeoutUna;

    /// <summary>SND.NXT when an echoed mark last reduced the window: none reduces it again until that is passed (RFC 3168 §6.1.2).</summary>
    public SequenceNumber? EcnPoint;

    /// <summary>Duplicate acknowledgments in a row, where the peer has no SACK.</summary>
    public int DuplicateAcks;

    /// <summary>Whether an acknowledgment has covered a part of what was in flight when loss was seen (RFC 6582).</summary>
    public bool SawPartialAck;
    public RecoveryPhase Phase;

    /// <summary>Whether the congestion window held back the transmission that is going on.</summary>
    public bool IsHeldBack;

    /// <summary>When something was last delivered, or the flight began (<see cref="DeliveryRate"/>).</summary>
    public Instant DeliveredAt;

    /// <summary>When that was sent which was delivered last, or the flight began.</summary>
    public Instant FlightSentAt;

    public SendState(BufferPool buffers) => Data = new ChunkQueue(buffers);

    public void Reset()
    {
        Data.Clear();
        Sent.Clear();
        Cuts.Clear();
        Rack = default;
        Prr = default;
        Undo = default;
        TimeoutUna = null;
        EcnPoint = null;
        PushEnd = default;
        UrgentEnd = null;
        InsideWrite = false;
        RecoveryPoint = default;
        DuplicateAcks = 0;
        Phase = RecoveryPhase.Open;
        DeliveredAt = default;
        FlightSentAt = default;
    }
}

/// <summary>What the sender believes of the path.</summary>
internal enum RecoveryPhase : byte
{
    /// <summary>Nothing is missing.</summary>
    Open,

    /// <summary>Loss was seen by acknowledgments: fast recovery (RFC 5681 §3.2, RFC 6675).</summary>
    FastRecovery,

    /// <summary>The retransmission timer fired: slow start from one segment (RFC 5681 §3.1).</summary>
    Loss,
}
