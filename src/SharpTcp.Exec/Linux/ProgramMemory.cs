using System;

namespace SharpTcp.Exec;

/// <summary>The memory of a supervised program. Nothing in there is believed: a wild pointer is EFAULT for the program and nothing for us.</summary>
internal static unsafe class ProgramMemory
{
    /// <summary>Copies from the program; false if not all of it is there.</summary>
    public static bool TryRead(int thread, nuint address, Span<byte> to)
    {
        if (to.IsEmpty)
        {
            return true;
        }

        fixed (byte* start = to)
        {
            var local = new Kernel.Vector { Base = start, Length = (nuint)to.Length };
            var remote = new Kernel.Vector { Base = (void*)address, Length = (nuint)to.Length };
            return Kernel.ReadMemory(thread, &local, 1, &remote, 1, 0) == to.Length;
        }
    }

    /// <summary>Copies into the program; false if not all of it went.</summary>
    public static bool TryWrite(int thread, nuint address, ReadOnlySpan<byte> from)
    {
        if (from.IsEmpty)
        {
            return true;
        }

        fixed (byte* start = from)
        {
            var local = new Kernel.Vector { Base = start, Length = (nuint)from.Length };
            var remote = new Kernel.Vector { Base = (void*)address, Length = (nuint)from.Length };
            return Kernel.WriteMemory(thread, &local, 1, &remote, 1, 0) == from.Length;
        }
    }

    /// <summary>Reads one value.</summary>
    public static bool TryRead<T>(int thread, nuint address, out T value)
        where T : unmanaged
    {
        value = default;
        fixed (T* to = &value)
        {
            return TryRead(thread, address, new Span<byte>(to, sizeof(T)));
        }
    }

    /// <summary>Writes one value.</summary>
    public static bool TryWrite<T>(int thread, nuint address, T value)
        where T : unmanaged => TryWrite(thread, address, new ReadOnlySpan<byte>(&value, sizeof(T)));
}
