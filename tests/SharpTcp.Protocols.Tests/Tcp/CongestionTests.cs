using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using Xunit;
using static SharpTcp.Protocols.Tests.Tcp.Segment;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>The congestion window of Reno, RFC 5681 and RFC 6928.</summary>
public sealed class CongestionTests
{
    [Theory]
    [InlineData(1460, 10)]
    [InlineData(1000, 10)]
    [InlineData(4000, 3)]
    [InlineData(8000, 2)]
    [Rfc("6928", "2"), Rfc("9293", "MUST-19")]
    public void TheInitialWindowIsTenSegmentsOrFourteenThousandBytes(int mss, int segments)
    {
        var t = new TcpFixture(mtu: 9000).Established(mss: mss);
        t.Write(200_000);
        Assert.Equal(segments, t.Pending);
    }

    [Fact, Rfc("9293", "MUST-19"), Rfc("defect", "16")]
    public void SlowStartDoublesThenTheWindowGrowsByOneSegmentARoundTrip()
    {
        var t = new TcpFixture(new TcpSettings { SendBuffer = (1 << 20, 1 << 20), CongestionControl = "reno" }).Established(mss: 1000, wscale: 8);
        t.Write(1 << 20);
        t.Drop();
        Round(t);
        Assert.Equal(20_000u, t.Connection.Congestion.Cwnd);
        Round(t);
        Assert.Equal(40_000u, t.Connection.Congestion.Cwnd);
        t.Connection.Congestion.Ssthresh = 40_000;
        Round(t);
        Assert.Equal(41_000u, t.Connection.Congestion.Cwnd);
        Round(t);
        Assert.Equal(42_000u, t.Connection.Congestion.Cwnd);
    }

    [Fact, Rfc("7661", "4"), Rfc("9293", "MUST-19")]
    public void AWindowThatIsNotUsedDoesNotGrow()
    {
        var t = new TcpFixture().Established(mss: 1000);
        for (var i = 0; i < 100; i++)
        {
            t.Write(500);
            t.Drop();
            t.Inject(Ack(1, 1 + t.Written));
        }

        Assert.Equal(10_000u, t.Connection.Congestion.Cwnd);
    }

    [Fact, Rfc("5681", "4.1")]
    public void AfterIdlenessTheWindowBeginsAnew()
    {
        var t = new TcpFixture(new TcpSettings { SendBuffer = (1 << 20, 1 << 20), CongestionControl = "reno" }).Established(mss: 1000, wscale: 8);
        t.Write(70_000);
        t.Drop();
        Round(t);
        Round(t);
        t.Inject(Ack(1, 70_001));
        Assert.True(t.Connection.Congestion.Cwnd > 20_000);
        t.AdvanceMs(5_000);
        t.Drop();
        t.Write(100_000);
        Assert.Equal(10, t.Pending);
    }

    [Fact, Rfc("5681", "3.1")]
    public void ATimeoutHalvesTheThresholdOnce()
    {
        var t = new TcpFixture(new TcpSettings { CongestionControl = "reno" }).Established(mss: 1000);
        t.Write(10_000);
        t.AdvanceMs(1000);
        Assert.Equal(5_000u, t.Connection.Congestion.Ssthresh);
        Assert.Equal(1_000u, t.Connection.Congestion.Cwnd);
        t.AdvanceMs(2000);
        Assert.Equal(5_000u, t.Connection.Congestion.Ssthresh);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("9937", "5")]
    public void RecoveryShrinksTheFlightToHalf(bool sack)
    {
        var t = new TcpFixture(new TcpSettings { SendBuffer = (1 << 20, 1 << 20), CongestionControl = "reno" }).Established(mss: 1000, wscale: 8, sack: sack, rtt: 50);
        t.Write(1 << 20);
        Round(t);
        Round(t);
        t.Drop();
        var una = t.Connection.SndUna.Value - t.Iss;
        var flight = (int)t.Connection.FlightSize / 1000;
        Assert.Equal(40, flight);
        t.AdvanceMs(50);

        // The first is lost; what it makes us send is half of what arrives.
        var sent = 0;
        for (var i = 1; i < flight; i++)
        {
            t.Inject(sack ? Ack(1, una).Sack((una + 1000, una + 1000 + i * 1000)) : Ack(1, una));
            sent += t.Pending;
            t.Drop();
        }

        Assert.InRange(sent, 18, 23);
        t.Inject(Ack(1, una + flight * 1000));
        Assert.InRange(t.Connection.Congestion.Cwnd, 19_000u, 21_500u);
    }

    /// <summary>All that is in flight is acknowledged, segment by segment.</summary>
    private static void Round(TcpFixture t)
    {
        t.Drop();
        var una = t.Connection.SndUna.Value - t.Iss;
        var end = t.Connection.SndNxt.Value - t.Iss;
        for (var at = una + 1000; at <= end; at += 1000)
        {
            t.Inject(Ack(1, at));
        }
    }
}
