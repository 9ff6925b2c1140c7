using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit.Sdk;

namespace SharpTcp.Interop.Tests;

/// <summary>Writes what crosses a device of a namespace to a file, and asks <c>tshark</c> about it.</summary>
internal sealed class WireTap : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"sharptcp-wiretap-{Guid.NewGuid():N}.pcap");
    private readonly Process _process;

    private WireTap(Process process) => _process = process;

    /// <summary>Begins; every packet from now on is written.</summary>
    public static async Task<WireTap> StartAsync(NetNamespace where, string device)
    {
        Requirements.SkipUnlessProgram("tcpdump", "tcpdump");
        Requirements.SkipUnlessProgram("tshark", "tshark");
        var tap = new WireTap(new Process());
        // With the rights that it has: it would else give them up, and could not write here.
        tap._process.StartInfo = new ProcessStartInfo("timeout", ["120", "tcpdump", "-Z", "root", "-U", "--immediate-mode", "-n", "-i", device, "-s", "200", "-B", "16384", "-w", tap._path])
        {
            RedirectStandardError = true,
        };
        await where.InvokeAsync(tap._process.Start);
        while (await tap._process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.Contains("listening on", StringComparison.Ordinal))
                return tap;
        }
        throw new XunitException("tcpdump ended before it listened.");
    }

    /// <summary>Ends; what was captured can be read from now on.</summary>
    public async Task StopAsync()
    {
        if (_process.HasExited)
            return;
        // What it has not read when it is asked to end is lost: first it must have caught up, however busy the machine is.
        for (var (size, calm) = (-1L, 0); calm < 5; await Task.Delay(100))
        {
            var now = new FileInfo(_path).Length;
            calm = now == size ? calm + 1 : 0;
            size = now;
        }
        (await new Command("kill", "-TERM", $"{_process.Id}").RunAsync(null)).MustSucceed();
        await _process.WaitForExitAsync();
    }

    /// <summary>Some fields of the packets that a display filter names, one array a packet; a field with several values has commas between them.</summary>
    public async Task<List<string[]>> ReadAsync(string filter, params string[] fields)
    {
        await StopAsync();
        string[] arguments = ["-n", "-r", _path, "-Y", filter, "-T", "fields", .. fields.SelectMany(field => new[] { "-e", field })];
        var text = (await new Command("tshark", arguments) { Limit = Limit }.RunAsync(null)).MustSucceed().Text;
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))];
    }

    /// <summary>How many packets a display filter names.</summary>
    public async Task<int> CountAsync(string filter) => (await ReadAsync(filter, "frame.number")).Count;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
        File.Delete(_path);
    }
}
