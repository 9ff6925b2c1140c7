using System;
using System.Collections.Generic;
using SharpTcp.Protocols;

namespace SharpTcp.Posix;

/// <summary>An epoll instance: descriptors that it watches, and a list of those that may be ready, in the order of their events.</summary>
internal sealed class EpollFile(PosixStack stack) : PosixFile(stack)
{
    private readonly Dictionary<PosixFile, EpollItem> _items = [];
    private readonly LinkedList<EpollItem> _ready = new();

    public override PollEvents Poll()
    {
        foreach (var item in _ready)
        {
            if ((item.File.Poll() & item.Mask) != 0)
            {
                return PollEvents.In | PollEvents.ReadNormal;
            }
        }

        return PollEvents.None;
    }

    public int Add(PosixFile file, PollEvents wanted, ulong data)
    {
        if (file == this)
        {
            return -Errno.Invalid;
        }

        if (_items.ContainsKey(file))
        {
            return -Errno.Exists;
        }

        var item = new EpollItem(this, file) { Wanted = wanted, Data = data };
        _items.Add(file, item);
        file.AddWatcher(item);
        MarkIfReady(item);
        return 0;
    }

    public int Modify(PosixFile file, PollEvents wanted, ulong data)
    {
        if (!_items.TryGetValue(file, out var item))
        {
            return -Errno.NoEntry;
        }

        item.Wanted = wanted;
        item.Data = data;
        item.IsDisabled = false;
        MarkIfReady(item);
        return 0;
    }

    public int Remove(PosixFile file)
    {
        if (!_items.Remove(file, out var item))
        {
            return -Errno.NoEntry;
        }

        file.RemoveWatcher(item);
        _ready.Remove(item);
        return 0;
    }

    public void MarkReady(EpollItem item)
    {
        if (!item.IsReady)
        {
            item.IsReady = true;
            _ready.AddLast(item);
            Notify(PollEvents.In | PollEvents.ReadNormal);
        }
    }

    /// <summary>Waits until something is ready, as poll does; <paramref name="deadline"/> may be now.</summary>
    public int Wait(Span<EpollEvent> events, Instant deadline, ref Instant now)
    {
        while (true)
        {
            var count = Collect(events);
            if (count > 0 || deadline <= now || IsClosed)
            {
                return count;
            }

            now = Stack.Sleep(deadline);
        }
    }

    /// <summary>Reports what is still ready. Level-triggered items go to the end of the list, edge-triggered ones out of it.</summary>
    private int Collect(Span<EpollEvent> events)
    {
        var count = 0;
        for (var left = _ready.Count; left > 0 && count < events.Length; left--)
        {
            var item = _ready.First!.Value;
            _ready.RemoveFirst();
            item.IsReady = false;
            var found = item.IsDisabled ? PollEvents.None : item.File.Poll() & item.Mask;
            if (found == PollEvents.None)
            {
                continue;
            }

            events[count++] = new EpollEvent { Events = found, Data = item.Data };
            if ((item.Wanted & PollEvents.OneShot) != 0)
            {
                item.IsDisabled = true;
            }
            else if ((item.Wanted & PollEvents.EdgeTriggered) == 0)
            {
                item.IsReady = true;
                _ready.AddLast(item);
            }
        }

        return count;
    }

    protected override int OnClose(ref Instant now)
    {
        foreach (var (file, item) in _items)
        {
            file.RemoveWatcher(item);
        }

        _items.Clear();
        _ready.Clear();
        return 0;
    }

    private void MarkIfReady(EpollItem item)
    {
        if ((item.File.Poll() & item.Mask) != 0)
        {
            MarkReady(item);
        }
    }
}
