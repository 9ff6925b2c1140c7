using System.Runtime.InteropServices;

namespace SharpTcp.Posix;

/// <summary>struct epoll_event, packed to 12 bytes as on x86-64.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct EpollEvent
{
    /// <summary>What is wanted, or was found.</summary>
    public PollEvents Events;

    /// <summary>The caller's own number.</summary>
    public ulong Data;
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PollEntry
{
    /// <summary>The descriptor; negative ones are skipped.</summary>
    public int Descriptor;

    /// <summary>What is wanted.</summary>
    public short Wanted;

    /// <summary>What was found.</summary>
    public short Found;
}
