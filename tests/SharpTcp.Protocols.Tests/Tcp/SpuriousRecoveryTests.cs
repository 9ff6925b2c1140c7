using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Timeouts and recoveries that were not needed: F-RTO, Eifel, D-SACK; what a tail probe repaired; how RACK learns patience.</summary>
public sealed class SpuriousRecoveryTests
{
    [Fact, Rfc("5682", "3")]
    public void ALateAcknowledgmentOfWhatWasNotSentAgainUndoesATimeout()
    {
        var t = TimedOut(5_000, sack: true);
        t.Inject(Ack(1, 12_001));
        AssertUndone(t);
        t.ExpectNothing();
        t.AdvanceMs(50);
        t.Inject(Ack(1, 15_001));
        t.AdvanceMs(60_000);
        t.ExpectNothing();
    }

    [Fact, Rfc("5682", "3")]
    public void AfterTheFirstAcknowledgmentNewDataIsSentAndTheSecondDecides()
    {
        var t = TimedOut(5_000, sack: true, more: 5_000, cwnd: 5_000);
        t.Inject(Ack(1, 11_001));
        t.Expect(Data(16_001, 1, 1000));
        t.Expect(Data(17_001, 1, 1000));
        t.ExpectNothing();
        t.Inject(Ack(1, 12_001));
        AssertUndone(t, 5_000);
    }

    [Fact, Rfc("5682", "3")]
    public void IfOnlyNewDataArrivesTheLossWasReal()
    {
        var t = TimedOut(5_000, sack: true, more: 5_000, cwnd: 5_000);
        t.Inject(Ack(1, 11_001));
        t.Drop();
        t.Inject(Ack(1, 11_001).Sack((16_001, 17_001)));
        Assert.Equal(RecoveryPhase.Loss, t.Connection.Send!.Phase);
        Assert.Equal(0, t.Host.Layer.Counters.SpuriousRecoveries);
        t.Expect(Data(11_001, 1, 1000));
    }

