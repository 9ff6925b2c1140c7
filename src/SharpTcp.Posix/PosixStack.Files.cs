using System;
using SharpTcp.Protocols;

namespace SharpTcp.Posix;

/// <content>What every descriptor knows: closing, flags, ioctl, poll and epoll.</content>
public sealed partial class PosixStack
{
    private const int EpollAdd = 1;
    private const int EpollDelete = 2;
    private const int EpollModify = 3;

    /// <summary>close(2).</summary>
    public int Close(int descriptor)
    {
        using var call = new Call(this);
        var now = call.Now;
        if (call.Find(descriptor) is not { } file)
        {
            return -Errno.BadDescriptor;
        }

        _files.Remove(descriptor);
        return file.Close(ref now);
    }

    /// <summary>fcntl(2): F_GETFL, F_SETFL (of which O_NONBLOCK counts), F_GETFD and F_SETFD.</summary>
    public int FileControl(int descriptor, int command, int argument)
    {
        using var call = new Call(this);
        if (call.Find(descriptor) is not { } file)
        {
            return -Errno.BadDescriptor;
        }

        switch (command)
        {
            case LinuxSocket.GetFlags:
                return LinuxSocket.ReadWrite | (file.NonBlocking ? LinuxSocket.NonBlocking : 0);
            case LinuxSocket.SetFlags:
                file.NonBlocking = (argument & LinuxSocket.NonBlocking) != 0;
                return 0;
            case LinuxSocket.GetDescriptorFlags:
                return file.CloseOnExec ? 1 : 0;
            case LinuxSocket.SetDescriptorFlags:
                file.CloseOnExec = (argument & 1) != 0;
                return 0;
            default:
                return -Errno.Invalid;
        }
    }

    /// <summary>ioctl(2) of the requests whose argument is an int: FIONBIO, SIOCINQ, SIOCOUTQ, SIOCOUTQNSD, SIOCATMARK.</summary>
    public int Control(int descriptor, uint request, ref int value)
    {
        using var call = new Call(this);
        if (call.Find(descriptor) is not { } file)
        {
            return -Errno.BadDescriptor;
        }

        if (request == LinuxSocket.SetNonBlocking)
        {
            file.NonBlocking = value != 0;
            return 0;
        }

        return file.Control(request, ref value);
    }

    /// <summary>poll(2); <paramref name="timeout"/> in milliseconds, negative for ever.</summary>
    public int Poll(Span<PollEntry> entries, int timeout)
    {
        using var call = new Call(this);
        var now = call.Now;
        var deadline = Deadline(now, timeout);
        while (true)
        {
            var found = 0;
            foreach (ref var entry in entries)
            {
                entry.Found = entry.Descriptor < 0 ? (short)0 : (short)Poll(entry, call.Find(entry.Descriptor));
                found += entry.Found != 0 ? 1 : 0;
            }

            if (found > 0 || deadline <= now)
            {
                return found;
            }

            now = Sleep(deadline);
        }
    }

    /// <summary>epoll_create1(2).</summary>
    public int EpollCreate()
    {
        using var call = new Call(this);
        return Register(new EpollFile(this));
    }

    /// <summary>epoll_ctl(2).</summary>
    public int EpollControl(int epoll, int operation, int descriptor, EpollEvent wanted)
    {
        using var call = new Call(this);
        if (call.Find(epoll) is not { } file || call.Find(descriptor) is not { } target)
        {
            return -Errno.BadDescriptor;
        }

        return file is not EpollFile instance ? -Errno.Invalid : operation switch
        {
            EpollAdd => instance.Add(target, wanted.Events, wanted.Data),
            EpollDelete => instance.Remove(target),
            EpollModify => instance.Modify(target, wanted.Events, wanted.Data),
            _ => -Errno.Invalid,
        };
    }

    /// <summary>epoll_wait(2); <paramref name="timeout"/> in milliseconds, negative for ever.</summary>
    public int EpollWait(int epoll, Span<EpollEvent> events, int timeout)
    {
        using var call = new Call(this);
        var now = call.Now;
        return call.Find(epoll) is not { } file ? -Errno.BadDescriptor
            : file is not EpollFile instance || events.IsEmpty ? -Errno.Invalid
            : instance.Wait(events, Deadline(now, timeout), ref now);
    }

    private static PollEvents Poll(in PollEntry entry, PosixFile? file) => file is null
        ? PollEvents.Invalid
        : file.Poll() & ((PollEvents)(ushort)entry.Wanted | PollEvents.Error | PollEvents.HangUp);

    private static Instant Deadline(Instant now, int timeout) =>
        timeout < 0 ? Instant.Never : now + TimeSpan.FromMilliseconds(timeout);
}
