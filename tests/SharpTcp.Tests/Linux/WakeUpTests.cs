using System;
using System.Threading;
using SharpTcp.Linux;
using Xunit;

namespace SharpTcp.Tests.Linux;

/// <summary>eventfd, timerfd and poll, as the shard's loop sleeps on them.</summary>
public sealed class WakeUpTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public void A_signal_stays_until_it_is_drained()
    {
        RequireLinux();
        using var wake = new EventFd();
        Assert.Equal(PollEvents.None, Poll(wake.Descriptor, TimeSpan.Zero));
        wake.Signal();
        wake.Signal();
        Assert.Equal(PollEvents.Readable, Poll(wake.Descriptor, TimeSpan.Zero));
        Assert.True(wake.Drain());
        Assert.False(wake.Drain());
        Assert.Equal(PollEvents.None, Poll(wake.Descriptor, TimeSpan.Zero));
    }

    [Fact]
    public void A_signal_from_another_thread_ends_a_wait_without_limit()
    {
        RequireLinux();
        using var wake = new EventFd();
        var signaller = new Thread(wake.Signal);
        signaller.Start();
        Assert.Equal(PollEvents.Readable, Poll(wake.Descriptor, Timeout.InfiniteTimeSpan));
        signaller.Join();
    }

    [Fact]
    public void A_late_signal_to_a_disposed_event_is_no_error()
    {
        RequireLinux();
        var wake = new EventFd();
        wake.Dispose();
        wake.Signal();
        Assert.Throws<ObjectDisposedException>(() => wake.Drain());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20_000)]
    public void A_timer_goes_off_once(long ticks)
    {
        RequireLinux();
        using var timer = new TimerFd();
        Assert.False(timer.Drain());
        timer.Arm(TimeSpan.FromTicks(ticks));
        Assert.Equal(PollEvents.Readable, Poll(timer.Descriptor, Bound));
        Assert.True(timer.Drain());
        Assert.False(timer.Drain());
    }

    [Fact]
    public void An_earlier_deadline_replaces_a_later_one_and_disarming_ends_both()
    {
        RequireLinux();
        using var timer = new TimerFd();
        timer.Arm(TimeSpan.MaxValue);
        Assert.Equal(PollEvents.None, Poll(timer.Descriptor, TimeSpan.Zero));
        timer.Arm(TimeSpan.Zero);
        Assert.Equal(PollEvents.Readable, Poll(timer.Descriptor, Bound));
        timer.Disarm();
        Assert.Equal(PollEvents.None, Poll(timer.Descriptor, TimeSpan.Zero));
        Assert.False(timer.Drain());
    }

    [Fact]
    public void A_wait_tells_which_of_its_descriptors_is_ready()
    {
        RequireLinux();
        using var quiet = new EventFd();
        using var loud = new EventFd();
        loud.Signal();
        PollEntry[] entries =
        [
            new(quiet.Descriptor), new(loud.Descriptor), new(-1), new(quiet.Descriptor, PollEvents.Writable),
        ];
        Assert.Equal(2, Poller.Wait(entries, Bound));
        Assert.Equal([PollEvents.None, PollEvents.Readable, PollEvents.None, PollEvents.Writable], Array.ConvertAll(entries, e => e.Came));
    }

    private static PollEvents Poll(int descriptor, TimeSpan timeout)
    {
        PollEntry[] entries = [new(descriptor)];
        Poller.Wait(entries, timeout);
        return entries[0].Came;
    }

    private static void RequireLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "eventfd and timerfd are there on Linux only.");
}
