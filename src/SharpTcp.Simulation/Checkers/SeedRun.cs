using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading.Tasks;

namespace SharpTcp.Simulation;

/// <summary>
/// Runs a simulation for many seeds. The environment chooses among them: <c>SHARPTCP_SEED</c> runs one seed alone, <c>SHARPTCP_SEEDS</c> says how many, or from which to which (<c>10001-20000</c>), <c>SHARPTCP_TRACE</c> names a directory for the packets
/// (pcapng) of those that fail.
/// </summary>
public static class SeedRun
{
    private const string OneSeed = "SHARPTCP_SEED";
    private const string SeedCount = "SHARPTCP_SEEDS";
    private const string TraceDirectory = "SHARPTCP_TRACE";
    private const int MaximumFailures = 10;

    /// <summary>Runs seeds from 1 on, several at a time, and says of those that fail how to run them again.</summary>
    /// <param name="name">What is run; also a part of the test's name, by which a test filter finds it.</param>
    /// <param name="count">How many seeds, unless the environment says otherwise.</param>
    /// <param name="simulation">Runs one seed; an exception fails it. Called on several threads, each seed on one.</param>
    /// <exception cref="SimulationException">Seeds failed. After some no further ones are begun.</exception>
    public static void ForEach(string name, int count, Action<SeedContext> simulation)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        var (first, last) = Range(count);
        var failures = new ConcurrentDictionary<long, Exception>();
        Parallel.For((long)first, (long)last + 1, (seed, loop) =>
        {
            var context = new SeedContext((ulong)seed, TraceFile(name, (ulong)seed));
            if (Failure(simulation, context) is not { } failure)
            {
                context.DeleteTrace();
                return;
            }

            failures[seed] = failure;
            if (failures.Count >= MaximumFailures)
            {
                loop.Stop();
            }
        });
        if (!failures.IsEmpty)
        {
            throw Summary(name, failures);
        }
    }

    private static SimulationException Summary(string name, ConcurrentDictionary<long, Exception> failures)
    {
        var seeds = new List<long>(failures.Keys);
        seeds.Sort();
        var text = new StringBuilder();
        foreach (var seed in seeds)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nseed {seed}: {failures[seed].Message}\n  again: {OneSeed}={seed} ./test --filter {name}");
        }

        return new SimulationException(
            $"{name}: {seeds.Count} seeds failed (set {TraceDirectory} to a directory for their packets).{text}", failures[seeds[0]]);
    }

    private static (ulong First, ulong Last) Range(int count)
    {
        if (Environment.GetEnvironmentVariable(OneSeed) is { Length: > 0 } one)
        {
            var seed = Number(OneSeed, one);
            return (seed, seed);
        }

        if (Environment.GetEnvironmentVariable(SeedCount) is not { Length: > 0 } many)
        {
            return (1, (ulong)count);
        }

        return many.Split('-') is [var from, var to] ? (Number(SeedCount, from), Number(SeedCount, to)) : (1, Number(SeedCount, many));
    }

    private static ulong Number(string name, string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"{name} is \"{text}\": it must be a whole number.");

    private static string? TraceFile(string name, ulong seed) =>
        Environment.GetEnvironmentVariable(TraceDirectory) is { Length: > 0 } directory
            ? Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{name}-{seed}.pcapng"))
            : null;

    private static Exception? Failure(Action<SeedContext> simulation, SeedContext context)
    {
        try
        {
            simulation(context);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }
}

/// <summary>One seed of a <see cref="SeedRun"/>.</summary>
public sealed class SeedContext
{
    private readonly string? _traceFile;

    /// <summary>A seed by itself.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="traceFile">Where the packets of its network go (pcapng); null for nowhere.</param>
    public SeedContext(ulong seed, string? traceFile = null)
    {
        Seed = seed;
        _traceFile = traceFile;
    }

    /// <summary>The seed.</summary>
    public ulong Seed { get; }

    /// <summary>Makes a network of this seed, whose packets are captured if the environment asks for it.</summary>
    public SimulatedNetwork CreateNetwork()
    {
        var network = new SimulatedNetwork(Seed);
        if (_traceFile is not null)
        {
            network.Trace.CaptureTo(_traceFile);
        }

        return network;
    }

    internal void DeleteTrace()
    {
        if (_traceFile is not null)
        {
            File.Delete(_traceFile);
        }
    }
}
