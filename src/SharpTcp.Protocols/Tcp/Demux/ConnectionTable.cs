using System;
using System.Diagnostics;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// Finds a record by its four-tuple: open addressing with linear probing and a keyed hash. It grows step by step: while a larger array fills, every call
/// moves a few entries, so that no packet waits for the whole table. What is in it is charged to the memory budget.
/// </summary>
internal sealed class ConnectionTable
{
    private const int MinimumSize = 64;
    private const int MovedPerCall = 16;

    private readonly SipHash _key;
    private readonly MemoryBudget _memory;
    private Slot[] _current = new Slot[MinimumSize];
    private Slot[]? _old;
    private int _moved;
    private int _oldCount;
    private int _currentCount;

    public ConnectionTable(SipHash key, MemoryBudget memory)
    {
        _key = key;
        _memory = memory;
    }

    public int Count => _currentCount + _oldCount;

    public TcpRecord? Find(in FourTuple tuple)
    {
        var tag = Tag(tuple);
        var found = Probe(_current, tag, tuple);
        if (found >= 0)
        {
            return _current[found].Record;
        }

        if (_old is null)
        {
            return null;
        }

        found = Probe(_old, tag, tuple);
        return found >= 0 ? _old[found].Record : null;
    }

    public void Add(TcpRecord record)
    {
        Debug.Assert(Find(record.Tuple) is null, "a four-tuple has one record");
        MoveSome();
        if (_old is null && (_currentCount + 1) * 4 > _current.Length * 3)
        {
            Resize(_current.Length * 2);
        }

        Insert(_current, new Slot { Tag = Tag(record.Tuple), Record = record });
        _currentCount++;
        _memory.Charge(record.MemoryCost);
    }

    public void Remove(TcpRecord record)
    {
        MoveSome();
        var tuple = record.Tuple;
        var tag = Tag(tuple);
        var found = Probe(_current, tag, tuple);
        if (found >= 0 && _current[found].Record == record)
        {
            Delete(_current, found);
            _currentCount--;
        }
        else if (_old is not null && (found = Probe(_old, tag, tuple)) >= 0 && _old[found].Record == record)
        {
            // The old array is being emptied from its start: a hole would break probe sequences, a tombstone does not.
            _old[found] = new Slot { Tag = _old[found].Tag, IsTombstone = true };
            _oldCount--;
        }
        else
        {
            throw new InvalidOperationException($"{record.Local} with {record.Remote} is not in the connection table.");
        }

        _memory.Release(record.MemoryCost);

        if (_old is null && _current.Length > MinimumSize && _currentCount * 8 < _current.Length)
        {
            Resize(_current.Length / 2);
        }
    }

    /// <summary>Puts a record in the place of another with the same four-tuple.</summary>
    public void Replace(TcpRecord record, TcpRecord by)
    {
        Remove(record);
        Add(by);
    }

    private uint Tag(in FourTuple tuple) => (uint)tuple.Hash(_key);

    private static int Probe(Slot[] slots, uint tag, in FourTuple tuple)
    {
        var mask = slots.Length - 1;
        for (var i = (int)tag & mask; ; i = (i + 1) & mask)
        {
            ref var slot = ref slots[i];
            if (slot.Record is null)
            {
                if (slot.IsTombstone)
                {
                    continue;
                }

                return -1;
            }

            if (slot.Tag == tag && slot.Record.Matches(tuple))
            {
                return i;
            }
        }
    }

    private static void Insert(Slot[] slots, Slot slot)
    {
        var mask = slots.Length - 1;
        var i = (int)slot.Tag & mask;
        while (slots[i].Record is not null)
        {
            i = (i + 1) & mask;
        }

        slots[i] = slot;
    }

    /// <summary>Deletes by shifting back what was displaced over the hole, so that no tombstone stays.</summary>
    private static void Delete(Slot[] slots, int hole)
    {
        var mask = slots.Length - 1;
        for (var i = (hole + 1) & mask; slots[i].Record is not null; i = (i + 1) & mask)
        {
            var home = (int)slots[i].Tag & mask;
            if (((i - home) & mask) >= ((i - hole) & mask))
            {
                slots[hole] = slots[i];
                hole = i;
            }
        }

        slots[hole] = default;
    }

    private void Resize(int size)
    {
        _old = _current;
        _oldCount = _currentCount;
        _current = new Slot[size];
        _currentCount = 0;
        _moved = 0;
    }

    private void MoveSome()
    {
        if (_old is null)
        {
            return;
        }

        var end = Math.Min(_moved + MovedPerCall, _old.Length);
        for (; _moved < end; _moved++)
        {
            ref var slot = ref _old[_moved];
            if (slot.Record is null)
            {
                continue;
            }

            Insert(_current, slot);
            _currentCount++;
            _oldCount--;
            slot = new Slot { Tag = slot.Tag, IsTombstone = true };
        }

        if (_moved == _old.Length)
        {
            _old = null;
        }
    }

    private struct Slot
    {
        public TcpRecord? Record;
        public uint Tag;
        public bool IsTombstone;
    }
}
