using System;
using SharpTcp.Links;
using SharpTcp.Protocols;

namespace SharpTcp.Cli;

/// <summary>One direction of a cable.</summary>
internal sealed class CableDirection : IDisposable
{
    private const int NanosecondsPerTick = 100;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly ILink _from;
    private readonly ILink _to;
    private readonly TimeProvider _clock;
    private readonly FaultPipe _pipe;
    private readonly byte[] _buffer;
    private long _carried;
    private long _refused;
    private long _latest;

    public CableDirection(ILink from, ILink to, FaultOptions options, ulong stream, TimeProvider clock)
    {
        _from = from;
        _to = to;
        _clock = clock;
        _pipe = new FaultPipe(options, from.Capabilities.Medium, stream);
        _buffer = new byte[from.ReceiveBufferSize];
    }

    /// <summary>When the next frame is due, in nanoseconds; <see cref="FaultPipe.Never"/> if none is under way.</summary>
    public long NextDue => _pipe.NextDue;

    public CableCounters Counters => new(_pipe.Counters, _carried, _refused, TimeSpan.FromTicks(_latest / NanosecondsPerTick));

    /// <summary>The time of a clock in nanoseconds.</summary>
    public static long NowOf(TimeProvider clock) => (long)((Int128)clock.GetTimestamp() * NanosecondsPerSecond / clock.TimestampFrequency);

    /// <summary>Reads some frames and sends on what is due.</summary>
    /// <returns>Whether there may be more to read.</returns>
    public bool Move(int most)
    {
        var read = 0;
        // Each frame has a time of its own: the first would else lend its own to those that came while it was read.
        for (; read < most && _from.TryReceive(_buffer, out var length, out var meta); read++)
            _pipe.Take(_buffer.AsSpan(0, length), meta, NowOf(_clock));
        Deliver();
        return read == most;
    }

    /// <inheritdoc/>
    public void Dispose() => _pipe.Dispose();

    // What the device does not take is lost, as at a receiver that is too slow: the cable does not stand still for it.
    private void Deliver()
    {
        var now = NowOf(_clock);
        if (_pipe.NextDue is var due && due < now)
            _latest = Math.Max(_latest, now - due);
        while (_pipe.TryPeekArrived(now, out var frame))
        {
            if (_to.TrySend(new OutboundFrame(frame)))
                _carried++;
            else
                _refused++;
            _pipe.Remove();
        }
    }
}
