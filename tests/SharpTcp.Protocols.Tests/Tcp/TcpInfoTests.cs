using System;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>What a connection tells of itself.</summary>
public sealed class TcpInfoTests
{
    [Fact]
    public void BytesAndSegmentsAreCountedAsTheyCrossTheWire()
    {
        var t = new TcpFixture().Established(mss: 1000, wscale: 7, sack: true, rtt: 100);
        t.Write(5000);
        t.Drop();
        t.AdvanceMs(100);
        t.Inject(Ack(1, 3001));
        t.Inject(Data(1, 3001, 700).Psh());
        t.Inject(Data(1701, 3001, 300));
        var info = t.Connection.GetInfo(t.Now);
        Assert.Equal(TcpState.Established, info.State);
        Assert.Equal(TcpRecoveryState.Open, info.Recovery);
        Assert.Equal("cubic", info.CongestionControl);
        Assert.Equal((5000, 3000, 700, 0), (info.BytesSent, info.BytesAcknowledged, info.BytesReceived, info.BytesRetransmitted));
        // The SYN was delivered too.
        Assert.Equal((5, 2, 4), (info.DataSegmentsSent, info.DataSegmentsReceived, info.SegmentsDelivered));
        Assert.Equal(1, info.OutOfOrderSegments);
        Assert.Equal((2000, 2, 2000), (info.Unacknowledged, info.UnacknowledgedSegments, info.InFlight));
        Assert.Equal((1000, 1460), (info.SendMss, info.AnnouncedMss));
        Assert.Equal(TimeSpan.FromMilliseconds(100), info.MinimumRtt);
        Assert.True(info is { SelectiveAcks: true, WindowScaling: true, Timestamps: false, Ecn: false, SendWindowScale: 7 });
        Assert.Equal(65535 << 7, info.SendWindow);
    }

    [Fact, Rfc("8985", "6.2")]
    public void RecoveryShowsWhatIsLostWhatIsSentAgainAndHowFarThingsCameOutOfOrder()
    {
        var t = new TcpFixture().Established(mss: 1000, sack: true, rtt: 100);
        t.Write(10_000);
        t.AdvanceMs(100);
        t.Inject(Ack(1, 1).Sack((2001, 3001)));
        Assert.Equal(TcpRecoveryState.Disorder, t.Connection.GetInfo(t.Now).Recovery);
        t.Inject(Ack(1, 1).Sack((2001, 3001), (6001, 7001)));
        t.Inject(Ack(1, 1).Sack((2001, 3001), (6001, 7001), (8001, 9001)));

        // Six segments lie before the highest that arrived and did not; one of them has been sent again and is not yet acknowledged.
        var info = t.Connection.GetInfo(t.Now);
        Assert.Equal(TcpRecoveryState.FastRecovery, info.Recovery);
        Assert.Equal((10, 3, 6, 1), (info.UnacknowledgedSegments, info.SackedSegments, info.LostSegments, info.RetransmittedSegments));
        Assert.Equal((3, 0), (info.Reordering, info.ReorderingEvents));

        // 3001:4001 was late and not lost: six segments behind 8001:9001.
        t.Inject(Ack(1, 1).Sack((2001, 4001), (6001, 7001), (8001, 9001)));
        info = t.Connection.GetInfo(t.Now);
        Assert.Equal(5, info.LostSegments);
        Assert.Equal((6, 1), (info.Reordering, info.ReorderingEvents));
        Assert.Equal(info.SegmentsRetransmitted * 1000, info.BytesRetransmitted);
    }

    [Fact]
    public void TheDeliveryRateIsWhatOneRoundTripDelivered()
    {
        var t = new TcpFixture().Established(mss: 1000, sack: true, rtt: 100);
        t.Write(10_000);
        t.AdvanceMs(100);
        t.Inject(Ack(1, 10_001));
        Assert.Equal(100_000, t.Connection.GetInfo(t.Now).DeliveryRate);
        Assert.True(t.Connection.GetInfo(t.Now).IsDeliveryRateUserLimited);

        // Slower, but only because less was sent: the rate stays.
        t.Write(1000);
        t.AdvanceMs(100);
        t.Inject(Ack(1, 11_001));
        Assert.Equal(100_000, t.Connection.GetInfo(t.Now).DeliveryRate);
        t.Write(30_000);
        t.AdvanceMs(200);
        t.Inject(Ack(1, 21_001));
        Assert.Equal(50_000, t.Connection.GetInfo(t.Now).DeliveryRate);
        Assert.False(t.Connection.GetInfo(t.Now).IsDeliveryRateUserLimited);
    }

    [Fact]
    public void TheTimeInWhichThePeersWindowHoldsBackSendingIsTold()
    {
        var t = new TcpFixture().Established(mss: 1000, window: 0, rtt: 10);
        t.Write(1000);
        t.AdvanceMs(200);
        AssertTimes(t, busy: 200, peerWindow: 200, sendBuffer: 0);
        t.Inject(Ack(1, 1).Win(2000));
        t.AdvanceMs(30);
        AssertTimes(t, busy: 230, peerWindow: 200, sendBuffer: 0);
        t.Inject(Ack(1, 1001).Win(2000));
        t.AdvanceMs(100);
        AssertTimes(t, busy: 230, peerWindow: 200, sendBuffer: 0);
    }

    [Fact]
    public void TheTimeInWhichTheSendBufferIsTooSmallIsTold()
    {
        var t = new TcpFixture().Established(mss: 1000, rtt: 10, options: new TcpSocketOptions { SendBufferSize = 5000 });
        Assert.Equal(5000, t.Write(8000));
        t.AdvanceMs(20);
        AssertTimes(t, busy: 20, peerWindow: 0, sendBuffer: 20);
        t.Inject(Ack(1, 5001));
        t.AdvanceMs(50);
        AssertTimes(t, busy: 20, peerWindow: 0, sendBuffer: 20);
    }

    [Fact, Rfc("2018", "3")]
    public void AnOvertakenAcknowledgmentStillTellsWhatArrived()
    {
        var t = new TcpFixture().Established(mss: 1000, sack: true, rtt: 100);
        t.Write(10_000);
        t.AdvanceMs(100);
        t.Inject(Ack(1, 3001));
        t.Inject(Ack(1, 2001).Sack((5001, 7001)));
        Assert.Equal(2, t.Connection.GetInfo(t.Now).SackedSegments);

        // A block below what is acknowledged by now is no duplicate: it was none when it was sent.
        t.Inject(Ack(1, 1001).Sack((2001, 3001)));
        Assert.Equal(0, t.Connection.GetInfo(t.Now).DuplicatesReported);
    }

    private static void AssertTimes(TcpFixture t, int busy, int peerWindow, int sendBuffer)
    {
        var info = t.Connection.GetInfo(t.Now);
        Assert.Equal(
            (TimeSpan.FromMilliseconds(busy), TimeSpan.FromMilliseconds(peerWindow), TimeSpan.FromMilliseconds(sendBuffer)),
            (info.BusyTime, info.PeerWindowLimited, info.SendBufferLimited));
    }
}
