using System;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>CUBIC (RFC 9438) and HyStart++ (RFC 9406), held to the formulas of the RFCs.</summary>
public sealed class CubicTests
{
    private const uint Mss = 1000;

    [Fact, Rfc("9438", "4.6"), Rfc("9438", "4.7")]
    public void AReductionKeepsSevenTenthsAndAShrinkingWindowMakesRoom()
    {
        var connection = Connection(100_000);
        connection.Control.OnLoss(connection);
        Assert.Equal(70_000u, connection.Congestion.Ssthresh);
        Assert.Equal(100_000u, connection.Congestion.Cubic.MaximumWindow);

        // Fast convergence: less than last time, so that W_max is 0.85 of it.
        connection.Congestion.Cwnd = 80_000;
        connection.Control.OnLoss(connection);
        Assert.Equal(56_000u, connection.Congestion.Ssthresh);
        Assert.Equal(68_000u, connection.Congestion.Cubic.MaximumWindow);
    }

    [Fact, Rfc("9293", "MAY-18"), Rfc("9438", "4.2"), Rfc("9438", "4.4"), Rfc("9438", "4.5")]
    public void TheWindowIsTheCubicFunctionOfTime()
    {
        const int rtt = 100;
        var connection = Connection(1_000_000, rtt);
        connection.Control.OnLoss(connection);
        connection.Congestion.Cwnd = connection.Congestion.Ssthresh;
        var k = Math.Cbrt(300 / 0.4);
        for (var round = 0; round <= 160; round++)
        {
            var t = round * rtt / 1000.0;
            var expected = 0.4 * Math.Pow(t - k, 3) + 1000;

            // The Reno-friendly estimate is far below on such a path until late.
            Assert.InRange(connection.Congestion.Cwnd / 1000.0, expected * 0.97, expected * 1.03);
            Round(connection, At(t), limited: true);
        }

        Assert.True(connection.Congestion.Cwnd > 1_100_000, "beyond K the window probes for more");
    }

    [Fact, Rfc("9438", "4.3")]
    public void OnAShortPathTheWindowIsRenos()
    {
        // 10 segments, 10 ms: the cubic function would take more than a second to come back to them.
        var connection = Connection(20_000, 10);
        connection.Control.OnLoss(connection);
        connection.Congestion.Cwnd = connection.Congestion.Ssthresh;
        var reno = 14.0;
        for (var round = 0; round < 20; round++)
        {
            Round(connection, At(round * 0.01), limited: true);
            reno += reno < 20 ? 3 * 0.3 / 1.7 : 1;
            Assert.InRange(connection.Congestion.Cwnd / 1000.0, reno - 1, reno + 1);
        }
    }

    [Fact, Rfc("9438", "5.8")]
    public void TimeInWhichTheApplicationSendsLittleDoesNotCount()
    {
        var connection = Connection(1_000_000, 100);
        connection.Control.OnLoss(connection);
        connection.Congestion.Cwnd = connection.Congestion.Ssthresh;
        Round(connection, At(0), limited: true);
        Round(connection, At(0.1), limited: true);
        var before = connection.Congestion.Cwnd;
        for (var t = 0.2; t < 60; t += 0.1)
        {
            Round(connection, At(t), limited: false);
        }

        Assert.Equal(before, connection.Congestion.Cwnd);
        Round(connection, At(60.1), limited: true);
        Assert.InRange(connection.Congestion.Cwnd, before, before * 1.05);
    }

    [Fact, Rfc("9438", "4.8")]
    public void AfterATimeoutTheCurveBeginsAtItsFlatPart()
    {
        var connection = Connection(100_000, 100);
        connection.Control.OnTimeout(connection);
        Assert.Equal(70_000u, connection.Congestion.Ssthresh);
        connection.Congestion.Cwnd = 70_000;
        Round(connection, At(0), limited: true);
        Assert.Equal(70_000u, connection.Congestion.Cubic.MaximumWindow);
        Assert.Equal(0, connection.Congestion.Cubic.TimeToMaximum);
    }

    [Fact, Rfc("9438", "4.10"), Rfc("9406", "4.2")]
    public void SlowStartEndsWhenTheRoundTripTimeGrows()
    {
        var connection = Connection(10_000, 40);
        SlowStartRounds(connection, 40, 3);
        Assert.Equal(SlowStartPhase.Initial, connection.Congestion.HyStart.Phase);
        var before = connection.Congestion.Cwnd;
        Assert.InRange(before, 60_000u, 80_000u);

        // 40 ms / 8 = 5 ms more: conservative slow start from the eighth sample on, growth by a quarter.
        var acknowledged = SlowStartRounds(connection, 46, 1);
        Assert.Equal(SlowStartPhase.Conservative, connection.Congestion.HyStart.Phase);
        Assert.Equal(before + 7_000 + (acknowledged - 7_000) / 4, connection.Congestion.Cwnd);
        SlowStartRounds(connection, 46, 3);
        Assert.Equal((uint)int.MaxValue, connection.Congestion.Ssthresh);
        SlowStartRounds(connection, 46, 1);
        Assert.Equal(SlowStartPhase.Ended, connection.Congestion.HyStart.Phase);
        Assert.Equal(connection.Congestion.Cwnd, connection.Congestion.Ssthresh);
    }

