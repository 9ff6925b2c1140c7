using System;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;

namespace SharpTcp.Simulation;

/// <summary>The loop.</summary>
public sealed partial class VirtualTime
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromDays(1);

    private readonly SimulationContext _context = new();
    private Exception? _failure;
    private bool _isRunning;

    /// <summary>Raised when code that may have called sockets has run: hosts look at their deadlines.</summary>
    internal event Action? Settling;

    /// <summary>Where completed socket calls continue: give it to the <see cref="NetworkStackOptions"/> of a stack that lives on this clock.</summary>
    public CompletionScheduler CompletionScheduler => _context.Completions;

    /// <summary>Lets time pass.</summary>
    /// <param name="duration">How much.</param>
    /// <exception cref="SimulationException">Something failed meanwhile.</exception>
    public void Run(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        RunUntil(Now + duration);
    }

    /// <summary>Lets time pass until an instant; what is to happen at it happens.</summary>
    /// <param name="instant">The instant.</param>
    /// <exception cref="SimulationException">Something failed meanwhile.</exception>
    public void RunUntil(Instant instant)
    {
        Drive(null, instant);
        Now = Instant.Max(Now, instant);
    }

    /// <summary>Lets time pass until a condition holds.</summary>
    /// <param name="condition">The condition; it is looked at after every event.</param>
    /// <param name="within">How long it may take; null for a day.</param>
    /// <exception cref="SimulationException">It did not come to hold in that time, or something failed.</exception>
    public void RunUntil(Func<bool> condition, TimeSpan? within = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var limit = within ?? DefaultLimit;
        if (!Drive(condition, Now + limit))
        {
            throw new SimulationException(_events.Count == 0
                ? $"At {Now} nothing is left that could happen, and the condition does not hold."
                : $"The condition did not come to hold within {limit}.");
        }
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">The program. It and everything it awaits runs in virtual time.</param>
    /// <param name="within">How much virtual time it may take; null for a day.</param>
    /// <exception cref="SimulationException">It did not end in that time, it waits for what never comes, or something failed.</exception>
    public void Run(Func<Task> program, TimeSpan? within = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        var limit = within ?? DefaultLimit;
        Task? task = null;
        ExceptionDispatchInfo? thrown = null;
        _context.Post(
            _ =>
            {
                try
                {
                    task = program();
                }
                catch (Exception exception)
                {
                    thrown = ExceptionDispatchInfo.Capture(exception);
                }
            },
            null);
        if (!Drive(() => thrown is not null || task?.IsCompleted == true, Now + limit))
        {
            throw new SimulationException(_events.Count == 0
                ? $"At {Now} nothing is left that could happen, and the program still waits."
                : $"The program did not end within {limit}.");
        }

        thrown?.Throw();
        task!.GetAwaiter().GetResult();
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">The program. It and everything it awaits runs in virtual time.</param>
    /// <param name="within">How much virtual time it may take; null for a day.</param>
    /// <returns>What the program returns.</returns>
    /// <exception cref="SimulationException">It did not end in that time, it waits for what never comes, or something failed.</exception>
    public T Run<T>(Func<Task<T>> program, TimeSpan? within = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        var result = default(T);
        Run(async () => { result = await program(); }, within);
        return result!;
    }

    /// <summary>Ends the run with an exception after the event that is happening. Only the first failure counts.</summary>
    /// <param name="failure">What was wrong.</param>
    public void Fail(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        _failure ??= failure;
    }

    private bool Drive(Func<bool>? condition, Instant limit)
    {
        if (_isRunning)
        {
            throw new InvalidOperationException("The simulation runs already: a program inside of it awaits instead of running it.");
        }

        // Awaits without a context continue in place only where no scheduler but the default one is current.
        if (TaskScheduler.Current == TaskScheduler.Default)
        {
            return DriveHere(condition, limit);
        }

        var isMet = false;
        ExceptionDispatchInfo? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                isMet = DriveHere(condition, limit);
            }
            catch (Exception exception)
            {
                thrown = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        thrown?.Throw();
        return isMet;
    }

    private bool DriveHere(Func<bool>? condition, Instant limit)
    {
        var outside = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        _context.Thread = Thread.CurrentThread;
        _isRunning = true;
        try
        {
            return Loop(condition, limit);
        }
        finally
        {
            _isRunning = false;
            _context.Thread = null;
            SynchronizationContext.SetSynchronizationContext(outside);
        }
    }

    private bool Loop(Func<bool>? condition, Instant limit)
    {
        var isUnsettled = true;
        while (true)
        {
            var continued = _context.RunReady((int)Math.Min(StepLimit - Steps + 1, int.MaxValue));
            Count(continued);
            if (continued > 0 || isUnsettled)
            {
                Settling?.Invoke();
            }

            ThrowFailure();
            if (condition?.Invoke() == true)
            {
                return true;
            }

            if (_events.Next > limit || _events.Count == 0)
            {
                return false;
            }

            var next = _events.TakeFirst();
            Now = next.Due;
            Count(1);
            next.Occur();
            isUnsettled = next.MayTouchHosts;
        }
    }

    private void Count(int steps)
    {
        Steps += steps;
        if (Steps > StepLimit)
        {
            throw new SimulationException($"More than {StepLimit} steps until {Now}: the simulation runs in a circle, or StepLimit is too low for it.");
        }
    }

    private void ThrowFailure()
    {
        if (_context.WasEntered)
        {
            _failure ??= new SimulationException(
                "A continuation came from another thread, so that the run cannot be repeated: programs may await only what belongs to the simulation.");
        }

        if (_failure is not null)
        {
            throw new SimulationException($"At {Now}: {_failure.Message}", _failure);
        }
    }
}
