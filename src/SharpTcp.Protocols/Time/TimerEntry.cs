namespace SharpTcp.Protocols;

/// <summary>
/// Something with a deadline on a <see cref="TimerWheel"/>. An object has one entry however many timers it keeps: it schedules the earliest of them and looks, when
/// called, which of them are due. Moving a deadline to later costs nothing until the old one comes.
/// </summary>
public abstract class TimerEntry
{
    internal TimerEntry? Previous;
    internal TimerEntry? Next;
    internal Instant Due = Instant.Never;
    internal short Slot = TimerWheel.NotScheduled;

    /// <summary>When the wheel will call, or <see cref="Instant.Never"/>.</summary>
    public Instant ScheduledFor => Due;

    /// <summary>Called once when the deadline has come; the entry is then no longer scheduled.</summary>
    protected internal abstract void OnTimer(Instant now);
}
