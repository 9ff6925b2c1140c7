using System;
using System.Collections.Generic;

namespace SharpTcp.Cli;

/// <summary>What <c>sharptcp bench</c> was asked for.</summary>
internal sealed record BenchOptions
{
    /// <summary>Rounds; in each, every server does every work once.</summary>
    public int Runs { get; init; } = 5;

    /// <summary>Seconds of a bulk transfer.</summary>
    public double Seconds { get; init; } = 2;

    /// <summary>Names of the work to do; empty for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Where the figures go as JSON; null for nowhere.</summary>
    public string? Json { get; init; }

    /// <summary>The folder that holds the client and the kernel's server in C.</summary>
    public string Sources { get; init; } = Environment.GetEnvironmentVariable("SHARPTCP_ROOT") is { Length: > 0 } root ? System.IO.Path.Combine(root, "bench") : "bench";
}
