using System;
using System.Globalization;
using System.Text;

namespace SharpTcp.Exec;

/// <summary>The descriptors of a supervised program.</summary>
internal static unsafe class ProgramDescriptors
{
    private const int ThreadFlag = 0x80; // PIDFD_THREAD, which is O_EXCL

    /// <summary>The inode of a socket, which is the same in all processes that share it; 0 if the descriptor is none.</summary>
    public static ulong InodeOf(int thread, int descriptor) =>
        InodeOf(string.Create(CultureInfo.InvariantCulture, $"/proc/{thread}/fd/{descriptor}\0"));

    /// <inheritdoc cref="InodeOf(int, int)"/>
    public static ulong InodeOf(int ownDescriptor) => InodeOf(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{ownDescriptor}\0"));

    /// <summary>A copy of a program's descriptor for ourselves, or −1.</summary>
    public static int Copy(int thread, int descriptor)
    {
        var process = (int)Kernel.Call(SystemCalls.PidFdOpen, thread, ThreadFlag);
        if (process < 0)
        {
            // Before Linux 6.9 only the first thread of a process can be named.
            process = (int)Kernel.Call(SystemCalls.PidFdOpen, ProcessOf(thread), 0);
        }

        if (process < 0)
        {
            return -1;
        }

        var copy = (int)Kernel.Call(SystemCalls.PidFdGetFd, process, descriptor, 0);
        Kernel.Close(process);
        return copy;
    }

    private static ulong InodeOf(string path)
    {
        Span<byte> name = stackalloc byte[64];
        Span<byte> link = stackalloc byte[64];
        Encoding.ASCII.GetBytes(path, name);
        fixed (byte* from = name, to = link)
        {
            var length = Kernel.ReadLink(from, to, (nuint)link.Length);
            return length > 9 && link[..8].SequenceEqual("socket:["u8) && ulong.TryParse(link[8..(int)(length - 1)], CultureInfo.InvariantCulture, out var inode)
                ? inode
                : 0;
        }
    }

    private static int ProcessOf(int thread)
    {
        try
        {
            foreach (var line in System.IO.File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{thread}/status")))
            {
                if (line.StartsWith("Tgid:", StringComparison.Ordinal))
                {
                    return int.Parse(line.AsSpan(5), CultureInfo.InvariantCulture);
                }
            }
        }
        catch (System.IO.IOException)
        {
            // It ended in this moment.
        }

        return thread;
    }
}