    [Theory]
    [InlineData(40, 44.9, 1)]
    [InlineData(40, 45.1, 2)]
    [InlineData(10, 13.9, 1)]
    [InlineData(10, 14.1, 2)]
    [InlineData(300, 315, 1)]
    [InlineData(300, 317, 2)]
    [Rfc("9406", "4.2")]
    public void HowMuchGrowthOfTheRoundTripTimeCounts(double first, double then, int phase)
    {
        var connection = Connection(10_000, 40);
        SlowStartRounds(connection, first, 2);
        SlowStartRounds(connection, then, 1);
        Assert.Equal(phase, (int)connection.Congestion.HyStart.Phase + 1);
    }

    [Fact, Rfc("9406", "4.2")]
    public void JitterDoesNotEndSlowStart()
    {
        var connection = Connection(10_000, 40);
        SlowStartRounds(connection, 40, 2);
        SlowStartRounds(connection, 46, 1);
        Assert.Equal(SlowStartPhase.Conservative, connection.Congestion.HyStart.Phase);
        SlowStartRounds(connection, 40, 1);
        Assert.Equal(SlowStartPhase.Initial, connection.Congestion.HyStart.Phase);
        Assert.Equal((uint)int.MaxValue, connection.Congestion.Ssthresh);
    }

    [Fact]
    public void AHostAndAConnectionChooseTheirCongestionControl()
    {
        Assert.Equal("cubic", new TcpFixture().Established().Connection.Control.Name);
        var t = new TcpFixture(new TcpSettings { CongestionControl = "reno" }).Established();
        Assert.Equal("reno", t.Connection.Control.Name);
        t.Connection.Options.CongestionControl = "cubic";
        t.Connection.OnOptionsChanged(t.Now);
        Assert.Equal("cubic", t.Connection.Control.Name);
        t = new TcpFixture().Established(options: new TcpSocketOptions { CongestionControl = "reno" });
        Assert.Equal("reno", t.Connection.Control.Name);
        var error = Assert.Throws<ArgumentException>(() => new TcpSocketOptions { CongestionControl = "bbr" });
        Assert.Contains("\"bbr\". Choose one of: cubic, reno.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new TcpSettings { CongestionControl = "" });
    }

    private static Instant At(double seconds) => Instant.Zero + TimeSpan.FromSeconds(seconds);

    /// <summary>A connection whose window is full, without its stack around.</summary>
    private static TcpConnection Connection(uint cwnd, int rtt = 100)
    {
        var connection = new TcpFixture().Established(mss: (int)Mss, rtt: rtt).Connection;
        connection.Congestion.Cwnd = cwnd;
        connection.SndNxt = connection.SndUna + cwnd;
        return connection;
    }

    /// <summary>All of a window is acknowledged, segment by segment.</summary>
    private static void Round(TcpConnection connection, Instant now, bool limited)
    {
        connection.Congestion.Use.Limited = limited;
        var sample = new DeliverySample { Now = now, Mss = (int)Mss };
        for (var left = connection.Congestion.Cwnd; left >= Mss; left -= Mss)
        {
            connection.Control.OnAcknowledged(connection, Mss, sample);
        }
    }

    /// <summary>So many rounds as HyStart++ counts them; returns the bytes that they acknowledged.</summary>
    private static uint SlowStartRounds(TcpConnection connection, double rtt, int rounds)
    {
        connection.Congestion.Use.Limited = true;
        var sample = new DeliverySample { Now = At(0), Mss = (int)Mss, HasRtt = true, Rtt = TimeSpan.FromMilliseconds(rtt) };
        var bytes = 0u;
        for (var i = 0; i < rounds; i++)
        {
            var end = connection.Congestion.HyStart.InRound ? connection.Congestion.HyStart.WindowEnd : connection.SndNxt;
            while (connection.SndUna < end)
            {
                connection.SndUna += Mss;
                bytes += Mss;
                connection.Control.OnAcknowledged(connection, Mss, sample);
                connection.SndNxt = SequenceNumber.Max(connection.SndNxt, connection.SndUna + connection.Congestion.Cwnd);
            }
        }

        return bytes;
    }
}
