using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using SharpTcp.Cli;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>A peer behind a Linux router.</summary>
public sealed class RouterTests
{
    private const long Size = 10 << 20;
    private static readonly LabOptions WithRouter = new() { Router = true };

    [Fact]
    public Task Everything_passes_a_router() => NetLab.RunInBothFamiliesAsync(WithRouter, async (lab, family) =>
    {
        Requirements.SkipUnlessProgram("ping", "iputils-ping");
        (await lab.Peer.RunAsync(new Command("ping", "-n", "-c", "1", "-W", "5", "-s", "20000", $"{NetLab.StackAddress(family)}"))).MustSucceed();
        var data = Pattern.Bytes(1, 20_000);
        await lab.Stack.PingAsync(lab.PeerAddress(family), data, lab.Cancellation);

        using var datagrams = await lab.PeerSocketAsync(family, SocketType.Dgram);
        await datagrams.ConnectAsync(new IPEndPoint(NetLab.StackAddress(family), ServicePort.Echo), lab.Cancellation);
        await datagrams.SendAsync(data, lab.Cancellation);
        var answer = new byte[data.Length];
        Assert.Equal(data.Length, await datagrams.ReceiveAsync(answer, lab.Cancellation));
        Assert.Equal(data, answer);

        await EchoAsync(lab, family);
        await ConnectAndSendAsync(lab, family);
        await lab.NothingIsLeftAsync();
    });

    [Fact]
    public Task A_smaller_MTU_behind_the_router_is_found() => NetLab.RunInBothFamiliesAsync(WithRouter with { FarMtu = 1300 }, async (lab, family) =>
    {
        await EchoAsync(lab, family);
        await ConnectAndSendAsync(lab, family);
        await lab.NothingIsLeftAsync();
    });

    [Fact]
    public Task What_the_router_cannot_deliver_is_unreachable() => NetLab.RunInBothFamiliesAsync(WithRouter, async (lab, family) =>
    {
        // RFC 1122 §4.2.3.9: a "no route" is a soft error for TCP, but a connect that fails in the end, and UDP at once, may tell it.
        var elsewhere = IPAddress.Parse(family == AddressFamily.InterNetwork ? "192.0.2.1" : "2001:db8:ffff::1");
        using var socket = new StackSocket(lab.Stack, family, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(new IPEndPoint(elsewhere, 4), lab.Cancellation);
        await socket.SendAsync(new byte[10], lab.Cancellation);
        var failure = await Assert.ThrowsAsync<SocketException>(async () => await socket.ReceiveAsync(new byte[10], lab.Cancellation));
        Assert.True(failure.SocketErrorCode is SocketError.NetworkUnreachable or SocketError.HostUnreachable, $"{failure.SocketErrorCode}");
    });

    private static async Task EchoAsync(NetLab lab, AddressFamily family)
    {
        using var client = await lab.ConnectFromPeerAsync(family, ServicePort.Echo);
        using var stream = new KernelStream(client);
        var received = Flow.ReceiveAsync(stream, lab.Cancellation);
        await Flow.SendAsync(stream, 1, Size, lab.Cancellation);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal((Size, Pattern.Digest(1, Size)), await received);
    }

    private static async Task ConnectAndSendAsync(NetLab lab, AddressFamily family)
    {
        using var listener = await lab.ListenAtPeerAsync(family);
        using var ours = await lab.ConnectFromStackAsync(listener.LocalEndPoint!);
        using var kernels = await listener.AcceptAsync(lab.Cancellation);
        using var ourStream = new StackStream(ours, ownsSocket: false);
        using var kernelStream = new KernelStream(kernels);
        var received = Flow.ReceiveAsync(kernelStream, lab.Cancellation);
        await Flow.SendAsync(ourStream, 2, Size, lab.Cancellation);
        ours.Shutdown(SocketShutdown.Send);
        Assert.Equal((Size, Pattern.Digest(2, Size)), await received);
    }
}
