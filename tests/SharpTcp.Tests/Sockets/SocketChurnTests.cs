using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Xunit;
using Socket = SharpTcp.Sockets.Socket;
using TcpListener = SharpTcp.Sockets.TcpListener;

namespace SharpTcp.Tests.Sockets;

/// <summary>A stack ends where it began, however many sockets came and broke, and many that idle cost little.</summary>
[Collection(nameof(SocketAllocationTests))]
public sealed class SocketChurnTests
{
    private const int Port = 7;

    [Fact]
    public void AHundredThousandSocketsLeaveNothingBehind()
    {
        const int count = 100_000;
        using var net = new TwoStacks();
        using var listener = Listen(net);
        Churn(net, listener, 2_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        Churn(net, listener, count);

        var after = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var stack in (NetworkStack[])[net.Client, net.Server])
        {
            Assert.Equal(0, stack.Shard.Host.Tcp.ConnectionCount);
            Assert.Equal(0, stack.Shard.Host.Tcp.TimeWaitCount);
            Assert.Equal(0, stack.Shard.Host.Buffers.Used);
        }

        // The listener is the only socket that is open; a port is free again that every broken one had.
        Assert.Equal(1, net.Server.OpenSockets);
        Assert.Equal(0, net.Client.OpenSockets);
        using var same = Stream(net.Client);
        same.Bind(new IPEndPoint(IPAddress.Any, 5000));
        same.Listen();
        Assert.InRange(after - before, long.MinValue, 1_000_000);
    }

    [Fact]
    public void TenThousandIdleConnectionsCostLittle()
    {
        const int count = 10_000;
        using var net = new TwoStacks();
        using var listener = Listen(net);
        var sockets = new List<Socket>(2 * count);
        Connect(net, listener, sockets);
        net.Settle();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < count; i++)
        {
            Connect(net, listener, sockets);
        }

        net.Pass(TimeSpan.FromMinutes(1));
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (2.0 * count);
        TestContext.Current.TestOutputHelper?.WriteLine($"{each:0} bytes for each end of an idle connection, its socket included");

        Assert.InRange(each, 0, 2048);
        Assert.Equal(count + 1, net.Server.Shard.Host.Tcp.ConnectionCount);
        foreach (var socket in sockets)
        {
            socket.Dispose();
        }
    }

    private static void Churn(TwoStacks net, TcpListener listener, int count)
    {
        var buffer = new byte[1000];
        for (var i = 0; i < count; i++)
        {
            Break(net, listener, i % 8, buffer);
            if (i % 4_000 == 3_999)
            {
                net.Pass(TimeSpan.FromMinutes(3));
            }
        }

        net.Pass(TimeSpan.FromMinutes(10));
    }

    /// <summary>A socket's life, of eight kinds.</summary>
    private static void Break(TwoStacks net, TcpListener listener, int kind, byte[] buffer)
    {
        switch (kind)
        {
            case 0:
                Stream(net.Client).Dispose();
                return;
            case 1:
                var bound = Stream(net.Client);
                bound.Bind(new IPEndPoint(IPAddress.Any, 5000));
                bound.Listen();
                bound.Dispose();
                return;
            case 2:
                var refused = Stream(net.Client);
                Assert.Equal(SocketError.ConnectionRefused, TcpSocketTests.Fails(() => net.Run(refused.ConnectAsync(TwoStacks.ServerAddress, 9))));
                refused.Dispose();
                return;
            case 3:
                var given = Stream(net.Client);
                _ = given.ConnectAsync(TwoStacks.ServerAddress, Port);
                given.Dispose();
                net.Settle();
                return;
            case 4:
                var datagrams = new Socket(net.Client, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                datagrams.Connect(new IPEndPoint(TwoStacks.ServerAddress, 9));
                datagrams.Send(buffer.AsSpan(0, 10));
                net.Settle();
                datagrams.Dispose();
                return;
        }

        var client = Stream(net.Client);
        var accept = listener.AcceptSocketAsync();
        net.Run(client.ConnectAsync(TwoStacks.ServerAddress, Port));
        var server = net.Run(accept);
        net.Run(client.SendAsync(buffer.AsMemory(), SocketFlags.None));
        if (kind == 5)
        {
            net.Run(server.ReceiveAsync(buffer.AsMemory(), SocketFlags.None));
            client.Dispose();
            net.Settle();
            server.Dispose();
        }
        else if (kind == 6)
        {
            var waiting = server.ReceiveAsync(buffer.AsMemory(), SocketFlags.Peek);
            client.Close(0);
            net.Settle();
            _ = waiting.IsCompletedSuccessfully ? waiting.Result : 0;
            server.Dispose();
        }
        else
        {
            using var cancellation = new CancellationTokenSource();
            var cancelled = client.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, cancellation.Token).AsTask();
            cancellation.Cancel();
            Assert.True(cancelled.IsCanceled);
            server.Dispose();
            client.Dispose();
        }

        net.Settle();
    }

    private static void Connect(TwoStacks net, TcpListener listener, List<Socket> sockets)
    {
        var client = Stream(net.Client);
        var accept = listener.AcceptSocketAsync();
        net.Run(client.ConnectAsync(TwoStacks.ServerAddress, Port));
        sockets.Add(client);
        sockets.Add(net.Run(accept));
    }

    private static TcpListener Listen(TwoStacks net)
    {
        var listener = new TcpListener(net.Server, IPAddress.Any, Port);
        listener.Start(20_000);
        return listener;
    }

    private static Socket Stream(NetworkStack stack) => new(stack, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
}
