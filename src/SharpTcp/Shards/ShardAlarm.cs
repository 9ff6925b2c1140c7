using System;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;

namespace SharpTcp;

/// <summary>A token that is cancelled when a moment of the stack's clock has come, or another token is cancelled. For waits of whole milliseconds, not for the way of packets.</summary>
internal sealed class ShardAlarm : TimerEntry, IDisposable
{
    private readonly Shard _shard;
    private readonly CancellationTokenSource _source;

    public ShardAlarm(Shard shard, Instant due, CancellationToken cancellation)
    {
        _shard = shard;
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (due.IsNever)
        {
            return;
        }

        var now = shard.Enter();
        shard.Host.Timers.Schedule(this, due);
        shard.Exit(now);
    }

    /// <summary>Cancelled when it is time.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>A task that is over when it is time. Unlike <see cref="Task.Delay(int, CancellationToken)"/> it goes on where the stack's completions run, not on the thread pool.</summary>
    public Task WaitAsync()
    {
        var rung = new TaskCompletionSource();
        Token.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), rung);
        return rung.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var now = _shard.Enter();
        if (!ScheduledFor.IsNever)
        {
            _shard.Host.Timers.Cancel(this);
        }

        _shard.Exit(now);
        _source.Dispose();
    }

    /// <inheritdoc/>
    protected internal override void OnTimer(Instant now) => _shard.Complete(new Ring(_source));

    private sealed class Ring(CancellationTokenSource source) : Completion
    {
        public override void Execute()
        {
            try
            {
                source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // Nobody waits any more.
            }
        }
    }
}
