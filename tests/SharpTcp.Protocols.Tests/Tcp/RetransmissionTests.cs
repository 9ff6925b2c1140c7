using System;
using System.Net.Sockets;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>The retransmission timer (RFC 6298) and giving up (RFC 9293 §3.8.3).</summary>
public sealed class RetransmissionTests
{
    [Fact, Rfc("9293", "MUST-18"), Rfc("9293", "MUST-19"), Rfc("defect", "10")]
    public void TheTimeoutDoublesAtExactTimes()
    {
        var t = new TcpFixture().Established();
        t.Write(100);
        t.Expect(Data(1, 1, 100));
        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 32, 64, 120, 120])
        {
            t.ExpectAt(seconds * 1000, Data(1, 1, 100));
            t.ExpectNothing();
        }
    }

    [Fact, Rfc("6298", "2.3"), Rfc("defect", "16")]
    public void TheTimeoutFollowsTheRoundTripTime()
    {
        var t = new TcpFixture(new TcpSettings { MinimumRto = TimeSpan.FromMilliseconds(200) }).Established();
        var sent = 1;
        for (var i = 0; i < 50; i++)
        {
            t.Write(100);
            t.Expect(Data(sent, 1, 100));
            t.AdvanceMs(100);
            sent += 100;
            t.Inject(Ack(1, sent));
        }

        Assert.InRange(t.Connection.Rtt.Smoothed.TotalMilliseconds, 95, 105);
        Assert.Equal(200, t.Connection.Rtt.BaseTimeout.TotalMilliseconds, 1.0);
        t.Write(100);
        t.Expect(Data(sent, 1, 100));
        t.ExpectAt(200, Data(sent, 1, 100));
    }

    [Fact, Rfc("9293", "MUST-18")]
    public void ARetransmittedSegmentGivesNoSampleWithoutTimestamps()
    {
        var t = new TcpFixture().Established();
        t.Write(100);
        t.Expect(Data(1, 1, 100));
        t.AdvanceMs(10);
        t.Inject(Ack(1, 101));
        var before = t.Connection.Rtt.Smoothed;
        t.Write(100);
        t.Drop();
        t.AdvanceMs(5000);
        t.Inject(Ack(1, 201));
        Assert.Equal(before, t.Connection.Rtt.Smoothed);
    }

    [Fact, Rfc("7323", "4.1")]
    public void WithTimestampsARetransmittedSegmentGivesOne()
    {
        var t = new TcpFixture().Established(ts: true);
        t.Write(100);
        t.AdvanceMs(1000);
        t.Drop();
        t.AdvanceMs(50);
        t.Inject(Ack(1, 101));
        Assert.Equal(50, t.Connection.Rtt.Minimum.TotalMilliseconds, 51.0);
        Assert.InRange(t.Connection.Rtt.Smoothed.TotalMilliseconds, 0, 60);
    }

    [Fact, Rfc("9293", "MUST-20"), Rfc("9293", "SHLD-9"), Rfc("9293", "SHLD-10"), Rfc("9293", "SHLD-11")]
    public void AfterR1TheUserIsToldAndAfterR2TheConnectionEnds()
    {
        var t = new TcpFixture().Established();
        t.Write(100);
        t.AdvanceMs(7_000);
        Assert.False(t.User.Saw(TcpEvents.SoftError));
        t.AdvanceMs(8_001);
        Assert.True(t.User.Saw(TcpEvents.SoftError));
        Assert.Equal(1, t.Host.Ip.Advised);
        t.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(TcpState.Established, t.State);
        t.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(SocketError.TimedOut, t.Connection.Error);
        Assert.True(t.User.Saw(TcpEvents.Failed | TcpEvents.Closed));
        Assert.True(new TcpSettings().R1 >= 3 && new TcpSettings().R2 >= TimeSpan.FromSeconds(100));
        t.Host.AssertEmpty();
    }

    [Fact, Rfc("9293", "MUST-21"), Rfc("exam", "67")]
    public void TheUserMaySetR2()
    {
        var t = new TcpFixture().Established(options: new TcpSocketOptions { UserTimeout = TimeSpan.FromSeconds(5), KeepAlive = true });
        t.Write(100);
        t.AdvanceMs(3_500);
        Assert.Equal(TcpState.Established, t.State);
        t.AdvanceMs(4_000);
        Assert.Equal(SocketError.TimedOut, t.Connection.Error);
    }

    [Fact]
    public void IdleTimeDoesNotCountTowardsR2()
    {
        var t = new TcpFixture().Established();
        t.Advance(TimeSpan.FromHours(5));
        t.Write(100);
        t.AdvanceMs(10_000);
        t.Drop();
        t.Inject(Ack(1, 101));
        Assert.Equal(TcpState.Established, t.State);
        Assert.True(t.Connection.IsSendBufferEmpty);
    }

    [Fact]
    public void TheErrorThatAHintGaveIsTheErrorOfTheEnd()
    {
        var t = new TcpFixture().Established();
        t.Write(100);
        t.Icmp(IcmpErrorKind.NetworkUnreachable, 1);
        t.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(SocketError.NetworkUnreachable, t.Connection.Error);
    }

    [Fact, Rfc("5681", "3.1")]
    public void AfterATimeoutSendingBeginsWithOneSegmentAndGrows()
    {
        var t = new TcpFixture().Established(mss: 1000);
        t.Write(10_000);
        t.Drop();
        t.ExpectAt(1000, Data(1, 1, 1000));
        t.ExpectNothing();
        t.Inject(Ack(1, 1001));
        t.Expect(Data(1001, 1, 1000));
        t.Expect(Data(2001, 1, 1000));
        t.ExpectNothing();
        t.Inject(Ack(1, 3001));
        for (var i = 3; i < 7; i++)
        {
            t.Expect(Data(i * 1000 + 1, 1, 1000));
        }

        t.ExpectNothing();
    }

    [Fact, Rfc("exam", "57"), Rfc("2018", "8")]
    public void WhatAPeerReneguedOnIsSentAgain()
    {
        var t = new TcpFixture().Established(mss: 1000, sack: true);
        t.Write(3000);
        t.Drop();
        t.Inject(Ack(1, 1).Sack((1001, 3001)));
        t.Drop();
        t.AdvanceMs(60_000);
        t.Drop();
        t.Inject(Ack(1, 1001));
        t.AdvanceMs(120_000);
        var seen = false;
        while (t.Pending > 0)
        {
            var segment = t.Take();
            seen |= segment.Sequence == t.Iss + 1001 && segment.PayloadLength > 0;
        }

        Assert.True(seen, "the bytes after the hole were never sent again");
    }

    [Fact, Rfc("exam", "57")]
    public void ImpossibleSackBlocksAreIgnored()
    {
        var t = new TcpFixture().Established(mss: 1000, sack: true);
        t.Write(3000);
        t.Drop();
        t.Inject(Ack(1, 1).Sack((3001, 4001), (2001, 1001), (-500, 200)));
        Assert.Equal(0u, t.Connection.Send!.Sent.SackedBytes);
        t.Inject(Ack(1, 1).Sack((2001, 5001)));
        Assert.Equal(0u, t.Connection.Send!.Sent.SackedBytes);
    }

    [Fact, Rfc("8985", "6.2")]
    public void RackSendsAHoleAgainAndHalvesTheWindow()
    {
        var t = new TcpFixture(new TcpSettings { CongestionControl = "reno", Pacing = false }).Established(mss: 1000, sack: true, rtt: 50);
        Warm(t, 10_000, 50);
        t.Write(10_000);
        t.Drop();
        var cwnd = t.Connection.Congestion.Cwnd;
        t.AdvanceMs(50);
        t.Inject(Ack(1, 10_001).Sack((11_001, 12_001)));
        t.ExpectNothing();
        t.Inject(Ack(1, 10_001).Sack((11_001, 13_001)));
        t.ExpectNothing();
        t.Inject(Ack(1, 10_001).Sack((11_001, 14_001)));
        t.Expect(Data(10_001, 1, 1000));
        Assert.True(t.Connection.Congestion.Ssthresh <= Math.Max(cwnd / 2, 5_000));
        t.Drop();
        t.Inject(Ack(1, 20_001));
        Assert.Equal(RecoveryPhase.Open, t.Connection.Send?.Phase ?? RecoveryPhase.Open);
    }

    [Fact, Rfc("8985", "6.2")]
    public void RackGivesAStragglerAQuarterOfTheRoundTrip()
    {
        var t = new TcpFixture().Established(mss: 1000, sack: true, rtt: 50);
        Warm(t, 10_000, 50);
        t.Write(3000);
        t.Drop();
        t.AdvanceMs(50);
        t.Inject(Ack(1, 10_001).Sack((11_001, 12_001)));
        t.ExpectAt(12.5, Data(10_001, 1, 1000));
        t.ExpectNothing();
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 4)]
    [Rfc("8985", "6.2")]
    public void LinuxTakesRacksRoundTripTimeFromWhatWasDeliveredLastInSequence(bool linux, int lost)
    {
        var settings = (linux ? TcpSettings.Linux : new TcpSettings()) with { Pacing = false };
        var t = new TcpFixture(settings).Established(mss: 1000, sack: true, rtt: 10);
        t.Write(10_000);
        t.AdvanceMs(10);
        t.Inject(Ack(1, 1).Sack((1001, 2001)));
        t.Inject(Ack(1, 1).Sack((1001, 3001)));
        t.Inject(Ack(1, 1).Sack((8001, 9001), (1001, 3001)));
        t.Drop();

        // The retransmission came back after 12 ms; 3001:4001, which is sent once and further on, after 22, and 9001:10001 is out as long.
        t.AdvanceMs(12);
        t.Inject(Ack(1, 4001).Sack((8001, 9001)));
        var send = t.Connection.Send!;
        var marked = 0;
        for (var i = 0; i < send.Sent.Count; i++)
        {
            marked += send.Sent[i].Has(SentFlags.Lost | SentFlags.Retransmitted) ? (int)send.Sent[i].Length / 1000 : 0;
        }

        Assert.Equal(lost + 1, marked);
    }

    [Fact, Rfc("8985", "6.2")]
    public void ReorderingIsNoLoss()
    {
        var t = new TcpFixture().Established(mss: 1000, sack: true, rtt: 50);
        Warm(t, 10_000, 50);
        t.Write(3000);
        t.Drop();
        t.AdvanceMs(50);
        var cwnd = t.Connection.Congestion.Cwnd;
        t.Inject(Ack(1, 10_001).Sack((11_001, 12_001)));
        t.AdvanceMs(10);
        t.Inject(Ack(1, 13_001));
        t.AdvanceMs(1000);
        t.ExpectNothing();
        Assert.True(t.Connection.Congestion.Cwnd >= cwnd);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("exam", "34"), Rfc("defect", "16")]
    public void ATransferGoesOnWhenThePathBecomesNarrower(bool ipv6)
    {
        var pair = new TcpPair();
        var client = new StreamApp(500_000);
        var server = new StreamApp(0);
        var refused = new System.Collections.Generic.Queue<SentSegment>();
        var crossed = 0L;
        pair.Filter = segment =>
        {
            crossed += segment.PayloadLength;
            if (crossed < 100_000 || segment.Bytes.Length + (ipv6 ? 40 : 20) <= 1300)
            {
                return true;
            }

            refused.Enqueue(segment);
            return false;
        };
        pair.Connect(client, server, ipv6);
        pair.RunUntil(() =>
        {
            // What a router says of the packets that it dropped, once the sender is not in the middle of sending.
            while (refused.TryDequeue(out var segment))
            {
                pair.Client.Layer.OnIcmpError(
                    new IcmpErrorReport
                    {
                        Kind = IcmpErrorKind.PacketTooBig,
                        Reporter = segment.Destination,
                        Local = new TransportEndpoint(segment.Source, segment.View.SourcePort),
                        Remote = new TransportEndpoint(segment.Destination, segment.View.DestinationPort),
                        Protocol = SharpTcp.Wire.IpProtocol.Tcp,
                        Sequence = segment.View.Sequence,
                        Mtu = 1300,
                    },
                    pair.Now);
                pair.Client.Poll();
            }

            return server.SawEnd;
        });
        Assert.Equal(500_000, server.Received);
        Assert.True(pair.Now < Instant.Zero + TimeSpan.FromSeconds(3), $"it took until {pair.Now}");
        Assert.Equal(0, pair.Client.Layer.Counters.Timeouts);
    }

    [Fact, Rfc("6582", "3.2")]
    public void NewRenoSendsTheHoleAfterThreeDuplicatesAndTheNextAfterAPartialAcknowledgment()
    {
        var t = new TcpFixture().Established(mss: 1000);
        t.Write(10_000);
        t.Drop();
        t.Inject(Ack(1, 1));
        t.Inject(Ack(1, 1));
        t.ExpectNothing();
        t.Inject(Ack(1, 1));
        t.Expect(Data(1, 1, 1000));
        t.ExpectNothing();
        t.Inject(Ack(1, 3001));
        t.Expect(Data(3001, 1, 1000));
        t.Drop();
        t.Inject(Ack(1, 10_001));
        Assert.Equal(RecoveryPhase.Open, t.Connection.Send?.Phase ?? RecoveryPhase.Open);
    }

    [Fact, Rfc("6298", "3")]
    public void WhatWaitedForARetransmissionTellsNothingOfTheRoundTrip()
    {
        var t = new TcpFixture().Established(mss: 1000, rtt: 50);
        t.Write(5000);
        t.AdvanceMs(50);
        t.InjectBatch(Ack(1, 1), Ack(1, 1), Ack(1, 1));
        t.AdvanceMs(500);
        t.Inject(Ack(1, 5001));
        Assert.Equal(50, t.Connection.Rtt.Smoothed.TotalMilliseconds);
    }

    [Fact, Rfc("6582", "3.2")]
    public void OnlyTheFirstPartialAcknowledgmentRestartsTheTimer()
    {
        var t = new TcpFixture().Established(mss: 1000, rtt: 100);
        t.Write(10_000);
        t.AdvanceMs(100);
        t.InjectBatch(Ack(1, 1), Ack(1, 1), Ack(1, 1));
        for (var hole = 1001; hole < 10_000; hole += 1000)
        {
            t.AdvanceMs(110);
            t.Inject(Ack(1, hole));
            Assert.Equal(RecoveryPhase.FastRecovery, t.Connection.Send!.Phase);
        }

        // The first of nine came 880 ms ago: the flight was lost as a whole, and slow start repairs what is left.
        t.AdvanceMs(119);
        Assert.Equal(0, t.Host.Layer.Counters.Timeouts);
        t.AdvanceMs(2);
        Assert.Equal(1, t.Host.Layer.Counters.Timeouts);
        Assert.Equal(RecoveryPhase.Loss, t.Connection.Send!.Phase);
    }

    [Fact, Rfc("exam", "60")]
    public void AThousandDuplicatesMakeOneRetransmissionAndNoBurst()
    {
        var t = new TcpFixture().Established(mss: 1000);
        t.Write(200_000);
        t.Drop();
        for (var i = 0; i < 1000; i++)
        {
            t.Inject(Ack(1, 1));
        }

        var retransmissions = 0;
        var others = 0;
        while (t.Pending > 0)
        {
            var again = t.Take().Sequence == t.Iss + 1;
            retransmissions += again ? 1 : 0;
            others += again ? 0 : 1;
        }

        Assert.Equal(1, retransmissions);
        Assert.InRange(others, 0, 12);
    }

    [Fact, Rfc("exam", "58")]
    public void AnAcknowledgmentOfWhatWasNotSentIsDropped()
    {
        var t = new TcpFixture().Established(mss: 1000);
        t.Write(100_000);
        t.Drop();
        var cwnd = t.Connection.Congestion.Cwnd;
        t.Inject(Ack(1, 50_001));
        t.Expect(Ack(10_001, 1));
        Assert.Equal(cwnd, t.Connection.Congestion.Cwnd);
    }

    [Fact, Rfc("exam", "59"), Rfc("3465", "2.1")]
    public void DividedAcknowledgmentsGainNothing()
    {
        var t = new TcpFixture().Established(mss: 1000);
        t.Write(100_000);
        t.Drop();
        var cwnd = t.Connection.Congestion.Cwnd;
        for (var i = 1; i <= 1000; i++)
        {
            t.Inject(Ack(1, 1 + i));
        }

        Assert.InRange(t.Connection.Congestion.Cwnd, cwnd, cwnd + 1000);
    }

    [Fact, Rfc("8985", "7.2")]
    public void TheTailIsProbedBeforeTheTimeout()
    {
        var t = new TcpFixture().Established(mss: 1000, sack: true, rtt: 50);
        Warm(t, 10_000, 50);
        t.Write(3000);
        t.Drop();
        t.ExpectAt(100, Data(12_001, 1, 1000));
        t.ExpectNothing();
        t.AdvanceMs(50);
        t.Inject(Ack(1, 10_001).Sack((12_001, 13_001)));
        t.Expect(Data(10_001, 1, 1000));
    }

    [Fact, Rfc("8985", "7.3")]
    public void TheProbeIsTheLastSegmentAsItWasSent()
    {
        // With its FIN, of which a byte less would leave one to the timeout; and no more than its own bytes.
        var t = new TcpFixture().Established(mss: 1000, sack: true, rtt: 50);
        t.Write(12_000);
        t.Close();
        t.Drop();
        t.AdvanceMs(50);
        t.Inject(Ack(1, 10_001));
        t.Drop();
        t.ExpectAt(100, Fin(11_001, 1, 1000));

        t = new TcpFixture().Established(mss: 1000, sack: true, rtt: 50);
        Warm(t, 10_000, 50);
        t.Write(2400);
        t.Drop();
        t.ExpectAt(100, Data(12_001, 1, 400));
    }

    [Fact]
    public void EverySegmentOfASlowSenderIsProtectedByTheTimer()
    {
        var t = new TcpFixture().Established();
        t.Write(100);
        t.Expect(Data(1, 1, 100));
        t.AdvanceMs(600);
        t.Connection.Options.NoDelay = true;
        t.Connection.OnOptionsChanged(t.Now);
        t.Write(100);
        t.Expect(Data(101, 1, 100));

        // RFC 6298 §5.1: the timer runs from the first segment in flight.
        t.ExpectAt(400, Data(1, 1, 100));
    }

    [Fact, Rfc("defect", "11")]
    public void AConnectionWaitsForItsNeighborAndGoesOnAtOnce()
    {
        var t = new TcpFixture();
        t.Host.Ip.Status = SendStatus.NeighborPending;
        t.Connect();
        t.ExpectNothing();
        t.AdvanceMs(3);
        t.Host.Ip.Status = SendStatus.Sent;
        t.Host.Ip.Waiter!.OnNeighborResolved(t.Now);
        t.Host.Poll();
        t.Expect(Syn());
    }

    [Fact]
    public void ANeighborThatNeverAnswersRefusesAConnectButEndsNoConnection()
    {
        var t = new TcpFixture();
        t.Host.Ip.Status = SendStatus.NeighborPending;
        t.Connect();
        t.Host.Ip.Waiter!.OnNeighborFailed(t.Now);
        Assert.Equal(SocketError.HostUnreachable, t.Connection.Error);
        t.Host.AssertEmpty();

        t = new TcpFixture().Established();
        t.Host.Ip.Status = SendStatus.NeighborPending;
        t.Write(100);
        t.Host.Ip.Waiter!.OnNeighborFailed(t.Now);
        Assert.Equal(TcpState.Established, t.State);
        Assert.True(t.User.Saw(TcpEvents.SoftError));
        t.Host.Ip.Status = SendStatus.Sent;
        t.AdvanceMs(1000);
        t.Expect(Data(1, 1, 100));
    }

    [Fact]
    public void AFullLinkIsTriedAgainWhenItHasRoom()
    {
        var t = new TcpFixture().Established(mss: 1000);
        t.Host.Ip.Room = 0;
        t.Write(3000);
        t.ExpectNothing();
        t.Host.Ip.Room = 100;
        t.Host.Layer.OnWritable(t.Now);
        t.Host.Poll();
        t.Expect(Data(1, 1, 1000));
        t.Expect(Data(1001, 1, 1000));
        t.Expect(Data(2001, 1, 1000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void WhatALinkTookOfASuperSegmentIsNotSentTwice(int room)
    {
        var t = new TcpFixture().Established(mss: 1000, sack: true);
        t.Host.Ip.Room = room;
        t.Write(7500);
        t.ShutdownSend();
        for (var i = 0; i < 7; i++)
        {
            if (i > 0 && i % room == 0)
            {
                t.ExpectNothing();
                t.Host.Ip.Room = room;
                t.Host.Layer.OnWritable(t.Now);
                t.Host.Poll();
            }

            t.Expect(Data(1 + i * 1000, 1, 1000).NoPsh());
        }

        t.Host.Ip.Room = -1;
        t.Host.Layer.OnWritable(t.Now);
        t.Host.Poll();
        t.Expect(Fin(7001, 1, 500).Psh());
        t.Inject(Ack(1, 7502));
        Assert.Equal(TcpState.FinWait2, t.State);
    }

    [Fact, Rfc("9293", "MUST-45")]
    public void AChangedRouteKeepsTheLocalAddress()
    {
        var t = new TcpFixture().Established();
        t.Connection.Path.IsStale = true;
        t.Write(10);
        t.Expect(Data(1, 1, 10));
        Assert.Equal(t.Local, t.Last.Source);
        t.Connection.Path.IsStale = true;
        t.Host.Ip.Route = SocketError.NetworkUnreachable;
        t.Connection.Options.NoDelay = true;
        t.Write(10);
        t.ExpectNothing();
        Assert.Equal(SocketError.NetworkUnreachable, t.Connection.SoftError);
        t.Host.Ip.Route = SocketError.Success;
        t.AdvanceMs(1000);
        Assert.True(t.Pending > 0);
    }

    /// <summary>Sends and acknowledges so much that the round-trip time is known.</summary>
    internal static void Warm(TcpFixture t, int bytes, int rtt)
    {
        t.Write(bytes);
        t.Drop();
        t.AdvanceMs(rtt);
        t.Inject(Ack(1, 1 + bytes));
        t.ExpectNothing();
    }
}
