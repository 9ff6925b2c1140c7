using System;
using System.Net.Sockets;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Connections whose user is gone: they are few, and none lives for ever.</summary>
public sealed class OrphanTests
{
    [Fact, Rfc("exam", "63"), Rfc("exam", "62")]
    public void BeyondTheLimitTheOneLeftLongestAgoIsReset()
    {
        var t = new TcpFixture(new TcpSettings { MaximumOrphans = 3 });
        t.Listen();
        for (var i = 0; i < 5; i++)
        {
            var connection = Open(t, i);
            connection.Close(t.Now);
            t.Host.Poll();
            Assert.Equal(Math.Min(i + 1, 3), t.Host.Layer.OrphanCount);
            while (t.Pending > 0)
            {
                var sent = t.Take();
                Assert.Equal(sent.Has(TcpFlags.Rst) ? (ushort)(50000 + i - 3) : (ushort)(50000 + i), sent.View.DestinationPort);
            }
        }

        Assert.Equal(2, t.Host.Layer.Counters.OrphansReset);
        Assert.Equal(3, t.Host.Layer.ConnectionCount);
        t.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(0, t.Host.Layer.OrphanCount);
        Assert.Equal(0, t.Host.Layer.ConnectionCount);
    }

    [Fact]
    public void WhoeverEndsInTimeWaitIsNoOrphanAnyMore()
    {
        var t = new TcpFixture().Established();
        t.Close();
        Assert.Equal(1, t.Host.Layer.OrphanCount);
        t.Inject(Fin(1, 2));
        Assert.Equal((0, 1), (t.Host.Layer.OrphanCount, t.Host.Layer.TimeWaitCount));
        t = new TcpFixture().Established();
        t.Close();
        t.Inject(Rst(1));
        Assert.Equal((0, 0), (t.Host.Layer.OrphanCount, t.Host.Layer.ConnectionCount));
    }

    [Fact, Rfc("exam", "62")]
    public void WhereMemoryIsSpentAnOrphanGivesWayToANewConnection()
    {
        var t = new TcpFixture().Established();
        t.Close();
        t.Drop();
        var budget = t.Host.Buffers.Budget;
        budget.Charge((int)(budget.Limit / 16 * 15 - budget.Used));
        var request = new TcpConnectRequest { Remote = new TransportEndpoint(t.Peer, 9), Local = new TransportEndpoint(t.Local, 0) };
        Assert.Equal(SocketError.Success, t.Host.Layer.Connect(request, t.User, t.Now, out _));
        Assert.True(t.Take().Has(TcpFlags.Rst));
        Assert.Equal(1, t.Host.Layer.Counters.OrphansReset);
        Assert.Equal(SocketError.NoBufferSpaceAvailable, t.Host.Layer.Connect(request, t.User, t.Now, out _));
    }

    private static TcpConnection Open(TcpFixture t, int number)
    {
        foreach (var segment in (ReadOnlySpan<Segment>)[Syn().Mss(1460), Ack(1, 1)])
        {
            t.Rules.Forget();
            t.Host.Input(ScriptWriter.Write(t, segment, (ushort)(50000 + number)), t.Peer, t.Local);
            t.Host.Poll();
        }

        t.Rules.Forget();
        t.Drop();
        Assert.True(t.Listener!.TryAccept(t.User, out var connection));
        return connection!;
    }
}
