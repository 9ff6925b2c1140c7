using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Cli.Tests;

/// <summary>The program <c>up</c> as a process, beside the Linux kernel.</summary>
public sealed class UpTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "SharpTcp.Cli.dll");

    [Fact]
    public Task UpTellsServesAndEnds() => UpScript.CheckAsync("dotnet", Program);

    [Fact]
    public async Task ADeviceOfAnotherKindIsRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Devices of Linux.");
        var run = await ProgramRun.RunAsync("/", "dotnet", Program, "up", "--tap", "lo");
        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task ACaptureThatCannotBeWrittenIsRefused()
    {
        var run = await ProgramRun.RunAsync("/", "dotnet", Program, "up", "--tap", "tap7", "--capture", "/nonexistent/out.pcapng");
        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Contains("/nonexistent/out.pcapng", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}
