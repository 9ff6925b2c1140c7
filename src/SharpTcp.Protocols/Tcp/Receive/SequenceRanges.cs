using System;
using System.Diagnostics;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>A half-open range of sequence numbers.</summary>
internal readonly record struct SequenceRange(SequenceNumber Start, SequenceNumber End)
{
    public uint Length => (uint)(End - Start);
}

/// <summary>
/// A sorted set of ranges of sequence numbers that neither touch nor overlap. Looking up is a binary search; what is added merges with its neighbours.
/// </summary>
internal sealed class SequenceRanges
{
    private SequenceRange[] _ranges = new SequenceRange[4];
    private int _first;

    public int Count { get; private set; }

    /// <summary>The range at a place in the order.</summary>
    public SequenceRange this[int index] => _ranges[_first + index];

    /// <summary>Comparisons made so far: tests hold the cost to its bound by it.</summary>
    public long Steps { get; private set; }

    /// <summary>Adds a range and returns the one that it is now part of; <paramref name="duplicate"/> is what of it was there before.</summary>
    public SequenceRange Add(SequenceRange range, out SequenceRange? duplicate)
    {
        // The first range that ends at or after our start is the first that can touch us.
        var from = FirstEndingAtOrAfter(range.Start);
        var to = from;
        var start = range.Start;
        var end = range.End;
        duplicate = null;
        while (to < Count && this[to].Start <= range.End)
        {
            var overlap = new SequenceRange(SequenceNumber.Max(this[to].Start, range.Start), SequenceNumber.Min(this[to].End, range.End));
            if (duplicate is null && overlap.Start < overlap.End)
            {
                duplicate = overlap;
            }

            start = SequenceNumber.Min(start, this[to].Start);
            end = SequenceNumber.Max(end, this[to].End);
            to++;
        }

        var merged = new SequenceRange(start, end);
        ReplaceRange(from, to - from, merged);
        return merged;
    }

    /// <summary>Whether adding <paramref name="range"/> would make one more range.</summary>
    public bool WouldAddRange(SequenceRange range)
    {
        var from = FirstEndingAtOrAfter(range.Start);
        return from == Count || this[from].Start > range.End;
    }

    /// <summary>The range that contains <paramref name="sequence"/>, if any.</summary>
    public SequenceRange? Containing(SequenceNumber sequence)
    {
        var index = FirstEndingAtOrAfter(sequence);
        if (index < Count && this[index].End == sequence)
        {
            index++;
        }

        return index < Count && this[index].Start <= sequence ? this[index] : null;
    }

    /// <summary>Takes away the first range if it begins at or before <paramref name="next"/>, and moves <paramref name="next"/> to its end.</summary>
    public bool TakeFirst(ref SequenceNumber next)
    {
        if (Count == 0 || this[0].Start > next)
        {
            return false;
        }

        next = SequenceNumber.Max(next, this[0].End);
        _first++;
        Count--;
        if (Count == 0)
        {
            _first = 0;
        }

        return true;
    }

    public void Clear()
    {
        _first = 0;
        Count = 0;
        if (_ranges.Length > 64)
        {
            _ranges = new SequenceRange[4];
        }
    }

    private int FirstEndingAtOrAfter(SequenceNumber sequence)
    {
        var low = 0;
        var high = Count;
        while (low < high)
        {
            Steps++;
            var middle = (low + high) >>> 1;
            if (this[middle].End < sequence)
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

    private void ReplaceRange(int index, int removed, SequenceRange by)
    {
        Debug.Assert(by.Start < by.End, "a range is not empty");
        if (removed == 0)
        {
            MakeRoom(index);
        }
        else if (removed > 1)
        {
            Array.Copy(_ranges, _first + index + removed, _ranges, _first + index + 1, Count - index - removed);
            Count -= removed - 1;
        }

        _ranges[_first + index] = by;
    }

    private void MakeRoom(int index)
    {
        if (index == 0 && _first > 0)
        {
            _first--;
            Count++;
            return;
        }

        if (_first + Count == _ranges.Length)
        {
            var target = Count * 2 > _ranges.Length ? new SequenceRange[_ranges.Length * 2] : _ranges;
            Array.Copy(_ranges, _first, target, 0, Count);
            _ranges = target;
            _first = 0;
        }

        Array.Copy(_ranges, _first + index, _ranges, _first + index + 1, Count - index);
        Count++;
    }
}
