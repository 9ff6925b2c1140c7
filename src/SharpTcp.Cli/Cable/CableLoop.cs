using System;
using SharpTcp.Linux;

namespace SharpTcp.Cli;

/// <summary>
/// Moves a cable whenever a frame comes or is due, until it is stopped. It sleeps by a timerfd, which goes off to the microsecond: the time of <c>poll</c> itself may be 50 µs late.
/// </summary>
internal sealed class CableLoop : IDisposable
{
    private readonly Cable _cable;
    private readonly EventFd _stop = new();
    private readonly TimerFd _timer = new();
    private readonly PollEntry[] _entries;

    public CableLoop(Cable cable, int firstDescriptor, int secondDescriptor)
    {
        _cable = cable;
        _entries = [new(_stop.Descriptor), new(_timer.Descriptor), new(firstDescriptor), new(secondDescriptor)];
    }

    /// <summary>Ends <see cref="Run"/>; may be called from any thread, before it as well.</summary>
    public void Stop() => _stop.Signal();

    /// <summary>Moves the cable until <see cref="Stop"/>.</summary>
    /// <exception cref="Links.LinkException">A device is gone.</exception>
    public void Run()
    {
        while (true)
        {
            var isBusy = _cable.Move(out var wait) || wait == TimeSpan.Zero;
            if (!isBusy && wait != TimeSpan.MaxValue)
                _timer.Arm(wait);
            Poller.Wait(_entries, isBusy ? TimeSpan.Zero : System.Threading.Timeout.InfiniteTimeSpan);
            if (_entries[0].Came != PollEvents.None)
                return;
            if (_entries[1].Came != PollEvents.None)
                _timer.Drain();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        _timer.Dispose();
    }
}
