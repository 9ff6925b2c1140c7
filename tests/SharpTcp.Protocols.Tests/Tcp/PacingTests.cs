using System;
using SharpTcp.Protocols.Tcp;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>What the window allows is spread over the round trip, where that is worth a timer.</summary>
public sealed class PacingTests
{
    [Fact]
    public void TheFirstWindowLeavesAtOnceAndTheSecondInHalfOfARoundTrip()
    {
        var t = new TcpFixture(new TcpSettings()).Established(mss: 1000, window: 65_535, rtt: 100);
        t.Write(60_000);
        Assert.Equal(10, Segments(t));
        t.AdvanceMs(100);
        t.Inject(Ack(1, 10_001));

        // Twenty segments now, ten of them for each 50 ms: at most 1 ms ahead, in pieces of two.
        var sent = Segments(t);
        Assert.InRange(sent, 2, 4);
        for (var ms = 5; ms <= 100; ms += 5)
        {
            t.AdvanceMs(5);
            var now = Segments(t);
            Assert.InRange(now, 0, 4);
            sent += now;
            Assert.InRange(sent, Math.Min(20, 2 * ms / 10), Math.Min(20, 4 + ms / 2));
        }

        Assert.Equal(20, sent);
        Assert.InRange(t.Connection.GetInfo(t.Now).PacingRate, 200_000, 420_000);
    }

    [Fact]
    public void OnAShortPathNothingIsPaced()
    {
        var t = new TcpFixture(new TcpSettings()).Established(mss: 1000, rtt: 1);
        t.Write(60_000);
        Assert.Equal(10, Segments(t));
        t.AdvanceMs(1);
        t.Inject(Ack(1, 10_001));
        Assert.Equal(20, Segments(t));
        Assert.Equal(long.MaxValue, t.Connection.GetInfo(t.Now).PacingRate);
    }

    [Fact]
    public void LinuxLeavesPacingToItsQueues()
    {
        var t = new TcpFixture(TcpSettings.Linux).Established(mss: 1000, rtt: 100);
        t.Write(60_000);
        t.AdvanceMs(100);
        t.Inject(Ack(1, 10_001));
        Assert.Equal(30, Segments(t));
    }

    [Theory]
    [InlineData(0, 100_000, 500)]
    [InlineData(100, 100_000, 500)]
    [InlineData(0, 10_000, 5000)]
    public void TheUsersLimitHoldsOnEveryPath(int rtt, int rate, int expectedMs)
    {
        var t = new TcpFixture(new TcpSettings()).Established(mss: 1000, rtt: rtt, options: new TcpSocketOptions { MaximumPacingRate = rate });
        t.Write(50_000);
        var sent = 0;
        var start = t.Now;
        while (sent < 50_000)
        {
            Assert.True((t.Now - start).TotalMilliseconds < 2 * expectedMs + 1000, $"{sent} bytes in {(t.Now - start).TotalMilliseconds} ms");
            while (t.Pending > 0)
            {
                sent += t.Take().PayloadLength;
            }

            Assert.InRange(sent, 0, 3000 + rate * (t.Now - start).TotalSeconds);
            t.AdvanceMs(1);
            t.Inject(Ack(1, 1 + sent));
        }

        Assert.InRange((t.Now - start).TotalMilliseconds, expectedMs * 0.9, expectedMs * 1.1);
        Assert.Equal(0, t.Host.Layer.Counters.Timeouts);
        Assert.Equal(rate, t.Connection.GetInfo(t.Now).MaximumPacingRate);
    }

    private static int Segments(TcpFixture t)
    {
        var segments = 0;
        while (t.Pending > 0)
        {
            segments += t.Take().PayloadLength / 1000;
        }

        return segments;
    }
}
