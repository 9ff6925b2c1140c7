using System;
using SharpTcp.Protocols;
using Xunit;

namespace SharpTcp.Simulation.Tests;

/// <summary>A long, wide path is filled without any option set.</summary>
public sealed class LongFatPipeTests
{
    private const long Rate = 1_000_000_000;

    /// <summary>1,448 bytes of payload in a frame of 1,514.</summary>
    private const double Share = 1448.0 / 1514;

    [Theory]
    [InlineData(1)]
    [InlineData(0.25)]
    public void AGigabitOverAHundredMillisecondsIsFilledWithinFiveSeconds(double queue)
    {
        var there = new LinkConditions
        {
            Delay = TimeSpan.FromMilliseconds(50),
            BitsPerSecond = Rate,
            QueuePackets = int.MaxValue,
            QueueBytes = (long)(Rate / 8 / 10 * queue),
        };
        var goodput = BulkTransfer.Run(1, there, there, new HostOptions(), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5));
        Assert.True(goodput >= 0.9 * Share * Rate, $"In its fifth second the stream runs at {goodput / 1e6:F0} Mbit/s.");
    }
}
