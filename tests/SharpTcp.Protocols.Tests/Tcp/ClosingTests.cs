using System;
using System.Net.Sockets;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Closing, RFC 9293 §3.6: every way through the states, and what may go wrong on it.</summary>
public sealed class ClosingTests
{
    [Fact, Rfc("9293", "MUST-13"), Rfc("defect", "6")]
    public void AnActiveCloseGoesThroughTimeWaitForTwoLifetimes()
    {
        var t = new TcpFixture().Established();
        t.ShutdownSend();
        t.Expect(Fin(1, 1));
        Assert.Equal(TcpState.FinWait1, t.State);
        t.Inject(Ack(1, 2));
        Assert.Equal(TcpState.FinWait2, t.State);
        t.Inject(Fin(1, 2));
        t.Expect(Ack(2, 2));
        Assert.Equal(1, t.Host.Layer.TimeWaitCount);
        Assert.True(t.User.Saw(TcpEvents.PeerClosed | TcpEvents.Closed));
        Assert.False(t.User.Saw(TcpEvents.Failed));
        t.Close();
        t.AdvanceMs(59_999);
        Assert.Equal(1, t.Host.Layer.TimeWaitCount);
        t.AdvanceMs(2);
        t.ExpectNothing();
        t.Host.AssertEmpty();
    }

    [Fact]
    public void APassiveCloseGoesThroughCloseWaitAndLastAck()
    {
        var t = new TcpFixture().Established();
        t.Inject(Fin(1, 1));
        t.Expect(Ack(1, 2));
        Assert.Equal(TcpState.CloseWait, t.State);
        Assert.True(t.User.Saw(TcpEvents.PeerClosed));
        t.Write(100);
        t.Expect(Data(1, 2, 100));
        t.Inject(Ack(2, 101));
        t.Close();
        t.Expect(Fin(101, 2));
        Assert.Equal(TcpState.LastAck, t.State);
        t.Inject(Ack(2, 102));
        t.Host.AssertEmpty();
    }

    [Fact]
    public void FinsThatCrossGoThroughClosing()
    {
        var t = new TcpFixture().Established();
        t.ShutdownSend();
        t.Expect(Fin(1, 1));
        t.Inject(Fin(1, 1));
        t.Expect(Ack(2, 2));
        Assert.Equal(TcpState.Closing, t.State);
        t.Inject(Ack(2, 2));
        Assert.Equal(1, t.Host.Layer.TimeWaitCount);
    }

    [Fact]
    public void FinAndTheAcknowledgmentOfOursInOneBatchIsStillAcknowledged()
    {
        var t = new TcpFixture().Established();
        t.ShutdownSend();
        t.Expect(Fin(1, 1));
        t.InjectBatch(Fin(1, 1), Ack(2, 2));
        t.Expect(Ack(2, 2));
        Assert.Equal(1, t.Host.Layer.TimeWaitCount);
    }

    [Fact]
    public void FinThatAcknowledgesOurFinGoesToTimeWaitAtOnce()
    {
        var t = new TcpFixture().Established();
        t.ShutdownSend();
        t.Expect(Fin(1, 1));
        t.Inject(Fin(1, 2));
        t.Expect(Ack(2, 2));
        Assert.Equal(1, t.Host.Layer.TimeWaitCount);
    }

    [Fact]
    public void AHalfClosedConnectionStillReceives()
    {
        var t = new TcpFixture().Established();
        t.ShutdownSend();
        t.Expect(Fin(1, 1));
        t.Inject(Ack(1, 2));
        t.Inject(Data(1, 2, 1460));
        t.Inject(Data(1461, 2, 1460));
        t.Expect(Ack(2, 2921));
        Assert.Equal(2920, t.Read());
        t.AdvanceMs(3_600_000);
        Assert.Equal(TcpState.FinWait2, t.State);
    }

    [Fact]
    public void FinGoesWithTheLastData()
    {
        var t = new TcpFixture().Established(window: 500);
        t.Write(800);
        t.Expect(Data(1, 1, 500));
        t.ShutdownSend();
        t.ExpectNothing();
        t.Inject(Ack(1, 501).Win(500));
        t.Expect(Fin(501, 1, 300));
        t.Inject(Ack(1, 802));
        Assert.Equal(TcpState.FinWait2, t.State);
    }

