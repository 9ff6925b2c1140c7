using System.Threading;

namespace SharpTcp;

/// <summary>
/// What application threads left for whoever holds the lock: an intrusive stack that any thread pushes on and the holder takes as a whole, in the order in which it was pushed.
/// An object is in it at most once, so it needs no bound.
/// </summary>
internal sealed class CommandQueue
{
    private ShardWork? _top;

    /// <summary>Whether nothing waits. Exact only for a thread that has passed a full fence since its last store.</summary>
    public bool IsEmpty => Volatile.Read(ref _top) is null;

    /// <summary>Leaves a command. A full fence, also if the object waits already.</summary>
    public void Push(ShardWork work)
    {
        if (Interlocked.Exchange(ref work.CommandQueued, 1) != 0)
        {
            return;
        }

        ShardWork? top;
        do
        {
            top = Volatile.Read(ref _top);
            work.NextCommand = top;
        }
        while (Interlocked.CompareExchange(ref _top, work, top) != top);
    }

    /// <summary>Takes all commands, the oldest first, linked by <see cref="ShardWork.NextCommand"/>.</summary>
    public ShardWork? TakeAll()
    {
        if (IsEmpty)
        {
            return null;
        }

        var work = Interlocked.Exchange(ref _top, null);
        ShardWork? oldest = null;
        while (work is not null)
        {
            var next = work.NextCommand;
            work.NextCommand = oldest;
            oldest = work;
            work = next;
        }

        return oldest;
    }

    /// <summary>
    /// Takes the first of the commands that <see cref="TakeAll"/> gave off its list. From here on the object may be pushed again, so its work is looked at after this call.
    /// </summary>
    public static ShardWork? Detach(ShardWork work)
    {
        var next = work.NextCommand;
        work.NextCommand = null;
        Interlocked.Exchange(ref work.CommandQueued, 0);
        return next;
    }
}