    [Fact, Rfc("5682", "3")]
    public void AnAcknowledgmentOfAllTellsNothing()
    {
        var t = TimedOut(5_000, sack: true);
        t.Inject(Ack(1, 15_001));
        Assert.Equal(0, t.Host.Layer.Counters.SpuriousRecoveries);
        Assert.True(t.Connection.Congestion.Ssthresh < 10_000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("3522", "3.2"), Rfc("4015", "3.2")]
    public void ATimestampOlderThanTheRetransmissionUndoesATimeout(bool ofTheOriginal)
    {
        var t = new TcpFixture().Established(mss: 1012, ts: true, rtt: 50);
        RetransmissionTests.Warm(t, 10_000, 50);
        var cwnd = t.Connection.Congestion.Cwnd;
        t.Write(3_000);
        var original = t.Take().Options.TimestampValue;
        t.Drop();
        t.AdvanceMs(1000);
        t.Expect(Data(10_001, 1, 1000));
        var again = t.Last.Options.TimestampValue;
        t.Inject(Ack(1, 11_001).Ts(t.PeerTime, ofTheOriginal ? original : again));
        Assert.Equal(ofTheOriginal ? 1 : 0, t.Host.Layer.Counters.SpuriousRecoveries);
        Assert.Equal(ofTheOriginal, t.Connection.Congestion.Cwnd >= cwnd);
    }

    [Fact, Rfc("3708", "3"), Rfc("2883", "4")]
    public void AFastRecoveryWhoseEveryRetransmissionWasADuplicateIsUndone()
    {
        var t = Reordered();
        Assert.Equal(RecoveryPhase.FastRecovery, t.Connection.Send!.Phase);
        t.Expect(Data(10_001, 1, 1000));
        t.Inject(Ack(1, 14_001));
        t.Drop();
        Assert.True(t.Connection.Congestion.Ssthresh < 10_000);
        t.Inject(Ack(1, 14_001).Sack((10_001, 11_001)));
        AssertUndone(t);
    }

    [Fact, Rfc("8985", "6.2")]
    public void ADuplicateWidensTheReorderingWindow()
    {
        var t = Reordered();
        t.Inject(Ack(1, 14_001));
        t.Inject(Ack(1, 14_001).Sack((10_001, 11_001)));
        t.Inject(Ack(1, 20_001));
        Assert.True(t.Connection.Send is null || t.Connection.Send.Rack.WindowSteps == 1);
        t = Reordered(more: 20_000);
        t.Inject(Ack(1, 14_001));
        t.Inject(Ack(1, 14_001).Sack((10_001, 11_001)));
        Assert.Equal(1, t.Connection.Send!.Rack.WindowSteps);
        t.Inject(Ack(1, 14_001).Sack((10_001, 11_001)));
        Assert.Equal(1, t.Connection.Send!.Rack.WindowSteps);
        Assert.Equal(16, t.Connection.Send!.Rack.WindowPersist);
        for (var i = 0; i < 16; i++)
        {
            Rack.OnRecoveryEnd(t.Connection.Send);
        }

        Assert.Equal(0, t.Connection.Send.Rack.WindowSteps);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Rfc("8985", "7.4")]
    public void ALossThatAProbeRepairedReducesTheWindow(bool duplicate)
    {
        var t = new TcpFixture().Established(mss: 1000, sack: true, rtt: 50);
        RetransmissionTests.Warm(t, 10_000, 50);
        t.Write(3_000);
        t.Drop();
        t.ExpectAt(100, Data(12_001, 1, 1000));
        t.Write(2_000);
        t.Drop();
        if (duplicate)
        {
            t.Inject(Ack(1, 13_001).Sack((12_001, 13_001)));
        }

        t.Inject(Ack(1, 14_001));
        Assert.Equal(!duplicate, t.Connection.Congestion.Ssthresh < 20_000);
        Assert.False(t.Connection.Send!.Rack.TailProbeOutstanding);
    }

    [Fact, Rfc("6298", "5.7"), Rfc("9293", "MUST-18")]
    public void TheBackoffLastsUntilThereIsASample()
    {
        var t = new TcpFixture().Established(mss: 1000);
        t.Write(2_000);
        t.Drop();
        t.AdvanceMs(1_000);
        t.AdvanceMs(2_000);
        t.Drop();
        t.Inject(Ack(1, 1_001));
        t.Drop();
        Assert.Equal(2, t.Connection.Rtt.Backoff);

        // The second segment is sent again too, and tells nothing either; new data does.
        t.Inject(Ack(1, 2_001));
        Assert.Equal(2, t.Connection.Rtt.Backoff);
        t.Write(1_000);
        t.Expect(Data(2_001, 1, 1_000));
        t.Inject(Ack(1, 3_001));
        Assert.Equal(0, t.Connection.Rtt.Backoff);
    }

    [Fact, Rfc("7323", "3.2")]
    public void ASegmentWithoutTheAgreedTimestampIsDropped()
    {
        var t = new TcpFixture().Established(ts: true);
        t.Inject(Data(1, 1, 100).NoTs());
        t.AdvanceMs(1_000);
        t.ExpectNothing();
        Assert.Equal(1, t.Host.Layer.Counters.MissingTimestamps);
        t.Inject(Rst(1).NoTs());
        Assert.Equal(TcpState.Closed, t.State);
    }

    private static void AssertUndone(TcpFixture t, uint cwnd = 10_000)
    {
        Assert.Equal(1, t.Host.Layer.Counters.SpuriousRecoveries);
        Assert.Equal(RecoveryPhase.Open, t.Connection.Send!.Phase);
        Assert.True(t.Connection.Congestion.Cwnd >= cwnd, $"the window is {t.Connection.Congestion.Cwnd}");
        Assert.Equal((uint)int.MaxValue, t.Connection.Congestion.Ssthresh);
        Assert.Equal(0u, t.Connection.Send.Sent.LostBytes);
    }

    /// <summary>A connection that has sent 10,000 bytes before and now five segments, whose timer has fired; the first was sent again.</summary>
    private static TcpFixture TimedOut(int bytes, bool sack, int more = 0, uint cwnd = 0)
    {
        var t = new TcpFixture().Established(mss: 1000, sack: sack, rtt: 50);
        RetransmissionTests.Warm(t, 10_000, 50);
        t.Connection.Congestion.Cwnd = cwnd > 0 ? cwnd : t.Connection.Congestion.Cwnd;
        t.Write(bytes + more);
        t.Drop();

        // The tail probe is of the last segment, or a new one.
        t.AdvanceMs(100);
        t.Drop();
        t.AdvanceMs(1_000);
        t.Expect(Data(10_001, 1, 1000));
        t.ExpectNothing();
        return t;
    }

    /// <summary>Ten segments in flight, of which the first is overtaken by three.</summary>
    private static TcpFixture Reordered(int more = 0)
    {
        var t = new TcpFixture().Established(mss: 1000, sack: true, rtt: 50);
        RetransmissionTests.Warm(t, 10_000, 50);
        t.Write(10_000 + more);
        t.Drop();
        t.AdvanceMs(50);
        t.Inject(Ack(1, 10_001).Sack((11_001, 14_001)));
        return t;
    }
}
