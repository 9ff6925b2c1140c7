using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Cli.Tests;

/// <summary>The program <c>link</c> as a process, between two namespaces of the kernel.</summary>
public sealed class CableCommandTests
{
    private static readonly string Program = System.IO.Path.Combine(System.AppContext.BaseDirectory, "SharpTcp.Cli.dll");

    // $1 is the signal, the rest is the command that runs the program. The second namespace has no name: it is the file of a process that lives in it.
    private const string Script =
        """
        set -eu
        signal=$1; shift
        unshare --net sleep 60 &
        other=$!
        until [[ /proc/$other/ns/net -ef /proc/self/ns/net ]] || [[ $(readlink /proc/$other/ns/net) != $(readlink /proc/self/ns/net) ]]; do sleep 0.01; done
        exec 3< <(exec "$@" link --between tap0 "/proc/$other/ns/net:tap1" --delay 30ms/20ms --loss 0 --seed 7)
        program=$!
        read -r -u 3 -t 30 line
        [[ $line == "ready tap0 "* ]] && echo ready
        inside() { nsenter --net="/proc/$other/ns/net" "$@"; }
        ip address add 10.0.0.1/24 dev tap0
        inside ip address add 10.0.0.2/24 dev tap1
        ping -n -q -c 5 -i 0.1 10.0.0.2 | tail -n 2
        kill -s "$signal" "$program"
        status=0; wait "$program" || status=$?
        cat <&3
        echo "status $status"
        kill "$other"
        """;

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_ping_crosses_with_its_delay_and_a_signal_ends_the_cable_with_a_summary(string signal)
    {
        UpScript.SkipWithoutNamespace();
        Assert.SkipUnless(ProgramRun.Has("ping"), "The test needs ping: install iputils-ping.");
        var run = await ProgramRun.RunAsync("/", "unshare", ["--net", "bash", "-c", Script, "link", signal, "dotnet", Program]);
        Assert.True(run.Status == 0, run.Output + run.Error);
        Assert.StartsWith("ready\n", run.Output, System.StringComparison.Ordinal);
        Assert.Matches(@"rtt min/avg/max/mdev = 5\d\.\d+/", run.Output);
        Assert.Matches(@"\ntap0 to /proc/\d+/ns/net:tap1: (\d+) frames carried of \1, 0 lost, 0 dropped by the queue, 0 doubled, 0 reordered, 0 corrupted, 0 refused, latest \d+\.\d\d ms late\n", run.Output);
        Assert.Matches(@"\n/proc/\d+/ns/net:tap1 to tap0: \d+ frames carried", run.Output);
        Assert.EndsWith("status 0\n", run.Output, System.StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere:tap0", "there is no network namespace nowhere")]
    [InlineData("/dev/null:tap0", "cannot be entered")]
    [InlineData("lo", "lo is not a TAP device")]
    public async Task An_end_that_cannot_be_had_is_named(string end, string said)
    {
        UpScript.SkipWithoutNamespace();
        var run = await ProgramRun.RunAsync("/", "unshare", ["--net", "dotnet", Program, "link", "--between", end, "tap1"]);
        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Contains(said, Assert.Single(run.Error.Split('\n', System.StringSplitOptions.RemoveEmptyEntries)), System.StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_of_different_MTU_are_refused()
    {
        UpScript.SkipWithoutNamespace();
        const string Script = "ip tuntap add dev tap1 mode tap && ip link set tap1 mtu 1400 && exec \"$@\" link --between tap0 tap1";
        var run = await ProgramRun.RunAsync("/", "unshare", ["--net", "bash", "-c", Script, "link", "dotnet", Program]);
        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Contains("tap0 has an MTU of 1500 and tap1 one of 1400", run.Error, System.StringComparison.Ordinal);
    }
}
