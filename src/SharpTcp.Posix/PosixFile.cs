using System.Collections.Generic;
using SharpTcp.Protocols;

namespace SharpTcp.Posix;

/// <summary>What a descriptor stands for.</summary>
internal abstract class PosixFile(PosixStack stack)
{
    private List<EpollItem>? _watchers;

    public int Descriptor { get; set; }

    /// <summary>O_NONBLOCK.</summary>
    public bool NonBlocking { get; set; }

    /// <summary>FD_CLOEXEC.</summary>
    public bool CloseOnExec { get; set; }

    public bool IsClosed { get; private set; }

    protected PosixStack Stack { get; } = stack;

    /// <summary>What <c>poll</c> says of it now.</summary>
    public abstract PollEvents Poll();

    /// <summary>Its <c>ioctl</c>s beyond those that every descriptor has.</summary>
    public virtual int Control(uint request, ref int value) => -Errno.NotTerminal;

    /// <summary>Closes it; how long that takes is its own affair (SO_LINGER).</summary>
    public int Close(ref Instant now)
    {
        IsClosed = true;
        while (_watchers is { Count: > 0 } watchers)
        {
            watchers[^1].Owner.Remove(this);
        }

        var result = OnClose(ref now);
        Stack.Wake();
        return result;
    }

    public void AddWatcher(EpollItem item) => (_watchers ??= []).Add(item);

    public void RemoveWatcher(EpollItem item) => _watchers?.Remove(item);

    /// <summary>Tells sleepers and watchers that something happened; <see cref="PollEvents.None"/>: anything may have.</summary>
    public void Notify(PollEvents events)
    {
        Stack.Wake();
        if (_watchers is null)
        {
            return;
        }

        foreach (var watcher in _watchers)
        {
            watcher.OnEvents(events);
        }
    }

    protected abstract int OnClose(ref Instant now);
}
