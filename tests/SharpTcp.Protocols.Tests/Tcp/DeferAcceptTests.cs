using System;
using SharpTcp.Protocols.Tcp;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>A listener that wants to hear of a connection only when there is something to read.</summary>
public sealed class DeferAcceptTests
{
    [Fact]
    public void AConnectionIsAcceptableWithItsFirstBytes()
    {
        var t = Deferring(5);
        t.Inject(Syn().Mss(1460));
        t.Expect(SynAck(0, 1));
        t.Inject(Ack(1, 1));
        t.ExpectNothing();
        Assert.False(t.Listener!.IsAcceptable);
        t.AdvanceMs(2500);
        t.ExpectNothing();
        t.Inject(Data(1, 1, 100));
        t.Accept();
        Assert.Equal(100, t.Read());
        Assert.Equal(10u * 1460, t.Connection.Congestion.Cwnd);
        Assert.False(t.Connection.Rtt.HasSample);
    }

    [Fact]
    public void AFinIsEnough()
    {
        var t = Deferring(5);
        t.Inject(Syn().Mss(1460));
        t.Inject(Ack(1, 1));
        Assert.False(t.Listener!.IsAcceptable);
        t.Inject(Fin(1, 1));
        t.Accept();
        Assert.True(t.Connection.IsPeerClosed);
    }

    [Fact]
    public void AfterTheTimeTheSynAckIsSentOnceMoreAndItsAnswerOpensTheConnection()
    {
        var t = Deferring(3);
        t.Inject(Syn().Mss(1460));
        t.Expect(SynAck(0, 1));
        t.Inject(Ack(1, 1));
        t.ExpectAt(3000, SynAck(0, 1));
        t.Inject(Ack(1, 1));
        t.Accept();
        Assert.Equal(TcpState.Established, t.State);
    }

    [Fact]
    public void WhoNeverCompletesTheHandshakeIsForgottenAsEver()
    {
        var t = Deferring(3);
        t.Inject(Syn().Mss(1460));
        t.Expect(SynAck(0, 1));
        t.ExpectAt(1000, SynAck(0, 1));
        t.Advance(TimeSpan.FromSeconds(62));
        Assert.Equal(0, t.Host.Layer.ConnectionCount);
        Assert.Equal(0, t.Listener!.HalfOpen);
    }

    [Fact]
    public void WhoNeverSaysAnythingIsForgottenToo()
    {
        var t = Deferring(1000);
        t.Inject(Syn().Mss(1460));
        t.Expect(SynAck(0, 1));
        t.Inject(Ack(1, 1));
        t.Advance(TimeSpan.FromSeconds(900));
        t.ExpectNothing();
        Assert.Equal(1, t.Host.Layer.ConnectionCount);
        t.Advance(TimeSpan.FromSeconds(3200));
        Assert.Equal(0, t.Host.Layer.ConnectionCount);
    }

    private static TcpFixture Deferring(int seconds)
    {
        var t = new TcpFixture();
        t.Listen();
        t.Listener!.DeferAccept = TimeSpan.FromSeconds(seconds);
        return t;
    }
}
