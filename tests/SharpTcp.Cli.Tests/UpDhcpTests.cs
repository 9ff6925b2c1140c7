using System;
using System.IO;
using System.Threading.Tasks;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Cli.Tests;

/// <summary>The program <c>up</c> as a process that configures itself, beside dnsmasq and the Linux kernel.</summary>
public sealed class UpDhcpTests : IDisposable
{
    // $1 is a folder for the test, the rest is the command that runs the program. The namespace dies with the shell.
    private const string Begin =
        """
        set -eu
        folder=$1; shift
        export XDG_STATE_HOME=$folder
        ip link set lo up
        add_tap() {
            ip tuntap add dev $1 mode tap
            ip address add $2 dev $1
            ip link set $1 up
        }
        start_server() {
            dnsmasq --no-daemon --conf-file=/dev/null --pid-file --port=0 --no-ping --log-dhcp --interface=tap7 --bind-interfaces --user=root --dhcp-leasefile="$folder/leases" \
                --dhcp-range=10.0.0.50,10.0.0.50,255.255.255.0,2m --dhcp-option=option:dns-server,10.0.0.1 --domain=example.com 2>>"$folder/log" &
            server=$!
            : >>"$folder/log"
            until grep -q "sockets bound" "$folder/log"; do sleep 0.05; done
        }
        await() {
            local line
            while read -r -u 3 -t 30 line; do
                echo "$line"
                [[ $line == $1* ]] && return
            done
            return 1
        }
        messages() {
            grep -o 'DHCP[A-Z]\{3,\}' "$folder/log" | tr '\n' ' '
            echo
        }
        ask() {
            exec 4<>/dev/tcp/$1/7
            echo hello >&4
            read -r -u 4 -t 10 answer
            echo "$1 $answer"
            exec 4>&-
        }

        """;

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "SharpTcp.Cli.dll");

    private readonly string _folder = Directory.CreateTempSubdirectory("sharptcp-up-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Rfc("2131", "4.4.6")]
    [Rfc("2131", "4.3.2")]
    public async Task AnAddressIsLeasedGivenBackAndComeBackTo()
    {
        var lines = await RunAsync(
            """
            add_tap tap7 10.0.0.1/24
            start_server
            run() {
                exec 3< <(exec "${program[@]}" up --tap tap7 --no-acd --no-ip6 --serve echo "${@:2}" 2>&1)
                local host=$! status=0
                await ready
                ask 10.0.0.50
                kill -s $1 $host
                wait $host || status=$?
                echo "status $status"
                messages; : >"$folder/log"
            }
            program=("$@")
            run INT
            run TERM --keep-lease
            run KILL
            run INT
            kill $server
            """);
        var mac = lines[3].Split(' ')[^1];
        string[] up =
        [
            "address 10.0.0.50/24 tap7 dhcp", "lease 10.0.0.50/24 tap7 server 10.0.0.1 seconds 120 dns 10.0.0.1 domain example.com", "route 0.0.0.0/0 tap7 via 10.0.0.1", $"ready tap7 {mac}",
            "10.0.0.50 hello",
        ];
        Assert.Equal(
            [
                .. up, "status 0", "DHCPDISCOVER DHCPOFFER DHCPREQUEST DHCPACK DHCPRELEASE ",
                .. up, "status 0", "DHCPDISCOVER DHCPOFFER DHCPREQUEST DHCPACK ",
                .. up, "status 137", "DHCPREQUEST DHCPACK ",
                .. up, "status 0", "DHCPREQUEST DHCPACK DHCPRELEASE ",
            ],
            lines);
    }

    [Fact]
    [Rfc("defect", "19")]
    public async Task AServerThatComesLaterIsStillAsked()
    {
        var lines = await RunAsync(
            """
            add_tap tap7 10.0.0.1/24
            exec 3< <(exec "$@" up --tap tap7 --mac 02:00:00:00:00:07 --no-acd --no-ip6 --serve echo 2>&1)
            host=$!
            await ready
            start_server
            await route
            ask 10.0.0.50
            kill $host; wait $host
            kill $server
            """);
        Assert.Equal(
            [
                "sharptcp: no DHCP server gave tap7 an address yet; they are asked again and again.",
                "ready tap7 02:00:00:00:00:07",
                "address 10.0.0.50/24 tap7 dhcp",
                "lease 10.0.0.50/24 tap7 server 10.0.0.1 seconds 120 dns 10.0.0.1 domain example.com",
                "route 0.0.0.0/0 tap7 via 10.0.0.1",
                "10.0.0.50 hello",
            ],
            lines);
    }

    [Fact]
    public async Task AHostHasSeveralDevices()
    {
        var lines = await RunAsync(
            """
            add_tap tap7 10.0.0.1/24
            add_tap tap8 10.0.1.1/24
            exec 3< <(exec "$@" up --tap tap7 --mac 02:00:00:00:00:07 --no-acd --no-ip6 --ip4 10.0.0.7/24,gw=10.0.0.1 --tap tap8 --mac 02:00:00:00:00:08 --no-acd --no-ip6 --ip4 10.0.1.8/24 --serve echo 2>&1)
            host=$!
            await "ready tap8"
            ask 10.0.0.7
            ask 10.0.1.8
            kill $host; wait $host
            """);
        Assert.Equal(
            [
                "address 10.0.0.7/24 tap7 static", "address 10.0.1.8/24 tap8 static", "route 0.0.0.0/0 tap7 via 10.0.0.1", "ready tap7 02:00:00:00:00:07", "ready tap8 02:00:00:00:00:08",
                "10.0.0.7 hello", "10.0.1.8 hello",
            ],
            lines);
    }

    private async Task<string[]> RunAsync(string script)
    {
        UpScript.SkipWithoutNamespace();
        Assert.SkipUnless(ProgramRun.Has("dnsmasq"), "The test needs dnsmasq: install dnsmasq-base.");
        var run = await ProgramRun.RunAsync("/", "unshare", ["--net", "bash", "-c", Begin + script, "up", _folder, "dotnet", Program]);
        Assert.True(run.Status == 0, run.Output + run.Error);
        return [.. (run.Output + run.Error).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
