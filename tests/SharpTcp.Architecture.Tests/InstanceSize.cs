using System;
using System.Runtime.CompilerServices;

namespace SharpTcp.Architecture.Tests;

/// <summary>Measures what one instance takes on the heap.</summary>
internal static class InstanceSize
{
    // A boxed struct has the header and the method table of an object before it.
    private const int BoxOverhead = 16;

    /// <summary>Bytes of one instance of <paramref name="type"/>: with its header for a class, alone for a struct.</summary>
    public static long Of(Type type)
    {
        // The first creation also pays for what the runtime prepares.
        GC.KeepAlive(RuntimeHelpers.GetUninitializedObject(type));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var instance = RuntimeHelpers.GetUninitializedObject(type);
        var size = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(instance);
        return type.IsValueType ? size - BoxOverhead : size;
    }
}
