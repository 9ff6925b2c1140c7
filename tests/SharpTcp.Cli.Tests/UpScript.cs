using System;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Cli.Tests;

/// <summary>Runs <c>up</c> in a network namespace of its own, with the kernel as the client, and ends it by a signal.</summary>
internal static class UpScript
{
    // The namespace dies with the shell. $1 is the signal, the rest is the command that runs the program.
    private const string Script =
        """
        set -eu
        signal=$1; shift
        exec 3< <(exec "$@" up --tap tap7 --mac 02:00:00:00:00:07 --no-acd --ip4 10.0.0.7/24 --ip6 2001:db8::7/64 --serve echo,daytime)
        program=$!
        while read -r -u 3 -t 30 line; do
            echo "$line"
            [[ $line == ready* ]] && break
        done
        ip address add 10.0.0.1/24 dev tap7
        ip -6 address add 2001:db8::1/64 dev tap7 nodad
        for address in 10.0.0.7 2001:db8::7; do
            exec 4<>/dev/tcp/$address/7
            echo "hello $address" >&4
            read -r -u 4 -t 10 answer
            echo "echo $answer"
        done
        begun=${EPOCHREALTIME/./}
        kill -s "$signal" "$program"
        read -r -u 4 -t 10 rest || echo "end of stream"
        exec 4>&-
        status=0; wait "$program" || status=$?
        echo "status $status"
        (( ${EPOCHREALTIME/./} - begun < 1000000 )) && echo "within a second"
        """;

    /// <summary>Runs it once for each signal and checks every line; skips the test where there can be no namespace.</summary>
    /// <param name="command">The words that run the program.</param>
    public static async Task CheckAsync(params string[] command)
    {
        SkipWithoutNamespace();
        foreach (var signal in new[] { "TERM", "INT" })
        {
            var run = await ProgramRun.RunAsync("/", "unshare", ["--net", "bash", "-c", Script, "up", signal, .. command]);
            Assert.Equal(
                [
                    "address fe80::ff:fe00:7/64 tap7 link-local",
                    "address 10.0.0.7/24 tap7 static",
                    "address 2001:db8::7/64 tap7 static",
                    "ready tap7 02:00:00:00:00:07",
                    "echo hello 10.0.0.7",
                    "echo hello 2001:db8::7",
                    "end of stream",
                    "status 0",
                    "within a second",
                ],
                (run.Output + run.Error).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Equal(0, run.Status);
        }
    }

    /// <summary>Skips the test where there can be no network namespace with a TAP device.</summary>
    public static void SkipWithoutNamespace()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "A network namespace with a TAP device needs root.");
        Assert.SkipUnless(ProgramRun.Has("unshare") && ProgramRun.Has("ip"), "The test needs unshare and ip: install util-linux and iproute2.");
        Assert.SkipUnless(System.IO.File.Exists("/dev/net/tun"), "There is no /dev/net/tun.");
    }
}
