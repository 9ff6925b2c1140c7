using System;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>When data is acknowledged, and how: RFC 9293 §3.8.6.3, RFC 5681 §4.2, RFC 2018, RFC 2883.</summary>
public sealed class AcknowledgmentTests
{
    [Theory]
    [InlineData(false, 1460)]
    [InlineData(true, 1448)]
    [Rfc("9293", "SHLD-19"), Rfc("9293", "SHLD-18"), Rfc("defect", "9")]
    public void EverySecondFullSegmentIsAcknowledgedAtOnce(bool ts, int size)
    {
        var t = new TcpFixture().Established(ts: ts);
        for (var i = 0; i < 20; i++)
        {
            t.Inject(Data(1 + i * size, 1, size));
            if (i % 2 == 0)
            {
                t.ExpectNothing();
            }
            else
            {
                t.Expect(Ack(1, 1 + (i + 1) * size));
                t.ExpectNothing();
            }

            t.Read();
            t.ExpectNothing();
        }
    }

    [Fact, Rfc("9293", "SHLD-19")]
    public void TheRuleHoldsForAPeerWithSmallerSegments()
    {
        var t = new TcpFixture().Established();
        var acknowledgments = 0;
        for (var i = 0; i < 40; i++)
        {
            t.Inject(Data(1 + i * 1200, 1, 1200));
            acknowledgments += t.Pending;
            t.Drop();
            t.Read();
        }

        Assert.InRange(acknowledgments, 18, 21);
    }

