using System;
using System.Threading;

namespace SharpTcp;

/// <summary>
/// The one lock of a shard. It is not re-entrant, and says so in every build: user code and completions run after its release, so a thread that holds it and asks for
/// it again is a defect of the stack that must not pass unseen.
/// </summary>
internal sealed class ShardLock
{
    private readonly Lock _lock = new();

    /// <summary>Whether the calling thread holds the lock.</summary>
    public bool IsHeld => _lock.IsHeldByCurrentThread;

    /// <summary>Takes the lock if it is free.</summary>
    public bool TryEnter()
    {
        CheckNotHeld();
        return _lock.TryEnter();
    }

    /// <summary>Takes the lock, waiting for it if need be.</summary>
    public void Enter()
    {
        CheckNotHeld();
        _lock.Enter();
    }

    /// <summary>Releases the lock.</summary>
    public void Exit() => _lock.Exit();

    /// <summary>Fails unless the calling thread holds the lock.</summary>
    public void CheckHeld()
    {
        if (!_lock.IsHeldByCurrentThread)
        {
            throw new InvalidOperationException("The state of a shard was touched without its lock.");
        }
    }

    private void CheckNotHeld()
    {
        if (_lock.IsHeldByCurrentThread)
        {
            throw new InvalidOperationException(
                "The lock of a shard is not re-entrant and this thread holds it: user code and completions must run after its release.");
        }
    }
}
