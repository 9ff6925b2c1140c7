using System;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Exec.Tests;

/// <summary>Programs that others wrote, on the stack, with a real peer on the kernel's.</summary>
public sealed class ProgramTests
{
    /// <summary>Serves a file of 3 MB on the kernel's side.</summary>
    private const string KernelServesFile =
        """
        head -c 3000000 /dev/urandom >"$WORK/file"
        (cd "$WORK"; python -m http.server 8000 --bind :: >/dev/null 2>&1) &
        retry bash -c 'exec 3<>/dev/tcp/10.0.0.1/8000' 2>/dev/null

        """;

    [Theory]
    [InlineData("true", 0)]
    [InlineData("exit 3", 3)]
    [InlineData("kill -TERM $$", 143)]
    [InlineData("exec /nonexistent/program", 127)]
    public async Task TheStatusIsTheProgramsOwn(string program, int status) =>
        Assert.EndsWith($"status {status}", await ExecLab.RunAsync([], $"exec7 sh -c '{program}' 2>/dev/null; echo status $?"), StringComparison.Ordinal);

    [Theory]
    [InlineData("exec7 /nonexistent/program", "status 127")]
    [InlineData("exec7 /etc/passwd", "status 126")]
    [InlineData("\"$SHARPTCP\" exec --tap tap7 --ip4 10.0.0.7 -- true", "status 125")]
    [InlineData("\"$SHARPTCP\" exec --tap tap7", "status 125")]
    public async Task OurOwnErrorsAreToldApart(string command, string status)
    {
        var lines = (await ExecLab.RunAsync([], $"{command}; echo status $?")).Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Equal(status, lines[0]);
        Assert.StartsWith("sharptcp", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("[2001:db8::1]")]
    public async Task CurlDownloads(string host) => Assert.Equal(
        "200 same",
        await ExecLab.RunAsync(
            ["curl", "python3"],
            KernelServesFile + $$"""
            code=$(exec7 curl -s -g -m 60 -o "$WORK/got" -w '%{http_code}' http://{{host}}:8000/file)
            cmp "$WORK/file" "$WORK/got" && echo "$code same"
            """));

    [Theory]
    [InlineData("10.0.0.7")]
    [InlineData("[2001:db8::7]")]
    public async Task APythonServerServesTheKernel(string host) => Assert.Equal(
        "200 same",
        await ExecLab.RunAsync(
            ["curl", "python3"],
            $$"""
            head -c 3000000 /dev/urandom >"$WORK/file"
            (cd "$WORK"; exec7 python3 -I -S -m http.server 80 --bind :: >/dev/null 2>&1) &
            retry curl -s -g -m 5 -o /dev/null http://{{host}}/
            code=$(curl -s -g -m 60 -o "$WORK/got" -w '%{http_code}' http://{{host}}/file)
            cmp "$WORK/file" "$WORK/got" && echo "$code same"
            """));

    [Fact]
    public async Task WhatAProgramWroteBeforeItEndedArrives() => Assert.Equal(
        "3000000",
        await ExecLab.RunAsync(
            ["nc"],
            """
            nc -l -N 10.0.0.1 9000 </dev/null | wc -c &
            counter=$!
            sleep 0.3
            exec7 bash -c 'head -c 3000000 /dev/zero >/dev/tcp/10.0.0.1/9000'
            wait $counter
            """));

    [Fact]
    public async Task NetcatTalksByUdp() => Assert.Equal(
        "hello",
        await ExecLab.RunAsync(
            ["nc"],
            """
            timeout 20 nc -u -l -W 1 10.0.0.1 5353 &
            receiver=$!
            sleep 0.3
            echo hello | exec7 nc -u -w 1 10.0.0.1 5353
            wait $receiver
            """));

    [Fact]
    public async Task SeveralProgramsOfAShellShareTheStack() => Assert.Equal(
        "one two",
        await ExecLab.RunAsync(
            [],
            """
            exec7 bash -c 'exec 3<>/dev/udp/10.0.0.1/9; (exec 4<>/dev/udp/10.0.0.1/9; echo -n "one ") && exec 5<>/dev/udp/10.0.0.1/9 && echo two'
            """));

    [Theory]
    [InlineData("wget", "wget -q -O")]
    [InlineData("busybox", "busybox wget -q -O")] // static
    [InlineData("node", "node client.js")]
    public async Task OtherClientsLoadTheFile(string program, string command) => Assert.Equal(
        "same",
        await ExecLab.RunAsync(
            [program, "python3"],
            KernelServesFile + $"""
            echo 'require("http").get(process.argv[3], answer => answer.pipe(require("fs").createWriteStream(process.argv[2])))' >"$WORK/client.js"
            cd "$WORK"
            exec7 {command} "$WORK/got" http://10.0.0.1:8000/file
            cmp "$WORK/file" "$WORK/got" && echo same
            """));

    [Fact]
    public async Task GitClonesOverHttp() => Assert.Equal(
        "one commit",
        await ExecLab.RunAsync(
            ["git", "python3"],
            """
            export HOME=$WORK GIT_CONFIG_GLOBAL=/dev/null
            git init -q -b main "$WORK/source"
            git -C "$WORK/source" -c user.name=test -c user.email=test@example.org commit -q --allow-empty -m 'one commit'
            git clone -q --bare "$WORK/source" "$WORK/served.git"
            git -C "$WORK/served.git" update-server-info
            (cd "$WORK"; python -m http.server 8000 --bind :: >/dev/null 2>&1) &
            retry bash -c 'exec 3<>/dev/tcp/10.0.0.1/8000' 2>/dev/null
            exec7 git clone -q http://10.0.0.1:8000/served.git "$WORK/copy"
            git -C "$WORK/copy" log --format=%s
            """));

    [Theory]
    [InlineData("+notcp")]
    [InlineData("+tcp")]
    public async Task DigAsksAServer(string transport) => Assert.Equal(
        "10.1.2.3",
        await ExecLab.RunAsync(
            ["dig", "dnsmasq"],
            $"""
            dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts --listen-address=10.0.0.1 --bind-interfaces --address=/x.test/10.1.2.3 --user=root 2>/dev/null &
            retry bash -c 'exec 3<>/dev/tcp/10.0.0.1/53' 2>/dev/null
            exec7 dig {transport} +short @10.0.0.1 x.test
            """));

    [Theory]
    [InlineData("", "10.0.0.1", "iperf3 -s", "exec7 iperf3")]
    [InlineData("", "10.0.0.7", "exec7 iperf3 -s", "iperf3")]
    [InlineData("-u -b 20M", "10.0.0.1", "iperf3 -s", "exec7 iperf3")]
    [InlineData("-u -b 20M", "10.0.0.7", "exec7 iperf3 -s", "iperf3")]
    public async Task IperfMeasures(string options, string server, string serve, string client) => Assert.EndsWith(
        "receiver",
        await ExecLab.RunAsync(
            ["iperf3"],
            $$"""
            {{serve}} >/dev/null 2>&1 &
            measure() { {{client}} -c {{server}} -t 1 {{options}} 2>/dev/null | grep receiver; }
            retry measure
            """),
        StringComparison.Ordinal);

    [Fact]
    public async Task NginxWithTwoWorkersServesWithoutAFailedRequest() => Assert.Equal(
        "no errors, same",
        await ExecLab.RunAsync(
            ["nginx", "wrk", "curl"],
            """
            mkdir "$WORK/www" "$WORK/logs"
            chmod 755 "$WORK"
            head -c 3000000 /dev/urandom >"$WORK/www/file"
            echo small >"$WORK/www/small"
            cat >"$WORK/nginx.conf" <<EOF
            daemon off; worker_processes 2; pid $WORK/pid; error_log $WORK/errors; user root;
            events { worker_connections 512; }
            http {
                access_log off; sendfile on;
                client_body_temp_path $WORK/a; proxy_temp_path $WORK/b; fastcgi_temp_path $WORK/c; uwsgi_temp_path $WORK/d; scgi_temp_path $WORK/e;
                server { listen 80; root $WORK/www; }
            }
            EOF
            exec7 nginx -p "$WORK" -c "$WORK/nginx.conf" &
            retry curl -s -m 5 -o /dev/null http://10.0.0.7/small
            wrk -c 16 -t 1 -d 2 http://10.0.0.7/small >"$WORK/wrk"
            grep -q 'requests in' "$WORK/wrk" && ! grep -E 'Socket errors|Non-2xx' "$WORK/wrk" && echo -n 'no errors, '
            curl -s -m 60 -o "$WORK/got" http://10.0.0.7/file
            cmp "$WORK/www/file" "$WORK/got" && echo same
            """));

    [Fact]
    public async Task RedisAnswersItsBenchmark() => Assert.Equal(
        "2 results, PONG",
        await ExecLab.RunAsync(
            ["redis-server", "redis-benchmark"],
            """
            exec7 redis-server --port 6379 --bind 0.0.0.0 --protected-mode no --save "" --dir "$WORK" >/dev/null 2>&1 &
            retry bash -c 'exec 3<>/dev/tcp/10.0.0.7/6379' 2>/dev/null
            echo -n "$(redis-benchmark -h 10.0.0.7 -n 2000 -c 10 -t set,get --csv 2>/dev/null | grep -cE '^"(SET|GET)"') results, "
            redis-cli -h 10.0.0.7 ping
            """));

    [Fact]
    public async Task SshLogsInAndCarriesData() => Assert.Equal(
        "from 10.0.0.1 to 10.0.0.7, 3000000 bytes",
        await ExecLab.RunAsync(
            ["sshd", "ssh", "ssh-keygen"],
            """
            mkdir -p /run/sshd
            ssh-keygen -q -t ed25519 -N '' -f "$WORK/key"
            exec7 /usr/sbin/sshd -D -f /dev/null -h "$WORK/key" -o AuthorizedKeysFile="$WORK/key.pub" -o StrictModes=no -o UsePAM=no -o PermitRootLogin=yes -o PidFile=none 2>/dev/null &
            remote() { ssh -F /dev/null -i "$WORK/key" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR root@10.0.0.7 "$@"; }
            retry bash -c 'exec 3<>/dev/tcp/10.0.0.7/22' 2>/dev/null
            set -- $(remote 'echo $SSH_CONNECTION')
            echo "from $1 to $3, $(remote 'head -c 3000000 /dev/zero' | wc -c) bytes"
            """));
}
