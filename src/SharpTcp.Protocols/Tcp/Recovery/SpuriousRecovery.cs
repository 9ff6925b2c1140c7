using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Where F-RTO is (RFC 5682 §3.1).</summary>
internal enum FrtoStep : byte
{
    None,

    /// <summary>Step 2: the first segment was sent again; its acknowledgment is awaited.</summary>
    AwaitsFirst,

    /// <summary>Step 3: new data was sent instead of what is believed lost; what comes next decides.</summary>
    AwaitsSecond,
}

/// <summary>What is needed to take back a reduction that turns out to have had no reason.</summary>
internal struct UndoState
{
    /// <summary>The congestion state before the reduction.</summary>
    public CongestionState Prior;

    /// <summary>SND.UNA when recovery began.</summary>
    public SequenceNumber Start;

    /// <summary>SND.NXT when recovery began.</summary>
    public SequenceNumber End;

    /// <summary>Bytes sent again since then that no D-SACK has shown to be needless.</summary>
    public uint Retransmitted;

    /// <summary>The timestamp of the first retransmission (RFC 3522 §3.2).</summary>
    public uint Stamp;
    public bool HasStamp;
    public bool IsActive;
    public FrtoStep Frto;
}

/// <summary>
/// Finds that a timeout or a fast recovery was spurious, because the original was late and not lost, and undoes it: by F-RTO with SACK (RFC 5682 §3), by timestamps (Eifel, RFC 3522 and
/// RFC 4015) and by D-SACK (RFC 3708).
/// </summary>
internal static class SpuriousRecovery
{
    /// <summary>Before the congestion state is reduced.</summary>
    public static void Begin(TcpConnection connection, SendState send)
    {
        if (send.Phase == RecoveryPhase.FastRecovery && send.Undo.IsActive)
        {
            // A timeout in fast recovery: one reduction more, and the same state before both.
            return;
        }

        send.Undo = new UndoState { Prior = connection.Congestion, Start = connection.SndUna, End = connection.SndNxt, IsActive = true };
    }

    public static void OnRetransmitted(TcpConnection connection, SendState send, int length, Instant now)
    {
        ref var undo = ref send.Undo;
        if (!undo.IsActive || send.Phase == RecoveryPhase.Open)
        {
            return;
        }

        undo.Retransmitted += (uint)length;
        if (!undo.HasStamp)
        {
            undo.Stamp = Timestamps.Value(connection.TsOffset, now);
            undo.HasStamp = true;
        }
    }

    /// <summary>Takes an acknowledgment; true if it shows that recovery was needless, which is undone then.</summary>
    public static bool OnAcknowledged(
        TcpConnection connection, SendState send, in DeliverySample sample, in TcpOptionSet options, SackBlock? duplicate, uint advanced)
    {
        if (!send.Undo.IsActive)
        {
            return false;
        }

        var needless = AllWereDuplicates(send, duplicate);
        if (send.Phase != RecoveryPhase.Open)
        {
            needless |= advanced > 0 && IsOfOriginal(connection, send.Undo, options);
            needless |= send.Undo.Frto != FrtoStep.None && FrtoSaysSpurious(connection, send, sample, advanced);
        }

        if (needless)
        {
            Undo(connection, send);
        }

        return needless;
    }

    /// <summary>RFC 3708 §3: every byte that was sent again has arrived twice.</summary>
    private static bool AllWereDuplicates(SendState send, SackBlock? duplicate)
    {
        ref var undo = ref send.Undo;
        if (duplicate is not { } block || undo.Retransmitted == 0 || block.Left < undo.Start || block.Right > undo.End)
        {
            return false;
        }

        var length = (uint)(block.Right - block.Left);
        undo.Retransmitted -= length < undo.Retransmitted ? length : undo.Retransmitted;
        return undo.Retransmitted == 0;
    }

    /// <summary>RFC 3522 §3.2 step 5: the timestamp that is echoed is older than the first retransmission, or there was none yet.</summary>
    private static bool IsOfOriginal(TcpConnection connection, in UndoState undo, in TcpOptionSet options) =>
        connection.Has(TcpConnectionFlags.Timestamps) && undo.HasStamp && options.HasTimestamps && options.TimestampEcho != 0
        && (int)(options.TimestampEcho - undo.Stamp) < 0;

    private static bool FrtoSaysSpurious(TcpConnection connection, SendState send, in DeliverySample sample, uint advanced)
    {
        ref var step = ref send.Undo.Frto;
        if (step == FrtoStep.AwaitsFirst && connection.SndUna >= send.RecoveryPoint)
        {
            // Step 2a: all is acknowledged at once, which tells nothing.
            step = FrtoStep.None;
            return false;
        }

        if (sample.HasOriginal && sample.LowestOriginalEnd <= send.RecoveryPoint)
        {
            // Step 3b: something arrived that was sent only once, before the timeout.
            return true;
        }

        if (sample.Delivered == 0 && advanced == 0)
        {
            return false;
        }

        // Step 2b: new data goes next, if there is any and it may. Step 3a: the loss was real.
        var canProbe = step == FrtoStep.AwaitsFirst && advanced > 0 && NewData.MaySendOneSegment(connection, SegmentSizes.EffectiveSend(connection));
        step = canProbe ? FrtoStep.AwaitsSecond : FrtoStep.None;
        return false;
    }

    /// <summary>RFC 4015 §3.2 and RFC 9438 §4.9: everything is as before the reduction.</summary>
    private static void Undo(TcpConnection connection, SendState send)
    {
        var current = connection.Congestion;
        connection.Congestion = send.Undo.Prior;
        connection.Congestion.Use = current.Use;
        if (current.Cwnd > send.Undo.Prior.Cwnd)
        {
            connection.Congestion.Cwnd = current.Cwnd;
        }

        send.Sent.UnmarkLost();
        send.Phase = RecoveryPhase.Open;
        send.DuplicateAcks = 0;
        send.Undo = default;
        connection.Layer.Counters.SpuriousRecoveries++;
    }
}
