using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using SharpTcp.Posix;

namespace SharpTcp.Exec;

/// <summary>
/// Serves the socket calls of a program and all that it starts: one thread, which sleeps until the kernel tells of a call, a socket pair has something, or the stack has.
/// </summary>
internal sealed unsafe partial class Supervisor : IDisposable
{
    private const int MostEvents = 128;
    private const int PairBuffer = 256 * 1024;
    private const ulong CallEvent = ulong.MaxValue;
    private const ulong StackEvent = ulong.MaxValue - 1;
    private const ulong StopEvent = ulong.MaxValue - 2;
    private const int AddWatch = 1; // EPOLL_CTL_ADD
    private const int DeleteWatch = 2; // EPOLL_CTL_DEL

    /// <summary>Milliseconds without any progress for sockets that processes which the program left behind still hold.</summary>
    private const int GraceForOthers = 1000;

    /// <summary>Milliseconds without any progress for bytes that the peer does not take.</summary>
    private const int GraceForBytes = 30_000;

    private readonly NotificationDescriptor _calls;
    private readonly Wakeup _stackWakeup;
    private readonly Wakeup _stop = new();
    private readonly Dictionary<ulong, ProgramSocket> _byInode = [];
    private readonly Dictionary<int, ProgramSocket> _byDescriptor = [];
    private readonly Queue<ProgramSocket> _queue = new();
    private readonly int _events;
    private readonly int _stackEvents;
    private readonly byte* _scratch;
    private bool _isStopping;
    private long _progressAt;

    /// <summary>Makes a supervisor.</summary>
    /// <param name="stack">The socket layer of the stack.</param>
    /// <param name="stackWakeup">Signalled by the stack's pump when something may have happened.</param>
    /// <param name="calls">Where the kernel tells of calls; this owns it from now on.</param>
    public Supervisor(PosixStack stack, Wakeup stackWakeup, NotificationDescriptor calls)
    {
        Stack = stack;
        _calls = calls;
        _stackWakeup = stackWakeup;
        _scratch = (byte*)NativeMemory.Alloc(PairBuffer);
        _events = Kernel.EpollCreate(LinuxSocket.CloseOnExecType);
        _stackEvents = stack.EpollCreate();
        _calls.PreferSynchronousWakeups();
        Watch(calls.Number, PollEvents.In, CallEvent);
        Watch(stackWakeup.Descriptor, PollEvents.In, StackEvent);
        Watch(_stop.Descriptor, PollEvents.In, StopEvent);
    }

    public PosixStack Stack { get; }

    public DatagramCharges Charges { get; } = new();

    /// <summary>A buffer for bytes on their way, for the moment.</summary>
    public byte* Scratch => _scratch;

    public nuint ScratchSize => PairBuffer;

    /// <summary>Program sockets that are open.</summary>
    public int SocketCount => _byInode.Count;

    /// <summary>What <c>poll</c> says of a descriptor of our own process.</summary>
    public static PollEvents PollPair(int descriptor)
    {
        var entry = new PollDescriptor { Descriptor = descriptor, Wanted = (short)(PollEvents.In | PollEvents.Out) };
        return Poll(&entry, 1, 0) > 0 ? (PollEvents)(ushort)entry.Found : PollEvents.None;
    }

    /// <summary>What <c>poll</c> says of a socket of the stack.</summary>
    public PollEvents PollStack(int descriptor)
    {
        Span<PollEntry> entries = [new PollEntry { Descriptor = descriptor, Wanted = (short)(PollEvents.In | PollEvents.Out) }];
        return Stack.Poll(entries, 0) > 0 ? (PollEvents)(ushort)entries[0].Found : PollEvents.None;
    }

