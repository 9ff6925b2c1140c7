using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Xunit;
using Socket = SharpTcp.Sockets.Socket;

namespace SharpTcp.Tests.Sockets;

/// <summary>In steady state no call and no packet allocates, on any thread.</summary>
[Collection(nameof(SocketAllocationTests))]
[CollectionDefinition(nameof(SocketAllocationTests), DisableParallelization = true)]
public sealed class SocketAllocationTests
{
    private const int Rounds = 5_000;

    // A little for what the runtime allocates by itself meanwhile; one allocation of 24 bytes a round would be more than ten times as much.
    private const long Noise = 10_000;

    [Fact]
    public void RequestAndAnswerOverTcp()
    {
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        using var source = new CancellationTokenSource();
        var serving = Echo(server);
        var request = new byte[100];
        var answer = new byte[100];

        Assert.InRange(Measure(() => Round(net, client, request, answer, source.Token)), 0, Noise);
        client.Dispose();
        net.Run(serving);
    }

    /// <summary>The whole way, from socket to frame and back, of more than a million segments.</summary>
    [Fact]
    public void BulkOverTcp()
    {
        const int rounds = 15_000;
        using var net = new TwoStacks();
        var (client, server) = net.Connect();
        var serving = Echo(server);
        var request = new byte[60_000];
        var answer = new byte[60_000];

        Assert.InRange(Measure(() => Round(net, client, request, answer, default), rounds), 0, Noise);
        Assert.True(net.Client.TcpCounters.SegmentsSent + net.Client.TcpCounters.SegmentsReceived > 1_000_000, "the promise is about a million segments");
        client.Dispose();
        net.Run(serving);
    }

    [Fact]
    public void DatagramsWithSocketAddresses()
    {
        using var net = new TwoStacks();
        using var server = new Socket(net.Server, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Any, 7));
        using var client = new Socket(net.Client, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var peer = new IPEndPoint(TwoStacks.ServerAddress, 7).Serialize();
        var from = new SocketAddress(AddressFamily.InterNetwork);
        var buffer = new byte[100];

        Assert.InRange(
            Measure(() =>
            {
                var receive = server.ReceiveFromAsync(buffer, SocketFlags.None, from);
                var sent = client.SendToAsync(buffer, SocketFlags.None, peer);
                net.Settle();
                Assert.True(sent.IsCompleted && receive.IsCompleted);
                _ = sent.GetAwaiter().GetResult() + receive.GetAwaiter().GetResult();
            }),
            0,
            Noise);
    }

    // No assertion in here: those allocate.
    private static async Task Echo(Socket socket)
    {
        var buffer = new byte[32 * 1024];
        int count;
        while ((count = await socket.ReceiveAsync(buffer.AsMemory())) > 0)
        {
            await socket.SendAsync(buffer.AsMemory(0, count));
        }

        socket.Dispose();
    }

    private static void Round(TwoStacks net, Socket client, byte[] request, byte[] answer, CancellationToken cancellation)
    {
        var sent = client.SendAsync(request, cancellation);
        for (var done = 0; done < answer.Length;)
        {
            var receive = client.ReceiveAsync(answer.AsMemory(done), cancellation);
            while (!receive.IsCompleted)
            {
                if (net.Settle() is { } next && !receive.IsCompleted)
                {
                    net.Time.Advance(next);
                }
            }

            done += receive.GetAwaiter().GetResult();
        }

        Assert.True(sent.IsCompleted);
        sent.GetAwaiter().GetResult();
    }

    private static long Measure(Action round, int rounds = Rounds)
    {
        for (var i = 0; i < 500; i++)
        {
            round();
        }

        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < rounds; i++)
        {
            round();
        }

        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}
