using System;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Windows, probes, silly windows and Nagle: RFC 9293 §3.7.4 and §3.8.6.</summary>
public sealed class WindowTests
{
    [Fact]
    public void ASegmentThatAcknowledgesMoreTellsTheWindowThoughItsDataIsOld()
    {
        var t = new TcpFixture().Established(mss: 1000, window: 4000);
        t.Write(10_000);
        t.Drop();
        t.Inject(Data(201, 1, 100).Win(4000));
        t.Drop();

        // The right edge stays where it was: nothing more may be sent.
        t.Inject(Data(101, 2001, 100).Win(2000));
        t.Expect(Ack(4001, 1));
        t.ExpectNothing();
        Assert.Equal(2000u, t.Connection.SndWnd);
    }

    [Fact, Rfc("9293", "MUST-36"), Rfc("9293", "MUST-35"), Rfc("9293", "SHLD-29"), Rfc("9293", "SHLD-30"), Rfc("defect", "8")]
    public void AClosedWindowIsProbedAtGrowingIntervals()
    {
        var t = new TcpFixture().Established(window: 1000);
        t.Write(3000);
        t.Expect(Data(1, 1, 1000));
        t.Inject(Ack(1, 1001).Win(0));
        t.ExpectNothing();
        foreach (var seconds in (int[])[1, 2, 4, 8])
        {
            t.ExpectAt(seconds * 1000, Ack(1000, 1));
            t.Inject(Ack(1, 1001).Win(0));
        }

        t.Inject(Ack(1, 1001).Win(5000));
        t.Expect(Data(1001, 1, 1460));
    }

    [Fact, Rfc("9293", "MUST-37"), Rfc("exam", "62")]
    public void AConnectionLivesAsLongAsItsProbesAreAnswered()
    {
        var t = new TcpFixture().Established(window: 0);
        t.Write(100);
        for (var begin = t.Now; t.Now - begin < TimeSpan.FromHours(24);)
        {
            t.Advance(TimeSpan.FromSeconds(1));
            if (t.Pending > 0)
            {
                t.Drop();
                t.Inject(Ack(1, 1).Win(0));
            }
        }

        Assert.Equal(TcpState.Established, t.State);
        Assert.False(t.User.Saw(TcpEvents.SoftError));
        t.Inject(Ack(1, 1).Win(1000));
        t.Expect(Data(1, 1, 100));
    }

    [Fact, Rfc("9293", "MUST-21"), Rfc("6429", "4")]
    public void TheUserMaySayHowLongAClosedWindowIsPutUpWith()
    {
        var t = new TcpFixture().Established(window: 0, options: new TcpSocketOptions { UserTimeout = TimeSpan.FromSeconds(5) });
        t.Write(100);
        for (var begin = t.Now; t.Now - begin < TimeSpan.FromMilliseconds(4900);)
        {
            t.AdvanceMs(100);
            if (t.Pending > 0)
            {
                t.Drop();
                t.Inject(Ack(1, 1).Win(0));
            }

            Assert.Equal(TcpState.Established, t.State);
        }

        t.AdvanceMs(100);
        Assert.Equal(TcpState.Closed, t.State);
        Assert.Equal(System.Net.Sockets.SocketError.TimedOut, t.Connection.Error);
    }

    [Fact, Rfc("9293", "MUST-20")]
    public void AProbeThatNobodyAnswersEndsTheConnectionAfterR2()
    {
        var t = new TcpFixture().Established(window: 0);
        t.Write(100);
        t.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(TcpState.Established, t.State);
        t.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(TcpState.Closed, t.State);
        Assert.True(t.User.Saw(TcpEvents.SoftError | TcpEvents.Failed));
    }

    [Fact, Rfc("defect", "2"), Rfc("defect", "8")]
    public void APeerThatStopsReadingForFourSecondsGetsEverything()
    {
        var pair = new TcpPair();
        var client = new StreamApp(2 << 20);
        var server = new StreamApp(0) { Reads = false };
        pair.Connect(client, server);
        pair.RunFor(TimeSpan.FromSeconds(4));
        Assert.True(client.Sent < 2 << 20);
        server.Reads = true;
        pair.RunToEnd();
        Assert.Equal(2 << 20, server.Received);
    }

    [Fact, Rfc("9293", "MUST-34"), Rfc("9293", "MAY-7"), Rfc("9293", "SHLD-15"), Rfc("9293", "SHLD-16"), Rfc("exam", "70")]
    public void AWindowThatShrinksStopsNewDataAndKeepsTheOld()
    {
        var t = new TcpFixture().Established(mss: 1000, window: 8000);
        t.Write(20_000);
        for (var i = 0; i < 8; i++)
        {
            t.Expect(Data(1 + i * 1000, 1, 1000));
        }

        // The right edge moves from 8001 to 2001.
        t.Inject(Ack(1, 1001).Win(1000));
        t.ExpectNothing();
        t.ExpectAt(1000, Data(1001, 1, 1000));
        t.ExpectNothing();
        t.Inject(Ack(1, 2001).Win(0));
        t.AdvanceMs(5000);
        t.Expect(Data(2001, 1, 1000));
        t.Drop();
        t.Inject(Ack(1, 8001).Win(4000));
        t.Expect(Data(8001, 1, 1000));
        t.Expect(Data(9001, 1, 1000));
    }

    [Fact, Rfc("9293", "SHLD-17")]
    public void AShrunkWindowEndsNoConnectionThatAnswers()
    {
        var t = new TcpFixture().Established(mss: 1000, window: 2000);
        t.Write(2000);
        t.Inject(Ack(1, 1).Win(0));
        for (var begin = t.Now; t.Now - begin < TimeSpan.FromHours(1);)
        {
            t.Advance(TimeSpan.FromSeconds(60));
            t.Drop();
            t.Inject(Ack(1, 1).Win(0));
        }

        Assert.Equal(TcpState.Established, t.State);
    }

