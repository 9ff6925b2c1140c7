using System;
using SharpTcp.Links;

namespace SharpTcp.Cli;

/// <summary>
/// A cable between two links: what one receives the other sends, after what befalls it on the way. It moves only when it is asked to, by whatever clock it was given.
/// </summary>
internal sealed class Cable : IDisposable
{
    /// <summary>Frames that are read of one end before the other gets its turn: at 3 µs a frame none waits longer than a tenth of a millisecond.</summary>
    private const int Batch = 32;

    private readonly CableDirection _there;
    private readonly CableDirection _back;
    private readonly TimeProvider _clock;

    /// <summary>Makes a cable; the links stay the caller's.</summary>
    public Cable(ILink first, ILink second, FaultOptions there, FaultOptions back, TimeProvider clock)
    {
        _there = new CableDirection(first, second, there, 0, clock);
        _back = new CableDirection(second, first, back, 1, clock);
        _clock = clock;
    }

    /// <summary>What became of the frames from the first end to the second.</summary>
    public CableCounters There => _there.Counters;

    /// <summary>What became of the frames from the second end to the first.</summary>
    public CableCounters Back => _back.Counters;

    /// <summary>Reads what has come and sends on what is due.</summary>
    /// <param name="wait">How long nothing will be due; <see cref="TimeSpan.MaxValue"/> if nothing is under way.</param>
    /// <returns>Whether there may be more to read already.</returns>
    public bool Move(out TimeSpan wait)
    {
        var hasMore = _there.Move(Batch) | _back.Move(Batch);
        var due = Math.Min(_there.NextDue, _back.NextDue);
        wait = due == FaultPipe.Never ? TimeSpan.MaxValue : TimeSpan.FromTicks(Math.Max(0, (due - CableDirection.NowOf(_clock) + 99) / 100));
        return hasMore;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _there.Dispose();
        _back.Dispose();
    }
}
