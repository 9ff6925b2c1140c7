using System;
using BenchmarkDotNet.Attributes;
using SharpTcp.Simulation;

namespace SharpTcp.Bench;

/// <summary>Segments of 1,460 bytes in order, with the acknowledgments that they draw and the reading of what came; the figure is for one segment.</summary>
[MemoryDiagnoser]
public class ReceiveBenchmarks
{
    private const int Batch = 32;
    private const int ManyConnections = 100_000;

    private readonly SeededEntropy _random = new(1);
    private Receiver _one = null!;
    private Receiver? _many;

    [GlobalSetup(Target = nameof(InOrder))]
    public void SetUpOne() => _one = new Receiver(1);

    [GlobalSetup(Target = nameof(ManyInRandomOrder))]
    public void SetUpMany() => _many = new Receiver(ManyConnections);

    /// <summary>One connection, batches of 32 segments.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public long InOrder()
    {
        for (var i = 0; i < Batch; i++)
        {
            _one.Deliver(0);
        }

        Check(_one.EndBatch(0), Batch);
        return _one.Sent;
    }

    /// <summary>100,000 connections, each segment for another one.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public long ManyInRandomOrder()
    {
        for (var i = 0; i < Batch; i++)
        {
            var connection = _random.Between(0, ManyConnections - 1);
            _many!.Deliver(connection);
            Check(_many.EndBatch(connection), 1);
        }

        return _many!.Sent;
    }

    // What is thrown away is fast.
    private static void Check(int bytes, int segments)
    {
        if (bytes != segments * Receiver.SegmentSize)
        {
            throw new InvalidOperationException($"{bytes} bytes were read, {segments} segments came.");
        }
    }
}
