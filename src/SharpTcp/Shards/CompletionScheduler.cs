using System;
using System.Threading;

namespace SharpTcp;

/// <summary>
/// Where the continuations of completed socket calls run. A stack completes calls after it has released its lock, so a continuation may call any socket.
/// </summary>
public abstract class CompletionScheduler
{
    /// <summary>The thread pool: a slow continuation holds up nobody. The default.</summary>
    public static CompletionScheduler ThreadPool { get; } = new ThreadPoolScheduler();

    /// <summary>
    /// At once, on the thread that completed the call, mostly the stack's own: the fastest way for continuations that do little and never block.
    /// </summary>
    public static CompletionScheduler Inline { get; } = new InlineScheduler();

    /// <summary>Runs <paramref name="item"/> once, now or later, on any thread. Called without any lock of the stack.</summary>
    public abstract void Schedule(IThreadPoolWorkItem item);

    private sealed class ThreadPoolScheduler : CompletionScheduler
    {
        public override void Schedule(IThreadPoolWorkItem item) => System.Threading.ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: true);
    }

    private sealed class InlineScheduler : CompletionScheduler
    {
        public override void Schedule(IThreadPoolWorkItem item)
        {
            ArgumentNullException.ThrowIfNull(item);
            item.Execute();
        }
    }
}
