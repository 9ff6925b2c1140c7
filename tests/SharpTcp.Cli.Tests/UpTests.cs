using System;
using System.IO;
using System.Threading.Tasks;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Cli.Tests;

/// <summary>The program <c>up</c> as a process, beside the Linux kernel.</summary>
public sealed class UpTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "SharpTcp.Cli.dll");

    [Fact]
    public Task UpTellsServesAndEnds() => UpScript.CheckAsync("dotnet", Program);

    [Fact]
    [Rfc("4862", "5.4.5")]
    public async Task AnAddressThatCannotBeHadIsNamed()
    {
        UpScript.SkipWithoutNamespace();
        // Two hosts on a bridge; the second wants an address that the first has.
        const string Script =
            """
            set -eu
            ip link add br0 type bridge mcast_snooping 0
            ip link set br0 up
            for tap in tap1 tap2; do
                ip tuntap add dev $tap mode tap
                ip link set $tap master br0 up
            done
            await_ready() {
                local line
                while read -r -u "$1" -t 30 line; do
                    echo "$line"
                    [[ $line == ready* ]] && return
                done
                return 1
            }
            exec 3< <(exec "$@" up --tap tap1 --ip6 2001:db8::7/64 2>&1)
            first=$!
            await_ready 3 >/dev/null
            exec 4< <(exec "$@" up --tap tap2 --no-acd --ip4 10.0.0.7/24 --ip6 2001:db8::7/64 2>&1)
            second=$!
            await_ready 4
            kill "$first" "$second"
            wait "$second"
            """;
        var run = await ProgramRun.RunAsync("/", "unshare", ["--net", "bash", "-c", Script, "up", "dotnet", Program]);
        Assert.True(run.Status == 0, run.Output + run.Error);
        Assert.Contains("sharptcp: the address 2001:db8::7/64 cannot be had: another host on the link has it.\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("address 10.0.0.7/24 tap2 static\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("address 2001:db8::7/64 tap2", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADeviceOfAnotherKindIsRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Devices of Linux.");
        var run = await ProgramRun.RunAsync("/", "dotnet", Program, "up", "--tap", "lo");
        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task ALeaseFileThatCannotBeUsedIsRefused()
    {
        var run = await ProgramRun.RunAsync("/", "dotnet", Program, "up", "--tap", "tap7", "--lease-file", "/nonexistent/lease");
        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Contains("/nonexistent/lease", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACaptureThatCannotBeWrittenIsRefused()
    {
        var run = await ProgramRun.RunAsync("/", "dotnet", Program, "up", "--tap", "tap7", "--capture", "/nonexistent/out.pcapng");
        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Contains("/nonexistent/out.pcapng", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}
