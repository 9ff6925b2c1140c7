using System;

namespace SharpTcp.Tests.Sockets;

/// <summary>A clock that stands until it is moved.</summary>
public sealed class VirtualTime : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + new TimeSpan(_ticks);

    public void Advance(TimeSpan span) => _ticks += span.Ticks;
}
