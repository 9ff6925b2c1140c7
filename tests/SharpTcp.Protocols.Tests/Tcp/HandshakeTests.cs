using System;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Opening a connection, RFC 9293 §3.5 and §3.10.7.1 to §3.10.7.3.</summary>
public sealed class HandshakeTests
{
    [Fact, Rfc("9293", "MUST-14"), Rfc("9293", "MUST-4"), Rfc("9293", "SHLD-5")]
    public void APassiveOpenAnswersWithItsMss()
    {
        var t = new TcpFixture();
        t.Listen();
        t.Inject(Syn().Mss(1460));
        t.Expect(SynAck(0, 1).Mss(1460).NoTs());
        t.Inject(Ack(1, 1));
        t.ExpectNothing();
        t.Accept();
        Assert.Equal(TcpState.Established, t.State);
        Assert.Equal(1, t.ListenUser.Acceptable);
    }

    [Fact]
    public void AnActiveOpenOffersEverything()
    {
        var t = new TcpFixture();
        t.Connect();
        t.Expect(Syn().Mss(1460).SackOk().WScale(10).Win(65535));
        Assert.True(t.Last.Options.HasTimestamps);
        Assert.Equal(TcpState.SynSent, t.State);
        t.Inject(SynAck().Mss(1460));
        t.Expect(Ack(1, 1).NoTs().NoSack());
        Assert.Equal(TcpState.Established, t.State);
        Assert.True(t.User.Saw(TcpEvents.Connected));
    }

    [Fact, Rfc("9293", "MUST-40")]
    public void TheAcknowledgmentOfTheSynAckWaitsForAWriterButNotForLong()
    {
        var t = new TcpFixture();
        t.Connect();
        t.Drop();
        t.Connection.Set(TcpConnectionFlags.WriterWaits);
        t.Inject(SynAck().Mss(1460));
        t.ExpectNothing();
        t.Advance(t.Host.Layer.Settings.DelayedAckTimeout);
        t.Expect(Ack(1, 1));
        Assert.True(t.Host.Layer.Settings.DelayedAckTimeout < TimeSpan.FromSeconds(0.5));
    }

    [Theory]
    [InlineData(false, 1500, 1460)]
    [InlineData(true, 1500, 1440)]
    [InlineData(false, 9000, 8960)]
    [InlineData(true, 1280, 1220)]
    [Rfc("9293", "MUST-67"), Rfc("9293", "SHLD-6"), Rfc("9293", "MAY-3")]
    public void TheMssFollowsTheMtu(bool ipv6, int mtu, int mss)
    {
        var t = new TcpFixture(mtu: mtu, ipv6: ipv6);
        t.Listen();
        t.Inject(Syn());
        t.Expect(SynAck().Mss(mss));
        t = new TcpFixture(mtu: mtu, ipv6: ipv6);
        t.Connect();
        t.Expect(Syn().Mss(mss));
    }

    [Theory]
    [InlineData(false, 536)]
    [InlineData(true, 1220)]
    [Rfc("9293", "MUST-15")]
    public void WithoutMssOptionSegmentsAreSmall(bool ipv6, int mss)
    {
        var t = new TcpFixture(ipv6: ipv6).Established(mss: null);
        t.Write(mss + 100);
        t.Expect(Data(1, 1, mss));
        t.Expect(Data(1 + mss, 1, 100));
    }

