using System;
using System.Diagnostics;
using System.Numerics;

namespace SharpTcp.Protocols;

/// <summary>
/// A hierarchical timing wheel (Varghese and Lauck): four levels of 256 slots, the finest of them 2¹³ ticks (0.82 ms) wide, so that it spans 40 days; what is
/// further away waits in the last slot of the coarsest level. Scheduling and cancelling are O(1). Deadlines are exact: an entry fires at the first
/// <see cref="Advance"/> whose time is not before its own, never earlier.
/// </summary>
public sealed class TimerWheel
{
    internal const short NotScheduled = -1;

    private const int Levels = 4;
    private const int SlotBits = 8;
    private const int Slots = 1 << SlotBits;
    private const int TickBits = 13;

    /// <summary>Behind the levels: what is due and about to be called.</summary>
    private const short DueSlot = Levels * Slots;

    private readonly TimerEntry?[] _slots = new TimerEntry?[DueSlot + 1];
    private readonly ulong[] _occupied = new ulong[DueSlot / 64 + 1];
    private long _position;
    private Instant _nextDeadline = Instant.Never;
    private bool _nextDeadlineKnown = true;

    /// <summary>Makes an empty wheel that stands at <paramref name="now"/>.</summary>
    public TimerWheel(Instant now) => _position = now.Ticks >> TickBits;

    /// <summary>How many entries are scheduled.</summary>
    public int Count { get; private set; }

    /// <summary>The earliest deadline, or <see cref="Instant.Never"/>.</summary>
    public Instant NextDeadline
    {
        get
        {
            if (!_nextDeadlineKnown)
            {
                _nextDeadline = FindNextDeadline();
                _nextDeadlineKnown = true;
            }

            return _nextDeadline;
        }
    }

    /// <summary>Sets the deadline of an entry, earlier or later than the one it may have.</summary>
    public void Schedule(TimerEntry entry, Instant due)
    {
        if (entry.Slot != NotScheduled)
        {
            Remove(entry);
        }

        if (due.IsNever)
        {
            return;
        }

        entry.Due = due;
        Insert(entry);
        if (_nextDeadlineKnown && due < _nextDeadline)
        {
            _nextDeadline = due;
        }
    }

    /// <summary>Takes an entry off the wheel; nothing happens if it is not on it.</summary>
    public void Cancel(TimerEntry entry)
    {
        if (entry.Slot != NotScheduled)
        {
            Remove(entry);
        }
    }

    /// <summary>Fires every entry whose deadline is not after <paramref name="now"/>, and returns how many.</summary>
    public int Advance(Instant now)
    {
        var fired = 0;
        var target = now.Ticks >> TickBits;
        while (true)
        {
            fired += FireSlot((int)(_position & (Slots - 1)), now);
            if (_position >= target)
            {
                return fired;
            }

            MoveTowards(target);
        }
    }

    private int FireSlot(int slot, Instant now)
    {
        // What is due moves to a list of its own first, from which a call may take away or put back any entry. What is scheduled for a time that has passed lands in
        // this very slot: look until nothing is due.
        var fired = 0;
        while (CollectDue(slot, now))
        {
            while (_slots[DueSlot] is { } entry)
            {
                Remove(entry);
                fired++;
                entry.OnTimer(now);
            }
        }

        return fired;
    }

    private bool CollectDue(int slot, Instant now)
    {
        for (var entry = _slots[slot]; entry is not null;)
        {
            var next = entry.Next;
            if (entry.Due <= now)
            {
                Unlink(entry);
                Link(entry, DueSlot);
            }

            entry = next;
        }

        return _slots[DueSlot] is not null;
    }

    /// <summary>Steps to the next slot in which something can happen, cascading coarser levels on the way.</summary>
    private void MoveTowards(long target)
    {
        if (Count == 0)
        {
            _position = target;
            return;
        }

        // Jump over empty slots of the finest level, up to the next boundary of the level above.
        var boundary = (_position | (Slots - 1)) + 1;
        var next = NextOccupied(0, (int)(_position & (Slots - 1)) + 1);
        var step = next < Slots ? (_position & ~(long)(Slots - 1)) + next : boundary;
        _position = Math.Min(step, target);
        if ((_position & (Slots - 1)) == 0)
        {
            Cascade();
        }
    }

