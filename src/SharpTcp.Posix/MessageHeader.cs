using System.Runtime.InteropServices;

namespace SharpTcp.Posix;

/// <summary>struct msghdr of a 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct MessageHeader
{
    /// <summary>msg_name: a socket address, or null.</summary>
    public byte* Name;

    /// <summary>msg_namelen.</summary>
    public uint NameLength;

    /// <summary>msg_iov.</summary>
    public IoVector* Vectors;

    /// <summary>msg_iovlen.</summary>
    public nuint VectorCount;

    /// <summary>msg_control: ancillary data, or null.</summary>
    public byte* Control;

    /// <summary>msg_controllen.</summary>
    public nuint ControlLength;

    /// <summary>msg_flags: what was found on receiving.</summary>
    public MessageFlags Flags;
}
