using System;
using System.Linq;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;
using Xunit;

namespace SharpTcp.Simulation.Tests;

/// <summary>Streams that share a bottleneck share it fairly, also with one that was there before.</summary>
public sealed class FairnessTests
{
    private const long Rate = 20_000_000;

    [Theory]
    [InlineData("cubic", 2, 1)]
    [InlineData("cubic", 2, 2)]
    [InlineData("cubic", 4, 3)]
    [InlineData("reno", 2, 4)]
    public void ABottleneckIsShared(string congestionControl, int streams, ulong seed)
    {
        var back = new LinkConditions { Delay = TimeSpan.FromMilliseconds(20) };
        var there = back with { BitsPerSecond = Rate, QueuePackets = int.MaxValue, QueueBytes = Rate / 8 / 25 };
        var options = new HostOptions { Tcp = new TcpSettings { CongestionControl = congestionControl } };
        var goodput = BulkTransfer.RunMany(seed, there, back, options, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90), streams, TimeSpan.FromSeconds(2));
        var sum = goodput.Sum();

        // Jain, Chiu and Hawe: 1 if all have the same, 1/n if one has all.
        var fairness = sum * sum / (streams * goodput.Sum(x => x * x));
        Assert.True(fairness >= 0.95, $"Jain's index is {fairness:F3}: {string.Join(", ", goodput.Select(x => $"{x / 1e6:F1}"))} Mbit/s");
        Assert.True(sum >= 0.9 * Rate * 1448 / 1514, $"Together they run at {sum / 1e6:F1} Mbit/s.");
    }
}
