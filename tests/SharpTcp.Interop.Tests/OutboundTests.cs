using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Cli;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>The stack as the client of Linux servers.</summary>
public sealed class OutboundTests
{
    private const long Size = 20 << 20;

    private const string PythonServer = """
        import hashlib, socket, sys
        family = socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET
        with socket.create_server((sys.argv[1], int(sys.argv[2])), family=family) as server:
            s, peer = server.accept()
            with s:
                digest, size = hashlib.sha256(), 0
                while chunk := s.recv(100_000):
                    digest.update(chunk)
                    size += len(chunk)
                s.sendall(b'%d %s' % (size, digest.hexdigest().upper().encode()))
        print(peer[0])
        """;

    [Fact]
    public Task Upload_to_a_python_server() => RunAsync(async (lab, family) =>
    {
        const int Port = 5005;
        Requirements.SkipUnlessProgram("python3", "python3");
        var server = lab.Peer.RunAsync(new Command("python3", "-c", PythonServer, $"{lab.PeerAddress(family)}", $"{Port}"));
        using var client = await ConnectWhenUpAsync(lab, new IPEndPoint(lab.PeerAddress(family), Port));
        using var stream = new StackStream(client, ownsSocket: false);
        await Flow.SendAsync(stream, 5, Size, lab.Cancellation);
        client.Shutdown(SocketShutdown.Send);
        using var reader = new System.IO.StreamReader(stream);
        Assert.Equal($"{Size} {Pattern.Digest(5, Size)}", await reader.ReadToEndAsync(lab.Cancellation));
        Assert.Equal($"{NetLab.StackAddress(family)}\n", (await server).MustSucceed().Text);
    });

    [Fact]
    public Task Both_ways_at_once() => RunAsync(async (lab, family) =>
    {
        var (ours, kernels) = await PairAsync(lab, family);
        using (ours)
        using (kernels)
        {
            using var ourStream = new StackStream(ours, ownsSocket: false);
            using var kernelStream = new KernelStream(kernels);
            var up = Flow.ReceiveAsync(kernelStream, lab.Cancellation);
            var down = Flow.ReceiveAsync(ourStream, lab.Cancellation);
            await Task.WhenAll(Flow.SendAsync(ourStream, 6, Size, lab.Cancellation), Flow.SendAsync(kernelStream, 7, Size, lab.Cancellation));
            ours.Shutdown(SocketShutdown.Send);
            kernels.Shutdown(SocketShutdown.Send);
            Assert.Equal((Size, Pattern.Digest(6, Size)), await up);
            Assert.Equal((Size, Pattern.Digest(7, Size)), await down);
        }
    });

