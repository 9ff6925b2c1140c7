using System;
using System.Collections.Generic;
using System.Net.Sockets;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>One budget for a whole host: who gets memory when there is little, and who gives some up.</summary>
public sealed class MemoryBudgetTests
{
    private const int Large = BufferPool.LargeChunk;
    private const int Small = BufferPool.SmallChunk;

    [Fact]
    public void UsesAreRefusedInTheirOrder()
    {
        var budget = new MemoryBudget(1600);
        var refused = new List<MemoryUse>();
        for (var used = 0; used < 1600; used += 10)
        {
            foreach (var use in Enum.GetValues<MemoryUse>())
            {
                if (budget.Free(use) == 0 && !refused.Contains(use))
                {
                    refused.Add(use);
                }
            }

            Assert.True(budget.TryCharge(MemoryUse.Progress, 10));
        }

        Assert.Equal([MemoryUse.Waiting, MemoryUse.Datagram, MemoryUse.Growth, MemoryUse.Connection], refused);
        Assert.Equal(0, budget.Free(MemoryUse.Progress));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void GreedyStreamsLeaveOneShareFree(int streams)
    {
        var budget = new MemoryBudget(256L << 20);
        var pool = new BufferPool(budget);
        var queues = new ChunkQueue[streams];
        for (var i = 0; i < streams; i++)
        {
            queues[i] = new ChunkQueue(pool);
        }

        bool any;
        do
        {
            any = false;
            foreach (var queue in queues)
            {
                any |= queue.Append(new byte[Large]) > 0;
            }
        }
        while (any);

        var share = (256L << 20) / 8 * 7 / (streams + 1);
        Assert.All(queues, queue => Assert.InRange(queue.Charged, share - 2 * Large, share + 2 * Large));
    }

    [Fact, Rfc("exam", "65")]
    public void ManyWhoDoNotReadLeaveRoomForOneWhoDoes()
    {
        // In bursts: so the first chunks of all streams are taken before any of them grows.
        var pair = new TcpPair(new WireOptions { Rate = 12_500_000 }, client: new TcpSettings { Pacing = false });
        var budget = pair.Server.Buffers.Budget;
        budget.Limit = 4 << 20;
        var lazy = new List<StreamApp>();
        for (var i = 0; i < 200; i++)
        {
            lazy.Add(new StreamApp(0) { Reads = false });
            pair.Connect(new StreamApp(100_000), lazy[i]);
        }

        pair.RunFor(TimeSpan.FromSeconds(20));
        Assert.True(budget.Refused(MemoryUse.Growth) > 0, "the lazy ones took all that they were given");
        var honest = new StreamApp(0);
        pair.Connect(new StreamApp(2_000_000), honest);
        pair.RunUntil(() => honest.Received == 2_000_000, TimeSpan.FromSeconds(60));
        foreach (var app in lazy)
        {
            app.Reads = true;
        }

        pair.RunToEnd();
        Assert.InRange(budget.Peak, 1, budget.Limit);
    }

    [Fact]
    public void BytesOutOfOrderGiveWayToTheGapBeforeThem()
    {
        var t = new TcpFixture().Established(wscale: 7, sack: true, options: new TcpSocketOptions { ReceiveBufferSize = 400_000 });
        var budget = t.Host.Buffers.Budget;
        t.Inject(Data(1, 1, 1000));
        t.Read();
        t.Drop();
        t.Inject(Data(100_001, 1, 1000));
        t.Expect(Ack(1, 1001).Sack((100_001, 101_001)));
        budget.Limit = budget.Used;
        t.Inject(Data(1001, 1, 1000));
        Assert.Equal(1000, t.Connection.Available);
        Assert.Equal(1, t.Host.Layer.Counters.OutOfOrderGivenUp);
        t.AdvanceMs(500);
        Assert.Equal(0, t.Take().Options.SackBlockCount);
        Assert.Equal(Small, t.Host.Buffers.Used);
    }

    [Fact]
    public void ANewConnectionIsRefusedBeforeAnOldOneStandsStill()
    {
        var t = new TcpFixture().Established();
        var budget = t.Host.Buffers.Budget;
        budget.Limit = 16 * 1024;
        var request = new TcpConnectRequest { Remote = new TransportEndpoint(t.Peer, 9), Local = new TransportEndpoint(t.Local, 0) };
        budget.Charge(14 * 1024 - (int)budget.Used);
        t.Peer = IPv4Address.Parse("10.0.0.99");
        t.Inject(Syn().Mss(1000));
        t.Expect(SynAck());
        Assert.Equal((1, 1), (t.Host.Layer.Counters.SynCookiesSent, t.Host.Layer.ConnectionCount));
        Assert.Equal(SocketError.Success, t.Host.Layer.Connect(request, t.User, t.Now, out var first));
        t.Host.Poll();
        t.Drop();
        t.Inject(Syn().Mss(1000));
        t.ExpectNothing();
        Assert.Equal(1, t.Host.Layer.Counters.SynBacklogOverflows);
        Assert.Equal(SocketError.NoBufferSpaceAvailable, t.Host.Layer.Connect(request, t.User, t.Now, out _));
        Assert.Equal(1, t.Host.Layer.Counters.ConnectionsRefused);
        first!.Abort(t.Now);
        Assert.Equal(SocketError.Success, t.Host.Layer.Connect(request, t.User, t.Now, out first));
    }

    [Fact]
    public void TheWindowPromisesNoMoreThanWhatIsFree()
    {
        var t = new TcpFixture().Established(mss: 1000);
        var budget = t.Host.Buffers.Budget;
        budget.Limit = budget.Used + Small;
        var edge = 1 + 65_535;
        for (var i = 0; i < 70; i++)
        {
            t.Inject(Data(1 + i * 1000, 1, 1000));
            Assert.Equal(1000, t.Read());
            while (t.Pending > 0)
            {
                var header = t.Take();
                edge = Math.Max(edge, 1 + (i + 1) * 1000 + header.Window);
                Assert.Equal(edge, 1 + (i + 1) * 1000 + header.Window);
            }
        }

        Assert.InRange(edge, 70_001 + Small - 2000, 70_001 + Small);
    }

    [Fact]
    public void EveryRecordIsChargedForAsLongAsItLives()
    {
        var t = new TcpFixture();
        var budget = t.Host.Buffers.Budget;
        t.Listen();
        t.Inject(Syn().Mss(1460));
        t.Expect(SynAck());
        Assert.Equal(TcpRecord.SmallRecordCost, budget.Used);
        t.Inject(Ack(1, 1));
        t.Accept();
        Assert.Equal(TcpRecord.ConnectionCost, budget.Used);
        t.Connection.ShutdownSend(t.Now);
        t.Host.Poll();
        t.Expect(Fin(1, 1));
        t.Inject(Fin(1, 2));
        t.Expect(Ack(2, 2));
        Assert.Equal(TcpRecord.SmallRecordCost, budget.Used);
        t.AdvanceMs(61_000);
        Assert.Equal(0, budget.Used);
    }
}