    private void Cascade()
    {
        for (var level = 1; level < Levels; level++)
        {
            var index = (int)(_position >> (SlotBits * level)) & (Slots - 1);
            var slot = level * Slots + index;
            var entry = _slots[slot];
            while (entry is not null)
            {
                var next = entry.Next;
                Unlink(entry);
                Insert(entry);
                entry = next;
            }

            if (index != 0)
            {
                return;
            }
        }
    }

    private void Insert(TimerEntry entry)
    {
        var tick = Math.Max(entry.Due.Ticks >> TickBits, _position);
        var distance = tick - _position;
        var level = 0;
        while (level < Levels - 1 && distance >> (SlotBits * (level + 1)) != 0)
        {
            level++;
        }

        // Beyond the span of the wheel: as far as it reaches, and on from there.
        const long span = (1L << (SlotBits * Levels)) - 1;
        if (distance > span)
        {
            tick = _position + span;
        }

        Link(entry, (short)(level * Slots + (int)((tick >> (SlotBits * level)) & (Slots - 1))));
    }

    private void Link(TimerEntry entry, short slot)
    {
        entry.Slot = slot;
        entry.Previous = null;
        entry.Next = _slots[slot];
        if (entry.Next is not null)
        {
            entry.Next.Previous = entry;
        }

        _slots[slot] = entry;
        _occupied[slot >> 6] |= 1UL << (slot & 63);
        Count++;
    }

    private void Remove(TimerEntry entry)
    {
        if (_nextDeadlineKnown && entry.Due <= _nextDeadline)
        {
            _nextDeadlineKnown = false;
        }

        Unlink(entry);
        entry.Due = Instant.Never;
    }

    private void Unlink(TimerEntry entry)
    {
        Debug.Assert(entry.Slot != NotScheduled, "only a scheduled entry can be unlinked");
        if (entry.Previous is null)
        {
            _slots[entry.Slot] = entry.Next;
            if (entry.Next is null)
            {
                _occupied[entry.Slot >> 6] &= ~(1UL << (entry.Slot & 63));
            }
        }
        else
        {
            entry.Previous.Next = entry.Next;
        }

        if (entry.Next is not null)
        {
            entry.Next.Previous = entry.Previous;
        }

        entry.Previous = null;
        entry.Next = null;
        entry.Slot = NotScheduled;
        Count--;
    }

    private Instant FindNextDeadline()
    {
        // Levels overlap in time where a coarse slot is about to cascade, so the first occupied slot of every level is looked at.
        var earliest = EarliestIn(DueSlot);
        for (var level = 0; level < Levels && Count > 0; level++)
        {
            // At a coarser level the current slot holds what lies a whole turn ahead, so it is looked at last.
            var current = _position >> (SlotBits * level);
            var first = level == 0 ? 0 : 1;
            var index = (int)(current + first) & (Slots - 1);
            var found = NextOccupied(level, index);
            if (found == Slots)
            {
                found = NextOccupied(level, 0);
            }

            if (found == Slots)
            {
                continue;
            }

            // A coarse slot can hold very many entries: they are looked through only if the slot begins before what is known.
            var begins = (current + first + ((found - index) & (Slots - 1))) << (SlotBits * level + TickBits);
            if (begins < earliest.Ticks)
            {
                earliest = Instant.Min(earliest, EarliestIn(level * Slots + found));
            }
        }

        return earliest;
    }

    private Instant EarliestIn(int slot)
    {
        var earliest = Instant.Never;
        for (var entry = _slots[slot]; entry is not null; entry = entry.Next)
        {
            earliest = Instant.Min(earliest, entry.Due);
        }

        return earliest;
    }

    /// <summary>The first occupied slot of a level from <paramref name="from"/> on, or <see cref="Slots"/>.</summary>
    private int NextOccupied(int level, int from)
    {
        for (var slot = from; slot < Slots;)
        {
            var word = _occupied[(level * Slots + slot) >> 6] >> (slot & 63);
            if (word != 0)
            {
                return slot + BitOperations.TrailingZeroCount(word);
            }

            slot = (slot | 63) + 1;
        }

        return Slots;
    }
}