    [Fact, Rfc("defect", "7")]
    public void ALostFinIsSentAgain()
    {
        var t = new TcpFixture().Established();
        t.Write(100);
        t.ShutdownSend();
        t.Drop();
        t.ExpectAt(1000, Data(1, 1, 100));
        t.ExpectAt(2000, Data(1, 1, 100));
        t.Inject(Ack(1, 101));
        t.Expect(Fin(101, 1));

        // The backoff lasts until there is a sample (Karn, RFC 6298 §5.7).
        t.ExpectAt(4000, Fin(101, 1));
        t.Inject(Ack(1, 102));
        Assert.Equal(TcpState.FinWait2, t.State);
    }

    [Fact]
    public void AFinThatComesAgainIsAcknowledgedAgain()
    {
        var t = new TcpFixture().Established();
        t.Inject(Fin(1, 1));
        t.Expect(Ack(1, 2));
        t.Inject(Fin(1, 1));
        t.Expect(Ack(1, 2));
    }

    [Fact, Rfc("defect", "14"), Rfc("defect", "5")]
    public void AFinAheadOfMissingDataWaitsForIt()
    {
        var t = new TcpFixture().Established();
        t.Inject(Fin(1001, 1));
        t.Expect(Ack(1, 1));
        t.Inject(Data(501, 1, 500));
        t.Expect(Ack(1, 1));
        Assert.False(t.Connection.IsPeerClosed);
        t.Inject(Data(1, 1, 500));
        t.Expect(Ack(1, 1002));
        Assert.Equal(1000, t.Read());
        Assert.True(t.Connection.IsPeerClosed);
        Assert.Equal(TcpState.CloseWait, t.State);
    }

    [Fact]
    public void DataWithFinOutOfOrderIsKeptToTheLastByte()
    {
        var t = new TcpFixture().Established(sack: true);
        t.Inject(Fin(501, 1, 500));
        t.Expect(Ack(1, 1).Sack((501, 1001)));
        t.Inject(Data(1, 1, 500));
        t.Expect(Ack(1, 1002));
        Assert.Equal(1000, t.Read());
        Assert.True(t.Connection.IsPeerClosed);
    }

    [Fact]
    public void WhatComesBehindAFinIsIgnored()
    {
        var t = new TcpFixture().Established();
        t.Inject(Fin(1, 1, 10));
        t.Drop();
        t.Inject(Data(12, 1, 100));
        t.Drop();
        Assert.Equal(10, t.Connection.Available);
        Assert.Equal(TcpState.CloseWait, t.State);
    }

    [Fact, Rfc("9293", "SHLD-3")]
    public void ClosingWithUnreadDataResets()
    {
        var t = new TcpFixture().Established();
        t.Inject(Data(1, 1, 100));
        t.Close();
        t.Expect(RstAck(1, 101));
        t.Host.AssertEmpty();
    }

    [Fact, Rfc("9293", "SHLD-3"), Rfc("9293", "MAY-1"), Rfc("exam", "64")]
    public void DataForAUserWhoIsGoneResets()
    {
        var t = new TcpFixture().Established();
        t.Close();
        t.Expect(Fin(1, 1));
        t.Inject(Ack(1, 2));
        t.Inject(Data(1, 2, 100));
        t.Expect(Rst(2));
        t.Host.AssertEmpty();
        Assert.Equal(1, t.Host.Layer.Counters.AbortsOnData);
    }

    [Fact, Rfc("9293", "SHLD-3")]
    public void TheResetOfDataForNobodyLiesWhereThePeerIs()
    {
        var t = new TcpFixture().Established();
        t.Close();
        t.Expect(Fin(1, 1));

        // The FIN was lost: a reset beyond it would only be challenged.
        t.Inject(Data(1, 1, 100));
        t.Expect(Rst(1));
        t.Host.AssertEmpty();
    }

    [Fact, Rfc("exam", "63")]
    public void AnOrphanWaitsAMinuteInFinWait2()
    {
        var t = new TcpFixture().Established();
        t.Close();
        t.Expect(Fin(1, 1));
        t.Inject(Ack(1, 2));
        t.AdvanceMs(59_000);
        Assert.Equal(1, t.Host.Layer.ConnectionCount);
        t.AdvanceMs(1_100);
        t.Host.AssertEmpty();
    }

