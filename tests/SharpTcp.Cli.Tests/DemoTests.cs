using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Cli.Tests;

/// <summary>The demo, whole.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task EveryStepPassesAndTheLastLineSaysSo()
    {
        var run = await ProgramRun.RunAsync("/", "dotnet", Path.Combine(AppContext.BaseDirectory, "SharpTcp.Cli.dll"), "demo");
        Assert.True(run.Status == 0, run.Output + run.Error);
        Assert.Matches("^demo: (\\d+) of \\1 passed, peer: (Linux kernel|memory)$", run.Output.TrimEnd('\n').Split('\n')[^1]);
        // Off a terminal there is not one escape sequence.
        Assert.DoesNotContain('\e', run.Output + run.Error);
        var digests = run.Output.Split('\n').Where(line => line.Contains("SHA-256", StringComparison.Ordinal));
        Assert.Equal(2, digests.Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    [InlineData(600_000)]
    public async Task BothEndsTakeTheDigestOfTheSameContent(int length)
    {
        using var stream = new MemoryStream();
        long told = 0;
        var sent = await DemoContent.WriteAsync(stream, length, 7, done => told = done, TestContext.Current.CancellationToken);
        stream.Position = 0;
        var (received, digest) = await DemoContent.ReadAsync(stream, null, TestContext.Current.CancellationToken);
        Assert.Equal((length, length), (told, received));
        Assert.Equal(sent, digest);
        Assert.Equal(SHA256.HashData(stream.ToArray()), digest);
    }
}
