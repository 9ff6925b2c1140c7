using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>What Linux's preset does differently with the congestion window, and what every window does after a timeout.</summary>
public sealed class SegmentCubicTests
{
    [Fact]
    public void TheWindowIsAWholeNumberOfSegmentsAndCountsWhatWasDelivered()
    {
        var t = Linux();
        t.Write(60_000);
        t.AdvanceMs(100);
        t.Inject(Ack(1, 2501));

        // One segment whole, two in part: what is delivered in part counts as a segment.
        Assert.Equal(13_000u, t.Connection.Congestion.Cwnd);
        t.Inject(Ack(1, 4501));
        Assert.Equal(0u, t.Connection.Congestion.Cwnd % 1000);
    }

    [Fact]
    public void BeforeTheFirstLossTheWindowGrowsByOneSegmentForTwentyAtLeast()
    {
        var t = Linux();
        t.Write(200_000);
        t.Connection.Congestion.Ssthresh = 10_000;
        for (var i = 1; i <= 18; i++)
        {
            t.AdvanceMs(i == 1 ? 100 : 1);
            t.Inject(Ack(1, 1 + i * 1000));
            Assert.Equal(10_000u, t.Connection.Congestion.Cwnd);
        }

        t.AdvanceMs(1);
        t.Inject(Ack(1, 20_001));
        Assert.Equal(11_000u, t.Connection.Congestion.Cwnd);
    }

    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(40, 11_000)]
    public void TheStepOfAWindowThatStaysTheSameIsFoundAnewOnlyAfterAThirtySecondOfASecond(int pause, int expected)
    {
        var t = Linux();
        t.Write(200_000);
        t.Connection.Congestion.Ssthresh = 10_000;
        for (var i = 1; i <= 18; i++)
        {
            t.AdvanceMs(i == 1 ? 100 : 1);
            t.Inject(Ack(1, 1 + i * 1000));
        }

        // By now Reno's window would be eleven segments; twenty were the step before.
        t.AdvanceMs(pause);
        t.Inject(Ack(1, 19_001));
        Assert.Equal((uint)expected, t.Connection.Congestion.Cwnd);
    }

    [Fact]
    public void AReductionKeepsSevenTenthsInWholeSegments()
    {
        var t = Linux();
        t.Write(60_000);
        t.AdvanceMs(100);
        t.Inject(Ack(1, 1).Sack((1001, 4001)));
        Assert.Equal(7000u, t.Connection.Congestion.Ssthresh);
        Assert.Equal(10_000u, t.Connection.Congestion.Cubic.MaximumWindow);
    }

    [Fact]
    public void OnceReorderingIsKnownSelectiveAcknowledgmentsGrowTheWindow()
    {
        var t = Linux();
        t.Write(10_000);
        t.AdvanceMs(100);
        t.Inject(Ack(1, 1).Sack((9001, 10_001)));
        Assert.Equal(10_000u, t.Connection.Congestion.Cwnd);
        t.Inject(Ack(1, 1).Sack((3001, 4001), (9001, 10_001)));
        Assert.Equal(11_000u, t.Connection.Congestion.Cwnd);
        t.Inject(Ack(1, 10_001));
        Assert.Equal(19_000u, t.Connection.Congestion.Cwnd);
    }

    [Theory]
    [InlineData(120, false)]
    [InlineData(112, true)]
    public void SlowStartEndsWhereARoundIsAnEighthSlower(int rtt, bool goesOn)
    {
        var t = Linux();
        t.Write(200_000);
        t.AdvanceMs(100);
        t.Inject(Ack(1, 10_001));
        t.AdvanceMs(rtt);
        for (var i = 0; i < 9; i++)
        {
            t.Inject(Ack(1, 12_001 + i * 2000));
            t.AdvanceMs(3);
        }

        Assert.Equal(goesOn ? int.MaxValue : 36_000u, t.Connection.Congestion.Ssthresh);
    }

    [Fact]
    public void SlowStartEndsWhereAcknowledgmentsSpanHalfARoundTrip()
    {
        var t = Linux();
        t.Write(400_000);
        t.AdvanceMs(100);
        t.Inject(Ack(1, 10_001));
        t.AdvanceMs(100);
        for (var i = 0; i < 26; i++)
        {
            t.Inject(Ack(1, 11_001 + i * 500));
            t.AdvanceMs(1.9);
        }

        Assert.Equal((uint)int.MaxValue, t.Connection.Congestion.Ssthresh);
        t.Inject(Ack(1, 24_001));
        t.AdvanceMs(1);
        t.Inject(Ack(1, 24_501));
        Assert.NotEqual((uint)int.MaxValue, t.Connection.Congestion.Ssthresh);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("5681", "3.1"), Rfc("7661", "4.3")]
    public void AfterATimeoutTheFirstAcknowledgmentDoublesTheWindow(bool linux)
    {
        var t = linux ? Linux() : new TcpFixture().Established(mss: 1000, rtt: 100);
        t.Write(1000);
        t.AdvanceMs(4000);
        Assert.True(t.Host.Layer.Counters.Timeouts > 0);
        Assert.Equal(1000u, t.Connection.Congestion.Cwnd);
        t.Inject(Ack(1, 1001));
        Assert.Equal(2000u, t.Connection.Congestion.Cwnd);
    }

    [Theory]
    [InlineData(4, 10_000)]
    [InlineData(6, 12_000)]
    [InlineData(10, 20_000)]
    [Rfc("7661", "4.3")]
    public void AWindowOfWhichLessThanHalfWasInFlightDoesNotGrow(int segments, int expected)
    {
        var t = Linux();
        t.Write(segments * 1000);
        for (var i = 1; i <= segments; i++)
        {
            t.AdvanceMs(10);
            t.Inject(Ack(1, 1 + i * 1000));
        }

        Assert.Equal((uint)expected, t.Connection.Congestion.Cwnd);
    }

    [Fact, Rfc("9937", "5")]
    public void WhereTheReorderingTimerFindsLossOneSegmentIsSentForTheOneThatWasDelivered()
    {
        var t = new TcpFixture().Established(mss: 1000, sack: true, rtt: 100);
        t.Write(10_000);
        t.Drop();
        t.AdvanceMs(100);
        t.Inject(Ack(1, 1).Sack((7001, 8001)));
        t.ExpectNothing();
        t.AdvanceMs(25);
        t.Expect(Data(1, 1, 1000));
        t.ExpectNothing();
        t.Inject(Ack(1, 1).Sack((3001, 4001), (7001, 8001)));
        t.Expect(Data(1001, 1, 1000));
        t.ExpectNothing();
    }

    [Theory]
    [InlineData(true, 1000u)]
    [InlineData(false, 1999u)]
    public void APartOfASegmentIsNotTakenForReceivedByLinux(bool linux, uint sacked)
    {
        var t = linux ? Linux() : new TcpFixture().Established(mss: 1000, sack: true, rtt: 100);
        t.Write(4000);
        t.Inject(Ack(1, 1).Sack((4000, 4001)));
        Assert.Equal(linux ? 0u : 1, t.Connection.Send!.Sent.SackedBytes);
        t.Inject(Ack(1, 1).Sack((1002, 3001)));
        Assert.Equal(linux ? sacked : sacked + 1, t.Connection.Send!.Sent.SackedBytes);
    }

    [Fact]
    public void WithoutSackTheSegmentsThatDuplicatesToldOfAreNotCountedTwice()
    {
        var t = new TcpFixture(TcpSettings.Linux).Established(mss: 1000, rtt: 100, options: new TcpSocketOptions { SendBufferSize = 1 << 20 });
        t.Write(40_000);
        t.AdvanceMs(100);
        t.InjectBatch(Ack(1, 1), Ack(1, 1));
        t.Inject(Ack(1, 3001));
        Assert.Equal(11_000u, t.Connection.Congestion.Cwnd);
    }

    private static TcpFixture Linux() =>
        new TcpFixture(TcpSettings.Linux).Established(mss: 1000, sack: true, rtt: 100, options: new TcpSocketOptions { SendBufferSize = 1 << 20 });
}
