using System.Threading;

namespace SharpTcp;

/// <summary>A call that is over and waits to be told so, after the release of the lock. A link of an intrusive list.</summary>
internal abstract class Completion : IThreadPoolWorkItem
{
    /// <summary>The next in whichever list this is in: the waiters of a socket, then the completed of its shard.</summary>
    internal Completion? Next;

    /// <summary>Hands the result to its waiter by way of <paramref name="scheduler"/>.</summary>
    internal virtual void Deliver(CompletionScheduler scheduler) => scheduler.Schedule(this);

    /// <summary>Hands the result to its waiter here and now.</summary>
    public abstract void Execute();
}

/// <summary>A list of completions, the oldest first.</summary>
internal struct CompletionList
{
    private Completion? _first;
    private Completion? _last;

    public readonly bool IsEmpty => _first is null;

    public readonly Completion? First => _first;

    public void Add(Completion completion)
    {
        completion.Next = null;
        if (_last is null)
        {
            _first = completion;
        }
        else
        {
            _last.Next = completion;
        }

        _last = completion;
    }

    /// <summary>Puts the whole of <paramref name="other"/> behind what is here.</summary>
    public void Append(ref CompletionList other)
    {
        if (other._first is null)
        {
            return;
        }

        if (_last is null)
        {
            _first = other._first;
        }
        else
        {
            _last.Next = other._first;
        }

        _last = other._last;
        other = default;
    }

    public Completion? TakeFirst()
    {
        var first = _first;
        if (first is null)
        {
            return null;
        }

        _first = first.Next;
        first.Next = null;
        if (_first is null)
        {
            _last = null;
        }

        return first;
    }

    /// <summary>Takes one out of the middle; returns whether it was there.</summary>
    public bool Remove(Completion completion)
    {
        Completion? before = null;
        for (var at = _first; at is not null; before = at, at = at.Next)
        {
            if (at != completion)
            {
                continue;
            }

            if (before is null)
            {
                _first = at.Next;
            }
            else
            {
                before.Next = at.Next;
            }

            if (_last == at)
            {
                _last = before;
            }

            at.Next = null;
            return true;
        }

        return false;
    }
}
