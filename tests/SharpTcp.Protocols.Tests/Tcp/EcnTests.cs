using System;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Explicit congestion notification, RFC 3168.</summary>
public sealed class EcnTests
{
    private const TcpFlags Setup = TcpFlags.Ece | TcpFlags.Cwr;

    [Theory]
    [InlineData(EcnMode.Off, false)]
    [InlineData(EcnMode.Accept, true)]
    [InlineData(EcnMode.On, true)]
    [Rfc("3168", "6.1.1"), Rfc("9293", "SHLD-8")]
    public void AListenerAgreesWithEceAlone(EcnMode mode, bool agrees)
    {
        var t = new TcpFixture(new TcpSettings { Ecn = mode });
        t.Listen();
        t.Inject(Raw(TcpFlags.Syn | Setup, 0).Mss(1000));
        t.Expect(Raw(TcpFlags.Syn | TcpFlags.Ack | (agrees ? TcpFlags.Ece : 0), 0, 1));
        Assert.Equal(0, t.Last.TrafficClass);
        t.Inject(Ack(1, 1));
        t.Accept();
        Assert.Equal(agrees, t.Connection.Has(TcpConnectionFlags.Ecn));
        t.Write(100);
        t.Expect(Data(1, 1, 100));
        Assert.Equal(agrees ? 2 : 0, t.Last.TrafficClass);
    }

    [Theory]
    [InlineData(TcpFlags.Cwr)]
    [InlineData(TcpFlags.Ece)]
    [InlineData(TcpFlags.None)]
    [Rfc("3168", "6.1.1")]
    public void ASynWithoutBothAsksForNothing(TcpFlags flags)
    {
        var t = new TcpFixture(new TcpSettings { Ecn = EcnMode.On });
        t.Listen();
        t.Inject(Raw(TcpFlags.Syn | flags, 0).Mss(1000));
        t.Expect(SynAck());
    }

    [Theory]
    [InlineData(TcpFlags.Ece, true)]
    [InlineData(TcpFlags.None, false)]
    [InlineData(Setup, false)]
    [Rfc("3168", "6.1.1"), Rfc("9293", "SHLD-8")]
    public void AnActiveOpenerAsksAndNeedsEceAlone(TcpFlags answer, bool agreed)
    {
        var t = Connecting();
        t.Inject(Raw(TcpFlags.Syn | TcpFlags.Ack | answer, 0, 1).Mss(1000));
        t.Expect(Ack(1, 1));
        Assert.Equal(agreed, t.Connection.Has(TcpConnectionFlags.Ecn));
    }

    [Fact, Rfc("3168", "6.1.1.1")]
    public void ASynThatIsNotAnsweredIsSentAgainWithoutEcn()
    {
        var t = Connecting();
        t.ExpectAt(1000, Syn());
        t.Inject(Raw(TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Ece, 0, 1).Mss(1000));
        t.Expect(Ack(1, 1));
        Assert.False(t.Connection.Has(TcpConnectionFlags.Ecn));
    }

    [Fact, Rfc("3168", "6.1.3")]
    public void AMarkIsEchoedUntilTheSenderHasReduced()
    {
        var t = Agreed();
        t.Inject(Data(1, 1, 1000).Marked());
        t.Expect(Raw(TcpFlags.Ack | TcpFlags.Ece, 1, 1001));
        t.InjectBatch(Data(1001, 1, 1000), Data(2001, 1, 1000));
        t.Expect(Raw(TcpFlags.Ack | TcpFlags.Ece, 1, 3001));
        t.Write(100);
        t.Expect(Raw(TcpFlags.Ack | TcpFlags.Ece, 1, 3001, 100));
        t.InjectBatch(Raw(TcpFlags.Ack | TcpFlags.Cwr, 3001, 101, 1000), Data(4001, 101, 1000));
        t.Expect(Ack(101, 5001));

        // Reduced, and marked again in the same packet.
        t.Inject(Raw(TcpFlags.Ack | TcpFlags.Cwr, 5001, 101, 1000).Marked());
        t.Expect(Raw(TcpFlags.Ack | TcpFlags.Ece, 101, 6001));
    }

    [Fact, Rfc("3168", "6.1.2"), Rfc("exam", "61")]
    public void AnEchoReducesTheWindowOnceForAWindowOfDataAndNewDataSaysSo()
    {
        var t = Agreed();
        t.Write(30_000);
        Assert.Equal(10, t.Pending);
        t.Drop();
        t.Inject(Raw(TcpFlags.Ack | TcpFlags.Ece, 1, 1001));
        Assert.Equal(7_000u, t.Connection.Congestion.Cwnd);
        for (var at = 2001; at <= 10_001; at += 1000)
        {
            t.Inject(Raw(TcpFlags.Ack | TcpFlags.Ece, 1, at));
        }

        Assert.Equal(7_000u, t.Connection.Congestion.Cwnd);
        t.Expect(Raw(TcpFlags.Ack | TcpFlags.Cwr, 10_001, 1, 1000));
        t.Expect(Data(11_001, 1, 1000));
        t.Drop();

        // Beyond the window in which the first came, the next reduces again.
        t.Inject(Raw(TcpFlags.Ack | TcpFlags.Ece, 1, 12_001));
        Assert.Equal(4_900u, t.Connection.Congestion.Ssthresh);
    }

