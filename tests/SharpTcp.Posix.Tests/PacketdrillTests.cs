using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Posix.Tests;

/// <summary>The project's own packetdrill scripts, where the machine has packetdrill.</summary>
public sealed class PacketdrillTests
{
    [Fact]
    public async Task EveryScriptPasses()
    {
        var packetdrill = Environment.GetEnvironmentVariable("PACKETDRILL");
        Assert.SkipWhen(string.IsNullOrEmpty(packetdrill), "PACKETDRILL names no program: build google/packetdrill and set the variable to its path.");
        var folder = Path.Combine(FindRoot(), "tests", "packetdrill");
        var start = new ProcessStartInfo(Path.Combine(folder, "run"), [packetdrill, Path.Combine(folder, "scripts")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await errors);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SharpTcp.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests must run from inside the repository: SharpTcp.slnx was not found above them.");
    }
}
