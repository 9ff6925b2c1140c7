using System;
using System.Collections.Generic;
using System.Linq;
using SharpTcp.Protocols;

namespace SharpTcp.Simulation.Tests;

/// <summary>What a seed of the perils does: drawn before it begins.</summary>
internal sealed class PerilPlan
{
    /// <summary>The connections are made in peace, as far as the link allows: nobody resolves a neighbour or shakes hands without packets.</summary>
    private const double Begin = 3;

    /// <summary>How many seconds a writer waits at most, all pauses together.</summary>
    private const double LongestPauses = 60;

    private static readonly int[] Mtus = [576, 1000, 1280, 1400, 1500];

    public PerilPlan(SeededEntropy random)
    {
        First = SoakPlan.DrawHost(random);
        Second = SoakPlan.DrawHost(random);
        Offloads = random.Pick(LinkOffloads.None, LinkOffloads.Checksum, LinkOffloads.All);
        Conditions = DrawConditions(random);
        Connections = [.. Enumerable.Range(0, random.Between(1, 3)).Select(_ => DrawConnection(random))];
        LinkStalls = DrawSpans(random, 3, longest: 8);
        HostStalls = DrawSpans(random, 4, longest: 4);
        Partitions = DrawSpans(random, 1, longest: 20);
        Games = DrawSpans(random, 6, longest: 10);
        MtuChanges = [.. DrawSpans(random, 4, longest: 1).Select(span => (span.Begin, random.Pick<int>(Mtus)))];
        AttackFrames = random.Pick(0, 0, 100, 300);
    }

    /// <summary>When all perils are over and the link is fair.</summary>
    public static TimeSpan End { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Half of the perils are behind by then.</summary>
    public static Instant Middle { get; } = Instant.Zero + TimeSpan.FromSeconds(15);

    /// <summary>What the link is when it is fair.</summary>
    public static LinkConditions Fair { get; } = new() { Delay = TimeSpan.FromMilliseconds(5), BitsPerSecond = 100_000_000 };

    public HostOptions First { get; }

    public HostOptions Second { get; }

    public LinkOffloads Offloads { get; }

    public LinkConditions Conditions { get; }

    public ConnectionPlan[] Connections { get; }

    /// <summary>When nothing arrives, and for how long; then everything does.</summary>
    public Span[] LinkStalls { get; }

    /// <summary>When a host stands still, as a process does that gets no processor; the packets wait.</summary>
    public Span[] HostStalls { get; }

    /// <summary>When everything is lost.</summary>
    public Span[] Partitions { get; }

    /// <summary>When the windows that the hosts tell are made smaller on the way.</summary>
    public Span[] Games { get; }

    /// <summary>When the path gets another MTU; what is longer is dropped and reported.</summary>
    public (double At, int Mtu)[] MtuChanges { get; }

    /// <summary>How many frames somebody sends who knows all addresses and ports, and sees no packet.</summary>
    public int AttackFrames { get; }

    public override string ToString() =>
        $"{Conditions}, offloads {Offloads}\nlink stalls {List(LinkStalls)}; host stalls {List(HostStalls)}; partitions {List(Partitions)}; games {List(Games)}; MTU {List(MtuChanges)}; "
        + $"{AttackFrames} frames of an attacker\n{string.Join<ConnectionPlan>('\n', Connections)}";

    /// <summary>A time of the perils, early more often than late: most transfers are short.</summary>
    public static double DrawTime(SeededEntropy random) => Begin + ((End.TotalSeconds - Begin) * Math.Pow(random.NextShare(), 3));

    private static string List<T>(IEnumerable<T> items) => $"[{string.Join(' ', items)}]";

    private static LinkConditions DrawConditions(SeededEntropy random)
    {
        var limit = random.Pick(0, 0, 0.01, 0.05);
        return new LinkConditions
        {
            Delay = TimeSpan.FromMilliseconds(random.Pick(0, 1, 10, 50)),
            Jitter = TimeSpan.FromMilliseconds(random.Pick(0, 0, 5)),
            Loss = random.NextShare() * limit,
            Duplication = random.NextShare() * limit,
            Reordering = random.NextShare() * limit,
            Corruption = random.NextShare() * limit / 2,
            BitsPerSecond = random.Pick(0, 1_000_000, 20_000_000),
            QueuePackets = random.Pick(10, 100, 1000),
        };
    }

    private static ConnectionPlan DrawConnection(SeededEntropy random)
    {
        var plan = SoakPlan.DrawConnection(random);
        return plan with { FromClient = Lengthen(plan.FromClient, random), FromServer = Lengthen(plan.FromServer, random) };
    }

    // Without a reset, and so slow a writer that the connection lives while things happen.
    private static SidePlan Lengthen(SidePlan side, SeededEntropy random)
    {
        var pauses = random.NextShare() * LongestPauses / SoakSide.LongestWritePause.TotalSeconds * 2;
        var writes = Math.Max(1, side.Bytes * 2 / side.LargestWrite);
        return side with { ResetsAfter = null, WritePause = Math.Min(1, pauses / writes) };
    }

    private static Span[] DrawSpans(SeededEntropy random, int most, double longest)
    {
        var spans = new Span[random.Chance(0.5) ? random.Between(1, most) : 0];
        for (var i = 0; i < spans.Length; i++)
        {
            var begin = DrawTime(random);
            spans[i] = new Span(begin, Math.Min(longest * random.NextShare(), End.TotalSeconds - begin), random.Chance(0.5));
        }

        return spans;
    }

    /// <summary>A span of time, in seconds after the start, and which of two sides it concerns.</summary>
    internal readonly record struct Span(double Begin, double Length, bool First);
}
