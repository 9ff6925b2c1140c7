using System.Net.Sockets;
using System.Threading;

namespace SharpTcp.Sockets;

/// <summary>Threads that wait until the socket is ready for something, without a call that does it.</summary>
internal abstract partial class SocketCore
{
    private CompletionList _polls;

    /// <summary>Whether a thread waits for it to be ready. Under the lock.</summary>
    protected bool HasPolls => !_polls.IsEmpty;

    /// <summary>Whether the socket is ready. Under the lock.</summary>
    public abstract bool IsReady(SelectMode mode);

    /// <summary>Whether the socket is ready; if not, and it is not closed, <paramref name="waiter"/> is told when it is.</summary>
    public bool Poll(SelectMode mode, PollWaiter? waiter)
    {
        var now = Shard.Enter();
        Collect(now);
        var ready = IsClosed || IsReady(mode);
        if (!ready && waiter is not null)
        {
            waiter.Mode = mode;
            _polls.Add(waiter);
        }

        Shard.Exit(now);
        return ready;
    }

    /// <summary>A thread waits no more.</summary>
    public void Forget(PollWaiter waiter)
    {
        Shard.Enter();
        _polls.Remove(waiter);
        Shard.ExitUnchanged();
    }

    /// <summary>Takes in what came without the lock. Under the lock.</summary>
    protected abstract void Collect(Protocols.Instant now);

    /// <summary>Tells those that wait for what is ready now. Under the lock.</summary>
    protected void ProgressPolls()
    {
        for (var at = _polls.First; at is not null;)
        {
            var next = at.Next;
            if (IsReady(((PollWaiter)at).Mode))
            {
                _polls.Remove(at);
                Shard.Complete(at);
            }

            at = next;
        }
    }

    private void EndPolls()
    {
        while (_polls.TakeFirst() is { } waiter)
        {
            Shard.Complete(waiter);
        }
    }
}

/// <summary>A thread that waits for one socket, perhaps among others.</summary>
/// <param name="signal">Set when the socket is ready.</param>
internal sealed class PollWaiter(ManualResetEventSlim signal) : Completion
{
    /// <summary>What for.</summary>
    public SelectMode Mode { get; set; }

    /// <inheritdoc/>
    public override void Execute() => signal.Set();

    /// <inheritdoc/>
    internal override void Deliver(CompletionScheduler scheduler) => signal.Set();
}