    [Fact, Rfc("9293", "MUST-16")]
    public void TimestampsMakeSegmentsSmaller()
    {
        var t = new TcpFixture().Established(mss: 1460, ts: true);
        t.Write(1500);
        t.Expect(Data(1, 1, 1448));
        t.Expect(Data(1449, 1, 52));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [Rfc("exam", "56")]
    public void ATinyMssIsRaisedToTheFloor(int mss)
    {
        var t = new TcpFixture().Established(mss: mss);
        t.Write(100);
        t.Expect(Data(1, 1, 48));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Rfc("9293", "MUST-10"), Rfc("exam", "41"), Rfc("defect", "16")]
    public void TwoSynsThatCrossMakeOneConnection(bool peerSendsSynAck)
    {
        var t = new TcpFixture();
        t.Connect();
        t.Expect(Syn());
        t.Inject(Syn().Mss(1460));
        t.Expect(SynAck(0, 1));
        Assert.Equal(TcpState.SynReceived, t.State);
        t.Inject(peerSendsSynAck ? SynAck(0, 1).Mss(1460) : Ack(1, 1));
        Assert.Equal(TcpState.Established, t.State);
        Assert.True(t.User.Saw(TcpEvents.Connected));
        t.Drop();
        t.Inject(Data(1, 1, 10));
        Assert.Equal(10, t.Read());
        t.AdvanceMs(200);
        t.Expect(Ack(1, 11));
        t.ExpectNothing();
    }

    [Fact, Rfc("9293", "MUST-11")]
    public void ARefusedPassiveOpenReturnsToListen()
    {
        var t = new TcpFixture();
        t.Listen();
        t.Inject(Syn());
        t.Expect(SynAck());
        t.Inject(Rst(1));
        t.ExpectNothing();
        Assert.Equal(0, t.Host.Layer.ConnectionCount);
        t.Inject(Syn());
        t.Expect(SynAck());
    }

    [Fact, Rfc("9293", "MUST-11")]
    public void ARefusedSimultaneousOpenTellsItsUser()
    {
        var t = new TcpFixture();
        t.Connect();
        t.Expect(Syn());
        t.Inject(Syn());
        t.Expect(SynAck());
        t.Inject(Rst(1));
        Assert.Equal(System.Net.Sockets.SocketError.ConnectionRefused, t.Connection.Error);
        Assert.True(t.User.Saw(TcpEvents.Failed | TcpEvents.Closed));
        t.Host.AssertEmpty();
    }

    [Fact]
    public void InSynSentOnlyAResetThatAcknowledgesTheSynRefuses()
    {
        var t = new TcpFixture();
        t.Connect();
        t.Expect(Syn());
        t.Inject(Rst(0));
        t.Inject(RstAck(0, 5));
        Assert.Equal(TcpState.SynSent, t.State);
        t.Inject(RstAck(0, 1));
        Assert.Equal(System.Net.Sockets.SocketError.ConnectionRefused, t.Connection.Error);
        t.Host.AssertEmpty();
    }

    [Fact]
    public void AWrongAcknowledgmentInSynSentIsReset()
    {
        var t = new TcpFixture();
        t.Connect();
        t.Expect(Syn());
        t.Inject(SynAck(0, 77));
        t.Expect(Rst(77));
        Assert.Equal(TcpState.SynSent, t.State);
    }

    [Fact, Rfc("9293", "MUST-22"), Rfc("9293", "MUST-23"), Rfc("defect", "10")]
    public void ASynIsRetriedForThreeMinutesAtDoublingIntervals()
    {
        var t = new TcpFixture();
        var begin = t.Now;
        t.Connect();
        t.Expect(Syn());
        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 32, 64])
        {
            t.ExpectAt(seconds * 1000, Syn());
        }

