using System;
using System.Reflection;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>What a long life brings: a loop that stood still, and counters at their end.</summary>
public sealed class LongRunTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(3600)]
    [Rfc("exam", "88")]
    public void AfterAStallWhatIsDueIsDoneOnce(int seconds)
    {
        var t = new TcpFixture(new TcpSettings { R2 = TimeSpan.FromHours(2), R2Syn = TimeSpan.FromHours(2) });
        t.Listen();
        t.Inject(Syn().Mss(1460));
        t.Inject(Ack(1, 1));
        t.Accept();
        t.Write(3000);
        t.Connection.Options.KeepAlive = true;
        t.Connection.Options.KeepAliveTime = TimeSpan.FromSeconds(5);
        t.Connection.OnOptionsChanged(t.Now);
        t.Drop();
        var calm = t.Host.Timers.Count;

        // Nothing ran meanwhile: the clock is just there.
        t.Host.Now += TimeSpan.FromSeconds(seconds);
        t.Host.RunTimers();
        Assert.InRange(t.Pending, 1, 2);
        Assert.Equal(calm, t.Host.Timers.Count);
        t.Drop();
        t.Host.RunTimers();
        t.ExpectNothing();
        t.Inject(Ack(1, 3001));
        Assert.Equal(TcpState.Established, t.State);
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(3600, 1)]
    [Rfc("exam", "88")]
    public void AThousandHalfOpenConnectionsAreNoStormAfterAStall(int seconds, int most)
    {
        var t = new TcpFixture();
        t.Listen();
        for (var i = 0; i < 1000; i++)
        {
            t.Rules.Forget();
            t.Host.Input(ScriptWriter.Write(t, Syn().Mss(1460), (ushort)(10_000 + i)), t.Peer, t.Local);
        }

        t.Drop();
        t.Host.Now += TimeSpan.FromSeconds(seconds);
        t.Host.RunTimers();
        Assert.InRange(t.Pending, 0, 1000 * most);
    }

    [Fact, Rfc("exam", "88")]
    public void AClockThatStandsStillOrGoesBackRunsNothing()
    {
        var wheel = new TimerWheel(new Instant(TimeSpan.TicksPerHour));
        var entry = new Counting();
        wheel.Schedule(entry, new Instant(TimeSpan.TicksPerHour + TimeSpan.TicksPerSecond));
        wheel.Advance(new Instant(TimeSpan.TicksPerHour));
        wheel.Advance(Instant.Zero);
        Assert.Equal(0, entry.Calls);
        wheel.Advance(new Instant(TimeSpan.TicksPerHour + 2 * TimeSpan.TicksPerSecond));
        Assert.Equal(1, entry.Calls);
    }

    [Fact, Rfc("exam", "87")]
    public void CountersThatOverflowHurtNobody()
    {
        var pair = new TcpPair(new WireOptions { Loss = 0.02, Duplication = 0.01, SuperSegments = true });
        var client = new StreamApp(500_000);
        var server = new StreamApp(500_000);
        pair.Connect(client, server);
        pair.RunUntil(() => client.Received > 10_000 && server.Received > 10_000);
        foreach (var layer in (TcpLayer[])[pair.Client.Layer, pair.Server.Layer])
        {
            foreach (var counter in typeof(TcpCounters).GetProperties())
            {
                counter.SetValue(layer.Counters, long.MaxValue);
            }
        }

        foreach (var connection in (TcpConnection[])[client.Connection!, server.Connection!])
        {
            object statistics = connection.Statistics;
            foreach (var field in typeof(TcpStatistics).GetFields(BindingFlags.Instance | BindingFlags.Public))
            {
                if (field.FieldType == typeof(uint))
                {
                    field.SetValue(statistics, uint.MaxValue);
                }
                else if (field.FieldType == typeof(long))
                {
                    field.SetValue(statistics, long.MaxValue);
                }
            }

            connection.Statistics = (TcpStatistics)statistics;
        }

        pair.RunToEnd();
        Assert.Equal((500_000, 500_000), (client.Received, server.Received));
        Assert.True(pair.Server.Layer.Counters.SegmentsReceived < 0, "the counter went over its end");
    }

    private sealed class Counting : TimerEntry
    {
        public int Calls { get; private set; }

        protected internal override void OnTimer(Instant now) => Calls++;
    }
}
