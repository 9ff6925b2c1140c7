using System;
using System.Runtime.InteropServices;

namespace SharpTcp.Linux;

/// <summary>
/// A one-shot timerfd on CLOCK_MONOTONIC, which is also the clock behind <see cref="TimeProvider.System"/>. Every method may be called from any
/// thread; arming it anew takes effect under a thread that sleeps on it, without waking that.
/// </summary>
internal sealed class TimerFd : IDisposable
{
    private const int ClockMonotonic = 1;
    private const int NonBlockingCloseOnExec = 0x800 | 0x80000;
    private const int NanosecondsPerTick = 100;

    private readonly DescriptorHandle _handle;

    /// <summary>Makes one that is not armed.</summary>
    /// <exception cref="System.IO.IOException">The process has no descriptor left.</exception>
    public TimerFd() => _handle = DescriptorHandle.Own(LibC.TimerCreate(ClockMonotonic, NonBlockingCloseOnExec), "timerfd_create");

    /// <summary>What to poll: readable once the time is up.</summary>
    public int Descriptor => _handle.Number;

    /// <summary>Lets it go off once, instead of whenever it was to go off before.</summary>
    /// <param name="fromNow">In how long; at once if zero or negative.</param>
    public void Arm(TimeSpan fromNow)
    {
        var ticks = Math.Max(0, fromNow.Ticks);
        var value = new LibC.TimeSpec
        {
            Seconds = (nint)(ticks / TimeSpan.TicksPerSecond),
            Nanoseconds = (nint)(ticks % TimeSpan.TicksPerSecond * NanosecondsPerTick),
        };
        if (ticks == 0)
            value.Nanoseconds = 1; // zero would disarm it
        Set(value);
    }

    /// <summary>Lets it not go off, and takes back that it has.</summary>
    public void Disarm() => Set(default);

    /// <summary>Takes back that it has gone off.</summary>
    /// <returns>Whether it had.</returns>
    public bool Drain()
    {
        ulong count = 0;
        if (_handle.Read(MemoryMarshal.AsBytes(new Span<ulong>(ref count))) >= 0)
            return true;
        return Errno.Last == Errno.Again ? false : throw Errno.Failure("read from a timerfd");
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private unsafe void Set(LibC.TimeSpec value)
    {
        var spec = new LibC.TimerSpec { Value = value };
        if (LibC.TimerSet(_handle, 0, &spec, null) < 0)
            throw Errno.Failure("timerfd_settime");
    }
}