    /// <summary>Serves until no supervised process is left, or after <see cref="Stop"/> no socket of theirs.</summary>
    public void Run()
    {
        Span<WatchEvent> events = stackalloc WatchEvent[MostEvents];
        while (!_isStopping || IsAnythingLeft())
        {
            int count;
            fixed (WatchEvent* first = events)
            {
                count = Kernel.EpollWait(_events, first, MostEvents, _queue.Count > 0 ? 0 : _isStopping ? GraceForOthers / 10 : NextTimeout());
            }

            for (var i = 0; i < count; i++)
            {
                switch (events[i].Data)
                {
                    case StopEvent:
                        _stop.Drain();
                        _isStopping = true;
                        break;
                    case CallEvent when (events[i].Events & (uint)PollEvents.HangUp) != 0:
                        // No supervised process is left.
                        Kernel.EpollControl(_events, DeleteWatch, _calls.Number, null);
                        _isStopping = true;
                        break;
                    case CallEvent:
                        ServeCall();
                        break;
                    case StackEvent:
                        TakeStackEvents();
                        break;
                    default:
                        if (_byInode.TryGetValue(events[i].Data, out var socket))
                        {
                            socket.OnPairEvents((PollEvents)events[i].Events);
                        }

                        break;
                }
            }

            if (count > 0 || _queue.Count > 0)
            {
                _progressAt = Environment.TickCount64;
            }

            WorkOff();
            ExpireWaiting();
        }
    }

    /// <summary>The program has ended: what it wrote is still taken from its sockets, then <see cref="Run"/> ends. From any thread.</summary>
    public void Stop() => _stop.Signal();

    /// <summary>Notes that a socket may have something to do.</summary>
    public void Queue(ProgramSocket socket)
    {
        if (!socket.IsQueued && !socket.IsDisposed)
        {
            socket.IsQueued = true;
            _queue.Enqueue(socket);
        }
    }

    public void Forget(ProgramSocket socket)
    {
        _byInode.Remove(socket.Inode);
        _byDescriptor.Remove(socket.Descriptor);
        foreach (var waiting in socket.Waiting)
        {
            _waiting.Remove(waiting.Call.Thread);
            _calls.Answer(waiting.Call.Id, -Errno.BadDescriptor);
        }
    }

    /// <summary>Closes what processes that the program left behind still hold.</summary>
    public void CloseSockets()
    {
        foreach (var socket in new List<ProgramSocket>(_byInode.Values))
        {
            socket.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseSockets();
        Stack.Close(_stackEvents);
        Kernel.Close(_events);
        _calls.Dispose();
        _stop.Dispose();
        Charges.Dispose();
        NativeMemory.Free(_scratch);
    }

    /// <summary>After the end of the program: whether some of what it wrote may still go its way.</summary>
    private bool IsAnythingLeft()
    {
        var grace = GraceForOthers;
        foreach (var socket in _byInode.Values)
        {
            grace = socket.HasUnsent ? GraceForBytes : grace;
        }

        return _byInode.Count > 0 && Environment.TickCount64 - _progressAt < grace;
    }

    private void TakeStackEvents()
    {
        _stackWakeup.Drain();
        Span<EpollEvent> events = stackalloc EpollEvent[MostEvents];
        int count;
        while ((count = Stack.EpollWait(_stackEvents, events, 0)) > 0)
        {
            foreach (ref readonly var happened in events[..count])
            {
                if (_byDescriptor.TryGetValue((int)happened.Data, out var socket))
                {
                    socket.OnStackEvents(happened.Events);
                }
            }
        }
    }

    /// <summary>One turn for every socket that had something to do at its beginning.</summary>
    private void WorkOff()
    {
        for (var left = _queue.Count; left > 0; left--)
        {
            var socket = _queue.Dequeue();
            socket.IsQueued = false;
            if (!socket.IsDisposed && socket.Work())
            {
                Queue(socket);
            }
        }
    }

    private void Register(ProgramSocket socket)
    {
        _byInode.Add(socket.Inode, socket);
        _byDescriptor.Add(socket.Descriptor, socket);
        Watch(socket.Ours, PollEvents.In | PollEvents.Out | PollEvents.ReadHangUp | PollEvents.EdgeTriggered, socket.Inode);
        Stack.EpollControl(
            _stackEvents,
            AddWatch,
            socket.Descriptor,
            new EpollEvent { Events = PollEvents.In | PollEvents.Out | PollEvents.ReadHangUp | PollEvents.EdgeTriggered, Data = (ulong)socket.Descriptor });
    }

    private void Watch(int descriptor, PollEvents wanted, ulong data)
    {
        var watch = new WatchEvent { Events = (uint)wanted, Data = data };
        Kernel.EpollControl(_events, AddWatch, descriptor, &watch);
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollDescriptor* entries, nuint count, int timeout);

    /// <summary>struct epoll_event, which is packed on x86-64 alone.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct WatchEvent
    {
        public uint Events;
        public ulong Data;
    }

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
