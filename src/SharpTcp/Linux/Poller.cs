using System;
using System.Runtime.InteropServices;

namespace SharpTcp.Linux;

/// <summary>What to wait for on a descriptor, and what came (the POLL* bits of poll(2)).</summary>
[Flags]
internal enum PollEvents : short
{
    None = 0,
    Readable = 1,
    Writable = 4,

    /// <summary>Reported without being asked for.</summary>
    Error = 8,

    /// <summary>Reported without being asked for.</summary>
    HangUp = 0x10,

    /// <summary>The descriptor is not open. Reported without being asked for.</summary>
    Invalid = 0x20,
}

/// <summary>One descriptor that is waited for (struct pollfd).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    /// <summary>What is waited on; negative to leave the entry out of this wait.</summary>
    public int Descriptor;

    /// <summary>What is waited for.</summary>
    public PollEvents Wanted;

    /// <summary>What came, filled in by <see cref="Poller.Wait"/>.</summary>
    public PollEvents Came;

    public PollEntry(int descriptor, PollEvents wanted = PollEvents.Readable)
    {
        Descriptor = descriptor;
        Wanted = wanted;
    }
}

/// <summary>Sleeps until a descriptor is ready.</summary>
internal static class Poller
{
    private const int NanosecondsPerTick = 100;

    /// <summary>
    /// Waits until one of the entries is ready, the time is up or a signal came; fills in <see cref="PollEntry.Came"/> of every entry.
    /// </summary>
    /// <param name="entries">The descriptors.</param>
    /// <param name="timeout">The longest wait, to 100 ns; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>How many entries are ready. After 0 the caller looks at its own clock.</returns>
    /// <exception cref="System.IO.IOException">The kernel is out of memory.</exception>
    public static unsafe int Wait(Span<PollEntry> entries, TimeSpan timeout)
    {
        foreach (ref var entry in entries)
            entry.Came = PollEvents.None;
        var limit = new LibC.TimeSpec
        {
            Seconds = (nint)(timeout.Ticks / TimeSpan.TicksPerSecond),
            Nanoseconds = (nint)(timeout.Ticks % TimeSpan.TicksPerSecond * NanosecondsPerTick),
        };
        fixed (PollEntry* start = entries)
        {
            var ready = LibC.Poll(start, (nuint)entries.Length, timeout < TimeSpan.Zero ? null : &limit, null);
            if (ready >= 0)
                return ready;
        }
        return Errno.Last == Errno.Interrupted ? 0 : throw Errno.Failure("ppoll");
    }
}
