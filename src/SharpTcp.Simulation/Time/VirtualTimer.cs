using System;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Simulation;

/// <summary>A timer of <see cref="TimeProvider"/> in virtual time.</summary>
internal sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : VirtualEvent, ITimer
{
    private TimeSpan _period;
    private bool _isDisposed;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        CheckTime(dueTime, nameof(dueTime));
        CheckTime(period, nameof(period));
        if (_isDisposed)
        {
            return false;
        }

        _period = period;
        if (dueTime == Timeout.InfiniteTimeSpan)
        {
            time.Cancel(this);
        }
        else
        {
            time.Schedule(this, time.Now + dueTime);
        }

        return true;
    }

    public void Dispose()
    {
        _isDisposed = true;
        time.Cancel(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    protected internal override void Occur()
    {
        // A period of zero is no period, as with the system's timers.
        if (_period > TimeSpan.Zero)
        {
            time.Schedule(this, Due + _period);
        }

        callback(state);
    }

    private static void CheckTime(TimeSpan value, string name)
    {
        if (value < TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, value, "A time of a timer is not negative, or Timeout.InfiniteTimeSpan.");
        }
    }
}
