using System;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Paths that drop large packets and say nothing (RFC 4821).</summary>
public sealed class MtuSearchTests
{
    private const int TcpHeader = 20;

    [Theory]
    [InlineData(1100, true)]
    [InlineData(1300, true)]
    [InlineData(1459, true)]
    [InlineData(1300, false)]
    [InlineData(700, true)]
    [Rfc("4821", "7.3"), Rfc("4821", "7.7")]
    public void ABlackHoleIsNoticedAndTheLargestSegmentThatPassesIsFound(int largest, bool sack)
    {
        var settings = new TcpSettings { SelectiveAcks = sack };
        var pair = new TcpPair(client: settings, server: settings) { Filter = segment => segment.Bytes.Length - TcpHeader <= largest };
        var client = new StreamApp(20_000_000);
        var server = new StreamApp(0);
        pair.Connect(client, server);
        pair.RunUntil(() => server.Received >= 18_000_000, TimeSpan.FromMinutes(5));

        // Nobody looks for more than 16 bytes of difference, unless the smallest passes only.
        Assert.InRange(client.Connection!.Mtu.Limit, largest == 700 ? 512 : largest - 16, largest);
        Assert.InRange(pair.Client.Layer.Counters.BlackHoles, 1, 2);
        Assert.InRange(pair.Client.Layer.Counters.PathMtuProbes, 2, 9);
        pair.RunToEnd();
    }

    [Fact, Rfc("4821", "7.6.2")]
    public void TheLossOfAProbeDoesNotReduceTheWindow()
    {
        var t = new TcpFixture(new TcpSettings { PathMtuProbing = PathMtuProbing.Always, Pacing = false }).Established(mss: 1460, sack: true, rtt: 50);
        Assert.Equal(1024, t.Connection.GetInfo(t.Now).SendMss);
        t.Write(50_000);
        t.Expect(Data(1, 1, 1460));
        var second = t.Take();
        t.Drop();
        Assert.Equal(1024, second.SegmentSize);
        var cwnd = t.Connection.Congestion.Cwnd;
        t.AdvanceMs(50);
        t.Inject(Ack(1, 1).Sack((1461, 1461 + 3 * 1024)));
        t.Expect(Data(1, 1, 1024));
        t.Expect(Data(1025, 1, 436));
        Assert.Equal(RecoveryPhase.Open, t.Connection.Send!.Phase);
        Assert.Equal(cwnd, t.Connection.Congestion.Cwnd);
        Assert.Equal(0, t.Host.Layer.Counters.SpuriousRecoveries);
    }

    [Fact, Rfc("4821", "7.6.1")]
    public void AProbeThatIsAcknowledgedIsTheSegmentFromThenOn()
    {
        var t = new TcpFixture(new TcpSettings { PathMtuProbing = PathMtuProbing.Always, Pacing = false }).Established(mss: 1460, sack: true, rtt: 50);
        t.Write(50_000);
        t.Drop();
        t.AdvanceMs(50);
        t.Inject(Ack(1, 1461));
        Assert.Equal(1460, t.Connection.GetInfo(t.Now).SendMss);
        Assert.Equal(0, t.Connection.Mtu.Limit);
    }

    [Fact, Rfc("4821", "7.7")]
    public void WherePathsAreBelievedNothingIsProbed()
    {
        var settings = new TcpSettings { PathMtuProbing = PathMtuProbing.Off };
        var pair = new TcpPair(client: settings) { Filter = segment => segment.Bytes.Length - TcpHeader <= 1300 };
        var client = new StreamApp(100_000);
        pair.Connect(client, new StreamApp(0));
        pair.RunFor(TimeSpan.FromMinutes(2));
        Assert.Equal(0, client.Connection!.Mtu.Limit);
        Assert.Equal(0, client.Connection.Statistics.BytesAcknowledged);
    }

    [Fact]
    public void AnOutageIsNoBlackHoleForLong()
    {
        var broken = true;
        var pair = new TcpPair { Filter = _ => !broken };
        broken = false;
        var client = new StreamApp(3_000_000);
        var server = new StreamApp(0);
        pair.Connect(client, server);
        pair.RunUntil(() => server.Received > 300_000);
        broken = true;
        pair.RunFor(TimeSpan.FromSeconds(6));
        broken = false;
        pair.RunUntil(() => server.Received == 3_000_000);
        Assert.Equal(1, pair.Client.Layer.Counters.BlackHoles);
        Assert.Equal(1, pair.Client.Layer.Counters.PathMtuProbes);
        Assert.Equal(0, client.Connection!.Mtu.Limit);
    }
}
