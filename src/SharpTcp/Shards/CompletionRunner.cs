using System;

namespace SharpTcp;

/// <summary>
/// Delivers completions on the thread that released the lock. A continuation that runs inline may call a socket and so complete others: those are put behind, not
/// run inside, so that the stack of the thread does not grow with the length of such a chain.
/// </summary>
internal static class CompletionRunner
{
    [ThreadStatic]
    private static bool t_running;

    [ThreadStatic]
    private static CompletionList t_waiting;

    public static void Run(ref CompletionList completions, Shard shard)
    {
        if (completions.IsEmpty)
        {
            return;
        }

        t_waiting.Append(ref completions);
        if (t_running)
        {
            return;
        }

        t_running = true;
        try
        {
            while (t_waiting.TakeFirst() is { } completion)
            {
                Deliver(completion, shard);
            }
        }
        finally
        {
            t_running = false;
        }
    }

    private static void Deliver(Completion completion, Shard shard)
    {
        try
        {
            completion.Deliver(shard.Scheduler);
        }
        catch (Exception exception)
        {
            shard.ReportFault(exception, "a continuation");
        }
    }
}