    [Fact]
    public void ClosingAHalfClosedConnectionStartsThatWait()
    {
        var t = new TcpFixture().Established();
        t.ShutdownSend();
        t.Expect(Fin(1, 1));
        t.Inject(Ack(1, 2));
        t.AdvanceMs(600_000);
        t.Close();
        t.AdvanceMs(60_100);
        t.ExpectNothing();
        t.Host.AssertEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Rfc("exam", "63")]
    public void AnOrphanWhoseFinIsNeverAcknowledgedEnds(bool peerClosedFirst)
    {
        var t = new TcpFixture().Established();
        if (peerClosedFirst)
        {
            t.Inject(Fin(1, 1));
        }

        t.Close();
        t.Advance(TimeSpan.FromMinutes(20));
        t.Host.AssertEmpty();
    }

    [Fact, Rfc("exam", "62")]
    public void AnOrphanBehindAClosedWindowEndsEvenIfThePeerAnswers()
    {
        var t = new TcpFixture().Established(window: 0);
        t.Write(1000);
        t.Close();
        for (var i = 0; i < 40; i++)
        {
            t.Advance(TimeSpan.FromMinutes(1));
            t.Drop();
            if (t.State is not TcpState.Closed)
            {
                t.Inject(Ack(1, 1).Win(0));
            }
        }

        t.Host.AssertEmpty();
    }

    [Fact]
    public void AFinBehindAClosedWindowIsNotForgotten()
    {
        var t = new TcpFixture().Established(window: 0);
        t.ShutdownSend();
        t.Inject(Data(1, 1, 10).Win(0));
        t.Read();
        t.AdvanceMs(100);
        t.Drop();
        t.Inject(Ack(11, 1).Win(1000));
        t.Expect(Fin(1, 11));
    }

    [Fact]
    public void AnAbortResets()
    {
        var t = new TcpFixture().Established();
        t.Write(10);
        t.Expect(Data(1, 1, 10));
        t.Abort();
        t.Expect(RstAck(11, 1));
        t.Host.AssertEmpty();
    }

    [Fact]
    public void ClosingInSynSentSaysNothing()
    {
        var t = new TcpFixture();
        t.Connect();
        t.Expect(Syn());
        t.Close();
        t.ExpectNothing();
        t.Host.AssertEmpty();
    }

    [Theory]
    [InlineData(TcpState.SynReceived)]
    [InlineData(TcpState.Established)]
    [InlineData(TcpState.FinWait1)]
    [InlineData(TcpState.FinWait2)]
    [InlineData(TcpState.CloseWait)]
    [InlineData(TcpState.Closing)]
    [InlineData(TcpState.LastAck)]
    public void AResetEndsEveryState(TcpState state)
    {
        var t = Reach(state, out var next);
        Assert.Equal(state, t.State);
        t.Drop();
        t.Inject(Rst(next + 1));
        Assert.Equal(state, t.State);
        t.Inject(Rst(next));
        Assert.Equal(TcpState.Closed, t.State);
        Assert.True(t.User.Saw(TcpEvents.Closed));
        t.Connection.Close(t.Now);
        t.Host.AssertEmpty();
    }

    [Theory]
    [InlineData(TcpState.SynReceived)]
    [InlineData(TcpState.Established)]
    [InlineData(TcpState.FinWait1)]
    [InlineData(TcpState.FinWait2)]
    [InlineData(TcpState.CloseWait)]
    public void AbortResetsInEveryStateThatHasAPeer(TcpState state)
    {
        var t = Reach(state, out _);
        t.Drop();
        t.Abort();
        Assert.True(t.Take().Has(TcpFlags.Rst));
        t.Host.AssertEmpty();
    }

    [Fact]
    public void AResetThatLosesQueuedDataIsAnErrorEvenInLastAck()
    {
        var t = new TcpFixture().Established(window: 100);
        t.Inject(Fin(1, 1));
        t.Write(1000);
        t.ShutdownSend();
        t.Drop();
        t.Inject(Rst(2));
        Assert.Equal(SocketError.ConnectionReset, t.Connection.Error);
    }

    internal static TcpFixture Reach(TcpState state, out long next)
    {
        next = 1;
        var t = new TcpFixture();
        if (state is TcpState.SynReceived)
        {
            t.Connect();
            t.Inject(Syn());
            return t;
        }

        t.Established();
        if (state is TcpState.CloseWait or TcpState.LastAck)
        {
            t.Inject(Fin(1, 1));
            next = 2;
        }

        if (state is TcpState.FinWait1 or TcpState.FinWait2 or TcpState.Closing or TcpState.LastAck)
        {
            t.ShutdownSend();
        }

        if (state is TcpState.FinWait2)
        {
            t.Inject(Ack(1, 2));
        }
        else if (state is TcpState.Closing)
        {
            t.Inject(Fin(1, 1));
            next = 2;
        }

        return t;
    }
}
