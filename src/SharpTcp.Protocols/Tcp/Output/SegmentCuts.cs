using System;
using System.Diagnostics;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>How a piece of the send buffer ends that was committed (<see cref="TcpConnection.CommitSend(int, SendMarks, Instant)"/>).</summary>
[Flags]
public enum SendMarks : byte
{
    /// <summary>In the middle of a write.</summary>
    None = 0,

    /// <summary>A write ends here, and should reach the peer's user (PSH, RFC 9293 §3.9.1.2).</summary>
    Push = 1,

    /// <summary>A write ends here, and the next follows soon: what is no full segment waits for it, at most about 200 ms.</summary>
    More = 2,

    /// <summary>A record of the application ends here: no segment goes across.</summary>
    Record = 4,

    /// <summary>What was written up to here is urgent (RFC 9293 §3.8.5).</summary>
    Urgent = 8,
}

/// <summary>A place in the stream that no segment goes across.</summary>
internal struct SegmentCut
{
    public SequenceNumber End;

    /// <summary>The segment that ends here pushes.</summary>
    public bool Push;

    /// <summary>The application asked for it; else it is the end of a buffer (<see cref="WholeBuffers"/>), which may yet be filled.</summary>
    public bool Record;
}

/// <summary>The cuts that lie in the send buffer, in order; an acknowledgment takes them away.</summary>
internal sealed class SegmentCuts
{
    /// <summary>More records than this are not queued: each costs memory of its own.</summary>
    public const int Most = 4096;

    private SegmentCut[] _cuts = new SegmentCut[4];
    private int _first;

    public int Count { get; private set; }

    public ref SegmentCut Last => ref _cuts[_first + Count - 1];

    public SequenceNumber BeforeLast => _cuts[_first + Count - 2].End;

    public void Append(in SegmentCut cut)
    {
        Debug.Assert(Count == 0 || Last.End < cut.End, "cuts are in order");
        if (_first + Count == _cuts.Length)
        {
            var target = Count * 2 > _cuts.Length ? new SegmentCut[_cuts.Length * 2] : _cuts;
            Array.Copy(_cuts, _first, target, 0, Count);
            _cuts = target;
            _first = 0;
        }

        _cuts[_first + Count++] = cut;
    }

    /// <summary>Forgets those at or before <paramref name="una"/>.</summary>
    public void Acknowledge(SequenceNumber una)
    {
        while (Count > 0 && _cuts[_first].End <= una)
        {
            _first++;
            Count--;
        }

        if (Count == 0)
        {
            _first = 0;
        }
    }

    /// <summary>The first cut after <paramref name="sequence"/>.</summary>
    public bool TryNext(SequenceNumber sequence, out SegmentCut cut)
    {
        var index = IndexAfter(sequence);
        cut = index < Count ? _cuts[_first + index] : default;
        return index < Count;
    }

    /// <summary>How many lie after <paramref name="sequence"/>.</summary>
    public int CountAfter(SequenceNumber sequence) => Count - IndexAfter(sequence);

    public void Clear()
    {
        _first = 0;
        Count = 0;
    }

    private int IndexAfter(SequenceNumber sequence)
    {
        var low = 0;
        var high = Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_cuts[_first + middle].End <= sequence)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
