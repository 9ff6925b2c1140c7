using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Cli.Tests;

/// <summary>The two launchers, as a newcomer calls them.</summary>
[Collection(nameof(LauncherTests))]
public sealed class LauncherTests
{
    private static readonly string Launcher = Path.Combine(ProgramRun.Root, "sharptcp");

    [Fact]
    public async Task TheLauncherWorksFromAnyFolder()
    {
        var run = await ProgramRun.RunAsync("/", Launcher, "--version");
        Assert.Equal((0, $"sharptcp {SharpTcpCommandLine.Version}\n"), (run.Status, run.Output));
    }

    [Fact]
    public async Task TheLauncherWorksByALink()
    {
        var folder = Directory.CreateTempSubdirectory("sharptcp-test-");
        try
        {
            var link = Path.Combine(folder.FullName, "link");
            File.CreateSymbolicLink(link, Launcher);
            Assert.Equal(0, (await ProgramRun.RunAsync(folder.FullName, link, "--version")).Status);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task WhatIsUpToDateIsNotBuiltAgain()
    {
        await ProgramRun.RunAsync("/", Launcher, "--version");
        Assert.Empty((await ProgramRun.RunAsync("/", Launcher, "--version")).Error);
    }

    [Fact]
    public async Task TwoAtOnceDoNotDisturbEachOther()
    {
        var both = await Task.WhenAll(ProgramRun.RunAsync("/", Launcher, "--version"), ProgramRun.RunAsync("/", Launcher, "--version"));
        Assert.All(both, run => Assert.Equal((0, $"sharptcp {SharpTcpCommandLine.Version}\n"), (run.Status, run.Output)));
    }

    [Fact]
    public async Task AWrongOptionIsOneSentenceAndStatus2()
    {
        await ProgramRun.RunAsync("/", Launcher, "--version");
        var run = await ProgramRun.RunAsync("/", Launcher, "up", "--frob");
        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task WithoutTheSdkTheLauncherSaysSo()
    {
        var folder = Directory.CreateTempSubdirectory("sharptcp-test-");
        try
        {
            // All that the launcher calls, but no dotnet.
            foreach (var program in new[] { "bash", "cut", "dirname", "env", "find", "readlink", "sha256sum", "sort" })
                File.CreateSymbolicLink(Path.Combine(folder.FullName, program), ProgramRun.Find(program)!);
            var empty = new Dictionary<string, string> { ["PATH"] = folder.FullName, ["HOME"] = folder.FullName, ["DOTNET_ROOT"] = folder.FullName };
            var run = await ProgramRun.RunAsync("/", empty, Launcher, ["--version"]);
            Assert.Equal((2, ""), (run.Status, run.Output));
            Assert.Contains("install the .NET 10 SDK", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task TheTestLauncherRefusesWhatItDoesNotKnow()
    {
        var run = await ProgramRun.RunAsync("/", Path.Combine(ProgramRun.Root, "test"), "--frob");
        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Contains("\"--frob\"", run.Error, StringComparison.Ordinal);
    }
}
