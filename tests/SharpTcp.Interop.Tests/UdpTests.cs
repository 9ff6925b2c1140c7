using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using SharpTcp.Cli;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>Datagrams both ways, and the errors that come back for them.</summary>
public sealed class UdpTests
{
    private const int NoChecksum = 11; // SO_NO_CHECK
    private const int SocketLevel = 1; // SOL_SOCKET

    private static readonly int[] Sizes = [0, 1, 2, 127, 1000, 1452, 1453, 1472, 1473, 4000, 16_384, 40_001, 60_000];

    [Fact]
    public Task Datagrams_up_to_60_kB_come_back_from_the_stack() => NetLab.RunInBothFamiliesAsync(new LabOptions(), async (lab, family) =>
    {
        using var client = await lab.PeerSocketAsync(family, SocketType.Dgram);
        await client.ConnectAsync(new IPEndPoint(NetLab.StackAddress(family), ServicePort.Echo), lab.Cancellation);
        var answer = new byte[65_536];
        foreach (var size in Sizes)
        {
            var sent = Pattern.Bytes((ulong)size, size);
            await client.SendAsync(sent, lab.Cancellation);
            var length = await client.ReceiveAsync(answer, lab.Cancellation);
            Assert.Equal(sent, answer[..length]);
        }
    });

    [Fact]
    public Task Datagrams_up_to_60_kB_come_back_from_the_kernel() => NetLab.RunInBothFamiliesAsync(new LabOptions(), async (lab, family) =>
    {
        using var server = await lab.PeerSocketAsync(family, SocketType.Dgram);
        server.Bind(new IPEndPoint(lab.PeerAddress(family), 0));
        using var client = new StackSocket(lab.Stack, family, SocketType.Dgram, ProtocolType.Udp);
        await client.ConnectAsync(server.LocalEndPoint!, lab.Cancellation);
        var buffer = new byte[65_536];
        foreach (var size in Sizes)
        {
            var sent = Pattern.Bytes((ulong)size, size);
            Assert.Equal(size, await client.SendAsync(sent, lab.Cancellation));
            var received = await server.ReceiveFromAsync(buffer, new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0), lab.Cancellation);
            Assert.Equal(sent, buffer[..received.ReceivedBytes]);
            Assert.Equal(NetLab.StackAddress(family), ((IPEndPoint)received.RemoteEndPoint).Address);
            await server.SendToAsync(buffer.AsMemory(0, received.ReceivedBytes), received.RemoteEndPoint, lab.Cancellation);
            Assert.Equal(size, await client.ReceiveAsync(buffer, lab.Cancellation));
            Assert.Equal(sent, buffer[..size]);
        }
    });

    [Fact]
    public Task A_closed_port_is_refused_both_ways() => NetLab.RunInBothFamiliesAsync(new LabOptions(), async (lab, family) =>
    {
        const int ClosedPort = 4;
        using var fromKernel = await lab.PeerSocketAsync(family, SocketType.Dgram);
        await fromKernel.ConnectAsync(new IPEndPoint(NetLab.StackAddress(family), ClosedPort), lab.Cancellation);
        await fromKernel.SendAsync(new byte[10], lab.Cancellation);
        var refusal = await Assert.ThrowsAsync<SocketException>(async () => await fromKernel.ReceiveAsync(new byte[10], lab.Cancellation));
        Assert.Equal(SocketError.ConnectionRefused, refusal.SocketErrorCode);

        using var fromStack = new StackSocket(lab.Stack, family, SocketType.Dgram, ProtocolType.Udp);
        await fromStack.ConnectAsync(new IPEndPoint(lab.PeerAddress(family), ClosedPort), lab.Cancellation);
        await fromStack.SendAsync(new byte[10], lab.Cancellation);
        refusal = await Assert.ThrowsAsync<SocketException>(async () => await fromStack.ReceiveAsync(new byte[10], lab.Cancellation));
        Assert.Equal(SocketError.ConnectionRefused, refusal.SocketErrorCode);
    });

    [Fact]
    [Rfc("defect", "14")]
    public Task A_datagram_without_checksum_is_taken_over_IPv4() => NetLab.RunAsync(async lab =>
    {
        using var client = await lab.PeerSocketAsync(AddressFamily.InterNetwork, SocketType.Dgram);
        client.SetRawSocketOption(SocketLevel, NoChecksum, BitConverter.GetBytes(1));
        await client.ConnectAsync(new IPEndPoint(NetLab.StackAddress(AddressFamily.InterNetwork), ServicePort.Echo), lab.Cancellation);
        await client.SendAsync(new byte[50], lab.Cancellation);
        Assert.Equal(50, await client.ReceiveAsync(new byte[100], lab.Cancellation));
    });

    [Theory]
    [InlineData(ServicePort.Echo)]
    [InlineData(ServicePort.Chargen)]
    public Task A_datagram_from_a_services_port_draws_no_answer(int port) => NetLab.RunAsync(async lab =>
    {
        var echo = new IPEndPoint(NetLab.StackAddress(AddressFamily.InterNetwork), ServicePort.Echo);
        using var service = await lab.PeerSocketAsync(AddressFamily.InterNetwork, SocketType.Dgram);
        service.Bind(new IPEndPoint(lab.PeerAddress(AddressFamily.InterNetwork), port));
        await service.SendToAsync(new byte[20], echo, lab.Cancellation);
        // What comes after it has been answered when this one is: the service takes them in turn.
        using var other = await lab.PeerSocketAsync(AddressFamily.InterNetwork, SocketType.Dgram);
        await other.ConnectAsync(echo, lab.Cancellation);
        await other.SendAsync(new byte[20], lab.Cancellation);
        await other.ReceiveAsync(new byte[20], lab.Cancellation);
        Assert.Equal(0, service.Available);
    });
}
