using System;

namespace SharpTcp.Exec;

/// <summary>An eventfd by which other threads wake the supervisor; signalling it while it is signalled costs no system call.</summary>
internal sealed unsafe class Wakeup : IDisposable
{
    private int _signalled;

    public int Descriptor { get; } = Kernel.EventDescriptor(0, 0x800 | 0x80000);

    public void Signal()
    {
        if (System.Threading.Interlocked.Exchange(ref _signalled, 1) == 0)
        {
            ulong one = 1;
            Kernel.Write(Descriptor, &one, sizeof(ulong));
        }
    }

    /// <summary>Takes the signal back; whoever signals from now on is heard.</summary>
    public void Drain()
    {
        ulong count;
        Kernel.Read(Descriptor, &count, sizeof(ulong));
        System.Threading.Volatile.Write(ref _signalled, 0);
    }

    public void Dispose() => Kernel.Close(Descriptor);
}
