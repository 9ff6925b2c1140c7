using System;

namespace SharpTcp.Protocols;

/// <summary>
/// The counters of a host. Every received frame adds one to <see cref="Counter.FramesIn"/> and one either to
/// <see cref="Counter.FramesDelivered"/> or to one <see cref="DropReason"/>.
/// </summary>
public sealed class HostCounters
{
    private static readonly int CounterCount = Enum.GetValues<Counter>().Length;
    private static readonly int DropReasonCount = Enum.GetValues<DropReason>().Length;

    private long[] _values = new long[CounterCount];
    private long[] _drops = new long[DropReasonCount];

    /// <summary>The value of a counter.</summary>
    public long this[Counter counter] => _values[(int)counter];

    /// <summary>How many packets were dropped for a reason.</summary>
    public long this[DropReason reason] => _drops[(int)reason];

    /// <summary>How many packets were dropped in all.</summary>
    public long Dropped
    {
        get
        {
            long sum = 0;
            foreach (var count in _drops)
            {
                sum += count;
            }

            return sum;
        }
    }

    /// <summary>The counters as they are now, in a copy that counts no further.</summary>
    public HostCounters Snapshot() => new() { _values = (long[])_values.Clone(), _drops = (long[])_drops.Clone() };

    internal void Add(Counter counter) => _values[(int)counter]++;

    /// <summary>Counts what became of a received frame.</summary>
    internal void AddOutcome(DropReason reason)
    {
        if (reason == DropReason.None)
        {
            _values[(int)Counter.FramesDelivered]++;
        }
        else
        {
            _drops[(int)reason]++;
        }
    }
}

/// <summary>The counters of an interface.</summary>
public sealed class InterfaceCounters
{
    /// <summary>The counters as they are now, in a copy that counts no further.</summary>
    public InterfaceCounters Snapshot() => (InterfaceCounters)MemberwiseClone();

    /// <summary>Frames received.</summary>
    public long FramesIn { get; internal set; }

    /// <summary>Bytes received.</summary>
    public long BytesIn { get; internal set; }

    /// <summary>Received frames that were dropped, for whatever reason.</summary>
    public long Dropped { get; internal set; }

    /// <summary>Frames sent.</summary>
    public long FramesOut { get; internal set; }

    /// <summary>Bytes sent.</summary>
    public long BytesOut { get; internal set; }

    /// <summary>Frames that the link refused because it was full.</summary>
    public long Refused { get; internal set; }
}
