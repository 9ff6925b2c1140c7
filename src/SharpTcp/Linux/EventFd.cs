using System;
using System.Runtime.InteropServices;

namespace SharpTcp.Linux;

/// <summary>An eventfd: wakes a thread that sleeps in <see cref="Poller.Wait"/>. Every method may be called from any thread.</summary>
internal sealed class EventFd : IDisposable
{
    private const int NonBlockingCloseOnExec = 0x800 | 0x80000;

    private readonly DescriptorHandle _handle;

    /// <summary>Makes one that is not signalled.</summary>
    /// <exception cref="System.IO.IOException">The process has no descriptor left.</exception>
    public EventFd() => _handle = DescriptorHandle.Own(LibC.EventDescriptor(0, NonBlockingCloseOnExec), "eventfd");

    /// <summary>What to poll: readable while signalled.</summary>
    public int Descriptor => _handle.Number;

    /// <summary>Signals it; stays so until <see cref="Drain"/>. Does nothing once it is disposed: there is no sleeper left to wake.</summary>
    public void Signal()
    {
        ulong one = 1;
        try
        {
            // EAGAIN: the counter is at its end, so it is signalled already.
            if (_handle.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in one))) < 0 && Errno.Last != Errno.Again)
                throw Errno.Failure("write to an eventfd");
        }
        catch (ObjectDisposedException)
        {
        }
    }

    /// <summary>Takes back all signals.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Drain()
    {
        ulong count = 0;
        if (_handle.Read(MemoryMarshal.AsBytes(new Span<ulong>(ref count))) >= 0)
            return true;
        return Errno.Last == Errno.Again ? false : throw Errno.Failure("read from an eventfd");
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
