using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Exec.Tests;

/// <summary>
/// A network namespace with a TAP: the kernel has 10.0.0.1 and 2001:db8::1 at its end, a program under <c>sharptcp exec</c> 10.0.0.7 and 2001:db8::7 at the other. A test is a script of the shell in
/// it, in which <c>exec7</c> runs a program on the stack, <c>retry</c> repeats a command until it succeeds, and <c>$WORK</c> is a folder for files.
/// </summary>
internal static class ExecLab
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private const string Prelude =
        """
        set -u
        ip link set lo up
        ip tuntap add tap7 mode tap
        ip address add 10.0.0.1/24 dev tap7
        ip -6 address add 2001:db8::1/64 dev tap7 nodad
        ip link set tap7 up
        exec7() { "$SHARPTCP" exec --tap tap7 --no-acd --no-dad --ip4 10.0.0.7/24 --gateway4 10.0.0.1 --ip6 2001:db8::7/64 -- "$@"; }
        retry() { for _ in {1..300}; do "$@" && return; sleep 0.1; done; echo "never: $*"; return 1; }
        python() { python3 -I -S "$@"; }
        PATH=$PATH:/usr/sbin
        cd "$PROGRAMS"

        """;

    /// <summary>The folder of the programs that tests run.</summary>
    public static string Programs { get; } = Path.Combine(AppContext.BaseDirectory, "Programs");

    /// <summary>Runs a script; gives what it wrote, and fails if it did not end in time.</summary>
    /// <param name="needs">Programs that must be there; the test is skipped with their names if not.</param>
    /// <param name="script">Bash.</param>
    public static async Task<string> RunAsync(string[] needs, string script)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "A network namespace with a TAP device needs root.");
        Assert.SkipUnless(File.Exists("/dev/net/tun"), "There is no /dev/net/tun.");
        var missing = needs.Append("unshare").Append("ip").Where(program => !Has(program)).ToArray();
        Assert.SkipUnless(missing.Length == 0, $"The test needs {string.Join(", ", missing)}: ./test --install installs them.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);

        // The namespace and all processes in it die with the shell.
        var start = new ProcessStartInfo("unshare", ["--net", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-c", Prelude + script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["SHARPTCP"] = Path.Combine(AppContext.BaseDirectory, "SharpTcp.Cli");
        start.Environment["PROGRAMS"] = Programs;

        // What the stack keeps for its next run is no affair of other tests, and goes with the folder.
        using var home = new TemporaryFolder();
        start.Environment["XDG_STATE_HOME"] = home.Path;
        start.Environment["WORK"] = home.Path;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return (await output + await error).TrimEnd();
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The script did not end within {Limit}.");
        }
    }

    /// <summary>Runs a Python program twice, on the kernel over loopback-like addresses of its own and on the stack, and expects the same words.</summary>
    /// <param name="program">Its file in <see cref="Programs"/>.</param>
    public static async Task ExpectLikeTheKernelAsync(string program)
    {
        var output = await RunAsync(
            ["python3"],
            $$"""
            ip address add 10.0.0.7/32 dev lo
            ip -6 address add 2001:db8::7/128 dev lo nodad
            python {{program}} 10.0.0.7 2001:db8::7
            echo =====
            ip address del 10.0.0.7/32 dev lo
            ip -6 address del 2001:db8::7/128 dev lo
            exec7 python3 -I -S {{program}} 10.0.0.7 2001:db8::7
            """);
        var halves = output.Split("=====");
        Assert.Equal(2, halves.Length);
        Assert.Contains("done", halves[0], StringComparison.Ordinal);
        Assert.Equal(halves[0].Trim(), halves[1].Trim());
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("sharptcp-exec-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }

    private static bool Has(string program) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin".Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
