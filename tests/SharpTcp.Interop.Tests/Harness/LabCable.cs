using System;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Cli;
using SharpTcp.Links;

namespace SharpTcp.Interop.Tests;

/// <summary>The cable of <c>sharptcp link</c> between two namespaces, moved by a thread of its own.</summary>
internal sealed class LabCable : IDisposable
{
    private readonly TapLink _near;
    private readonly TapLink _far;
    private readonly Cable _cable;
    private readonly CableLoop _loop;
    private readonly Task _running;

    private LabCable(TapLink near, TapLink far, FaultOptions faults)
    {
        _near = near;
        _far = far;
        _cable = new Cable(near, far, faults, faults, TimeProvider.System);
        _loop = new CableLoop(_cable, near.PollDescriptor!.Value, far.PollDescriptor!.Value);
        _running = Task.Factory.StartNew(_loop.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Plugs a cable in: device <c>near0</c> in one namespace, <c>far0</c> in the other.</summary>
    public static async Task<LabCable> PlugInAsync(NetNamespace near, NetNamespace far, FaultOptions faults)
    {
        var options = new TapOptions { Offloads = false, OffloadHeader = false };
        return new LabCable(await near.InvokeAsync(() => TapLink.Open("near0", options)), await far.InvokeAsync(() => TapLink.Open("far0", options)), faults);
    }

    /// <summary>Unplugs it, and tells what became of the frames from near to far and from far to near.</summary>
    public async Task<(CableCounters There, CableCounters Back)> UnplugAsync()
    {
        _loop.Stop();
        await _running;
        return (_cable.There, _cable.Back);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loop.Stop();
        _running.Wait();
        _loop.Dispose();
        _cable.Dispose();
        _near.Dispose();
        _far.Dispose();
    }
}
