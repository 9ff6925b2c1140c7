using System;
using System.Diagnostics;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Testing;
using Xunit;
using Socket = SharpTcp.Sockets.Socket;

namespace SharpTcp.Tests.Sockets;

/// <summary>Threads, the system's clock, the loop.</summary>
public sealed class RunningStackTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BytesComeBack(bool inline)
    {
        await using var net = new RunningStacks(inline);
        using var listener = net.Server.Listen(7);
        var server = Task.Run(async () => await TcpSocketTests.Echo(await listener.AcceptSocketAsync()));
        using var stream = await net.Client.ConnectAsync("10.0.0.2", 7).AsTask().WaitAsync(Limit);
        var data = TcpSocketTests.Bytes(8_000_000);
        var received = new byte[data.Length];
        var send = Task.Run(() => TcpSocketTests.SendAll(stream.Socket, data));
        await TcpSocketTests.ReceiveAll(stream.Socket, received).WaitAsync(Limit);
        await send.WaitAsync(Limit);
        await server.WaitAsync(Limit);

        Assert.Equal(data, received);
        Assert.Equal(0, net.Client.Faults + net.Server.Faults);
    }

    [Fact]
    public async Task CallsThatBlockBlock()
    {
        await using var net = new RunningStacks();
        using var listener = net.Server.Listen(7);
        var server = Task.Factory.StartNew(
            () =>
            {
                using var accepted = listener.AcceptSocket();
                var buffer = new byte[10_000];
                int count;
                while ((count = accepted.Receive(buffer)) > 0)
                {
                    accepted.Send(buffer.AsSpan(0, count));
                }
            },
            TaskCreationOptions.LongRunning);
        using var client = TcpSocketTests.Stream(net.Client);
        client.Connect(RunningStacks.ServerAddress, 7);
        var data = TcpSocketTests.Bytes(2_000_000);
        var sender = new Thread(() =>
        {
            client.Send(data);
            client.Shutdown(SocketShutdown.Send);
        });
        sender.Start();
        var received = new byte[data.Length];
        for (var at = 0; at < received.Length;)
        {
            at += client.Receive(received.AsSpan(at));
        }

        sender.Join();
        await server.WaitAsync(Limit);

        Assert.Equal(data, received);
        Assert.Equal(0, client.Receive(received));
    }

    [Fact]
    [Rfc("defect", "20")]
    public async Task ABlockedReceiveTimesOutAndLosesNothing()
    {
        await using var net = new RunningStacks();
        using var listener = net.Server.Listen(7);
        var accept = listener.AcceptSocketAsync();
        using var stream = await net.Client.ConnectAsync("10.0.0.2", 7).AsTask().WaitAsync(Limit);
        using var server = await accept.WaitAsync(Limit);
        server.ReceiveTimeout = 20;
        var started = Stopwatch.GetTimestamp();

        Assert.Equal(SocketError.TimedOut, TcpSocketTests.Fails(() => server.Receive(new byte[10])));
        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(15));
        server.ReceiveTimeout = 0;
        await stream.WriteAsync(TcpSocketTests.Bytes(5));
        Assert.Equal(5, server.Receive(new byte[10]));
    }

    [Fact]
    public async Task ASocketClosedUnderABlockedCallEndsIt()
    {
        await using var net = new RunningStacks();
        using var listener = net.Server.Listen(7);
        var blocked = Task.Factory.StartNew(() => TcpSocketTests.Fails(() => listener.Server.Accept()), TaskCreationOptions.LongRunning);
        SpinWait.SpinUntil(() => HasReader(listener.Server), Limit);
        listener.Stop();

        Assert.Equal(SocketError.Interrupted, await blocked.WaitAsync(Limit));
    }

    // Many threads on the sockets of one pair of stacks: sends, receives, cancellations, all against the two loops. Whatever the interleaving, every
    // stream comes back whole.
    [Fact]
    public async Task ManyThreadsContendForOneShard()
    {
        const int connections = 8;
        const int length = 400_000;
        await using var net = new RunningStacks();
        using var listener = net.Server.Listen(7, connections);
        var serving = Task.Run(async () =>
        {
            var tasks = new Task[connections];
            for (var i = 0; i < connections; i++)
            {
                var accepted = await listener.AcceptSocketAsync();
                tasks[i] = Task.Run(() => TcpSocketTests.Echo(accepted));
            }

            await Task.WhenAll(tasks);
        });
        var clients = Enumerable.Range(0, connections).Select(number => Task.Run(() => EchoInPieces(net.Client, number, length))).ToArray();
        await Task.WhenAll(clients).WaitAsync(Limit);
        await serving.WaitAsync(Limit);

        Assert.Equal(0, net.Client.Faults + net.Server.Faults);
    }

    [Fact]
    public async Task DisposalSaysGoodbyeToThePeer()
    {
        await using var net = new RunningStacks();
        using var listener = net.Server.Listen(7);
        var accept = listener.AcceptSocketAsync();
        await using var stream = await net.Client.ConnectAsync("10.0.0.2", 7).AsTask().WaitAsync(Limit);
        using var server = await accept.WaitAsync(Limit);
        var end = net.Client.DisposeAsync().AsTask();

        Assert.Equal(0, await server.ReceiveAsync(new byte[1]).WaitAsync(Limit));
        server.Dispose();
        await end.WaitAsync(Limit);
    }

    private static bool HasReader(Socket socket) => socket.HasWaitingReader;

    private static async Task EchoInPieces(NetworkStack stack, int seed, int length)
    {
        using var stream = await stack.ConnectAsync("10.0.0.2", 7);
        var data = new byte[length];
        new Random(seed).NextBytes(data);
        var send = Task.Run(async () =>
        {
            var random = new Random(seed);
            for (var at = 0; at < length;)
            {
                var size = Math.Min(length - at, random.Next(1, 30_000));
                await stream.WriteAsync(data.AsMemory(at, size));
                at += size;
            }
        });
        var received = new byte[length];
        for (var at = 0; at < length;)
        {
            using var source = new CancellationTokenSource();
            var receive = stream.ReadAsync(received.AsMemory(at, Math.Min(length - at, 20_000)), source.Token);
            if (at % 3 == 0)
            {
                source.Cancel();
            }

            try
            {
                at += await receive;
            }
            catch (OperationCanceledException)
            {
                // Nothing was lost: the next call goes on where this one was.
            }
        }

        await send;
        Assert.Equal(data, received);
    }
}
