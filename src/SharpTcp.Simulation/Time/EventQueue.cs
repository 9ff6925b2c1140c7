using System;
using System.Diagnostics;
using SharpTcp.Protocols;

namespace SharpTcp.Simulation;

/// <summary>What is going to happen: a heap by instant, and by the order of scheduling within an instant. Each event knows its place, so that it can be moved and taken out.</summary>
internal sealed class EventQueue
{
    private VirtualEvent[] _heap = new VirtualEvent[64];
    private long _order;

    public int Count { get; private set; }

    /// <summary>When the first event happens.</summary>
    public Instant Next => Count == 0 ? Instant.Never : _heap[0].Due;

    /// <summary>Puts an event in, or moves it: it comes behind what is scheduled for the same instant.</summary>
    public void Schedule(VirtualEvent item, Instant due)
    {
        Remove(item);
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, 2 * Count);
        }

        item.Due = due;
        item.Order = _order++;
        Rise(item, Count++);
    }

    public void Remove(VirtualEvent item)
    {
        if (!item.IsScheduled)
        {
            return;
        }

        Debug.Assert(_heap[item.Place] == item, "an event is in one queue only");
        var place = item.Place;
        item.Place = VirtualEvent.NotScheduled;
        var last = _heap[--Count];
        _heap[Count] = null!;
        if (last == item)
        {
            return;
        }

        if (place > 0 && IsBefore(last, _heap[(place - 1) / 2]))
        {
            Rise(last, place);
        }
        else
        {
            Sink(last, place);
        }
    }

    public VirtualEvent TakeFirst()
    {
        var first = _heap[0];
        Remove(first);
        return first;
    }

    private static bool IsBefore(VirtualEvent left, VirtualEvent right) =>
        left.Due < right.Due || (left.Due == right.Due && left.Order < right.Order);

    private void Rise(VirtualEvent item, int place)
    {
        while (place > 0)
        {
            var parent = (place - 1) / 2;
            if (!IsBefore(item, _heap[parent]))
            {
                break;
            }

            Put(_heap[parent], place);
            place = parent;
        }

        Put(item, place);
    }

    private void Sink(VirtualEvent item, int place)
    {
        while (true)
        {
            var child = (2 * place) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && IsBefore(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (!IsBefore(_heap[child], item))
            {
                break;
            }

            Put(_heap[child], place);
            place = child;
        }

        Put(item, place);
    }

    private void Put(VirtualEvent item, int place)
    {
        _heap[place] = item;
        item.Place = place;
    }
}
