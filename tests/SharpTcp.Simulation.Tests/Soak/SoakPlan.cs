using System;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Simulation.Tests;

/// <summary>What a seed of the soak does: drawn before it begins.</summary>
internal sealed class SoakPlan
{
    private const int LeastIPv6Mtu = 1280;

    /// <summary>Most calls of full size that a stream takes: a thousand seeds must end within a minute.</summary>
    private const int MostCalls = 2000;

    public SoakPlan(SeededEntropy random)
    {
        Setup = DrawSetup(random);
        Forward = DrawConditions(random);
        Backward = random.Chance(0.7) ? Forward : DrawConditions(random);
        First = DrawHost(random);
        Second = DrawHost(random);
        Partition = random.Chance(0.2) ? (10 * random.NextShare(), 20 * random.NextShare()) : null;
        Connections = new ConnectionPlan[random.Between(1, 4)];
        for (var i = 0; i < Connections.Length; i++)
        {
            Connections[i] = DrawConnection(random);
        }
    }

    public LinkSetup Setup { get; }

    public LinkConditions Forward { get; }

    public LinkConditions Backward { get; }

    public HostOptions First { get; }

    public HostOptions Second { get; }

    /// <summary>When the link goes down and for how long, in seconds; null for never.</summary>
    public (double Begin, double Length)? Partition { get; }

    public ConnectionPlan[] Connections { get; }

    public override string ToString() =>
        $"{Setup}\n{Forward}\n{Backward}\npartition {Partition}\n{string.Join<ConnectionPlan>('\n', Connections)}";

    private static LinkSetup DrawSetup(SeededEntropy random)
    {
        var offloads = random.Pick(LinkOffloads.None, LinkOffloads.Checksum, LinkOffloads.All);
        return new LinkSetup
        {
            Medium = random.Pick(LinkMedium.Ethernet, LinkMedium.Ethernet, LinkMedium.Ip),
            Mtu = random.Pick(1500, 1500, LeastIPv6Mtu, 9000, 1501),
            Offloads = offloads,
            CarriesSuperFrames = offloads == LinkOffloads.All && random.Chance(0.5),
        };
    }

    private static LinkConditions DrawConditions(SeededEntropy random)
    {
        var limit = random.Pick(0, 0.01, 0.05, 0.1);
        return new LinkConditions
        {
            Delay = TimeSpan.FromMilliseconds(random.Pick(0, 1, 10, 50, 150)),
            Jitter = TimeSpan.FromMilliseconds(random.Pick(0, 0, 1, 20)),
            Loss = random.NextShare() * limit,
            Bursts = random.Chance(0.2) ? new BurstLoss { Begin = 0.005, End = 0.3 } : null,
            Duplication = random.NextShare() * limit,
            Reordering = random.NextShare() * limit,
            ReorderingDelay = TimeSpan.FromMilliseconds(random.Pick(1, 20, 300)),
            Corruption = random.NextShare() * limit / 2,
            BitsPerSecond = random.Pick(0, 0, 1_000_000, 20_000_000, 1_000_000_000),
            QueuePackets = random.Pick(5, 50, 1000),
            Backpressure = random.Chance(0.2),
        };
    }

    internal static HostOptions DrawHost(SeededEntropy random)
    {
        var receive = random.Pick(4, 32, 256) * 1024;
        var send = random.Pick(8, 64, 256) * 1024;
        return new HostOptions
        {
            Tcp = new TcpSettings
            {
                Timestamps = random.Chance(0.8),
                SelectiveAcks = random.Chance(0.8),
                WindowScaling = random.Chance(0.8),
                QuickAcks = random.Pick(0, 16),
                ReceiveBuffer = (receive, receive * random.Pick(1, 8)),
                SendBuffer = (send, send * random.Pick(1, 8)),
                MinimumRto = TimeSpan.FromMilliseconds(random.Pick(200, 1000)),
            },
        };
    }

    internal static ConnectionPlan DrawConnection(SeededEntropy random)
    {
        var (client, server) = (DrawSide(random), DrawSide(random));
        return new ConnectionPlan
        {
            UseIPv6 = random.Chance(0.5),
            NoDelay = random.Chance(0.3),
            FromClient = client with { Bytes = DrawLength(random, client, server) },
            FromServer = server with { Bytes = DrawLength(random, server, client) },
            Client = random.Next(),
            Server = random.Next(),
        };
    }

    private static SidePlan DrawSide(SeededEntropy random) => new()
    {
        LargestWrite = random.Pick(1, 100, 1000, 5000, 60_000),
        LargestRead = random.Pick(10, 500, 5000, 60_000),
        WritePause = random.Pick(0, 0, 0.02),
        ReadPause = random.Pick(0, 0, 0.02),
        ResetsAfter = random.Chance(0.05) ? random.Between(0, 50_000) : null,
    };

    private static int DrawLength(SeededEntropy random, SidePlan sender, SidePlan receiver)
    {
        var length = (int)Math.Pow(2, random.NextShare() * random.Pick(12, 16, 20));
        return random.Chance(0.1) ? 0 : Math.Min(length, MostCalls * Math.Min(sender.LargestWrite, receiver.LargestRead));
    }
}

/// <summary>One connection of the soak.</summary>
internal sealed record ConnectionPlan
{
    public required bool UseIPv6 { get; init; }

    public required bool NoDelay { get; init; }

    public required SidePlan FromClient { get; init; }

    public required SidePlan FromServer { get; init; }

    /// <summary>The seed of what the client draws on the way, and the key of what it sends.</summary>
    public required ulong Client { get; init; }

    /// <summary>The seed of what the server draws on the way, and the key of what it sends.</summary>
    public required ulong Server { get; init; }

    public bool HasReset => FromClient.ResetsAfter is not null || FromServer.ResetsAfter is not null;
}

/// <summary>What one side of a connection does.</summary>
internal sealed record SidePlan
{
    /// <summary>How much it sends.</summary>
    public int Bytes { get; init; }

    public required int LargestWrite { get; init; }

    public required int LargestRead { get; init; }

    /// <summary>The probability of a pause of up to 3 s after a write.</summary>
    public required double WritePause { get; init; }

    /// <summary>The probability of a stop of reading for up to 10 s after a read.</summary>
    public required double ReadPause { get; init; }

    /// <summary>After how many bytes the side resets the connection; null for never.</summary>
    public required int? ResetsAfter { get; init; }
}
