using System;
using System.Runtime.InteropServices;
using SharpTcp.Posix;

namespace SharpTcp.Exec;

/// <summary>Reads and writes what the arguments of socket calls point to in a program's memory; each length is bounded before it is used.</summary>
internal static unsafe class SystemCallArguments
{
    /// <summary>sizeof(struct sockaddr_storage).</summary>
    public const int LongestAddress = 128;

    /// <summary>UIO_MAXIOV.</summary>
    public const int MostVectors = 1024;

    /// <summary>A sockaddr and its length: the bytes, or a negated error number.</summary>
    public static int ReadAddress(in Notification call, int pointer, int length, Span<byte> address)
    {
        var size = call.Int(length);
        return size < 0 || size > LongestAddress ? -Errno.Invalid
            : !ProgramMemory.TryRead(call.Thread, call.Pointer(pointer), address[..size]) ? -Errno.Fault
            : size;
    }

    /// <summary>Writes an address as accept and getsockname do: as much as there is room for, and the length that it has.</summary>
    public static int WriteAddress(in Notification call, int pointer, int lengthPointer, ReadOnlySpan<byte> address)
    {
        if (call.Pointer(pointer) == 0)
        {
            return 0;
        }

        if (!ProgramMemory.TryRead(call.Thread, call.Pointer(lengthPointer), out int room))
        {
            return -Errno.Fault;
        }

        if (room < 0)
        {
            return -Errno.Invalid;
        }

        return ProgramMemory.TryWrite(call.Thread, call.Pointer(pointer), address[..Math.Min(room, address.Length)])
            && ProgramMemory.TryWrite(call.Thread, call.Pointer(lengthPointer), address.Length) ? 0 : -Errno.Fault;
    }

    /// <summary>Gathers what an array of iovec points to; the bytes, or a negated error number.</summary>
    public static int Gather(int thread, in MessageHeader message, Span<byte> to)
    {
        if (message.VectorCount > MostVectors)
        {
            return -Errno.MessageSize;
        }

        var total = 0;
        for (nuint i = 0; i < message.VectorCount; i++)
        {
            if (!TryReadVector(thread, message, i, out var vector))
            {
                return -Errno.Fault;
            }

            if (vector.Length > (nuint)(to.Length - total))
            {
                return -Errno.MessageSize;
            }

            if (!ProgramMemory.TryRead(thread, vector.Base, to.Slice(total, (int)vector.Length)))
            {
                return -Errno.Fault;
            }

            total += (int)vector.Length;
        }

        return total;
    }

    /// <summary>Spreads bytes over an array of iovec; how many found room, or a negated error number.</summary>
    public static int Scatter(int thread, in MessageHeader message, ReadOnlySpan<byte> from)
    {
        if (message.VectorCount > MostVectors)
        {
            return -Errno.MessageSize;
        }

        var total = 0;
        for (nuint i = 0; i < message.VectorCount && total < from.Length; i++)
        {
            if (!TryReadVector(thread, message, i, out var vector))
            {
                return -Errno.Fault;
            }

            var count = (int)Math.Min(vector.Length, (nuint)(from.Length - total));
            if (!ProgramMemory.TryWrite(thread, vector.Base, from.Slice(total, count)))
            {
                return -Errno.Fault;
            }

            total += count;
        }

        return total;
    }

    private static bool TryReadVector(int thread, in MessageHeader message, nuint index, out RemoteVector vector) =>
        ProgramMemory.TryRead(thread, message.Vectors + index * (nuint)sizeof(RemoteVector), out vector);

    [StructLayout(LayoutKind.Sequential)]
    private struct RemoteVector
    {
        public nuint Base;
        public nuint Length;
    }
}

/// <summary>struct msghdr of a program.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MessageHeader
{
    public nuint Name;
    public int NameLength;
    private readonly int _padding;
    public nuint Vectors;
    public nuint VectorCount;
    public nuint Control;
    public nuint ControlLength;
    public int Flags;
    private readonly int _end;
}

/// <summary>struct mmsghdr: a message and how much of it went.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MessageSlot
{
    public MessageHeader Header;
    public int Length;
    private readonly int _end;
}
