using System;
using System.Globalization;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Simulation.Tests;

/// <summary>One path of the loss matrix.</summary>
/// <param name="Loss">The share of packets that are lost, in percent; negative: 1 % in bursts of ten.</param>
/// <param name="Rtt">Round-trip time in milliseconds.</param>
/// <param name="Megabits">The bottleneck's rate in Mbit/s.</param>
/// <param name="Queue">What waits before the bottleneck at most, in bandwidth-delay products.</param>
/// <param name="Reordering">The share of packets that come late, in percent.</param>
/// <param name="Sack">Whether the hosts use selective acknowledgments.</param>
internal sealed record LossCell(double Loss, int Rtt, int Megabits, double Queue, double Reordering, bool Sack)
{
    private const int LeastQueue = 4 * 1514;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    public string Name => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Loss < 0 ? "bursts" : $"loss {Loss} %")}, {Rtt} ms, {Megabits} Mbit/s, queue {Queue} BDP, reordering {Reordering} %, {(Sack ? "SACK" : "no SACK")}");

    /// <summary>Goodput of a seed in Mbit/s, from the first SYN on.</summary>
    public double Run(ulong seed)
    {
        var rate = Megabits * 1_000_000L;
        var back = new LinkConditions { Delay = TimeSpan.FromMilliseconds(Rtt / 2.0) };
        var there = back with
        {
            BitsPerSecond = rate,
            QueuePackets = int.MaxValue,
            QueueBytes = Math.Max(LeastQueue, (long)(rate / 8 * (Rtt / 1000.0) * Queue)),
            Loss = Math.Max(0, Loss) / 100,
            Bursts = Loss < 0 ? new BurstLoss { Begin = 0.001, End = 0.1 } : null,
            Reordering = Reordering / 100,
            ReorderingDelay = TimeSpan.FromMilliseconds(Rtt / 4.0),
        };
        var options = new HostOptions { Tcp = new TcpSettings { SelectiveAcks = Sack } };
        return BulkTransfer.Run(seed, there, back, options, TimeSpan.Zero, Duration) / 1e6;
    }
}
