using System;
using System.Threading;
using SharpTcp.Protocols;

namespace SharpTcp;

/// <summary>The loop: a batch of frames, timers, output, completions, sleep.</summary>
internal sealed partial class Shard
{
    /// <summary>Frames that a link gives up in one batch.</summary>
    private const int BatchFrames = 64;

    /// <summary>Batches of input that go before overdue timers after the process stood still.</summary>
    private const int CatchUpBatches = 64;

    /// <summary>A deadline that is overdue by more says that the process stood still, as a garbage collection makes it.</summary>
    private static readonly TimeSpan StallThreshold = TimeSpan.FromMilliseconds(10);

    private ShardSleeper? _sleeper;
    private Thread? _thread;
    private volatile bool _stopping;
    private Instant _armed = Instant.Never;
    private int _catchUp;
    private int _asleep;
    private int _signal;

    /// <summary>Whether the calling thread is the loop.</summary>
    public bool IsLoop => Thread.CurrentThread == _thread;

    /// <summary>Whether the loop runs.</summary>
    public bool IsRunning => _thread is not null;

    /// <summary>Whether <see cref="Wake"/> was called since the last batch began.</summary>
    public bool IsSignaled => Volatile.Read(ref _signal) != 0;

    /// <summary>Whether <see cref="Wake"/> was called since the last look: who pumps by hand should do so.</summary>
    public bool IsSignalled => Volatile.Read(ref _signal) != 0;

    /// <summary>Starts the loop.</summary>
    /// <param name="name">The name of its thread.</param>
    /// <param name="systemClock">Whether the stack's clock is the system's, so that the kernel's timer can be used.</param>
    public void StartLoop(string name, bool systemClock)
    {
        _sleeper = OperatingSystem.IsLinux() && systemClock ? new DescriptorSleeper() : new EventSleeper();
        _thread = new Thread(RunLoop) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Ends the loop and waits for its thread, unless that is the caller.</summary>
    public void StopLoop()
    {
        if (_thread is not { } thread)
        {
            return;
        }

        _stopping = true;
        Wake();
        if (thread != Thread.CurrentThread)
        {
            thread.Join();
        }

        // Nobody arms the timer of a sleeper that is gone.
        Enter();
        var sleeper = _sleeper;
        _sleeper = null;
        ExitUnchanged();
        sleeper?.Dispose();
    }

    /// <summary>There is work for the loop only. Any thread, with or without the lock.</summary>
    public void Wake()
    {
        Volatile.Write(ref _signal, 1);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _asleep) != 0 && Interlocked.Exchange(ref _asleep, 0) != 0)
        {
            _sleeper?.Signal();
        }
    }

    /// <summary>Does everything that is due, on the calling thread, instead of a loop.</summary>
    /// <returns>When there is something to do again.</returns>
    public Instant Pump()
    {
        bool more;
        do
        {
            Volatile.Write(ref _signal, 0);
            more = RunBatch();
        }
        while (more || Volatile.Read(ref _signal) != 0);

        Enter();
        var deadline = Host.NextDeadline;
        ExitUnchanged();
        return deadline;
    }

    private void RunLoop()
    {
        while (!_stopping)
        {
            try
            {
                Volatile.Write(ref _signal, 0);
                if (!RunBatch())
                {
                    Sleep();
                }
            }
            catch (Exception exception)
            {
                ReportFault(exception, "the loop");
            }
        }
    }

    /// <summary>One batch of input to completion; returns whether there is more to do at once.</summary>
    private bool RunBatch()
    {
        var now = Enter();
        bool more;
        try
        {
            more = ReceiveBatch(now);
            more |= RunTimers(more, now);
        }
        finally
        {
            Exit(now);
        }

        return more || _moreToSend;
    }

    /// <summary>Runs the timers, unless the process stood still and the input that came meanwhile may tell them that all is well.</summary>
    private bool RunTimers(bool moreInput, Instant now)
    {
        var deadline = Host.NextDeadline;
        if (deadline > now)
        {
            _catchUp = 0;
            return false;
        }

        if (moreInput && now - deadline > StallThreshold && _catchUp < CatchUpBatches)
        {
            _catchUp++;
            return true;
        }

        _catchUp = 0;
        try
        {
            Host.OnDeadline(now);
        }
        catch (Exception exception)
        {
            ReportFault(exception, "a timer");
        }

        return false;
    }

    private void Sleep()
    {
        if (_sleeper is not { } sleeper)
        {
            return;
        }

        WatchLinks(sleeper);
        Volatile.Write(ref _asleep, 1);

        // Whoever moves the deadline after this sees the sleeper and arms it; what was moved before is seen here.
        var now = Enter();
        ArmDeadline(now);
        ExitUnchanged();
        if (Volatile.Read(ref _signal) == 0 && !_stopping)
        {
            sleeper.Sleep(now);
        }

        Volatile.Write(ref _asleep, 0);
    }

    /// <summary>
    /// Sees to it that the sleeping loop wakes by the next deadline. Under the lock. A loop that is awake looks at the deadlines itself before it sleeps. A deadline that moved to later is left: the loop wakes once for nothing, which costs less than a system call
    /// for every timer that an acknowledgment moves.
    /// </summary>
    private void ArmDeadline(Instant now)
    {
        if (_sleeper is not { } sleeper || Volatile.Read(ref _asleep) == 0)
        {
            return;
        }

        // What was armed has gone off by now: the loop is awake or about to be.
        if (_armed <= now)
        {
            _armed = Instant.Never;
        }

        var deadline = Host.NextDeadline;
        if (deadline >= _armed)
        {
            return;
        }

        _armed = deadline;
        sleeper.Arm(deadline, now);
        if (!sleeper.ArmsUnderSleeper && Thread.CurrentThread != _thread)
        {
            Wake();
        }
    }
}
