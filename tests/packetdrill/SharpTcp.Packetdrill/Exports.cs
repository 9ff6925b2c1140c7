using System;
using System.Runtime.InteropServices;

namespace SharpTcp.Packetdrill;

/// <summary>The one symbol that packetdrill looks for, and the one that lets its checks of TCP_INFO see our sockets.</summary>
internal static unsafe class Exports
{
    private static Instance? s_instance;

    /// <summary>The stack of this process; packetdrill asks for it before anything else.</summary>
    public static Instance Current => s_instance ?? throw new InvalidOperationException("packetdrill called the stack before it made one.");

    [UnmanagedCallersOnly(EntryPoint = "packetdrill_interface_init")]
    public static void Initialize(byte* flags, PacketdrillInterface* table)
    {
        try
        {
            s_instance = new Instance(ShimFlags.Parse(Marshal.PtrToStringUTF8((nint)flags) ?? ""));
            SocketCalls.Fill(table);
            DeviceCalls.Fill(table);
        }
        catch (ArgumentException exception)
        {
            Native.Die(exception.Message);
        }
    }

    /// <summary>
    /// packetdrill reads TCP_INFO for its <c>%{ }%</c> checks by libc's <c>getsockopt</c>. Where this library is preloaded, that call ends here: our descriptors are answered, all others
    /// go on to the kernel.
    /// </summary>
    [UnmanagedCallersOnly(EntryPoint = "getsockopt")]
    public static int GetSocketOption(int descriptor, int level, int option, byte* value, uint* length)
    {
        if (s_instance is { } instance && instance.Descriptors.Owns(descriptor))
        {
            return SocketCalls.GetOption(descriptor, level, option, value, length);
        }

        return Native.KernelGetOption(descriptor, level, option, value, length);
    }
}