    [Fact]
    public Task Half_closed_by_us_the_kernel_goes_on_sending() => RunAsync(async (lab, family) =>
    {
        var (ours, kernels) = await PairAsync(lab, family);
        using (ours)
        using (kernels)
        {
            using var ourStream = new StackStream(ours, ownsSocket: false);
            using var kernelStream = new KernelStream(kernels);
            ours.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await kernels.ReceiveAsync(new byte[1], lab.Cancellation));
            var received = Flow.ReceiveAsync(ourStream, lab.Cancellation);
            await Flow.SendAsync(kernelStream, 8, Size, lab.Cancellation);
            kernels.Shutdown(SocketShutdown.Send);
            Assert.Equal((Size, Pattern.Digest(8, Size)), await received);
        }
    });

    [Fact]
    public Task Half_closed_by_the_kernel_we_go_on_sending() => RunAsync(async (lab, family) =>
    {
        var (ours, kernels) = await PairAsync(lab, family);
        using (ours)
        using (kernels)
        {
            using var ourStream = new StackStream(ours, ownsSocket: false);
            using var kernelStream = new KernelStream(kernels);
            kernels.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await ours.ReceiveAsync(new byte[1], lab.Cancellation));
            var received = Flow.ReceiveAsync(kernelStream, lab.Cancellation);
            await Flow.SendAsync(ourStream, 9, Size, lab.Cancellation);
            ours.Shutdown(SocketShutdown.Send);
            Assert.Equal((Size, Pattern.Digest(9, Size)), await received);
        }
    });

    [Fact]
    public Task A_port_where_nobody_listens_refuses() => RunAsync(async (lab, family) =>
    {
        var refusal = await Assert.ThrowsAsync<SocketException>(() => lab.ConnectFromStackAsync(new IPEndPoint(lab.PeerAddress(family), 4)));
        Assert.Equal(SocketError.ConnectionRefused, refusal.SocketErrorCode);
    });

    [Fact]
    public Task A_host_that_is_not_there_is_unreachable() => RunAsync(async (lab, family) =>
    {
        var failure = await Assert.ThrowsAsync<SocketException>(() => lab.ConnectFromStackAsync(new IPEndPoint(NetLab.NobodysAddress(family), 4)));
        Assert.Equal(SocketError.HostUnreachable, failure.SocketErrorCode);
    });

    [Fact]
    public Task Without_a_route_the_network_is_unreachable() => RunAsync(async (lab, family) =>
    {
        var elsewhere = IPAddress.Parse(family == AddressFamily.InterNetwork ? "192.0.2.1" : "2001:db8:ffff::1");
        var failure = await Assert.ThrowsAsync<SocketException>(() => lab.ConnectFromStackAsync(new IPEndPoint(elsewhere, 4)));
        Assert.Equal(SocketError.NetworkUnreachable, failure.SocketErrorCode);
    });

    [Fact]
    public Task A_connect_to_a_silent_host_can_be_given_up() => RunAsync(async (lab, family) =>
    {
        // A listener whose queue is full answers no SYN.
        using var listener = await lab.ListenAtPeerAsync(family, backlog: 0);
        using var first = await lab.ConnectFromStackAsync(listener.LocalEndPoint!);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(lab.Cancellation);
        patience.CancelAfter(TimeSpan.FromMilliseconds(200));
        using var second = new StackSocket(lab.Stack, family, SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await second.ConnectAsync(listener.LocalEndPoint!, patience.Token));
    });

    [Fact]
    [Rfc("defect", "11")]
    public Task The_first_packet_to_a_neighbour_is_not_lost() => RunAsync(async (lab, family) =>
    {
        using var listener = await lab.ListenAtPeerAsync(family);
        await ForgetNeighboursAsync(lab);
        using var client = await lab.ConnectFromStackAsync(listener.LocalEndPoint!);
        // Had the SYN been lost, its retransmission would have been counted.
        Assert.Equal((0, 0), lab.Read(static host => (host.Tcp.Counters.SegmentsRetransmitted, host.Tcp.Counters.Timeouts)));

        using var server = await lab.PeerSocketAsync(family, SocketType.Dgram);
        server.Bind(new IPEndPoint(lab.PeerAddress(family), 0));
        await ForgetNeighboursAsync(lab);
        using var sender = new StackSocket(lab.Stack, family, SocketType.Dgram, ProtocolType.Udp);
        await sender.SendToAsync(Pattern.Bytes(1, 4000), server.LocalEndPoint!, lab.Cancellation);
        var received = new byte[5000];
        Assert.Equal(4000, await server.ReceiveAsync(received, lab.Cancellation));
        Assert.Equal(Pattern.Bytes(1, 4000), received[..4000]);
    });

    private static Task RunAsync(Func<NetLab, AddressFamily, Task> test) => NetLab.RunInBothFamiliesAsync(new LabOptions { Services = Services.None }, async (lab, family) =>
    {
        await test(lab, family);
        await lab.NothingIsLeftAsync();
    });

    private static async Task ForgetNeighboursAsync(NetLab lab)
    {
        await lab.Near.IpAsync("neigh flush all");
        lab.Read(host =>
        {
            host.FlushNeighbors(host.Interfaces[^1], lab.Stack.Shard.Now);
            return 0;
        });
    }

    private static async Task<(StackSocket Ours, KernelSocket Kernels)> PairAsync(NetLab lab, AddressFamily family)
    {
        using var listener = await lab.ListenAtPeerAsync(family);
        var ours = await lab.ConnectFromStackAsync(listener.LocalEndPoint!);
        return (ours, await listener.AcceptAsync(lab.Cancellation));
    }

    private static async Task<StackSocket> ConnectWhenUpAsync(NetLab lab, IPEndPoint server)
    {
        while (true)
        {
            try
            {
                return await lab.ConnectFromStackAsync(server);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
            {
                await Task.Delay(10, lab.Cancellation); // the program is still starting
            }
        }
    }
}
