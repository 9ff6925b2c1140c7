using System;
using System.Net;
using System.Net.Sockets;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;
using Xunit;
using Socket = SharpTcp.Sockets.Socket;
using TcpListener = SharpTcp.Sockets.TcpListener;

namespace SharpTcp.Tests.Sockets;

/// <summary>Fast Open as a .NET program asks for it.</summary>
public sealed class FastOpenSocketTests
{
    private static readonly HostOptions On = new() { Tcp = new TcpSettings { FastOpen = FastOpenUse.Client | FastOpenUse.Server } };

    [Fact]
    public void FromTheSecondConnectionOnTheRequestGoesWithTheSyn()
    {
        using var net = new TwoStacks(host: On);
        using var listener = Listen(net);
        foreach (var expected in (ReadOnlySpan<long>)[0, 1, 2])
        {
            Exchange(net, listener, 100);
            Assert.Equal(expected, net.Server.Shard.Host.Tcp.Counters.FastOpensTaken);
        }
    }

    [Fact]
    public void WhatHasNoRoomInTheSynFollowsIt()
    {
        using var net = new TwoStacks(host: On);
        using var listener = Listen(net);
        Exchange(net, listener, 100_000);
        Exchange(net, listener, 100_000);
        Assert.Equal(1, net.Server.Shard.Host.Tcp.Counters.FastOpensTaken);
    }

    [Fact]
    public void WithoutTheSettingItIsAConnectAndASend()
    {
        using var net = new TwoStacks();
        using var listener = Listen(net);
        Exchange(net, listener, 5000);
        Exchange(net, listener, 5000);
        Assert.Equal(0, net.Server.Shard.Host.Tcp.Counters.FastOpensTaken);
    }

    [Fact]
    public void TheListenersQueueIsAnOptionToo()
    {
        using var net = new TwoStacks(host: On);
        using var socket = Make(net.Server);
        Assert.Equal(0, socket.FastOpenQueue);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.FastOpen, 7);
        Assert.Equal(7, socket.FastOpenQueue);
        Assert.Equal(7, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.FastOpen));
        Assert.Throws<ArgumentOutOfRangeException>(() => socket.FastOpenQueue = -1);
        var error = Assert.Throws<SocketException>(() => socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.FastOpen, -1));
        Assert.Equal(SocketError.InvalidArgument, error.SocketErrorCode);
    }

    [Fact]
    public void ARefusedConnectionIsAnErrorOfTheWhole()
    {
        using var net = new TwoStacks(host: On);
        using var client = Make(net.Client);
        var error = Assert.Throws<SocketException>(() => net.Run(client.ConnectAsync(new IPEndPoint(TwoStacks.ServerAddress, 9), new byte[100])));
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    private static TcpListener Listen(TwoStacks net)
    {
        var listener = new TcpListener(net.Server, new IPEndPoint(IPAddress.Any, 80));
        listener.Start();
        listener.Server.FastOpenQueue = 8;
        return listener;
    }

    private static void Exchange(TwoStacks net, TcpListener listener, int length)
    {
        using var client = Make(net.Client);
        var request = new byte[length];
        new Random(length).NextBytes(request);
        var connect = client.ConnectAsync(new IPEndPoint(TwoStacks.ServerAddress, 80), request).AsTask();
        using var server = net.Run(listener.AcceptSocketAsync());
        var received = new byte[length];
        for (var total = 0; total < length;)
        {
            total += net.Run(server.ReceiveAsync(received.AsMemory(total)));
        }

        net.Run(connect);
        Assert.Equal(request, received);
        Assert.Equal(3, net.Run(server.SendAsync(new byte[3])));
        Assert.Equal(3, net.Run(client.ReceiveAsync(new byte[8])));
    }

    private static Socket Make(NetworkStack stack) => new(stack, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
}
