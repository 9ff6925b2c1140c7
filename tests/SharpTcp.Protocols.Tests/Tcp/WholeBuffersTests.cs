using System;
using SharpTcp.Protocols.Tcp;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>The send buffer as Linux accounts for it, and what follows from it for segments.</summary>
public sealed class WholeBuffersTests
{
    private static readonly TcpSettings Settings = new()
    {
        WholeBuffers = true,
        SuperSegmentsPerWindow = 2,
        PushSuperSegments = true,
        SendBuffer = (50_000, 4 << 20),
    };

    [Fact]
    public void AWriteGetsWholeBuffersAsLongAsTheAccountIsNotFull()
    {
        // Half of the largest window is 16,448 bytes: buffers of 16 segments. The first leaves while the rest is written, and what is left of it is filled up again.
        var t = new TcpFixture(Settings).Established(mss: 1000, wscale: 7, window: 257);
        Assert.Equal(58_000, t.Write(59_000));
        Assert.Equal(0, t.Connection.SendRoom);
    }

    [Fact]
    public void WhatIsSetAsTheSizeCountsWithTheOverhead()
    {
        var t = new TcpFixture(Settings).Established(mss: 1000, window: 50_000, options: new TcpSocketOptions { SendBufferSize = 42_000 });
        Assert.Equal(60_000, t.Write(61_000));
        Acknowledge(t, 10_001, 30_001);
        Assert.False(t.User.Saw(TcpEvents.Writable));
        Acknowledge(t, 36_001);
        Assert.True(t.User.Saw(TcpEvents.Writable));
    }

    [Fact]
    public void TheAccountGrowsWhileTheCongestionWindowIsNotFull()
    {
        var t = new TcpFixture(Settings).Established(mss: 1000, wscale: 7, window: 257);
        t.Write(59_000);
        var before = t.Connection.SendBufferLimit;
        Acknowledge(t, 10_001);
        Assert.Equal(before, t.Connection.SendBufferLimit);
        Assert.False(t.User.Saw(TcpEvents.Writable));
        Acknowledge(t, 26_001);

        // Two windows of 36 segments, each with a head of 2 KiB and a description of 256 bytes.
        Assert.Equal(2 * 36 * 2304, t.Connection.SendBufferLimit);
        Assert.True(t.User.Saw(TcpEvents.Writable));
    }

    [Fact]
    public void TheUnsentLimitIsCheckedForWholeBuffers()
    {
        var t = new TcpFixture(Settings with { NotSentLowWater = 4000 }).Established(mss: 1000, wscale: 7, window: 257);
        Assert.Equal(26_000, t.Write(59_000));
        Acknowledge(t, 4001);
        Assert.False(t.User.Saw(TcpEvents.Writable));
        Acknowledge(t, 10_001);
        Assert.True(t.User.Saw(TcpEvents.Writable));
    }

    [Fact]
    public void NoSegmentGoesAcrossTheEndOfABufferAndEveryHalfWindowIsPushed()
    {
        var t = new TcpFixture(Settings with { PushSuperSegments = false }).Established(mss: 1000, window: 5000);
        Assert.Equal(8000, t.Write(8000));
        for (var i = 0; i < 8; i++)
        {
            // Buffers of 2000 bytes: what ends 2500 bytes, half of the window, beyond the last push, pushes. Of the third one segment left before it was filled up again.
            var data = Data(1 + i * 1000, 1, 1000);
            t.Expect(i is 3 or 6 or 7 ? data.Psh() : data.NoPsh());
            if (t.Pending == 0)
            {
                t.Inject(Ack(1, 1001 + i * 1000).Win(5000));
            }
        }
    }

    [Fact]
    public void OnlyTheEndOfAWritePushesAndMoreTakesThePushAway()
    {
        var t = new TcpFixture(Settings).Established(mss: 1000, options: new TcpSocketOptions { NoDelay = true });
        t.Write(500, SendMarks.More);
        t.ExpectNothing();
        t.Write(1100, SendMarks.More);
        t.Expect(Data(1, 1, 1000).NoPsh());
        t.Inject(Ack(1, 1001));
        t.Expect(Data(1001, 1, 600).NoPsh());
        t.Write(100);
        t.Expect(Data(1601, 1, 100).Psh());
    }

    [Fact]
    public void ASuperSegmentTakesAMillisecondOfThePathAtMost()
    {
        // Ten segments in 100 ms, sent at twice that rate: two segments would be 10 ms, but two may always leave together.
        var settings = Settings with { SuperSegmentTime = TimeSpan.FromTicks(TimeSpan.TicksPerSecond / 1024) };
        var far = new TcpFixture(settings).Established(mss: 1000, rtt: 100);
        far.Write(6000);
        for (var i = 0; i < 6; i++)
        {
            var data = Data(1 + i * 1000, 1, 1000);
            far.Expect(i % 2 == 1 ? data.Psh() : data.NoPsh());
        }

        var near = new TcpFixture(settings).Established(mss: 1000);
        near.Write(6000);
        for (var i = 0; i < 6; i++)
        {
            var data = Data(1 + i * 1000, 1, 1000);
            near.Expect(i is 4 or 5 ? data.Psh() : data.NoPsh());
        }
    }

    [Theory]
    [InlineData(0, 20, 8)]
    [InlineData(3, 20, 7)]
    [InlineData(3, 10, 8)]
    public void ARestOfTheWindowWaitsForAnAcknowledgmentThatIsNear(int part, int time, int segments)
    {
        // Half of the window of 14 leaves at once. The eighth segment waits if the next acknowledgment is due: after 20 ms, not after 10.
        var t = new TcpFixture(Settings with { GatheredPart = part, Pacing = false }).Established(mss: 1000, wscale: 7, window: 2000, rtt: 20);
        t.Write(40_000);
        t.Drop();
        t.AdvanceMs(time);
        t.Inject(Ack(1, 4001).Win(2000));
        Assert.Equal(segments, t.Pending);

        // It does not wait for ever.
        t.Drop();
        t.AdvanceMs(1500);
        Assert.True(t.Pending > 0);
    }

    private static void Acknowledge(TcpFixture t, params ReadOnlySpan<int> acknowledgments)
    {
        foreach (var ack in acknowledgments)
        {
            t.Drop();
            t.Inject(Ack(1, ack));
        }
    }
}
