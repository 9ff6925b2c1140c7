using System;
using System.Runtime.InteropServices;
using SharpTcp.Posix;

namespace SharpTcp.Packetdrill;

/// <summary>The socket calls of the interface: pointers become spans, negated error numbers become errno.</summary>
internal static unsafe class SocketCalls
{
    private static PosixStack Sockets => Exports.Current.Sockets;

    public static void Fill(PacketdrillInterface* table)
    {
        table->Socket = &Socket;
        table->Bind = &Bind;
        table->Listen = &Listen;
        table->Accept = &Accept;
        table->Connect = &Connect;
        table->Read = &Read;
        table->ReadVector = &ReadVector;
        table->Receive = &Receive;
        table->ReceiveFrom = &ReceiveFrom;
        table->ReceiveMessage = &ReceiveMessage;
        table->Write = &Write;
        table->WriteVector = &WriteVector;
        table->Send = &Send;
        table->SendTo = &SendTo;
        table->SendMessage = &SendMessage;
        table->Shutdown = &Shutdown;
        table->GetOption = &GetOption;
        table->SetOption = &SetOption;
    }

    public static int GetOption(int descriptor, int level, int option, byte* value, uint* length)
    {
        var result = Sockets.GetOption(descriptor, level, option, new Span<byte>(value, (int)*length));
        if (result < 0)
        {
            return Native.Fail(-result);
        }

        *length = (uint)result;
        return 0;
    }

    public static nint Result(nint result) => result < 0 ? Native.Fail((int)-result) : result;

    public static int Result(int result) => result < 0 ? Native.Fail(-result) : result;

    [UnmanagedCallersOnly]
    private static int Socket(void* context, int family, int type, int protocol)
    {
        Exports.Current.RefreshSettings();
        return Result(Sockets.Socket(family, type, protocol));
    }

    [UnmanagedCallersOnly]
    private static int Bind(void* context, int descriptor, byte* address, uint length) =>
        Result(Sockets.Bind(descriptor, new ReadOnlySpan<byte>(address, (int)length)));

    [UnmanagedCallersOnly]
    private static int Listen(void* context, int descriptor, int backlog)
    {
        Exports.Current.RefreshSettings();
        return Result(Sockets.Listen(descriptor, backlog));
    }

    [UnmanagedCallersOnly]
    private static int Accept(void* context, int descriptor, byte* address, uint* length)
    {
        var result = Sockets.Accept(descriptor, address is null ? default : new Span<byte>(address, (int)*length), out var whole);
        if (address is not null)
        {
            *length = (uint)whole;
        }

        return Result(result);
    }

    [UnmanagedCallersOnly]
    private static int Connect(void* context, int descriptor, byte* address, uint length)
    {
        Exports.Current.RefreshSettings();
        return Result(Sockets.Connect(descriptor, new ReadOnlySpan<byte>(address, (int)length)));
    }

    [UnmanagedCallersOnly]
    private static nint Read(void* context, int descriptor, void* buffer, nuint length) => Result(Sockets.Read(descriptor, [new IoVector(buffer, length)]));

    [UnmanagedCallersOnly]
    private static nint ReadVector(void* context, int descriptor, IoVector* vectors, int count) =>
        Result(Sockets.Read(descriptor, new ReadOnlySpan<IoVector>(vectors, count)));

    [UnmanagedCallersOnly]
    private static nint Receive(void* context, int descriptor, void* buffer, nuint length, int flags) =>
        Result(Sockets.Receive(descriptor, [new IoVector(buffer, length)], (MessageFlags)flags, default, out _, out _));

    [UnmanagedCallersOnly]
    private static nint ReceiveFrom(void* context, int descriptor, void* buffer, nuint length, int flags, byte* source, uint* sourceLength)
    {
        var room = source is null ? default : new Span<byte>(source, (int)*sourceLength);
        var result = Sockets.Receive(descriptor, [new IoVector(buffer, length)], (MessageFlags)flags, room, out var whole, out _);
        if (result >= 0 && source is not null)
        {
            *sourceLength = (uint)whole;
        }

        return Result(result);
    }

    [UnmanagedCallersOnly]
    private static nint ReceiveMessage(void* context, int descriptor, MessageHeader* message, int flags)
    {
        var source = message->Name is null ? default : new Span<byte>(message->Name, (int)message->NameLength);
        var vectors = new ReadOnlySpan<IoVector>(message->Vectors, (int)message->VectorCount);
        var result = Sockets.Receive(descriptor, vectors, (MessageFlags)flags, source, out var whole, out var found);
        if (result >= 0)
        {
            message->NameLength = (uint)whole;
            message->ControlLength = 0;
            message->Flags = found;
        }

        return Result(result);
    }

    [UnmanagedCallersOnly]
    private static nint Write(void* context, int descriptor, void* buffer, nuint length) => Result(Sockets.Write(descriptor, [new IoVector(buffer, length)]));

    [UnmanagedCallersOnly]
    private static nint WriteVector(void* context, int descriptor, IoVector* vectors, int count) =>
        Result(Sockets.Write(descriptor, new ReadOnlySpan<IoVector>(vectors, count)));

    [UnmanagedCallersOnly]
    private static nint Send(void* context, int descriptor, void* buffer, nuint length, int flags) =>
        Result(Sockets.Send(descriptor, [new IoVector(buffer, length)], (MessageFlags)flags, default));

    [UnmanagedCallersOnly]
    private static nint SendTo(void* context, int descriptor, void* buffer, nuint length, int flags, byte* destination, uint destinationLength)
    {
        RefreshFor((MessageFlags)flags);
        return Result(Sockets.Send(
            descriptor, [new IoVector(buffer, length)], (MessageFlags)flags, destination is null ? default : new ReadOnlySpan<byte>(destination, (int)destinationLength)));
    }

    [UnmanagedCallersOnly]
    private static nint SendMessage(void* context, int descriptor, MessageHeader* message, int flags)
    {
        RefreshFor((MessageFlags)flags);
        return Result(Sockets.Send(
            descriptor,
            new ReadOnlySpan<IoVector>(message->Vectors, (int)message->VectorCount),
            (MessageFlags)flags,
            message->Name is null ? default : new ReadOnlySpan<byte>(message->Name, (int)message->NameLength)));
    }

    [UnmanagedCallersOnly]
    private static int Shutdown(void* context, int descriptor, int how) => Result(Sockets.Shutdown(descriptor, how));

    [UnmanagedCallersOnly]
    private static int GetOption(void* context, int descriptor, int level, int option, byte* value, uint* length) =>
        GetOption(descriptor, level, option, value, length);

    [UnmanagedCallersOnly]
    private static int SetOption(void* context, int descriptor, int level, int option, byte* value, uint length)
    {
        Exports.Current.RefreshSettings();
        return Result(Sockets.SetOption(descriptor, level, option, new ReadOnlySpan<byte>(value, (int)length)));
    }

    /// <summary>A send that may connect heeds what was set since.</summary>
    private static void RefreshFor(MessageFlags flags)
    {
        if ((flags & MessageFlags.FastOpen) != 0)
        {
            Exports.Current.RefreshSettings();
        }
    }
}
