using System;
using System.Runtime.InteropServices;
using SharpTcp.Posix;

namespace SharpTcp.Packetdrill;

/// <summary>The calls of the interface that are no socket calls: the device, time, descriptors, epoll.</summary>
internal static unsafe class DeviceCalls
{
    private const long Second = 1_000_000;

    private static PosixStack Sockets => Exports.Current.Sockets;

    public static void Fill(PacketdrillInterface* table)
    {
        table->UserData = null;
        table->Free = &Free;
        table->FileControl = &FileControl;
        table->Control = &Control;
        table->Close = &Close;
        table->Poll = &Poll;
        table->DeviceSend = &DeviceSend;
        table->DeviceReceive = &DeviceReceive;
        table->Sleep = &Sleep;
        table->GetTimeOfDay = &GetTimeOfDay;
        table->EpollCreate = &EpollCreate;
        table->EpollControl = &EpollControl;
        table->EpollWait = &EpollWait;
        table->Pipe = &Pipe;
        table->Splice = &Splice;
    }

    [UnmanagedCallersOnly]
    private static void Free(void* context)
    {
    }

    [UnmanagedCallersOnly]
    private static int FileControl(void* context, int descriptor, int command, nint argument) =>
        SocketCalls.Result(Sockets.FileControl(descriptor, command, (int)argument));

    [UnmanagedCallersOnly]
    private static int Control(void* context, int descriptor, nuint request, int* value)
    {
        var unused = 0;
        return SocketCalls.Result(Sockets.Control(descriptor, (uint)request, ref value is null ? ref unused : ref *value));
    }

    [UnmanagedCallersOnly]
    private static int Close(void* context, int descriptor) => SocketCalls.Result(Sockets.Close(descriptor));

    [UnmanagedCallersOnly]
    private static int Poll(void* context, PollEntry* entries, nuint count, int timeout) =>
        SocketCalls.Result(Sockets.Poll(new Span<PollEntry>(entries, (int)count), timeout));

    [UnmanagedCallersOnly]
    private static int DeviceSend(void* context, byte* packet, nuint length)
    {
        Exports.Current.Input(new ReadOnlySpan<byte>(packet, (int)length));
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int DeviceReceive(void* context, byte* buffer, nuint* count, long* time)
    {
        if (!Exports.Current.Clock.TryReceive(out var packet, out *time))
        {
            Native.Die("no packet came, and none can come");
        }

        var length = Math.Min(packet.Length, (int)*count);
        packet.AsSpan(0, length).CopyTo(new Span<byte>(buffer, length));
        *count = (nuint)length;
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int Sleep(void* context, uint microseconds)
    {
        Exports.Current.Clock.Pass(microseconds);
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int GetTimeOfDay(void* context, long* time, void* zone)
    {
        var now = Exports.Current.Clock.Read();
        time[0] = now / Second;
        time[1] = now % Second;
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int EpollCreate(void* context, int size) => size <= 0 ? Native.Fail(Errno.Invalid) : SocketCalls.Result(Sockets.EpollCreate());

    [UnmanagedCallersOnly]
    private static int EpollControl(void* context, int epoll, int operation, int descriptor, EpollEvent* wanted) =>
        SocketCalls.Result(Sockets.EpollControl(epoll, operation, descriptor, wanted is null ? default : *wanted));

    [UnmanagedCallersOnly]
    private static int EpollWait(void* context, int epoll, EpollEvent* events, int count, int timeout) =>
        SocketCalls.Result(Sockets.EpollWait(epoll, new Span<EpollEvent>(events, Math.Max(0, count)), timeout));

    [UnmanagedCallersOnly]
    private static int Pipe(void* context, int* descriptors) => Native.Fail(Errno.NotSupported);

    [UnmanagedCallersOnly]
    private static nint Splice(void* context, int from, long* fromOffset, int to, long* toOffset, nuint length, uint flags) =>
        Native.Fail(Errno.NotSupported);
}
