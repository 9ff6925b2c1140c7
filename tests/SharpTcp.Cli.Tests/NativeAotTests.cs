using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Cli.Tests;

/// <summary>The program compiled ahead of time: no reflection, no JIT, and it does the same.</summary>
[Collection(nameof(LauncherTests))]
public sealed class NativeAotTests
{
    [Fact]
    public async Task TheNativeProgramDoesTheSame()
    {
        Assert.SkipUnless(ProgramRun.Has("clang") || ProgramRun.Has("gcc"), "NativeAOT needs a C compiler as its linker: install clang and zlib1g-dev.");
        Assert.SkipUnless(File.Exists("/usr/include/zlib.h"), "NativeAOT links with zlib: install zlib1g-dev.");
        var output = Path.Combine(ProgramRun.Root, "artifacts", "aot");
        // A folder of its own for all that the build leaves: the ordinary build's must not be touched while it is in use.
        var publish = await ProgramRun.RunAsync(
            ProgramRun.Root, "dotnet", "publish", "src/SharpTcp.Cli", "--configuration", "Release", "--artifacts-path", output,
            "-p:PublishAot=true", "--nologo", "--tl:off", "-verbosity:quiet", "-nodeReuse:false");
        Assert.SkipWhen(
            publish.Output.Contains("ILCompiler", StringComparison.Ordinal) && publish.Output.Contains("error NU", StringComparison.Ordinal),
            "The compiler of NativeAOT is a package that could not be fetched.");
        Assert.True(publish.Status == 0, publish.Output + publish.Error);
        Assert.DoesNotContain("warning IL", publish.Output, StringComparison.Ordinal);

        var program = Path.Combine(output, "publish", "SharpTcp.Cli", "release", "SharpTcp.Cli");
        var version = await ProgramRun.RunAsync("/", program, "--version");
        Assert.Equal((0, $"sharptcp {SharpTcpCommandLine.Version}\n", ""), (version.Status, version.Output, version.Error));
        var refused = await ProgramRun.RunAsync("/", program, "up", "--tap", "tap7", "--ip4", "nonsense");
        Assert.Equal((2, ""), (refused.Status, refused.Output));
        Assert.Contains("\"nonsense\"", refused.Error, StringComparison.Ordinal);
        await UpScript.CheckAsync(program);
    }
}
