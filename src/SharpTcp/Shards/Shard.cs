using System;
using System.Threading;
using SharpTcp.Protocols;

namespace SharpTcp;

/// <summary>
/// One host, the lock that guards it, and who drives it: application threads that find the lock free, a loop of its own, or a caller that pumps by hand. This file is the
/// lock with its rules.
/// </summary>
/// <remarks>
/// Who holds the lock does, before its release, what others left in the command queue; then it runs the completions; then it looks at the queue once more, so that no command
/// waits for a loop that sleeps. Who finds the lock taken pushes its command first and tries the lock afterwards: one of the two sees the other.
/// </remarks>
internal sealed partial class Shard : IDisposable
{
    /// <summary>How often an application thread asks the host for more to send before it leaves the rest to the loop.</summary>
    private const int PollRounds = 4;

    private readonly ShardLock _lock = new();
    private readonly ShardClock _clock;
    private readonly CommandQueue _commands = new();
    private readonly ShardFaults _faults;
    private ShardWork? _touched;
    private CompletionList _completed;
    private bool _moreToSend;

    public Shard(HostOptions options, IEntropy entropy, TimeProvider time, CompletionScheduler scheduler, ShardFaults faults)
    {
        _clock = new ShardClock(time);
        _faults = faults;
        Scheduler = scheduler;
        Host = new HostCore(options, entropy, _clock.Now);
    }

    /// <summary>The host. Touched only under the lock.</summary>
    public HostCore Host { get; }

    /// <summary>Where completions run.</summary>
    public CompletionScheduler Scheduler { get; }

    /// <summary>Whether the calling thread holds the lock.</summary>
    public bool IsHeld => _lock.IsHeld;

    /// <summary>The time.</summary>
    public Instant Now => _clock.Now;

    /// <summary>Takes the lock if it is free.</summary>
    public bool TryEnter(out Instant now)
    {
        if (!_lock.TryEnter())
        {
            now = default;
            return false;
        }

        now = _clock.Now;
        return true;
    }

    /// <summary>Takes the lock, waiting for it if need be.</summary>
    public Instant Enter()
    {
        _lock.Enter();
        return _clock.Now;
    }

    /// <summary>Releases the lock after nothing was changed.</summary>
    public void ExitUnchanged()
    {
        _lock.Exit();
        ServeCommands();
    }

    /// <summary>Does everything that the work done under the lock has caused, releases it and runs the completions.</summary>
    public void Exit(Instant now)
    {
        Settle(now);
        if (_moreToSend)
        {
            Wake();
        }

        var completed = Release(now);
        while (!_commands.IsEmpty && TryEnter(out now))
        {
            Settle(now);
            var more = Release(now);
            completed.Append(ref more);
        }

        CompletionRunner.Run(ref completed, this);
    }

    /// <summary>Leaves a command for whoever holds the lock, or does it here if nobody does. Called without the lock.</summary>
    public void Post(ShardWork work)
    {
        _commands.Push(work);
        ServeCommands();
    }

    /// <summary>Takes note that <paramref name="work"/> may have something to do. Under the lock, also from inside the host.</summary>
    public void Touch(ShardWork work)
    {
        if (work.Touched)
        {
            return;
        }

        work.Touched = true;
        work.NextTouched = _touched;
        _touched = work;
    }

    /// <summary>Takes note of a call that is over. Under the lock; it is told after the release.</summary>
    public void Complete(Completion completion) => _completed.Add(completion);

    /// <summary>Counts and logs an exception that cost nothing but what it belongs to.</summary>
    public void ReportFault(Exception exception, string where) => _faults.Report(exception, where);

    /// <inheritdoc/>
    public void Dispose()
    {
        StopLoop();
        DisposeLinks();
    }

    private void ServeCommands()
    {
        // The push and the release are full fences, so the holder sees the command or we see the lock free.
        Interlocked.MemoryBarrier();
        if (!_commands.IsEmpty && TryEnter(out var now))
        {
            Exit(now);
        }
    }

    /// <summary>Runs commands, touched sockets and the host's output until nothing is left, or much was sent.</summary>
    private void Settle(Instant now)
    {
        var rounds = 0;
        do
        {
            RunCommands(now);
            RunTouched(now);
            _moreToSend = PollHost(now);
        }
        while ((_moreToSend && ++rounds < PollRounds) || _touched is not null || !_commands.IsEmpty);
    }

    private bool PollHost(Instant now)
    {
        try
        {
            return Host.Poll(now);
        }
        catch (Exception exception)
        {
            ReportFault(exception, "the output of the host");
            return false;
        }
    }

    private void RunCommands(Instant now)
    {
        var work = _commands.TakeAll();
        while (work is not null)
        {
            var next = CommandQueue.Detach(work);
            Progress(work, now);
            work = next;
        }
    }

    private void RunTouched(Instant now)
    {
        while (_touched is { } work)
        {
            _touched = work.NextTouched;
            work.NextTouched = null;
            work.Touched = false;
            Progress(work, now);
        }
    }

    private void Progress(ShardWork work, Instant now)
    {
        try
        {
            work.Progress(now);
        }
        catch (Exception exception)
        {
            ReportFault(exception, "a socket");
            work.Abandon(exception, now);
        }
    }

    private CompletionList Release(Instant now)
    {
        ArmDeadline(now);
        var completed = _completed;
        _completed = default;
        _lock.Exit();
        Interlocked.MemoryBarrier();
        return completed;
    }
}
