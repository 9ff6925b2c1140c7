using System;
using System.Collections.Generic;
using System.Net.Sockets;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Tcp;

public sealed class ConnectionTableTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TheTableFindsWhatIsInItThroughGrowthAndShrinkage(ulong seed)
    {
        var random = new TestEntropy(seed);
        var table = new ConnectionTable(new SipHash(random), new MemoryBudget(1 << 20));
        var present = new List<Record>();
        var known = new Dictionary<int, Record>();
        foreach (var target in (int[])[50, 5_000, 100, 20_000, 0])
        {
            while (present.Count != target)
            {
                // Mostly towards the target, so that both directions mix at every size.
                var grow = present.Count < target ? random.Below(4) != 0 : random.Below(4) == 0;
                if (grow)
                {
                    var id = random.Below(1 << 24);
                    if (known.ContainsKey(id))
                    {
                        continue;
                    }

                    var record = new Record(id);
                    table.Add(record);
                    known[id] = record;
                    present.Add(record);
                }
                else if (present.Count > 0)
                {
                    var at = random.Below(present.Count);
                    var record = present[at];
                    present[at] = present[^1];
                    present.RemoveAt(present.Count - 1);
                    table.Remove(record);
                    known.Remove(record.Id);
                    Assert.Null(table.Find(record.Tuple));
                }

                Assert.Equal(present.Count, table.Count);
                if (present.Count > 0)
                {
                    var some = present[random.Below(present.Count)];
                    Assert.Same(some, table.Find(some.Tuple));
                }
            }

            Assert.All(present, record => Assert.Same(record, table.Find(record.Tuple)));
        }
    }

    [Fact]
    public void OnlyWhatIsInTheTableCanBeTakenOut()
    {
        var table = new ConnectionTable(new SipHash(1, 2), new MemoryBudget(1 << 20));
        table.Add(new Record(1));
        Assert.Throws<InvalidOperationException>(() => table.Remove(new Record(2)));
        Assert.Throws<InvalidOperationException>(() => table.Remove(new Record(1)));
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void ListeningAndBindingFollowTheRules()
    {
        var t = new TcpFixture();
        var layer = t.Host.Layer;
        var any4 = new TransportEndpoint(IPv4Address.Unspecified, 80);
        var any6 = new TransportEndpoint(IPv6Address.Unspecified, 80);
        Assert.Equal(SocketError.Success, layer.Bind(any6, dualStack: false, false, out var six));
        Assert.Equal(SocketError.Success, layer.Bind(any4, false, false, out var four));
        Assert.Equal(SocketError.AddressAlreadyInUse, layer.Bind(new TransportEndpoint(t.Local, 80), false, false, out _));
        four!.Release();
        six!.Release();
        Assert.Equal(SocketError.Success, layer.Bind(any6, dualStack: true, false, out six));
        Assert.Equal(SocketError.AddressAlreadyInUse, layer.Bind(any4, false, false, out _));
        six!.Release();
        Assert.Equal(SocketError.Success, layer.Bind(any4 with { Port = 0 }, false, false, out var ephemeral));
        Assert.InRange(ephemeral!.Local.Port, (ushort)32768, (ushort)60999);
    }

    private sealed class Record(int id) : TcpRecord(new FourTuple(
        IPv4Address.Parse("10.0.0.1"),
        new IPv4Address(0x0A000000 + (uint)(id >> 8)),
        80,
        (ushort)(1000 + (id & 0xFF))))
    {
        public int Id => id;

        internal override int MemoryCost => 1;

        internal override void OnSegment(in TcpView segment, in IpMeta meta, Instant now)
        {
        }

        internal override void OnIcmpError(in IcmpErrorReport error, Instant now)
        {
        }

        protected internal override void OnTimer(Instant now)
        {
        }
    }
}
