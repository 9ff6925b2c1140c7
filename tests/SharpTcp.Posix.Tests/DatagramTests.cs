using Xunit;
using static SharpTcp.Posix.Tests.Calls;

namespace SharpTcp.Posix.Tests;

/// <summary>Datagram sockets.</summary>
public sealed class DatagramTests
{
    private readonly Network _network = new();

    [Theory]
    [InlineData(Inet)]
    [InlineData(Inet6)]
    public unsafe void ADatagramComesWithItsSource(int family)
    {
        var server = Serve(family);
        var client = _network.Client.Socket(family, Datagram, 0);
        Assert.Equal(-Errno.DestinationRequired, _network.Client.Send(client, "x"u8));
        Assert.Equal(4, _network.Client.Send(client, "ping"u8, MessageFlags.None, Address(family, 2, 53)));
        var bytes = new byte[2];
        var source = new byte[SocketAddresses.IPv6Length];
        fixed (byte* start = bytes)
        {
            var received = _network.Server.Receive(server, [new IoVector(start, 2)], MessageFlags.None, source, out var length, out var found);
            Assert.Equal(2, received);
            Assert.Equal(MessageFlags.Truncate, found);
            Assert.Equal(family == Inet ? SocketAddresses.IPv4Length : SocketAddresses.IPv6Length, length);
            Assert.Equal(family, SocketAddresses.Family(source));
        }
    }

    [Fact]
    public void TheLengthOfACutDatagramCanBeAskedFor()
    {
        var server = Serve(Inet);
        var client = _network.Client.Socket(Inet, Datagram, 0);
        _network.Client.Send(client, "ping"u8, MessageFlags.None, Address(Inet, 2, 53));
        Assert.Equal(4, _network.Server.Receive(server, new byte[1], MessageFlags.Truncate | MessageFlags.Peek));
        Assert.Equal(4, _network.Server.Receive(server, new byte[9]));
    }

    [Fact]
    public void AnUnreachablePortIsToldToAConnectedSocket()
    {
        var client = _network.Client.Socket(Inet, Datagram, 0);
        Assert.Equal(0, _network.Client.Connect(client, Address(Inet, 2, 54)));
        Assert.Equal(1, _network.Client.Send(client, "x"u8));
        Assert.Equal(-Errno.ConnectionRefused, _network.Client.Receive(client, new byte[1]));
        Assert.Equal(-Errno.Again, _network.Client.Receive(client, new byte[1], MessageFlags.DoNotWait));
    }

    [Fact]
    public void WhatIsTooLongIsRefused()
    {
        var client = _network.Client.Socket(Inet, Datagram, 0);
        Assert.Equal(-Errno.MessageSize, _network.Client.Send(client, new byte[65_508], MessageFlags.None, Address(Inet, 2, 53)));
    }

    private int Serve(int family)
    {
        var server = _network.Server.Socket(family, Datagram, 0);
        Assert.Equal(0, _network.Server.Bind(server, Any(family, 53)));
        return server;
    }
}
