using System;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Tasks;
using SharpTcp.Cli;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>Programs that everybody has, as clients.</summary>
public sealed class ClientProgramTests
{
    // Sends and reads at the same time, checks the echo, then both ways of ending: shut down and wait, and a reset.
    private const string PythonClient = """
        import hashlib, os, socket, struct, sys, threading
        host, port = sys.argv[1], int(sys.argv[2])
        data = os.urandom(3_000_000)
        with socket.create_connection((host, port), timeout=10) as s:
            assert s.getpeername()[:2] == (host, port)
            writer = threading.Thread(target=lambda: (s.sendall(data), s.shutdown(socket.SHUT_WR)))
            writer.start()
            got = bytearray()
            while chunk := s.recv(100_000):
                got += chunk
            writer.join()
            assert hashlib.sha256(got).digest() == hashlib.sha256(data).digest(), (len(got), len(data))
        with socket.create_connection((host, port), timeout=10) as s:
            f = s.makefile('rwb')
            for i in range(50):
                f.write(b'line %d\n' % i)
                f.flush()
                assert f.readline() == b'line %d\n' % i
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        with socket.create_connection((host, port), timeout=10) as s:
            s.send(b'abc')
            assert s.recv(3, socket.MSG_WAITALL) == b'abc'
            s.settimeout(0.05)
            try:
                s.recv(1)
                assert False, 'nothing was to come'
            except TimeoutError:
                pass
        try:
            socket.create_connection((host, 4), timeout=10)
            assert False, 'nobody listens on port 4'
        except ConnectionRefusedError:
            pass
        print('all right')
        """;

    [Fact]
    public Task Curl_telnet() => NetLab.RunInBothFamiliesAsync(new LabOptions(), async (lab, family) =>
    {
        Requirements.SkipUnlessProgram("curl", "curl");
        var host = family == AddressFamily.InterNetwork ? $"{NetLab.StackAddress(family)}" : $"[{NetLab.StackAddress(family)}]";

        // curl ends when the server does, which echo leaves to curl: status 28 says that its time is up.
        var echo = lab.Peer.RunAsync(Shell($"echo hello from curl | curl -sS --max-time 1 telnet://{host}:{ServicePort.Echo}"));
        var daytime = lab.Peer.RunAsync(Shell($"sleep 0.3 | curl -sS --max-time 5 telnet://{host}:{ServicePort.Daytime}"));
        Assert.Equal((28, "hello from curl\n"), ((await echo).ExitCode, (await echo).Text));
        var line = (await daytime).MustSucceed().Text;
        Assert.EndsWith("-UTC\r\n", line, StringComparison.Ordinal);
        Assert.Contains(DateTime.UtcNow.Year.ToString(CultureInfo.InvariantCulture), line, StringComparison.Ordinal);
        await lab.NothingIsLeftAsync();
    });

    [Fact]
    public Task Netcat() => NetLab.RunInBothFamiliesAsync(new LabOptions(), async (lab, family) =>
    {
        Requirements.SkipUnlessProgram("nc", "netcat-openbsd");
        var host = $"{NetLab.StackAddress(family)}";
        var data = Pattern.Bytes(7, 2_000_000);
        var echo = await lab.Peer.RunAsync(new Command("nc", "-N", host, $"{ServicePort.Echo}") { Input = data });
        Assert.Equal(Convert.ToHexString(SHA256.HashData(data)), Convert.ToHexString(SHA256.HashData(echo.MustSucceed().Output)));
        var monkey = await lab.Peer.RunAsync(new Command("nc", "-N", host, $"{ServicePort.Echo}") { Input = [.. "Malpka\n"u8] });
        Assert.Equal(Monkeys.Small.ToArray(), monkey.MustSucceed().Output);
        var closed = await lab.Peer.RunAsync(new Command("nc", "-v", "-z", host, "4"));
        Assert.Equal(1, closed.ExitCode);
        Assert.Contains("refused", closed.Errors, StringComparison.Ordinal);
        await lab.NothingIsLeftAsync();
    });

    [Fact]
    public Task Python() => NetLab.RunInBothFamiliesAsync(new LabOptions(), async (lab, family) =>
    {
        Requirements.SkipUnlessProgram("python3", "python3");
        var result = await lab.Peer.RunAsync(new Command("python3", "-c", PythonClient, $"{NetLab.StackAddress(family)}", $"{ServicePort.Echo}"));
        Assert.Equal("all right\n", result.MustSucceed().Text);
        await lab.NothingIsLeftAsync();
    });

    private static Command Shell(string line) => new("sh", "-c", line);
}
