using System;
using System.Threading;
using SharpTcp.Protocols;

namespace SharpTcp.Posix;

/// <summary>The pump of a stack that runs by itself (<see cref="NetworkStack.Start"/>): its lock and its clock.</summary>
public sealed class StackPump : IPosixPump
{
    private readonly Shard _shard;
    private readonly Action? _onWake;
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _woken = new();
    private Instant _now;
    private int _sleepers;

    /// <summary>Makes the pump of <paramref name="stack"/>.</summary>
    /// <param name="stack">The stack; it must be started.</param>
    /// <param name="onWake">
    /// Called whenever something may have happened that somebody waits for: under the stack's lock, often, from any thread. It must not block and not call the stack.
    /// </param>
    public StackPump(NetworkStack stack, Action? onWake = null)
    {
        _shard = stack.Shard;
        _onWake = onWake;
    }

    /// <summary>The host that it drives.</summary>
    public HostCore Host => _shard.Host;

    /// <inheritdoc/>
    public Instant Enter() => _now = _shard.Enter();

    /// <inheritdoc/>
    public void Leave() => _shard.Exit(_now);

    /// <inheritdoc/>
    public Instant Sleep(Instant deadline)
    {
        lock (_gate)
        {
            _sleepers++;
            _woken.Reset();
        }

        _shard.Exit(_now);
        var left = deadline.IsNever ? Timeout.InfiniteTimeSpan : deadline - _shard.Now;
        if (deadline.IsNever || left > TimeSpan.Zero)
        {
            _woken.Wait(left);
        }

        lock (_gate)
        {
            _sleepers--;
        }

        return Enter();
    }

    /// <inheritdoc/>
    public void Wake()
    {
        lock (_gate)
        {
            if (_sleepers > 0)
            {
                _woken.Set();
            }
        }

        _onWake?.Invoke();
    }
}
