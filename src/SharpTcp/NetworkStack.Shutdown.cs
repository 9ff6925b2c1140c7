using System;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;

namespace SharpTcp;

/// <summary>The end of a stack.</summary>
public sealed partial class NetworkStack
{
    private static readonly TimeSpan DisposeTimeout = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Closes all sockets: FIN to the peers after what is queued, and RST to those that have not answered by the end of the time. The stack must run or be pumped
    /// meanwhile; new sockets can be made afterwards.
    /// </summary>
    /// <param name="timeout">How long the peers have.</param>
    /// <returns>When nothing is left but connections in TIME-WAIT.</returns>
    public Task ShutdownAsync(TimeSpan timeout)
    {
        CloseSockets();
        var now = Shard.Enter();
        SweepLingering();
        var end = new ShutdownTimer(this, now + timeout);
        end.OnTimer(now);
        Shard.Exit(now);
        return end.Task;
    }

    /// <summary>Closes all sockets within a second, gives leases back, stops the thread and disposes the links. A stack that has no thread resets its connections at once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (Shard.IsRunning)
        {
            await ShutdownAsync(DisposeTimeout).ConfigureAwait(false);
            await ReleaseLeasesAsync(DisposeTimeout).ConfigureAwait(false);
        }

        End();
    }

    /// <summary>Resets all connections, stops the thread and disposes the links.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            End();
        }
    }

    private void End()
    {
        CloseSockets();
        var now = Shard.Enter();
        AbortLingering(now);
        StopDhcp(now);
        Interlocked.Exchange(ref _ready, null)?.TrySetException(new ObjectDisposedException(nameof(NetworkStack)));
        Shard.Exit(now);
        Shard.Dispose();
    }

    private void CloseSockets()
    {
        while (true)
        {
            Shard.Enter();
            var socket = _open.First;
            Shard.ExitUnchanged();
            if (socket is null)
            {
                return;
            }

            socket.Close(null);
        }
    }

    private void AbortLingering(Instant now)
    {
        for (var socket = _lingering.First; socket is not null; socket = _lingering.First)
        {
            _lingering.Remove(socket);
            socket.Abort(now);
        }
    }

    /// <summary>Looks from time to time whether the connections are gone, and resets them when the time is up.</summary>
    private sealed class ShutdownTimer(NetworkStack stack, Instant end) : TimerEntry
    {
        private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(2);

        private readonly TaskCompletionSource _done = new();

        public Task Task => _done.Task;

        protected internal override void OnTimer(Instant now)
        {
            stack.SweepLingering();
            if (stack._lingering.First is not null && now < end)
            {
                stack.Shard.Host.Timers.Schedule(this, Instant.Min(now + Interval, end));
                return;
            }

            stack.AbortLingering(now);
            stack.Shard.Complete(new Done(_done));
        }
    }

    private sealed class Done(TaskCompletionSource source) : Completion
    {
        public override void Execute() => source.TrySetResult();
    }
}