    [Fact, Rfc("3168", "6.1.2")]
    public void LossInTheWindowThatAnEchoHasReducedReducesItNotAgain()
    {
        var t = Agreed();
        t.Write(30_000);
        t.Inject(Raw(TcpFlags.Ack | TcpFlags.Ece, 1, 1001));
        Assert.Equal(TcpRecoveryState.Reduced, t.Connection.GetInfo(t.Now).Recovery);
        t.InjectBatch(Ack(1, 1001), Ack(1, 1001), Ack(1, 1001));
        Assert.Equal(RecoveryPhase.FastRecovery, t.Connection.Send!.Phase);
        Assert.Equal(7_000u, t.Connection.Congestion.Ssthresh);
    }

    [Theory]
    [InlineData(4000)]
    [InlineData(30_000)]
    [Rfc("9937", "5")]
    public void InLinuxAnEchoTakesTheWindowDownOverARoundTrip(int written)
    {
        var t = Agreed(TcpSettings.Linux);
        t.Write(written);
        t.Drop();
        var flight = Math.Min(written, 10_000);
        t.Inject(Raw(TcpFlags.Ack | TcpFlags.Ece, 1, 1001));
        Assert.Equal(7_000u, t.Connection.Congestion.Ssthresh);
        Assert.Equal((uint)flight, t.Connection.Congestion.Cwnd);
        for (var at = 2001; at <= flight + 1; at += 1000)
        {
            t.Inject(Ack(1, at));
            Assert.InRange(t.Connection.Congestion.Cwnd, 5000u, (uint)Math.Max(flight, 7000));
        }

        Assert.Equal(7_000u, t.Connection.Congestion.Cwnd);
        Assert.True(t.Connection.FlightSize <= 7_000);
    }

    [Fact, Rfc("3168", "6.1.2")]
    public void ATimeoutEndsWhatAnEchoBeganInLinux()
    {
        var t = Agreed(TcpSettings.Linux);
        t.Write(4000);
        t.Inject(Raw(TcpFlags.Ack | TcpFlags.Ece, 1, 1001));
        t.AdvanceMs(10_000);
        t.Drop();
        Assert.Equal(1000u, t.Connection.Congestion.Cwnd);
        Assert.False(t.Connection.Send!.Prr.AnswersEcho);
    }

    [Fact, Rfc("exam", "61")]
    public void WhoDidNotAgreeIsNotMovedByMarksAndEchoes()
    {
        var t = new TcpFixture().Established(mss: 1000);
        t.Write(30_000);
        t.Drop();
        for (var at = 1001; at <= 5_001; at += 1000)
        {
            t.Inject(Raw(TcpFlags.Ack | Setup, 1, at));
        }

        Assert.Equal((uint)int.MaxValue, t.Connection.Congestion.Ssthresh);
        t.Drop();
        t.InjectBatch(Data(1, 1, 1000).Marked(), Data(1001, 1, 1000).Marked());
        t.Expect(Ack(20_001, 2001));
    }

    [Fact, Rfc("exam", "61")]
    public void FloodsOfCwrAndMarksMakeNoWindowGrow()
    {
        var t = Agreed();
        t.Write(30_000);
        t.Drop();
        var cwnd = t.Connection.Congestion.Cwnd;
        for (var i = 0; i < 200; i++)
        {
            t.Inject(Raw(TcpFlags.Ack | TcpFlags.Cwr, 1 + i * 10, 1, 10).Marked());
        }

        Assert.Equal(cwnd, t.Connection.Congestion.Cwnd);
        Assert.True(t.Pending <= 200, "no more than one answer for each");
    }

    [Fact, Rfc("3168", "6.1.5"), Rfc("3168", "6.1.4")]
    public void WhatIsSentAgainAndWhatOnlyAcknowledgesMayNotBeMarked()
    {
        var t = Agreed();
        t.Write(2_000);
        t.Drop();
        t.AdvanceMs(1000);
        t.Expect(Data(1, 1, 1000));
        Assert.Equal(0, t.Last.TrafficClass);
        t.InjectBatch(Data(1, 1, 1000), Data(1001, 1, 1000));
        t.Expect(Ack(2001, 2001));
        Assert.Equal(0, t.Last.TrafficClass);

        // The timeout reduced the window: new data says so.
        t.Inject(Ack(2001, 2001));
        t.Write(500);
        t.Expect(Raw(TcpFlags.Ack | TcpFlags.Cwr, 2001, 2001, 500));
        Assert.Equal(2, t.Last.TrafficClass);
    }

    private static TcpFixture Connecting()
    {
        var t = new TcpFixture(new TcpSettings { Ecn = EcnMode.On });
        t.Connect();
        t.Expect(Raw(TcpFlags.Syn | Setup, 0));
        Assert.Equal(0, t.Last.TrafficClass);
        return t;
    }

    private static TcpFixture Agreed(TcpSettings? settings = null)
    {
        var t = new TcpFixture(settings);
        t.Listen();
        t.Inject(Raw(TcpFlags.Syn | Setup, 0).Mss(1000));
        t.Drop();
        t.Inject(Ack(1, 1));
        t.Accept();
        return t;
    }
}
