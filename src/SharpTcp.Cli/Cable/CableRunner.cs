using System;
using System.IO;
using System.Runtime.Versioning;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Links;

namespace SharpTcp.Cli;

/// <summary>Runs <c>link</c>: a cable between two TAP devices, until a signal ends it.</summary>
internal sealed class CableRunner(TextWriter output)
{
    /// <summary>Runs until SIGINT, SIGTERM or <paramref name="cancellation"/>, then tells what became of the frames.</summary>
    /// <returns>The exit status.</returns>
    public async Task<int> RunAsync(CableOptions options, CancellationToken cancellation)
    {
        if (!OperatingSystem.IsLinux())
            throw new CliException("TAP devices are there on Linux only.");
        using var signal = new ShutdownSignal();
        using var first = Open(options.First);
        using var second = Open(options.Second);
        if (first.Capabilities.Mtu != second.Capabilities.Mtu)
            throw new CliException($"{options.First} has an MTU of {first.Capabilities.Mtu} and {options.Second} one of {second.Capabilities.Mtu}: a cable needs the same at both ends.");
        using var cable = new Cable(first, second, options.There, options.Back, TimeProvider.System);
        using var loop = new CableLoop(cable, first.PollDescriptor!.Value, second.PollDescriptor!.Value);
        using var cancelled = cancellation.Register(loop.Stop);
        _ = signal.Asked.ContinueWith(_ => loop.Stop(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        output.WriteLine($"ready {options.First} {options.Second}");
        output.Flush();
        await RunAsync(loop);
        output.WriteLine($"{options.First} to {options.Second}: {cable.There}");
        output.WriteLine($"{options.Second} to {options.First}: {cable.Back}");
        output.Flush();
        return ExitStatus.Success;
    }

    // A thread of its own: the loop blocks.
    private static async Task RunAsync(CableLoop loop)
    {
        try
        {
            await Task.Factory.StartNew(loop.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (LinkException exception)
        {
            throw new CliException(exception.Message.ReplaceLineEndings(" "), exception);
        }
    }

    // Without offloads: what crosses is packets, cut and summed by the kernel, so that what is lost is a packet.
    [SupportedOSPlatform("linux")]
    private static TapLink Open(CableEnd end)
    {
        try
        {
            return NamespaceThread.Run(end.Namespace, () => TapLink.Open(end.Device, new TapOptions { Offloads = false, OffloadHeader = false }));
        }
        catch (Exception exception) when (exception is LinkException or ArgumentException)
        {
            throw new CliException($"{end}: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }
}