    [Fact, Rfc("9293", "MUST-40")]
    public void ASingleSegmentIsAcknowledgedWithinHalfASecond()
    {
        var t = new TcpFixture().Established();
        t.Inject(Data(1, 1, 100).Psh());
        t.ExpectAt(200, Ack(1, 101));
        Assert.True(new TcpSettings().DelayedAckTimeout < TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public void AnAnswerCarriesTheAcknowledgment()
    {
        var t = new TcpFixture().Established();
        t.Inject(Data(1, 1, 100).Psh());
        t.AdvanceMs(10);
        t.Write(5);
        t.Expect(Data(1, 101, 5));
        t.AdvanceMs(500);
        t.ExpectNothing();
    }

    [Fact, Rfc("9293", "MUST-58"), Rfc("9293", "MUST-59")]
    public void ABatchIsAcknowledgedOnce()
    {
        var t = new TcpFixture().Established();
        var batch = new Segment[10];
        for (var i = 0; i < 10; i++)
        {
            batch[i] = Data(1 + i * 1460, 1, 1460);
        }

        t.InjectBatch(batch);
        t.Expect(Ack(1, 14_601));
        t.ExpectNothing();
    }

    [Fact]
    public void ASuperSegmentCountsAsTheSegmentsItIsMadeOf()
    {
        var t = new TcpFixture().Established();
        t.Inject(Data(1, 1, 14_600).Super(1460));
        t.Expect(Ack(1, 14_601));
        t.Inject(Data(14_601, 1, 1460));
        t.ExpectNothing();
        Assert.Equal(1460, t.Connection.RcvMss);
        Assert.Equal(13, t.Host.Layer.Counters.SegmentsReceived);
    }

    [Fact, Rfc("defect", "7"), Rfc("2883", "4")]
    public void ADuplicateIsAcknowledgedAtOnceAndReported()
    {
        var t = new TcpFixture().Established(sack: true);
        t.Inject(Data(1, 1, 1000));
        t.Inject(Data(1001, 1, 1000));
        t.Drop();
        t.Inject(Data(1, 1, 1000));
        t.Expect(Ack(1, 2001).Sack((1, 1001)));
        t.Inject(Data(1501, 1, 1000));
        t.Expect(Ack(1, 2501).Sack((1501, 2001)));
        Assert.Equal(2500, t.Read());
        t.AdvanceMs(500);
        t.ExpectNothing();
    }

    [Fact, Rfc("defect", "7")]
    public void AKeepAliveProbeIsAnswered()
    {
        var t = new TcpFixture().Established();
        t.Inject(Ack(0, 1));
        t.Expect(Ack(1, 1));
        t.Inject(Data(0, 1, 1));
        t.Expect(Ack(1, 1));
        Assert.Equal(0, t.Connection.Available);
    }

    [Fact, Rfc("9293", "SHLD-31"), Rfc("9293", "MAY-13"), Rfc("2018", "4")]
    public void OutOfOrderSegmentsAreKeptAndReportedNewestFirst()
    {
        var t = new TcpFixture().Established(sack: true, mss: 1000);
        t.Inject(Data(1001, 1, 1000));
        t.Expect(Ack(1, 1).Sack((1001, 2001)));
        t.Inject(Data(3001, 1, 1000));
        t.Expect(Ack(1, 1).Sack((3001, 4001), (1001, 2001)));
        t.Inject(Data(5001, 1, 1000));
        t.Expect(Ack(1, 1).Sack((5001, 6001), (3001, 4001), (1001, 2001)));
        t.Inject(Data(2001, 1, 1000));
        t.Expect(Ack(1, 1).Sack((1001, 4001), (5001, 6001)));
        t.Inject(Data(1, 1, 1000));
        t.Expect(Ack(1, 4001).Sack((5001, 6001)));
        t.Inject(Data(4001, 1, 1000));
        t.Expect(Ack(1, 6001).NoSack());
        Assert.Equal(6000, t.Read());
    }

    [Fact, Rfc("2883", "4")]
    public void WhatFillsAHoleMayBringADuplicate()
    {
        var t = new TcpFixture().Established(sack: true);
        t.Inject(Data(1001, 1, 500));
        t.Expect(Ack(1, 1).Sack((1001, 1501)));
        t.Inject(Data(1, 1, 1200));
        t.Expect(Ack(1, 1501).Sack((1001, 1201)));
        Assert.Equal(1500, t.Read());
    }

    [Fact, Rfc("2883", "4")]
    public void ADuplicateOfWhatIsOutOfOrderIsReportedInFrontOfItsBlock()
    {
        var t = new TcpFixture().Established(sack: true, mss: 1000);
        t.Inject(Data(1001, 1, 2000));
        t.Drop();
        t.Inject(Data(1501, 1, 500));
        t.Expect(Ack(1, 1).Sack((1501, 2001), (1001, 3001)));
    }

    [Fact]
    public void WithTimestampsThreeBlocksFit()
    {
        var t = new TcpFixture().Established(sack: true, ts: true, mss: 1000);
        for (var i = 0; i < 5; i++)
        {
            t.Inject(Data(1001 + i * 2000, 1, 900));
        }

        while (t.Pending > 1)
        {
            t.Take();
        }

        t.Expect(Ack(1, 1).Sack((9001, 9901), (7001, 7901), (5001, 5901)));
    }

    [Fact]
    public void WithoutSackEveryOutOfOrderSegmentHasItsOwnAcknowledgment()
    {
        var t = new TcpFixture().Established(mss: 1000);
        t.InjectBatch(Data(1001, 1, 1000), Data(2001, 1, 1000), Data(3001, 1, 1000));
        t.Expect(Ack(1, 1).NoSack());
        t.Expect(Ack(1, 1));
        t.Expect(Ack(1, 1));
        t.ExpectNothing();
        t.Inject(Data(1, 1, 1000));
        t.Expect(Ack(1, 4001));
        Assert.Equal(4000, t.Read());
    }

    [Fact]
    public void EveryNewBlockOfABatchIsReported()
    {
        var t = new TcpFixture().Established(sack: true, mss: 1000);
        var batch = new Segment[12];
        for (var i = 0; i < 12; i++)
        {
            batch[i] = Data(1001 + i * 2000, 1, 1000);
        }

        t.InjectBatch(batch);
        var reported = new System.Collections.Generic.HashSet<uint>();
        while (t.Pending > 0)
        {
            foreach (var block in t.Take().Options.SackBlocks)
            {
                reported.Add(block.Left.Value);
            }
        }

        Assert.Equal(12, reported.Count);
    }

    [Fact, Rfc("9293", "MUST-16")]
    public void DataSegmentsLeaveRoomForTheBlocks()
    {
        var t = new TcpFixture().Established(sack: true, ts: true);
        t.Inject(Data(1001, 1, 100));
        t.Inject(Data(3001, 1, 100));
        t.Inject(Data(5001, 1, 100));
        t.Drop();
        t.Write(20_000);
        Assert.True(t.Pending > 0);
        while (t.Pending > 0)
        {
            var segment = t.Take();
            Assert.True(segment.Bytes.Length + 20 <= 1500, $"{segment.Bytes.Length + 20} bytes");
        }
    }

    [Fact, Rfc("exam", "53"), Rfc("exam", "54")]
    public void TinyOutOfOrderSegmentsCostABoundedAmount()
    {
        var t = new TcpFixture().Established(wscale: 7, sack: true);
        var edge = 1 + 200_000;
        for (var i = 0; i < 20_000; i++)
        {
            t.Inject(Data(2 + 2 * (i * 7919L % 100_000) % edge, 1, 1));
            t.Drop();
        }

        var ranges = t.Connection.Receive!.OutOfOrder;
        Assert.InRange(ranges.Count, 1, 1024);
        Assert.InRange(t.Host.Buffers.Used, 1, 512 * 1024);
        Assert.True(t.Host.Layer.Counters.OutOfOrderDropped > 0);
        var before = ranges.Steps;
        t.Inject(Data(3000, 1, 1));
        Assert.InRange(ranges.Steps - before, 1, 64);
    }

    [Fact]
    public void WithoutMemoryASegmentIsDroppedAndTheConnectionLives()
    {
        var t = new TcpFixture().Established();
        t.Host.Buffers.Budget.Limit = 0;
        t.Inject(Data(1, 1, 100));
        Assert.Equal(0, t.Connection.Available);
        Assert.Equal(1, t.Host.Layer.Counters.OutOfMemory);
        t.Host.Buffers.Budget.Limit = 1 << 20;
        t.Inject(Data(1, 1, 100));
        Assert.Equal(100, t.Read());
    }

    [Fact]
    public void WhatNobodyReadsIsAcknowledgedAndDropped()
    {
        var t = new TcpFixture().Established(mss: 1000, sack: true, options: new TcpSocketOptions { ReceiveBufferSize = 8000 });
        t.Connection.ShutdownReceive(t.Now);
        for (var i = 0; i < 100; i++)
        {
            t.Inject(Data(1001 + i * 2000, 1, 1000));
            t.Inject(Data(1 + i * 2000, 1, 1000));
            t.AdvanceMs(1);
        }

        Assert.Equal(0, t.Connection.Available);
        while (t.Pending > 1)
        {
            t.Take();
        }

        t.Expect(Ack(1, 200_001).Win(8000));
        Assert.False(t.User.Saw(TcpEvents.Readable));
        t.Inject(Fin(200_001, 1));
        Assert.Equal(TcpState.CloseWait, t.State);
    }
}
