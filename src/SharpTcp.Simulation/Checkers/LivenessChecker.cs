using System;
using System.Threading.Tasks;
using SharpTcp.Protocols;

namespace SharpTcp.Simulation;

/// <summary>Sees to it that things end: on a link that is fair, whatever was begun completes within a bound of virtual time.</summary>
/// <param name="time">The clock.</param>
public sealed class LivenessChecker(VirtualTime time)
{
    /// <summary>Fails the run if a task is not complete, in whichever way, by the end of some time.</summary>
    /// <param name="what">What it does, for people.</param>
    /// <param name="task">The task.</param>
    /// <param name="within">How long it may take from now.</param>
    /// <returns>The task.</returns>
    public Task Watch(string what, Task task, TimeSpan within)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (!task.IsCompleted)
        {
            time.Schedule(new Deadline(time, what, task, time.Now), time.Now + within);
        }

        return task;
    }

    private sealed class Deadline(VirtualTime time, string what, Task task, Instant begun) : VirtualEvent
    {
        internal override bool MayTouchHosts => false;

        protected internal override void Occur()
        {
            if (!task.IsCompleted)
            {
                time.Fail(new SimulationException($"{what}: begun at {begun}, still not complete."));
            }
        }
    }
}
