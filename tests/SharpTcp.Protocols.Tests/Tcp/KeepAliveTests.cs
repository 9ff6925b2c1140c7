using System;
using System.Net.Sockets;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Keep-alive, RFC 9293 §3.8.4.</summary>
public sealed class KeepAliveTests
{
    private static TcpSocketOptions Options => new()
    {
        KeepAlive = true,
        KeepAliveTime = TimeSpan.FromSeconds(60),
        KeepAliveInterval = TimeSpan.FromSeconds(10),
        KeepAliveRetryCount = 3,
    };

    [Fact, Rfc("9293", "MUST-25"), Rfc("9293", "MUST-28")]
    public void ItIsOffAndItsDefaultIsTwoHours()
    {
        var t = new TcpFixture().Established();
        t.Advance(TimeSpan.FromHours(24));
        t.ExpectNothing();
        Assert.False(new TcpSocketOptions().KeepAlive);
        Assert.True(new TcpSocketOptions().KeepAliveTime >= TimeSpan.FromHours(2));
        t.Connection.Options.KeepAlive = true;
        t.Connection.OnOptionsChanged(t.Now);
        t.AdvanceMs(1);
        t.Drop();
    }

    [Fact, Rfc("9293", "MUST-24"), Rfc("9293", "MUST-27"), Rfc("9293", "SHLD-12"), Rfc("9293", "MAY-5")]
    public void AnIdleConnectionIsProbedWithoutData()
    {
        var t = new TcpFixture().Established(options: Options);
        t.ExpectAt(60_000, Ack(0, 1));
        t.Inject(Ack(1, 1));
        t.ExpectAt(60_000, Ack(0, 1));
    }

    [Fact, Rfc("9293", "MUST-26")]
    public void TrafficPutsTheProbeOff()
    {
        var t = new TcpFixture().Established(options: Options);
        t.AdvanceMs(40_000);
        t.Inject(Data(1, 1, 10).Psh());
        t.AdvanceMs(200);
        t.Expect(Ack(1, 11));
        t.AdvanceMs(59_000);
        t.ExpectNothing();
        t.AdvanceMs(801);
        t.Expect(Ack(0, 11));
    }

    [Fact, Rfc("9293", "MUST-29")]
    public void ALostProbeIsNotYetDeath()
    {
        var t = new TcpFixture().Established(options: Options);
        t.ExpectAt(60_000, Ack(0, 1));
        t.ExpectAt(10_000, Ack(0, 1));
        t.ExpectAt(10_000, Ack(0, 1));
        t.Inject(Ack(1, 1));
        t.ExpectAt(60_000, Ack(0, 1));
        t.ExpectAt(10_000, Ack(0, 1));
        t.ExpectAt(10_000, Ack(0, 1));
        t.AdvanceMs(10_000);
        t.Expect(RstAck(1, 1));
        Assert.Equal(SocketError.TimedOut, t.Connection.Error);
        t.Host.AssertEmpty();
    }

    [Fact, Rfc("9293", "MUST-24")]
    public void ItCanBeSwitchedOnAndOffAtAnyTime()
    {
        var t = new TcpFixture().Established();
        t.AdvanceMs(30_000);
        t.Connection.Options.KeepAlive = true;
        t.Connection.Options.KeepAliveTime = TimeSpan.FromSeconds(60);
        t.Connection.OnOptionsChanged(t.Now);
        t.ExpectAt(30_000, Ack(0, 1));
        t.Inject(Ack(1, 1));
        t.Connection.Options.KeepAlive = false;
        t.Connection.OnOptionsChanged(t.Now);
        t.Advance(TimeSpan.FromHours(3));
        t.ExpectNothing();
        Assert.Equal(TcpState.Established, t.State);
    }
}
