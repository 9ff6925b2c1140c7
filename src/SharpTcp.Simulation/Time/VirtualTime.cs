using System;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;

namespace SharpTcp.Simulation;

/// <summary>
/// A clock that stands still while something happens and jumps to the next event when nothing does. Programs that run on it (<see cref="Run(Func{Task}, TimeSpan?)"/>) await as ever, on one thread; the same
/// program sees the same times and order in every run.
/// </summary>
/// <remarks>
/// Everything runs on the thread that calls one of the <c>Run</c> methods, or on one that it waits for. What a program awaits must belong to the simulation: sockets of its hosts, timers of this clock, other tasks of the program. A
/// continuation that comes from elsewhere (<c>Task.Run</c>, files, <c>Task.Delay</c> without this clock) ends the run with a <see cref="SimulationException"/>.
/// </remarks>
public sealed partial class VirtualTime : TimeProvider
{
    private readonly EventQueue _events = new();
    private readonly DateTimeOffset _start;

    /// <summary>Makes a clock at <see cref="Instant.Zero"/>.</summary>
    /// <param name="start">What the calendar says then; null for the beginning of the year 2000.</param>
    public VirtualTime(DateTimeOffset? start = null) =>
        _start = start ?? new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The time since the clock was made.</summary>
    public Instant Now { get; private set; }

    /// <summary>How many events have happened and continuations have run.</summary>
    public long Steps { get; private set; }

    /// <summary>The most steps of this clock before a run is given up, so that nothing hangs. Default: 50 million.</summary>
    public long StepLimit { get; set; } = 50_000_000;

    /// <summary>How many events are going to happen.</summary>
    public int PendingEvents => _events.Count;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + new TimeSpan(Now.Ticks);

    /// <inheritdoc/>
    public override long GetTimestamp() => Now.Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets an event happen; if it is scheduled already, at the new instant instead of the old.</summary>
    /// <param name="item">The event.</param>
    /// <param name="due">When; what lies in the past happens now. Events of one instant happen in the order in which they were scheduled.</param>
    public void Schedule(VirtualEvent item, Instant due)
    {
        ArgumentNullException.ThrowIfNull(item);
        _events.Schedule(item, Instant.Max(due, Now));
    }

    /// <summary>Lets something happen after some time.</summary>
    /// <param name="delay">How long from now.</param>
    /// <param name="action">What happens.</param>
    /// <returns>The event, for <see cref="Cancel"/>.</returns>
    public VirtualEvent Schedule(TimeSpan delay, Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        var item = new ActionEvent(action);
        Schedule(item, Now + delay);
        return item;
    }

    /// <summary>Keeps an event from happening.</summary>
    /// <param name="item">The event; nothing happens if it is not scheduled.</param>
    public void Cancel(VirtualEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        _events.Remove(item);
    }

    /// <summary>A task that is complete after some virtual time.</summary>
    /// <param name="delay">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task Delay(TimeSpan delay, CancellationToken cancellationToken = default) => Task.Delay(delay, this, cancellationToken);

    private sealed class ActionEvent(Action action) : VirtualEvent
    {
        protected internal override void Occur() => action();
    }
}
