using System;
using System.Collections.Generic;
using System.Threading;
using SharpTcp.Protocols;
using Xunit;

namespace SharpTcp.Tests.Shards;

public sealed class CommandQueueTests
{
    [Fact]
    public void GivesCommandsInTheirOrder()
    {
        var queue = new CommandQueue();
        var works = new[] { new Work(), new Work(), new Work() };
        foreach (var work in works)
        {
            queue.Push(work);
        }

        Assert.False(queue.IsEmpty);
        Assert.Equal(works, Drain(queue));
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void HoldsAnObjectOnceUntilItIsDetached()
    {
        var queue = new CommandQueue();
        var work = new Work();
        queue.Push(work);
        queue.Push(work);

        Assert.Single(Drain(queue));
        queue.Push(work);
        Assert.Single(Drain(queue));
    }

    [Fact]
    public void PushingAllocatesNothing()
    {
        var queue = new CommandQueue();
        var work = new Work();
        queue.Push(work);
        CommandQueue.Detach(queue.TakeAll()!);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            queue.Push(work);
            CommandQueue.Detach(queue.TakeAll()!);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void NoCommandIsLostUnderContention()
    {
        const int threads = 4;
        const int rounds = 20_000;
        var queue = new CommandQueue();
        var works = new Work[threads];
        var pushers = new Thread[threads];
        for (var i = 0; i < threads; i++)
        {
            var work = works[i] = new Work();
            pushers[i] = new Thread(() =>
            {
                for (var round = 0; round < rounds; round++)
                {
                    Interlocked.Increment(ref work.Wanted);
                    queue.Push(work);
                }
            });
        }

        Array.ForEach(pushers, thread => thread.Start());
        while (Array.Exists(pushers, thread => thread.IsAlive))
        {
            Serve(queue);
        }

        Array.ForEach(pushers, thread => thread.Join());
        Serve(queue);
        Assert.All(works, work => Assert.Equal(rounds, work.Done));
    }

    // An object pushed again while it is served is served again: so what it wanted is all done in the end.
    private static void Serve(CommandQueue queue)
    {
        for (var work = queue.TakeAll(); work is not null;)
        {
            var next = CommandQueue.Detach(work);
            ((Work)work).Done += Interlocked.Exchange(ref ((Work)work).Wanted, 0);
            work = next;
        }
    }

    private static List<ShardWork> Drain(CommandQueue queue)
    {
        var list = new List<ShardWork>();
        for (var work = queue.TakeAll(); work is not null;)
        {
            list.Add(work);
            work = CommandQueue.Detach(work);
        }

        return list;
    }

    private sealed class Work : ShardWork
    {
        public int Wanted;
        public int Done;

        internal override void Progress(Instant now)
        {
        }

        internal override void Abandon(Exception cause, Instant now)
        {
        }
    }
}
