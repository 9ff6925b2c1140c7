using System;
using System.Diagnostics;
using System.Threading.Tasks;
using Xunit.Sdk;

namespace SharpTcp.Interop.Tests;

/// <summary>A program of the peer that runs for the time of a test, a server for example. coreutils' <c>timeout</c> ends it even if this process is killed.</summary>
internal sealed class BackgroundProgram : IDisposable
{
    private readonly Process _process;

    private BackgroundProgram(Process process) => _process = process;

    /// <summary>Starts a program in a namespace.</summary>
    public static async Task<BackgroundProgram> StartAsync(NetNamespace where, string program, params string[] arguments) =>
        new(await where.InvokeAsync(() => Process.Start(new ProcessStartInfo("timeout", ["--kill-after=1", "600", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!));

    /// <summary>Waits until the peer can connect to one of its own ports.</summary>
    public async Task WaitForPortAsync(NetLab lab, System.Net.IPEndPoint port)
    {
        while (true)
        {
            if (_process.HasExited)
                throw new XunitException($"{_process.StartInfo.ArgumentList[2]} ended: {await _process.StandardError.ReadToEndAsync()}");
            using var socket = await lab.PeerSocketAsync(port.AddressFamily, System.Net.Sockets.SocketType.Stream);
            try
            {
                await socket.ConnectAsync(port, lab.Cancellation);
                return;
            }
            catch (System.Net.Sockets.SocketException)
            {
                await Task.Delay(20, lab.Cancellation);
            }
        }
    }

    /// <summary>Ends the program and what it has started.</summary>
    public void Dispose()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(TimeSpan.FromSeconds(5));
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }

        _process.Dispose();
    }
}
