using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using Xunit;

namespace SharpTcp.Simulation.Tests;

public sealed class VirtualTimeTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    public void TimeJumpsFromEventToEvent()
    {
        var seen = new List<(string, TimeSpan)>();
        _time.Schedule(TimeSpan.FromHours(2), () => seen.Add(("late", _time.Now - Instant.Zero)));
        _time.Schedule(TimeSpan.FromHours(1), () => seen.Add(("early", _time.Now - Instant.Zero)));
        _time.Schedule(TimeSpan.FromHours(1), () => seen.Add(("second", _time.Now - Instant.Zero)));
        _time.Cancel(_time.Schedule(TimeSpan.FromMinutes(1), () => seen.Add(("never", default))));
        _time.Run(TimeSpan.FromHours(3));
        Assert.Equal([("early", TimeSpan.FromHours(1)), ("second", TimeSpan.FromHours(1)), ("late", TimeSpan.FromHours(2))], seen);
        Assert.Equal(TimeSpan.FromHours(3), _time.Now - Instant.Zero);
    }

    [Fact]
    public void WhatIsScheduledForTheInstantOfARunsEndHappens()
    {
        var happened = false;
        _time.Schedule(TimeSpan.FromSeconds(1), () => happened = true);
        _time.Run(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        Assert.False(happened);
        _time.Run(TimeSpan.FromTicks(1));
        Assert.True(happened);
    }

    [Fact]
    public void AProgramAwaitsInVirtualTimeOnOneThread()
    {
        var threads = new HashSet<int>();
        var elapsed = _time.Run(async () =>
        {
            var begun = _time.GetTimestamp();
            await _time.Delay(TimeSpan.FromDays(0.25));
            threads.Add(Environment.CurrentManagedThreadId);
            await Nested(threads).ConfigureAwait(false);
            threads.Add(Environment.CurrentManagedThreadId);
            return _time.GetElapsedTime(begun);
        });
        Assert.Equal(TimeSpan.FromHours(7), elapsed);
        Assert.Single(threads);
    }

    [Fact]
    public async Task UnderAnotherSchedulerAProgramStaysOnOneThreadToo()
    {
        var threads = new HashSet<int>();
        var scheduler = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        await Task.Factory.StartNew(
            () => _time.Run(() => Nested(threads)), TestContext.Current.CancellationToken, TaskCreationOptions.None, scheduler);
        Assert.Single(threads);
        Assert.Equal(At(3600), _time.Now);
    }

    [Fact]
    public void ThePeriodOfATimerIsExact()
    {
        var ticks = new List<Instant>();
        using (_time.CreateTimer(_ => ticks.Add(_time.Now), null, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2)))
        {
            _time.Run(TimeSpan.FromSeconds(9));
        }

        _time.Run(TimeSpan.FromSeconds(9));
        Assert.Equal([At(5), At(7), At(9)], ticks);
    }

    [Fact]
    public void ATokenIsCanceledInVirtualTime()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(30), _time);
        Assert.ThrowsAny<OperationCanceledException>(() => _time.Run(() => Task.Delay(Timeout.Infinite, source.Token)));
        Assert.Equal(At(30), _time.Now);
    }

    [Fact]
    public void AProgramThatWaitsForWhatNeverComesIsFound()
    {
        var failure = Assert.Throws<SimulationException>(() => _time.Run(() => new TaskCompletionSource().Task));
        Assert.Contains("nothing is left", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AProgramThatTakesTooLongIsFound()
    {
        var failure = Assert.Throws<SimulationException>(() => _time.Run(() => _time.Delay(TimeSpan.FromSeconds(3)), TimeSpan.FromSeconds(2)));
        Assert.Contains("did not end", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEndlessChainOfEventsIsFound()
    {
        void Again() => _time.Schedule(TimeSpan.Zero, Again);
        _time.StepLimit = 1000;
        Again();
        Assert.Contains("circle", Assert.Throws<SimulationException>(() => _time.Run(TimeSpan.FromSeconds(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEndlessChainOfContinuationsIsFound()
    {
        _time.StepLimit = 1000;
        var failure = Assert.Throws<SimulationException>(() => _time.Run(async () =>
        {
            while (true)
            {
                await Task.Yield();
            }
        }));
        Assert.Contains("circle", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AContinuationFromAnotherThreadIsFound()
    {
        using var otherEnded = new ManualResetEventSlim();
        var source = new TaskCompletionSource();
        var failure = Assert.Throws<SimulationException>(() => _time.Run(async () =>
        {
            var thread = new Thread(() =>
            {
                source.SetResult();
                otherEnded.Set();
            });
            _time.Schedule(TimeSpan.FromSeconds(1), () =>
            {
                thread.Start();
                otherEnded.Wait();
            });
            await source.Task;
        }));
        Assert.Contains("another thread", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatAProgramThrowsComesOut()
    {
        Assert.Equal("one", Assert.Throws<InvalidOperationException>(() => _time.Run(() => throw new InvalidOperationException("one"))).Message);
        Assert.Equal("two", Assert.Throws<InvalidOperationException>(() => _time.Run(async () =>
        {
            await _time.Delay(TimeSpan.FromSeconds(1));
            throw new InvalidOperationException("two");
        })).Message);
    }

    [Fact]
    public void AFailureEndsTheRun()
    {
        _time.Schedule(TimeSpan.FromSeconds(1), () => _time.Fail(new InvalidOperationException("broken")));
        var failure = Assert.Throws<SimulationException>(() => _time.Run(TimeSpan.FromSeconds(9)));
        Assert.Contains("broken", failure.Message, StringComparison.Ordinal);
        Assert.Equal(At(1), _time.Now);
    }

    private static Instant At(int seconds) => Instant.Zero + TimeSpan.FromSeconds(seconds);

    private async Task Nested(HashSet<int> threads)
    {
        await _time.Delay(TimeSpan.FromMinutes(30)).ConfigureAwait(false);
        threads.Add(Environment.CurrentManagedThreadId);
        await Inner().ConfigureAwait(false);
        threads.Add(Environment.CurrentManagedThreadId);
    }

    private async Task Inner() => await _time.Delay(TimeSpan.FromMinutes(30)).ConfigureAwait(false);
}
