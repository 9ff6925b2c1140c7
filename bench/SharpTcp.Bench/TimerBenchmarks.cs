using System;
using BenchmarkDotNet.Attributes;
using SharpTcp.Protocols;
using SharpTcp.Simulation;

namespace SharpTcp.Bench;

/// <summary>The timer wheel with 100,000 timers on it.</summary>
public class TimerBenchmarks
{
    private const int Timers = 100_000;

    private readonly SeededEntropy _random = new(1);
    private readonly Entry[] _entries = new Entry[Timers];
    private TimerWheel _wheel = null!;
    private Instant _now;

    [GlobalSetup]
    public void SetUp()
    {
        _wheel = new TimerWheel(Instant.Zero);
        for (var i = 0; i < Timers; i++)
        {
            _wheel.Schedule(_entries[i] = new Entry(this), Later());
        }
    }

    /// <summary>A timer of a random connection is put off, as by every acknowledgment.</summary>
    [Benchmark]
    public void PutOff() => _wheel.Schedule(_entries[_random.Between(0, Timers - 1)], Later());

    /// <summary>Time passes until a timer fires, which is then set anew.</summary>
    [Benchmark]
    public int Fire()
    {
        _now = _wheel.NextDeadline;
        return _wheel.Advance(_now);
    }

    // Between 0.2 and 60 s, as retransmission and keep-alive timers are.
    private Instant Later() => _now + TimeSpan.FromMilliseconds(_random.Between(200, 60_000));

    private sealed class Entry(TimerBenchmarks owner) : TimerEntry
    {
        protected internal override void OnTimer(Instant now) => owner._wheel.Schedule(this, owner.Later());
    }
}
