using System;
using System.Net;
using System.Net.Sockets;
using SharpTcp.Protocols;
using Xunit;
using Socket = SharpTcp.Sockets.Socket;

namespace SharpTcp.Tests.Sockets;

/// <summary>Sockets that use one interface only (SO_BINDTODEVICE).</summary>
public sealed class BoundInterfaceTests
{
    [Fact]
    public void AListenerOfAnInterfaceHearsThatOnly()
    {
        using var net = new TwoStacks();
        using var outside = Listen(net.Server, Cable(net.Server));
        using var inside = Listen(net.Server, Loopback(net.Server));
        using var client = Stream(net.Client);
        net.Run(client.ConnectAsync(new IPEndPoint(TwoStacks.ServerAddress, 7)));

        Assert.True(outside.Poll(0, SelectMode.SelectRead));
        Assert.False(inside.Poll(0, SelectMode.SelectRead));
        using var own = Stream(net.Server);
        net.Run(own.ConnectAsync(new IPEndPoint(IPAddress.Loopback, 7)));
        Assert.True(inside.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public void AListenerOfAnotherInterfaceRefuses()
    {
        using var net = new TwoStacks();
        using var inside = Listen(net.Server, Loopback(net.Server));
        using var client = Stream(net.Client);

        Assert.Equal(SocketError.ConnectionRefused, TcpSocketTests.Fails(() => net.Run(client.ConnectAsync(new IPEndPoint(TwoStacks.ServerAddress, 7)))));
    }

    [Fact]
    public void DatagramsOfAnotherInterfaceDoNotCome()
    {
        using var net = new TwoStacks();
        using var server = new Socket(net.Server, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { BoundInterface = Loopback(net.Server) };
        server.Bind(new IPEndPoint(IPAddress.Any, 7));
        using var client = new Socket(net.Client, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.SendTo(new byte[1], new IPEndPoint(TwoStacks.ServerAddress, 7));
        net.Settle();
        Assert.Equal(0, server.Available);
        using var own = new Socket(net.Server, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        own.SendTo(new byte[1], new IPEndPoint(IPAddress.Loopback, 7));
        net.Settle();

        Assert.Equal(1, server.Available);
    }

    [Fact]
    public void AnInterfaceIsOfTheSocketsStackAndSetBeforeItIsBound()
    {
        using var net = new TwoStacks();
        using var socket = Stream(net.Client);

        Assert.Null(socket.BoundInterface);
        Assert.Throws<ArgumentException>(() => socket.BoundInterface = Cable(net.Server));
        socket.SetRawSocketOption(1, 25, "lo"u8);
        Assert.Equal(Loopback(net.Client), socket.BoundInterface);
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        Assert.Equal(SocketError.InvalidArgument, TcpSocketTests.Fails(() => socket.BoundInterface = null));
    }

    private static NetworkInterface Loopback(NetworkStack stack) => stack.Shard.Host.Interfaces[0];

    private static NetworkInterface Cable(NetworkStack stack) => stack.Shard.Host.Interfaces[1];

    private static Socket Listen(NetworkStack stack, NetworkInterface networkInterface)
    {
        var socket = Stream(stack);
        socket.BoundInterface = networkInterface;
        socket.Bind(new IPEndPoint(IPAddress.Any, 7));
        socket.Listen();
        return socket;
    }

    private static Socket Stream(NetworkStack stack) => new(stack, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
}