        t.AdvanceMs(119_000);
        Assert.Equal(TcpState.SynSent, t.State);
        t.AdvanceMs(1_001);
        Assert.Equal(System.Net.Sockets.SocketError.TimedOut, t.Connection.Error);
        Assert.True(t.Now - begin > TimeSpan.FromMinutes(3));
        t.Host.AssertEmpty();
    }

    [Fact, Rfc("6298", "5.7")]
    public void AfterALostSynTheTimeoutIsThreeSecondsAndTheWindowOneSegment()
    {
        var t = new TcpFixture();
        t.Connect();
        t.Expect(Syn());
        t.AdvanceMs(1000);
        t.Expect(Syn());
        t.Inject(SynAck().Mss(1460));
        t.Expect(Ack(1, 1));
        t.Write(5000);
        t.Expect(Data(1, 1, 1460));
        t.ExpectNothing();
        t.ExpectAt(3000, Data(1, 1, 1460));
    }

    [Fact]
    public void ASynAckIsRetriedAndForgotten()
    {
        var t = new TcpFixture();
        t.Listen();
        t.Inject(Syn());
        t.Expect(SynAck());
        foreach (var seconds in (int[])[1, 2, 4, 8, 16])
        {
            t.ExpectAt(seconds * 1000, SynAck());
        }

        t.AdvanceMs(32_000);
        t.ExpectNothing();
        t.Host.AssertEmpty();
    }

    [Fact]
    public void ASynThatComesAgainIsAnsweredAgain()
    {
        var t = new TcpFixture();
        t.Listen();
        t.Inject(Syn());
        t.Expect(SynAck());
        t.Inject(Syn());
        t.Expect(SynAck());
        Assert.Equal(1, t.Host.Layer.ConnectionCount);
    }

    [Fact]
    public void ADifferentSynInSynReceivedIsChallenged()
    {
        var t = new TcpFixture();
        t.Listen();
        t.Inject(Syn());
        t.Expect(SynAck());
        t.Inject(Syn(900_000));
        t.Expect(Ack(1, 1));
        t.Inject(Rst(1));
        t.Inject(Syn(900_000));
        t.Expect(SynAck(0, 900_001));
    }

    [Fact]
    public void AWrongAcknowledgmentInSynReceivedIsReset()
    {
        var t = new TcpFixture();
        t.Listen();
        t.Inject(Syn());
        t.Expect(SynAck());
        t.Inject(Ack(1, 1000));
        t.Expect(Rst(1000));
        t.Inject(Ack(1, 1));
        t.Accept();
        Assert.Equal(TcpState.Established, t.State);
    }

    [Fact, Rfc("defect", "14")]
    public void DataOnTheHandshakeAcknowledgmentIsKept()
    {
        var t = new TcpFixture();
        t.Listen();
        t.Inject(Syn().Mss(1460));
        t.Expect(SynAck());
        t.Inject(Data(1, 1, 500).Psh());
        t.Accept();
        Assert.Equal(500, t.Read());
        t.AdvanceMs(200);
        t.Expect(Ack(1, 501));
    }

    [Fact]
    public void DataAndFinOnTheHandshakeAcknowledgmentAreKept()
    {
        var t = new TcpFixture();
        t.Listen();
        t.Inject(Syn().Mss(1460));
        t.Expect(SynAck());
        t.Inject(Fin(1, 1, 500));
        t.Expect(Ack(1, 502));
        t.Accept();
        Assert.Equal(500, t.Read());
        Assert.True(t.Connection.IsPeerClosed);
        Assert.Equal(TcpState.CloseWait, t.State);
    }

    [Fact]
    public void DataOnTheSynAckIsKept()
    {
        var t = new TcpFixture();
        t.Connect();
        t.Expect(Syn());
        t.Inject(Raw(TcpFlags.Syn | TcpFlags.Ack, 0, 1, 100).Mss(1460));
        t.Expect(Ack(1, 101));
        Assert.Equal(100, t.Read());
    }

    [Fact]
    public void DataInTheSameBatchAsTheSynAckIsKept()
    {
        var t = new TcpFixture();
        t.Connect();
        t.Expect(Syn());
        t.InjectBatch(SynAck().Mss(1460), Data(1, 1, 100));
        t.Expect(Ack(1, 101));
        Assert.Equal(100, t.Read());
    }

    [Fact, Rfc("exam", "43")]
    public void SynWithFinOrResetBeginsNothing()
    {
        var t = new TcpFixture();
        t.Listen();
        t.Inject(Raw(TcpFlags.Syn | TcpFlags.Fin, 0));
        t.Inject(Raw(TcpFlags.Syn | TcpFlags.Rst, 0));
        t.Inject(Raw(TcpFlags.None, 0));
        t.ExpectNothing();
        t.Host.AssertEmpty();
    }

    [Fact, Rfc("9293", "MUST-57"), Rfc("9293", "MUST-63"), Rfc("exam", "44")]
    public void BroadcastsAndImpossibleSourcesAreIgnored()
    {
        var t = new TcpFixture();
        t.Listen();
        t.Inject(Syn().Broadcast());
        foreach (var source in (string[])["255.255.255.255", "224.0.0.5", "0.0.0.0"])
        {
            t.Peer = IPv4Address.Parse(source);
            t.Inject(Syn());
        }

        t.ExpectNothing();
        t.Host.AssertEmpty();
    }

    [Fact, Rfc("9293", "MUST-46")]
    public void NobodyConnectsToAGroup()
    {
        var t = new TcpFixture();
        foreach (var address in (string[])["224.0.0.1", "255.255.255.255"])
        {
            var request = new TcpConnectRequest { Remote = new TransportEndpoint(IPv4Address.Parse(address), 80) };
            Assert.NotEqual(System.Net.Sockets.SocketError.Success, t.Host.Layer.Connect(request, t.User, t.Now, out _));
        }
    }

    [Fact, Rfc("exam", "52")]
    public void AFullAcceptQueueDropsAndNeverResets()
    {
        var t = new TcpFixture();
        t.Listen(backlog: 1);
        t.Inject(Syn());
        t.Expect(SynAck());
        t.Inject(Ack(1, 1));
        t.Peer = IPv4Address.Parse("10.0.0.10");
        t.Inject(Syn());
        t.ExpectNothing();
        Assert.Equal(1, t.Host.Layer.Counters.SynBacklogOverflows);
        t.Accept();
        t.Rules.Forget();
        t.Inject(Syn());
        t.Expect(SynAck());
    }

    [Fact]
    public void AHandshakeThatFindsTheQueueFullIsCompletedLater()
    {
        var t = new TcpFixture();
        t.Listen(backlog: 1);
        t.Inject(Syn());
        t.Expect(SynAck());
        var first = (t.Peer, t.Iss);
        t.Peer = IPv4Address.Parse("10.0.0.10");
        t.Rules.Forget();
        t.Inject(Syn());
        t.Expect(SynAck());
        t.Inject(Ack(1, 1));
        var second = t.Iss;
        t.Peer = first.Peer;
        t.Inject(Raw(TcpFlags.Ack, 1, (int)(first.Iss - second) + 1));
        t.ExpectNothing();
        Assert.Equal(1, t.Host.Layer.Counters.AcceptQueueOverflows);
        t.Accept();
        t.Rules.Forget();
        t.AdvanceMs(1000);
        t.Expect(SynAck());
        t.Inject(Ack(1, 1));
        t.Accept();
        Assert.Equal(TcpState.Established, t.State);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(255)]
    [Rfc("exam", "69"), Rfc("9293", "MUST-1"), Rfc("9293", "REC-1")]
    public void AWindowScaleAboveFourteenIsTakenAsFourteen(int shift)
    {
        var t = new TcpFixture();
        t.Listen();
        t.Inject(Syn().Mss(1460).Options(3, 3, (byte)shift));
        t.Expect(SynAck());
        t.Inject(Ack(1, 1).Win(0xFFFF));
        t.Accept();
        Assert.Equal(0xFFFFu << 14, t.Connection.SndWnd);
    }

    [Fact, Rfc("exam", "69"), Rfc("defect", "4")]
    public void AnUnsolicitedWindowScaleIsIgnored()
    {
        var t = new TcpFixture(new TcpSettings { WindowScaling = false });
        t.Connect();
        t.Expect(Syn());
        t.Inject(SynAck().Mss(1460).WScale(7).Win(3000));
        t.Expect(Ack(1, 1));
        t.Write(200_000);
        t.Expect(Data(1, 1, 1460));
        t.Expect(Data(1461, 1, 1460));
        t.ExpectNothing();
        Assert.Equal(3000u, t.Connection.SndWnd);
    }

    [Fact, Rfc("defect", "4")]
    public void WithoutScalingNegotiatedTheWindowIsTakenAsItIs()
    {
        var t = new TcpFixture().Established(window: 3000);
        t.Write(200_000);
        t.Expect(Data(1, 1, 1460));
        t.Expect(Data(1461, 1, 1460));
        t.ExpectNothing();
    }

    [Fact]
    public void TheWindowOfASynIsNeverScaled()
    {
        var t = new TcpFixture();
        t.Connect();
        t.Expect(Syn());
        t.Inject(SynAck().Mss(1460).WScale(7).Win(3000));
        t.Expect(Ack(1, 1));
        Assert.Equal(3000u, t.Connection.SndWnd);
        t.Inject(Ack(1, 1).Win(3000));
        Assert.Equal(3000u << 7, t.Connection.SndWnd);
    }

    [Fact, Rfc("9293", "MUST-42"), Rfc("9293", "MUST-41")]
    public void ListeningDisturbsNoOtherConnection()
    {
        var t = new TcpFixture();
        t.Connect();
        t.Expect(Syn());
        t.Listen();
        t.Inject(SynAck().Mss(1460));
        t.Expect(Ack(1, 1));
        Assert.Equal(TcpState.Established, t.State);
    }
}
