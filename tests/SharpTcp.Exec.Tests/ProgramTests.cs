using System;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Exec.Tests;

/// <summary>Programs that others wrote, on the stack, with a real peer on the kernel's.</summary>
public sealed class ProgramTests
{
    private const string MakeFile = "head -c 3000000 /dev/urandom >/dev/shm/$$.file; trap 'rm -f /dev/shm/$$.*' EXIT\n";

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
    public async Task CurlDownloadsAndUploads(string host) => Assert.Equal(
        "200 same",
        await ExecLab.RunAsync(
            ["curl", "python3"],
            MakeFile + $$"""
            (cd /dev/shm; python -m http.server 8000 --bind :: >/dev/null 2>&1) &
            retry bash -c 'exec 3<>/dev/tcp/10.0.0.1/8000' 2>/dev/null
            code=$(exec7 curl -s -g -m 60 -o /dev/shm/$$.got -w '%{http_code}' http://{{host}}:8000/$$.file)
            cmp /dev/shm/$$.file /dev/shm/$$.got && echo "$code same"
            """));

    [Theory]
    [InlineData("10.0.0.7")]
    [InlineData("[2001:db8::7]")]
    public async Task APythonServerServesTheKernel(string host) => Assert.Equal(
        "200 same",
        await ExecLab.RunAsync(
            ["curl", "python3"],
            MakeFile + $$"""
            (cd /dev/shm; exec7 python3 -I -S -m http.server 80 --bind :: >/dev/null 2>&1) &
            retry curl -s -g -m 5 -o /dev/null http://{{host}}/
            code=$(curl -s -g -m 60 -o /dev/shm/$$.got -w '%{http_code}' http://{{host}}/$$.file)
            cmp /dev/shm/$$.file /dev/shm/$$.got && echo "$code same"
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
}
