using System;
using SharpTcp.Protocols;

namespace SharpTcp;

/// <summary>The stack's monotonic clock: a <see cref="TimeProvider"/>'s timestamps as <see cref="Instant"/>s since the stack was made.</summary>
internal sealed class ShardClock
{
    private readonly TimeProvider _provider;
    private readonly long _start;
    private readonly long _frequency;

    public ShardClock(TimeProvider provider)
    {
        _provider = provider;
        _start = provider.GetTimestamp();
        _frequency = provider.TimestampFrequency;
    }

    /// <summary>The time. Read once per batch.</summary>
    public Instant Now
    {
        get
        {
            var elapsed = _provider.GetTimestamp() - _start;
            return new Instant(_frequency switch
            {
                1_000_000_000 => elapsed / 100,
                TimeSpan.TicksPerSecond => elapsed,
                _ => (long)((Int128)elapsed * TimeSpan.TicksPerSecond / _frequency),
            });
        }
    }
}
