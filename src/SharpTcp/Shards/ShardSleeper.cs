using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using SharpTcp.Linux;
using SharpTcp.Protocols;

namespace SharpTcp;

/// <summary>How a loop sleeps: until a link has frames, the armed deadline comes, or somebody signals.</summary>
internal abstract class ShardSleeper : IDisposable
{
    /// <summary>Whether an armed deadline reaches a sleeper by itself; else it must be signalled.</summary>
    public abstract bool ArmsUnderSleeper { get; }

    /// <summary>Sets the deadline. Under the shard's lock.</summary>
    public abstract void Arm(Instant deadline, Instant now);

    /// <summary>Sleeps. Only the loop calls this.</summary>
    public abstract void Sleep(Instant now);

    /// <summary>Wakes the loop, or keeps it from its next sleep.</summary>
    public abstract void Signal();

    /// <summary>Tells which descriptors links have. Only the loop calls this.</summary>
    public virtual void Watch(ReadOnlySpan<PollEntry> links)
    {
    }

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>Sleeps in poll on the links' descriptors, an eventfd and a timerfd.</summary>
internal sealed class DescriptorSleeper : ShardSleeper
{
    private readonly EventFd _event = new();
    private readonly TimerFd _timer = new();
    private PollEntry[] _entries;

    public DescriptorSleeper() => _entries = [new PollEntry(_event.Descriptor), new PollEntry(_timer.Descriptor)];

    public override bool ArmsUnderSleeper => true;

    public override void Arm(Instant deadline, Instant now) => _timer.Arm(deadline - now);

    public override void Sleep(Instant now)
    {
        Poller.Wait(_entries, Timeout.InfiniteTimeSpan);
        if (_entries[0].Came != PollEvents.None)
        {
            _event.Drain();
        }

        if (_entries[1].Came != PollEvents.None)
        {
            _timer.Drain();
        }
    }

    public override void Signal() => _event.Signal();

    public override void Watch(ReadOnlySpan<PollEntry> links)
    {
        if (_entries.Length != links.Length + 2)
        {
            Array.Resize(ref _entries, links.Length + 2);
        }

        links.CopyTo(_entries.AsSpan(2));
    }

    public override void Dispose()
    {
        _event.Dispose();
        _timer.Dispose();
    }
}

/// <summary>Sleeps on a managed event: where there is no poll, or where the clock is not the system's.</summary>
[SuppressMessage("Reliability", "CA2213", Justification = "disposed in Dispose")]
internal sealed class EventSleeper : ShardSleeper
{
    private readonly AutoResetEvent _event = new(false);
    private long _deadline = long.MaxValue;

    public override bool ArmsUnderSleeper => false;

    public override void Arm(Instant deadline, Instant now) => Volatile.Write(ref _deadline, deadline.Ticks);

    public override void Sleep(Instant now)
    {
        var deadline = Volatile.Read(ref _deadline);
        if (deadline == long.MaxValue)
        {
            _event.WaitOne();
            return;
        }

        // Rounded up to whole milliseconds, so that the loop does not spin through the last of them.
        var milliseconds = (Math.Max(0, deadline - now.Ticks) + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
        _event.WaitOne((int)Math.Min(milliseconds, int.MaxValue));
    }

    public override void Signal() => _event.Set();

    public override void Dispose() => _event.Dispose();
}
