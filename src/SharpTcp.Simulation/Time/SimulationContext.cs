using System;
using System.Collections.Generic;
using System.Threading;

namespace SharpTcp.Simulation;

/// <summary>
/// Where the continuations of a simulation run: one queue, one thread, in the order in which they came. Code that awaits comes back here through the synchronization context; completed
/// socket calls come through a <see cref="CompletionScheduler"/>.
/// </summary>
/// <remarks>
/// The context is current only while code that was posted to it runs. While completions and timers run there is none, because tasks continue awaits without a context
/// (<c>ConfigureAwait(false)</c>) in place only then, and else on the thread pool, outside of virtual time.
/// </remarks>
internal sealed class SimulationContext : SynchronizationContext
{
    private readonly Queue<Work> _ready = new();
    private readonly Lock _gate = new();
    private Thread? _thread;

    public SimulationContext() => Completions = new CompletionQueue(this);

    /// <summary>For the stacks of the simulation.</summary>
    public CompletionScheduler Completions { get; }

    /// <summary>Whether a continuation came from another thread: then the run cannot be repeated.</summary>
    public bool WasEntered { get; private set; }

    /// <summary>Says on which thread the simulation runs.</summary>
    public Thread? Thread
    {
        set
        {
            lock (_gate)
            {
                _thread = value;
            }
        }
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => Add(new Work(d, state));

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Nothing may wait inside of a simulation: post and await instead.");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs what is ready and what that makes ready.</summary>
    /// <param name="limit">Most pieces of work: more is a program that runs in a circle.</param>
    /// <returns>How much was done.</returns>
    public int RunReady(int limit)
    {
        var done = 0;
        while (done < limit && TryTake(out var work))
        {
            done++;
            if (work.Target is IThreadPoolWorkItem completion)
            {
                completion.Execute();
                continue;
            }

            SetSynchronizationContext(this);
            try
            {
                ((SendOrPostCallback)work.Target)(work.State);
            }
            finally
            {
                SetSynchronizationContext(null);
            }
        }

        return done;
    }

    private void Add(in Work work)
    {
        lock (_gate)
        {
            WasEntered |= _thread is not null && _thread != System.Threading.Thread.CurrentThread;
            _ready.Enqueue(work);
        }
    }

    private bool TryTake(out Work work)
    {
        lock (_gate)
        {
            return _ready.TryDequeue(out work);
        }
    }

    private readonly record struct Work(object Target, object? State);

    private sealed class CompletionQueue(SimulationContext context) : CompletionScheduler
    {
        public override void Schedule(IThreadPoolWorkItem item) => context.Add(new Work(item, null));
    }
}
