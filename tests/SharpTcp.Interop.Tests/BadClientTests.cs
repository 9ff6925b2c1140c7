using System;
using System.Globalization;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;
using SharpTcp.Cli;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>Peers that stop in the middle, for a while or for ever.</summary>
public sealed class BadClientTests
{
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(5);

    [Fact]
    [Rfc("defect", "2")]
    [Rfc("defect", "8")]
    [Rfc("9293", "MUST-36")]
    public Task Readers_that_stop_for_five_seconds_and_go_on_miss_nothing() => NetLab.RunAsync(lab => Task.WhenAll(
        KernelStopsAsync(lab, AddressFamily.InterNetwork), KernelStopsAsync(lab, AddressFamily.InterNetworkV6),
        StackStopsAsync(lab, AddressFamily.InterNetwork, 4010), StackStopsAsync(lab, AddressFamily.InterNetworkV6, 4011)));

    [Theory]
    [InlineData("AF_INET", "s.shutdown(socket.SHUT_WR); time.sleep(20)")] // killed with the FIN already sent: the kernel resets what still comes
    [InlineData("AF_INET", "time.sleep(20)")]
    [InlineData("AF_INET6", "time.sleep(20)")]
    public Task A_client_killed_in_the_middle_leaves_nothing_behind(string family, string then) => NetLab.RunAsync(async lab =>
    {
        Requirements.SkipUnlessProgram("python3", "python3");
        var address = NetLab.StackAddress(family == "AF_INET" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6);
        var script = string.Create(CultureInfo.InvariantCulture, $"""
            import os, signal, socket, threading, time
            sockets = []
            for port in ({ServicePort.Chargen}, {ServicePort.Echo}, {ServicePort.Discard}) * 5:
                s = socket.create_connection(('{address}', port))
                s.sendall(b'x' * 100_000)
                sockets.append(s)
            sockets[0].recv(100_000)
            threading.Thread(target=lambda: (time.sleep(0.1), os.kill(os.getpid(), signal.SIGKILL))).start()
            for s in sockets:
                {then}
            """);
        var result = await lab.Peer.RunAsync(new Command("python3", "-c", script));
        Assert.Equal(137, result.ExitCode);
        await lab.NothingIsLeftAsync();
        Assert.Equal(15, lab.Read(static host => host.Tcp.Counters.Established));
        await EchoStillWorksAsync(lab, AddressFamily.InterNetwork);
    });

    [Fact]
    public Task A_reset_in_the_middle_fails_the_stacks_reader() => NetLab.RunInBothFamiliesAsync(new LabOptions(), async (lab, family) =>
    {
        using var listener = lab.Stack.Listen(4012);
        var client = await lab.ConnectFromPeerAsync(family, 4012);
        using var server = await listener.AcceptSocketAsync(lab.Cancellation);
        var receiving = server.ReceiveAsync(new byte[100], lab.Cancellation).AsTask();
        client.Close(0);
        var reset = await Assert.ThrowsAsync<SocketException>(() => receiving);
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        await lab.NothingIsLeftAsync();
    });

    [Fact]
    public Task The_stack_aborts_and_the_kernel_sees_a_reset() => NetLab.RunInBothFamiliesAsync(new LabOptions(), async (lab, family) =>
    {
        using var listener = lab.Stack.Listen(4013);
        using var client = await lab.ConnectFromPeerAsync(family, 4013);
        var server = await listener.AcceptSocketAsync(lab.Cancellation);
        server.Close(0);
        var reset = await Assert.ThrowsAsync<SocketException>(async () => await client.ReceiveAsync(new byte[100], lab.Cancellation));
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        await lab.NothingIsLeftAsync();
    });

    private static async Task KernelStopsAsync(NetLab lab, AddressFamily family)
    {
        const long Size = 30 << 20;
        using var client = await lab.ConnectFromPeerAsync(family, ServicePort.Echo);
        using var stream = new KernelStream(client);
        var sending = Flow.SendAsync(stream, 3, Size, lab.Cancellation);
        await Task.Delay(Standstill, lab.Cancellation);
        await EchoStillWorksAsync(lab, family);
        Assert.False(sending.IsCompleted, "The buffers on the way took everything: there was no standstill.");
        var received = Flow.ReceiveAsync(stream, lab.Cancellation);
        await sending;
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal((Size, Pattern.Digest(3, Size)), await received);
    }

    private static async Task StackStopsAsync(NetLab lab, AddressFamily family, int port)
    {
        const long Size = 40 << 20;
        using var listener = lab.Stack.Listen(port);
        using var client = await lab.ConnectFromPeerAsync(family, port);
        using var stream = new KernelStream(client);
        using var server = await listener.AcceptSocketAsync(lab.Cancellation);
        var sending = Flow.SendAsync(stream, 4, Size, lab.Cancellation);
        await Task.Delay(Standstill, lab.Cancellation);
        Assert.False(sending.IsCompleted, "The buffers on the way took everything: there was no standstill.");
        using var serverStream = new StackStream(server, ownsSocket: false);
        var received = Flow.ReceiveAsync(serverStream, lab.Cancellation);
        await sending;
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal((Size, Pattern.Digest(4, Size)), await received);
    }

    private static async Task EchoStillWorksAsync(NetLab lab, AddressFamily family)
    {
        using var client = await lab.ConnectFromPeerAsync(family, ServicePort.Echo);
        await client.SendAsync("still there?"u8.ToArray(), lab.Cancellation);
        var answer = new byte[100];
        var length = await client.ReceiveAsync(answer, lab.Cancellation);
        Assert.True(answer.Take(length).SequenceEqual("still there?"u8.ToArray()));
    }
}
