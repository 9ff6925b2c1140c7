using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using SharpTcp.Cli;
using SharpTcp.Links;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>The peer at the other end of a cable with faults: real kernels, real time, packets that are lost one by one.</summary>
public sealed class BadLinkTests
{
    private const long Size = 2 << 20;

    private static readonly LabOptions Bad = new()
    {
        Cable = FaultOptions.Parse("delay=5ms,rate=100mbit,queue=50,loss=2%,reorder=2%,dup=1%,corrupt=0.5%,seed=7"),
        Limit = TimeSpan.FromSeconds(90),
    };

    [Fact]
    public Task A_ping_takes_the_delay_of_both_directions() => NetLab.RunInBothFamiliesAsync(Bad with { Cable = FaultOptions.Parse("delay=20ms") }, async (lab, family) =>
    {
        Requirements.SkipUnlessProgram("ping", "iputils-ping");
        var result = await lab.Peer.RunAsync(new Command("ping", "-n", "-q", "-c", "3", "-i", "0.2", $"{NetLab.StackAddress(family)}"));
        Assert.Matches(@"3 received[\s\S]*= [4-7]\d\.\d+/", result.MustSucceed().Text);
        await lab.Stack.PingAsync(lab.PeerAddress(family), new byte[10], lab.Cancellation);
    });

    [Fact]
    public Task Every_byte_comes_from_the_kernel_and_back() => NetLab.RunInBothFamiliesAsync(Bad, async (lab, family) =>
    {
        using var client = await lab.ConnectFromPeerAsync(family, ServicePort.Echo);
        using var stream = new KernelStream(client);
        var received = Flow.ReceiveAsync(stream, lab.Cancellation);
        await Flow.SendAsync(stream, 1, Size, lab.Cancellation);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal((Size, Pattern.Digest(1, Size)), await received);
    });

    [Fact]
    public Task Every_byte_comes_from_kernel_to_kernel_over_the_same_cable() => NetLab.RunAsync(Bad, async lab =>
    {
        var near = new IPAddress([10, 0x77, 0, 3]);
        await lab.Near.IpAsync($"addr add {near}/24 dev br0");
        using var listener = await lab.Near.SocketAsync(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(near, 0));
        listener.Listen();
        using var client = await lab.PeerSocketAsync(AddressFamily.InterNetwork, SocketType.Stream);
        await client.ConnectAsync(listener.LocalEndPoint!, lab.Cancellation);
        using var server = await listener.AcceptAsync(lab.Cancellation);
        using var sending = new KernelStream(client);
        using var receiving = new KernelStream(server);
        var received = Flow.ReceiveAsync(receiving, lab.Cancellation);
        await Flow.SendAsync(sending, 2, Size, lab.Cancellation);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal((Size, Pattern.Digest(2, Size)), await received);
        var (there, back) = await lab.Cable!.UnplugAsync();
        Assert.True(back.Faults is { Lost: > 0, Duplicated: > 0, Reordered: > 0, Corrupted: > 0 }, $"{back}");
        Assert.True(there.Carried > 0 && back.Carried > Size / 1500, $"{there}; {back}");
    });
}
