using System;
using System.Collections.Generic;
using Xunit;

namespace SharpTcp.Tests.Shards;

public sealed class CompletionTests
{
    [Fact]
    public void AListKeepsTheOrderAndLosesWhatIsRemoved()
    {
        var list = default(CompletionList);
        var items = new[] { new Item(), new Item(), new Item() };
        foreach (var item in items)
        {
            list.Add(item);
        }

        Assert.True(list.Remove(items[1]));
        Assert.False(list.Remove(items[1]));
        var other = default(CompletionList);
        other.Add(items[1]);
        list.Append(ref other);

        Assert.True(other.IsEmpty);
        Assert.Same(items[0], list.TakeFirst());
        Assert.Same(items[2], list.TakeFirst());
        Assert.Same(items[1], list.TakeFirst());
        Assert.Null(list.TakeFirst());
    }

    [Fact]
    public void TheLastCanBeRemovedAndTheListGoesOn()
    {
        var list = default(CompletionList);
        var (first, second, third) = (new Item(), new Item(), new Item());
        list.Add(first);
        list.Add(second);
        Assert.True(list.Remove(second));
        list.Add(third);

        Assert.Same(first, list.TakeFirst());
        Assert.Same(third, list.TakeFirst());
    }

    [Fact]
    public void WhatAContinuationCompletesRunsAfterItNotInsideIt()
    {
        using var stack = new NetworkStack(new NetworkStackOptions { InlineCompletions = true, Loopback = false });
        var log = new List<string>();
        var inner = new Item { Action = () => log.Add("inner") };
        var outer = new Item
        {
            Action = () =>
            {
                log.Add("outer begins");
                Run(stack.Shard, inner);
                log.Add("outer ends");
            },
        };

        Run(stack.Shard, outer);

        Assert.Equal(["outer begins", "outer ends", "inner"], log);
    }

    [Fact]
    public void AContinuationThatThrowsCostsNothingElse()
    {
        using var stack = new NetworkStack(new NetworkStackOptions { InlineCompletions = true, Loopback = false });
        var ran = false;
        var list = default(CompletionList);
        list.Add(new Item { Action = () => throw new InvalidOperationException("thrown by the test") });
        list.Add(new Item { Action = () => ran = true });
        CompletionRunner.Run(ref list, stack.Shard);

        Assert.True(ran);
        Assert.Equal(1, stack.Faults);
    }

    private static void Run(Shard shard, Completion completion)
    {
        var list = default(CompletionList);
        list.Add(completion);
        CompletionRunner.Run(ref list, shard);
    }

    private sealed class Item : Completion
    {
        public Action? Action { get; init; }

        public override void Execute() => Action?.Invoke();
    }
}
