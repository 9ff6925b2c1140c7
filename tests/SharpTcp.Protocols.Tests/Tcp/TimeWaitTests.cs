using System.Net.Sockets;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>TIME-WAIT: RFC 9293 §3.10.7.4, RFC 1337, RFC 6191.</summary>
public sealed class TimeWaitTests
{
    [Fact, Rfc("exam", "45")]
    public void AResetDoesNotEndTimeWait()
    {
        var t = InTimeWait(ts: false);
        t.Inject(Rst(2));
        t.Inject(Rst(3));
        t.ExpectNothing();
        Assert.Equal(1, t.Host.Layer.TimeWaitCount);
    }

    [Fact, Rfc("exam", "45")]
    public void AnOldSegmentIsAcknowledgedAndChangesNothing()
    {
        var t = InTimeWait(ts: false);
        t.Inject(Data(1, 1, 10));
        t.Expect(Ack(2, 2));
        Assert.Equal(1, t.Host.Layer.TimeWaitCount);
    }

    [Fact]
    public void TheFinAgainIsAcknowledgedAndTheWaitBeginsAnew()
    {
        var t = InTimeWait(ts: false);
        t.AdvanceMs(40_000);
        t.Inject(Fin(1, 2));
        t.Expect(Ack(2, 2));
        t.AdvanceMs(59_000);
        Assert.Equal(1, t.Host.Layer.TimeWaitCount);
        t.AdvanceMs(1_100);
        t.Host.AssertEmpty();
    }

    [Fact]
    public void AForgedFinDoesNotProlongTheWait()
    {
        var t = InTimeWait(ts: false);
        t.AdvanceMs(40_000);
        t.Inject(Fin(700, 2));
        t.AdvanceMs(20_100);
        t.Host.AssertEmpty();
    }

    [Theory]
    [InlineData(false, 0, 500, true)]
    [InlineData(false, 0, -500, false)]
    [InlineData(true, 1, 500, true)]
    [InlineData(true, 1, -500, true)]
    [InlineData(true, 0, 500, true)]
    [InlineData(true, 0, -500, false)]
    [InlineData(true, -1, 500, false)]
    [Rfc("exam", "46"), Rfc("9293", "MAY-2"), Rfc("9293", "SHLD-4")]
    public void ANewConnectionReplacesTimeWaitIfItIsCertainlyNewer(bool ts, int timeStep, long seqStep, bool accepted)
    {
        var t = InTimeWait(ts);
        var oldEnd = t.Iss + 2;
        var syn = Syn(2 + seqStep).Mss(1460);
        t.Inject(ts ? syn.Ts((uint)(t.PeerTime + timeStep)) : syn);
        if (accepted)
        {
            t.Expect(SynAck(0, 3 + seqStep));
            Assert.Equal(0, t.Host.Layer.TimeWaitCount);
            Assert.True((int)(t.Iss - oldEnd) > 0, "the new sequence numbers lie beyond the old ones");
        }
        else
        {
            t.Expect(Ack(2, 2));
            Assert.Equal(1, t.Host.Layer.TimeWaitCount);
        }
    }

    [Fact]
    public void BeyondTheLimitTheOldestIsForgotten()
    {
        var t = new TcpFixture(new TcpSettings { MaximumTimeWait = 2 });
        t.Listen();
        for (var i = 0; i < 5; i++)
        {
            t.Peer = IPv4Address.Parse($"10.0.0.{20 + i}");
            t.Rules.Forget();
            t.Inject(Syn().Mss(1460));
            t.Drop();
            t.Inject(Ack(1, 1));
            t.Accept();
            t.ShutdownSend();
            t.Inject(Fin(1, 2));
            t.Close();
            t.Drop();
        }

        Assert.Equal(2, t.Host.Layer.TimeWaitCount);
        t.AdvanceMs(60_001);
        t.Host.AssertEmpty();
    }

    [Theory]
    [InlineData(true, true, 1000, true)]
    [InlineData(true, true, 900, false)]
    [InlineData(true, false, 1000, false)]
    [InlineData(false, true, 1000, false)]
    [Rfc("6191", "2"), Rfc("9293", "MUST-13")]
    public void AnActiveOpenTakesItsPlaceOnlyWhereThePeerCanTell(bool allowed, bool ts, int afterMs, bool opened)
    {
        var t = InTimeWait(ts, new TcpSettings { ReuseTimeWait = allowed });
        var oldEnd = t.Iss + 2;
        var oldTime = ts ? t.Last.Options.TimestampValue : 0;
        t.AdvanceMs(afterMs);
        var request = new TcpConnectRequest { Remote = new TransportEndpoint(t.Peer, TcpFixture.PeerPort), Local = new TransportEndpoint(t.Local, TcpFixture.LocalPort) };
        var error = t.Host.Layer.Connect(request, t.User, t.Now, out _);
        t.Host.Poll();
        Assert.Equal(opened ? SocketError.Success : SocketError.AddressAlreadyInUse, error);
        Assert.Equal(opened ? 0 : 1, t.Host.Layer.TimeWaitCount);
        if (opened)
        {
            t.Expect(Syn());
            Assert.True((int)(t.Iss - oldEnd) > ushort.MaxValue, "the new sequence numbers lie beyond the old ones and a window of them");
            Assert.True((int)(t.Last.Options.TimestampValue - oldTime) >= 1000, "the timestamps go on");
        }
    }

    private static TcpFixture InTimeWait(bool ts, TcpSettings? settings = null)
    {
        var t = new TcpFixture(settings).Established(ts: ts);
        t.ShutdownSend();
        t.Expect(Fin(1, 1));
        t.Inject(Fin(1, 2));
        t.Expect(Ack(2, 2));
        t.Close();
        t.Rules.Forget();
        return t;
    }
}
