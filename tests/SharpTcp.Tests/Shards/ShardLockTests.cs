using System;
using System.Threading;
using Xunit;

namespace SharpTcp.Tests.Shards;

public sealed class ShardLockTests
{
    [Fact]
    public void AThreadThatHoldsItCannotEnterAgain()
    {
        var shardLock = new ShardLock();
        shardLock.Enter();

        Assert.Throws<InvalidOperationException>(shardLock.Enter);
        Assert.Throws<InvalidOperationException>(() => shardLock.TryEnter());
        shardLock.Exit();
        Assert.True(shardLock.TryEnter());
        shardLock.Exit();
    }

    [Fact]
    public void AnotherThreadFindsItTaken()
    {
        var shardLock = new ShardLock();
        shardLock.Enter();
        var entered = true;
        var thread = new Thread(() => entered = shardLock.TryEnter());
        thread.Start();
        thread.Join();
        shardLock.Exit();

        Assert.False(entered);
    }

    [Fact]
    public void StateWithoutTheLockIsADefect()
    {
        var shardLock = new ShardLock();

        Assert.Throws<InvalidOperationException>(shardLock.CheckHeld);
        shardLock.Enter();
        shardLock.CheckHeld();
        shardLock.Exit();
    }
}
