using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Xunit;
using static SharpTcp.Tests.Sockets.TcpSocketTests;
using Socket = SharpTcp.Sockets.Socket;
using UdpClient = SharpTcp.Sockets.UdpClient;

namespace SharpTcp.Tests.Sockets;

public sealed class UdpSocketTests
{
    private static readonly IPEndPoint Server = new(TwoStacks.ServerAddress, 7);

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(60_000)]
    public void DatagramsComeBack(int size)
    {
        using var net = new TwoStacks();
        using var server = Bound(net.Server, 7);
        using var client = Bound(net.Client, 0);
        var buffer = new byte[65_535];
        var received = server.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
        Assert.Equal(size, net.Run(client.SendToAsync(Bytes(size), Server)));
        var result = net.Run(received);

        Assert.Equal(size, result.ReceivedBytes);
        Assert.Equal(new IPEndPoint(TwoStacks.ClientAddress, ((IPEndPoint)client.LocalEndPoint!).Port), result.RemoteEndPoint);
        net.Run(server.SendToAsync(buffer.AsMemory(0, size), result.RemoteEndPoint));
        var back = new byte[65_535];
        Assert.Equal(size, net.Run(client.ReceiveFromAsync(back, new IPEndPoint(IPAddress.Any, 0))).ReceivedBytes);
        Assert.Equal(Bytes(size), back.AsSpan(0, size).ToArray());
    }

    [Fact]
    public void SocketAddressesOfBothFamiliesName_ThePeer()
    {
        using var net = new TwoStacks();
        foreach (var (any, server) in new[] { (IPAddress.Any, TwoStacks.ServerAddress), (IPAddress.IPv6Any, TwoStacks.ServerAddress6) })
        {
            using var receiver = new Socket(net.Server, any.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            receiver.Bind(new IPEndPoint(any, 5000));
            using var sender = new Socket(net.Client, any.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            sender.Bind(new IPEndPoint(any, 6000));
            var from = new SocketAddress(any.AddressFamily);
            var received = receiver.ReceiveFromAsync(new byte[10], SocketFlags.None, from);
            net.Run(sender.SendToAsync(Bytes(3), SocketFlags.None, new IPEndPoint(server, 5000).Serialize()));

            Assert.Equal(3, net.Run(received));
            var peer = (IPEndPoint)new IPEndPoint(any, 0).Create(from);
            Assert.Equal(6000, peer.Port);
            Assert.Equal(any.AddressFamily == AddressFamily.InterNetwork ? TwoStacks.ClientAddress : IPAddress.Parse("2001:db8::1"), peer.Address);
        }
    }

    [Theory]
    [InlineData("239.1.2.3", "10.0.0.1")]
    [InlineData("ff05::1:3", "2001:db8::1")]
    public void AGroupIsHeardAsLongAsItIsJoinedAndFromWhomItIsWanted(string group, string client)
    {
        using var net = new TwoStacks();
        var (address, source) = (IPAddress.Parse(group), IPAddress.Parse(client));
        using var receiver = new Socket(net.Server, address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        receiver.JoinGroup(address); // before it is bound
        receiver.Bind(new IPEndPoint(address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 5000));
        using var sender = new Socket(net.Client, address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        int Heard()
        {
            net.Run(sender.SendToAsync(Bytes(3), new IPEndPoint(address, 5000)));
            net.Settle();
            var available = receiver.Available;
            if (available > 0)
                net.Run(receiver.ReceiveFromAsync(new byte[10], new IPEndPoint(IPAddress.Any.AddressFamily == address.AddressFamily ? IPAddress.Any : IPAddress.IPv6Any, 0)));
            return available;
        }

        Assert.Equal(3, Heard());
        receiver.BlockSource(address, source);
        Assert.Equal(0, Heard());
        receiver.UnblockSource(address, source);
        Assert.Equal(3, Heard());
        receiver.LeaveGroup(address);
        Assert.Equal(0, Heard());
        receiver.JoinSourceGroup(address, source);
        Assert.Equal(3, Heard());
        receiver.LeaveSourceGroup(address, source);
        Assert.Equal(0, Heard());
        Assert.Equal(SocketError.AddressNotAvailable, Assert.Throws<SocketException>(() => receiver.LeaveGroup(address)).SocketErrorCode);
        var other = address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        Assert.Equal(SocketError.InvalidArgument, Assert.Throws<SocketException>(() => receiver.JoinGroup(other)).SocketErrorCode);
        Assert.Equal(SocketError.InvalidArgument, Assert.Throws<SocketException>(() => receiver.JoinGroup(source)).SocketErrorCode);
    }

    [Fact]
    public void OurOwnDatagramsToAGroupComeBackUnlessForbiddenAndGoNoFurtherThanTheLink()
    {
        using var net = new TwoStacks();
        using var client = new UdpClient(net.Client, new IPEndPoint(IPAddress.Any, 5000));
        using var server = new UdpClient(net.Server, new IPEndPoint(IPAddress.Any, 5000));
        var group = IPAddress.Parse("239.1.2.3");
        client.JoinMulticastGroup(group);
        Assert.True(client.MulticastLoopback);
        Assert.Equal((1, 0), (client.Client.MulticastTimeToLive, client.Client.MulticastInterface));
        net.Run(client.SendAsync(Bytes(3), new IPEndPoint(group, 5000)));
        Assert.Equal(3, client.Available);
        Assert.Equal(TwoStacks.ClientAddress, net.Run(client.ReceiveAsync()).RemoteEndPoint.Address);
        client.MulticastLoopback = false;
        client.Client.MulticastTimeToLive = 5;
        client.Client.MulticastInterface = 2;
        net.Run(client.SendAsync(Bytes(4), new IPEndPoint(group, 5000)));
        Assert.Equal(0, client.Available);
        client.DropMulticastGroup(group);
        Assert.Throws<ArgumentOutOfRangeException>(() => client.Client.MulticastTimeToLive = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => client.Client.MulticastTimeToLive = 256);
        Assert.Throws<ArgumentOutOfRangeException>(() => client.Client.MulticastInterface = -1);
    }

    [Fact]
    public void NeighboursAreSetByHandAndForgotten()
    {
        using var net = new TwoStacks();
        using var server = Bound(net.Server, 7);
        using var client = Bound(net.Client, 0);
        int Asked() => (int)net.Client.GetCounters().Host[SharpTcp.Protocols.Counter.ArpRequestsOut];
        var link = System.Linq.Enumerable.Last(net.Client.GetAddresses()).Interface;
        var before = Asked();
        net.Run(client.SendToAsync(Bytes(1), Server));
        net.Settle();
        net.Run(client.SendToAsync(Bytes(1), Server));
        Assert.Equal(before + 1, Asked());
        net.Client.FlushNeighbors(link);
        net.Run(client.SendToAsync(Bytes(1), Server));
        net.Settle();
        Assert.Equal(before + 2, Asked());
        net.Client.AddNeighbor(link, SharpTcp.Wire.IpAddress.Parse("10.0.0.99"), SharpTcp.Wire.MacAddress.Parse("02:00:00:00:00:99"));
        net.Client.FlushNeighbors(link);
        net.Run(client.SendToAsync(Bytes(1), new IPEndPoint(IPAddress.Parse("10.0.0.99"), 9)));
        Assert.Equal(before + 2, Asked());
    }

    [Fact]
    public void AConnectedSocketLearnsThatNobodyListens()
    {
        using var net = new TwoStacks();
        using var client = Datagram(net.Client);
        client.Connect(Server);
        net.Run(client.SendAsync(Bytes(3)));

        Assert.Equal(SocketError.ConnectionRefused, Fails(() => net.Run(client.ReceiveAsync(new byte[10]))));
    }

    [Fact]
    public void AConnectedSocketHearsItsPeerOnly()
    {
        using var net = new TwoStacks();
        using var server = Bound(net.Server, 7);
        using var stranger = Bound(net.Server, 8);
        using var client = Datagram(net.Client);
        client.Connect(Server);
        var local = new IPEndPoint(TwoStacks.ClientAddress, ((IPEndPoint)client.LocalEndPoint!).Port);
        net.Run(stranger.SendToAsync(Bytes(1), local));
        net.Run(server.SendToAsync(Bytes(2), local));

        Assert.Equal(2, net.Run(client.ReceiveAsync(new byte[10])));
        Assert.Equal(0, client.Available);
    }

    [Fact]
    public void WhatDoesNotFitTheBufferIsLost()
    {
        using var net = new TwoStacks();
        using var server = Bound(net.Server, 7);
        using var client = Datagram(net.Client);
        net.Run(client.SendToAsync(Bytes(10), Server));
        net.Run(client.SendToAsync(Bytes(5), Server));
        net.Settle();

        Assert.Equal(4, net.Run(server.ReceiveAsync(new byte[4])));
        Assert.Equal(5, net.Run(server.ReceiveAsync(new byte[10])));
    }

    [Fact]
    public void CancellationAndDisposalEndAWait()
    {
        using var net = new TwoStacks();
        using var server = Bound(net.Server, 7);
        using var source = new CancellationTokenSource();
        var canceled = server.ReceiveAsync(new byte[10], source.Token).AsTask();
        var aborted = server.ReceiveAsync(new byte[10]);
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => net.Run(canceled));
        server.Dispose();

        Assert.Equal(SocketError.OperationAborted, Fails(() => net.Run(aborted)));
    }

    [Fact]
    public void APortIsTakenOnceUnlessItIsShared()
    {
        using var net = new TwoStacks();
        using var first = Bound(net.Server, 7);

        Assert.Equal(SocketError.AddressAlreadyInUse, Fails(() => Bound(net.Server, 7)));
        using var sharing = Datagram(net.Server);
        sharing.ReuseAddress = true;
        sharing.Bind(new IPEndPoint(IPAddress.Any, 8));
        using var other = Datagram(net.Server);
        other.ReuseAddress = true;
        other.Bind(new IPEndPoint(IPAddress.Any, 8));
    }

    [Fact]
    public void ADatagramCanBeTooLong()
    {
        using var net = new TwoStacks();
        using var client = Datagram(net.Client);

        Assert.Equal(SocketError.MessageSize, Fails(() => net.Run(client.SendToAsync(new byte[65_508], Server))));
    }

    [Fact]
    public void BroadcastIsAskedFor()
    {
        using var net = new TwoStacks();
        using var server = Bound(net.Server, 7);
        using var client = Datagram(net.Client);
        var everybody = new IPEndPoint(IPAddress.Parse("10.0.0.255"), 7);

        Assert.Equal(SocketError.AccessDenied, Fails(() => net.Run(client.SendToAsync(Bytes(1), everybody))));
        client.EnableBroadcast = true;
        net.Run(client.SendToAsync(Bytes(1), everybody));
        Assert.Equal(1, net.Run(server.ReceiveAsync(new byte[10])));
    }

    [Fact]
    public void AClientSendsAndReceives()
    {
        using var net = new TwoStacks();
        using var server = new UdpClient(net.Server, new IPEndPoint(IPAddress.Any, 7));
        using var client = new UdpClient(net.Client);
        net.Run(client.SendAsync(Bytes(20), Server));
        var received = net.Run(server.ReceiveAsync());
        net.Run(server.SendAsync(received.Buffer, received.RemoteEndPoint));

        Assert.Equal(Bytes(20), net.Run(client.ReceiveAsync()).Buffer);
    }

    private static Socket Datagram(NetworkStack stack) => new(stack, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    private static Socket Bound(NetworkStack stack, int port)
    {
        var socket = Datagram(stack);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