    [Fact, Rfc("9293", "MUST-38")]
    public void TheSenderWaitsForAFullSegmentOrHalfTheWindow()
    {
        var t = new TcpFixture().Established(mss: 1000, window: 10_000);
        t.Write(20_000);
        t.Drop();
        t.Inject(Ack(1, 10_001).Win(300));
        t.ExpectNothing();

        // The override: at least something after a while.
        t.ExpectAt(1000, Data(10_001, 1, 300));
        t.Inject(Ack(1, 10_301).Win(1000));
        t.Expect(Data(10_301, 1, 1000));
    }

    [Fact, Rfc("9293", "MUST-38")]
    public void HalfOfASmallPeersWindowIsEnough()
    {
        var t = new TcpFixture().Established(mss: 1000, window: 500);
        t.Write(2000);
        t.Expect(Data(1, 1, 500));
        t.Inject(Ack(1, 501).Win(250));
        t.Expect(Data(501, 1, 250));
        t.Inject(Ack(1, 751).Win(100));
        t.ExpectNothing();
    }

    [Fact, Rfc("9293", "SHLD-7"), Rfc("9293", "MAY-16")]
    public void NagleHoldsASmallSegmentBehindASmallOne()
    {
        var t = new TcpFixture().Established();
        t.Write(10);
        t.Expect(Data(1, 1, 10));
        t.Write(10);
        t.Write(10);
        t.ExpectNothing();
        t.Inject(Ack(1, 11));
        t.Expect(Data(11, 1, 20).Psh());
    }

    [Fact]
    public void NagleAsMinshallHasItLetsATailFollowFullSegments()
    {
        var t = new TcpFixture().Established(mss: 1000);
        t.Write(1500);
        t.Expect(Data(1, 1, 1000));
        t.Expect(Data(1001, 1, 500));
        t.Write(700);
        t.ExpectNothing();
        t.Write(700);
        t.Expect(Data(1501, 1, 1000));
        t.ExpectNothing();
    }

    [Fact, Rfc("9293", "MUST-17")]
    public void NagleCanBeSwitchedOff()
    {
        var t = new TcpFixture().Established(options: new TcpSocketOptions { NoDelay = true });
        t.Write(10);
        t.Write(10);
        t.Expect(Data(1, 1, 10));
        t.Expect(Data(11, 1, 10));
        t = new TcpFixture().Established();
        t.Write(10);
        t.Write(10);
        t.Expect(Data(1, 1, 10));
        t.ExpectNothing();
        t.Connection.Options.NoDelay = true;
        t.Connection.OnOptionsChanged(t.Now);
        t.Host.Poll();
        t.Expect(Data(11, 1, 10));
    }

    [Fact, Rfc("9293", "MUST-61"), Rfc("9293", "MUST-60"), Rfc("9293", "SHLD-27"), Rfc("9293", "SHLD-28"), Rfc("9293", "MAY-15")]
    public void TheLastSegmentOfAWritePushesAndSegmentsAreFull()
    {
        var t = new TcpFixture().Established(mss: 1000);
        t.Write(2500, push: false);
        t.Expect(Data(1, 1, 1000).NoPsh());
        t.Expect(Data(1001, 1, 1000).NoPsh());
        t.Expect(Data(2001, 1, 500).Psh());
    }

    [Fact, Rfc("9293", "MUST-39")]
    public void TheReceiverOpensItsWindowInSteps()
    {
        var t = new TcpFixture().Established(mss: 1000, options: new TcpSocketOptions { ReceiveBufferSize = 8000 });
        for (var i = 0; i < 8; i++)
        {
            t.Inject(Data(1 + i * 1000, 1, 1000));
        }

        t.AdvanceMs(200);
        while (t.Pending > 0)
        {
            t.Take();
        }

        Assert.Equal(0, t.Last.Window);
        Assert.Equal(500, t.Read(500));
        t.ExpectNothing();
        Assert.Equal(600, t.Read(600));
        t.Expect(Ack(1, 8001).Win(1100));
    }

    [Fact, Rfc("9293", "MAY-8")]
    public void DataBeyondTheWindowIsCutOffAndAcknowledged()
    {
        var t = new TcpFixture().Established(options: new TcpSocketOptions { ReceiveBufferSize = 4000 });
        t.Inject(Data(1, 1, 1460));
        t.Inject(Data(1461, 1, 1460));
        t.Drop();
        t.Inject(Data(2921, 1, 1460));
        t.Expect(Ack(1, 4001).Win(0));
        Assert.Equal(4000, t.Read());
    }

    [Fact]
    public void TheWindowFollowsTheBufferWithScaling()
    {
        var t = new TcpFixture().Established(wscale: 7);
        t.Inject(Data(1, 1, 1460));
        t.Inject(Data(1461, 1, 1460));
        t.Expect(Ack(1, 2921));
        Assert.InRange(t.Last.Window << t.Connection.RcvWindShift, 256 * 1024 - 2920, 256 * 1024);
    }

    [Fact, Rfc("defect", "16")]
    public void TheSendBufferHasALimitAndTellsWhenThereIsRoom()
    {
        var t = new TcpFixture().Established(options: new TcpSocketOptions { SendBufferSize = 10_000 });
        Assert.Equal(10_000, t.Write(50_000));
        t.Drop();
        Assert.False(t.User.Saw(TcpEvents.Writable));
        t.Inject(Ack(1, 10_001));
        Assert.True(t.User.Saw(TcpEvents.Writable));
        Assert.Equal(10_000, t.Connection.SendRoom);
    }
}
