using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>What the user says of the ends of its writes: more comes, a record ends, a cork holds.</summary>
public sealed class HeldDataTests
{
    private static readonly TcpSocketOptions NoDelay = new() { NoDelay = true };

    [Fact]
    public void ACorkHoldsWhatIsNoFullSegment()
    {
        var t = new TcpFixture().Established(mss: 1000, rtt: 10);
        t.Connection.Options.Cork = true;
        t.Connection.OnOptionsChanged(t.Now);
        t.Write(400);
        t.ExpectNothing();
        t.Write(700);
        t.Expect(Data(1, 1, 1000));
        t.ExpectNothing();
        t.Inject(Ack(1, 1001));
        t.ExpectNothing();

        t.Connection.Options.Cork = false;
        t.Connection.OnOptionsChanged(t.Now);
        t.Host.Poll();
        t.Expect(Data(1001, 1, 100).Psh());
    }

    [Fact]
    public void ACorkedWriteLeavesAfterTwoHundredMillisecondsAndARoundTrip()
    {
        var t = new TcpFixture().Established(mss: 1000, rtt: 10);
        t.Connection.Options.Cork = true;
        t.Connection.OnOptionsChanged(t.Now);
        t.Write(40);
        t.AdvanceMs(100);
        t.Write(40);
        t.ExpectAt(110, Data(1, 1, 80).Psh());
        t.Inject(Ack(1, 81));

        // And so does the next.
        t.Write(40);
        t.ExpectNothing();
        t.AdvanceMs(250);
        t.Expect(Data(81, 1, 40).Psh());
    }

    [Fact]
    public void ACorkDoesNotHoldTheEnd()
    {
        var t = new TcpFixture().Established(mss: 1000);
        t.Connection.Options.Cork = true;
        t.Connection.OnOptionsChanged(t.Now);
        t.Write(40);
        t.ShutdownSend();
        t.Expect(Fin(1, 1, 40).Psh());
    }

    [Fact]
    public void WhatIsQueuedCanBeReleasedFromTheCork()
    {
        var t = new TcpFixture().Established(mss: 1000);
        t.Connection.Options.Cork = true;
        t.Connection.OnOptionsChanged(t.Now);
        t.Write(40);
        t.Connection.PushQueued();
        t.Host.Poll();
        t.Expect(Data(1, 1, 40).Psh());
        t.Inject(Ack(1, 41));

        // What comes after is corked again.
        t.Write(40);
        t.ExpectNothing();
    }

    [Fact, Rfc("9293", "MAY-15"), Rfc("9293", "MUST-61")]
    public void ASmallPieceWaitsForTheMoreThatWasPromised()
    {
        var t = new TcpFixture().Established(mss: 1000, options: NoDelay);
        t.Write(100, SendMarks.More);
        t.Write(160, SendMarks.More);
        t.ExpectNothing();
        t.Write(40);
        t.Expect(Data(1, 1, 300).Psh());

        // Full segments leave, the rest not before an acknowledgment.
        t.Write(2100, SendMarks.More);
        t.Expect(Data(301, 1, 1000));
        t.Expect(Data(1301, 1, 1000).NoPsh());
        t.ExpectNothing();
        t.Inject(Ack(1, 1301));
        t.Expect(Data(2301, 1, 100));
    }

    [Fact]
    public void NoSegmentGoesAcrossTheEndOfARecord()
    {
        var t = new TcpFixture().Established(mss: 1000, window: 0, options: NoDelay);
        t.Write(1400);
        t.Write(400, SendMarks.Push | SendMarks.Record);
        t.Write(300, SendMarks.Push | SendMarks.Record);
        t.Write(2500);
        t.Inject(Ack(1, 1).Win(20_000));
        t.Expect(Data(1, 1, 1000));
        t.Expect(Data(1001, 1, 800).Psh());
        t.Expect(Data(1801, 1, 300).Psh());
        t.Expect(Data(2101, 1, 1000));
        t.Expect(Data(3101, 1, 1000));
        t.Expect(Data(4101, 1, 500).Psh());

        // Nor when it is sent again.
        t.AdvanceMs(1000);
        t.Expect(Data(1, 1, 1000));
        t.Inject(Ack(1, 1001).Win(20_000));
        t.Expect(Data(1001, 1, 800).Psh());
        t.Expect(Data(1801, 1, 300).Psh());
    }

    [Fact]
    public void RecordsAreBounded()
    {
        var t = new TcpFixture().Established(mss: 1000, window: 0);
        for (var i = 0; i < SegmentCuts.Most; i++)
        {
            Assert.Equal(1, t.Write(1, SendMarks.Push | SendMarks.Record));
        }

        Assert.Equal(0, t.Connection.SendRoom);
        Assert.Equal(0, t.Write(1));
        t.Inject(Ack(1, 1).Win(100));
        t.Drop();
        t.Inject(Ack(1, 11).Win(100));
        Assert.True(t.Connection.SendRoom > 0);
        Assert.True(t.User.Saw(TcpEvents.Writable));
    }

    [Fact]
    public void NoMoreIsQueuedUnsentThanTheUserWants()
    {
        var t = new TcpFixture().Established(mss: 1000, window: 2000, options: new TcpSocketOptions { NotSentLowWater = 5000 });
        Assert.Equal(5000, t.Write(20_000));
        t.Expect(Data(1, 1, 1000));
        t.Expect(Data(1001, 1, 1000));
        Assert.Equal(2000, t.Connection.SendRoom);
        t.User.Forget();
        t.Inject(Ack(1, 2001).Win(2000));
        Assert.True(t.User.Saw(TcpEvents.Writable));
        Assert.Equal(4000, t.Connection.SendRoom);
    }
}
