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

    [Fact]
    public void AGroupIsHeardAsLongAsItIsJoinedAndFromWhomItIsWanted()
    {
        byte[] group = [239, 1, 2, 3];
        byte[] any = [0, 0, 0, 0];
        byte[] client = [10, 0, 0, 1];
        byte[] toGroup = [2, 0, 0, 53, .. group, .. new byte[8]];
        var server = Serve(Inet);
        var sender = _network.Client.Socket(Inet, Datagram, 0);
        Assert.Equal(0, _network.Server.SetOption(server, 1, 20, [1, .. new byte[15]])); // waits a second
        nint Heard()
        {
            Assert.Equal(4, _network.Client.Send(sender, "ping"u8, MessageFlags.None, toGroup));
            return _network.Server.Receive(server, new byte[9]);
        }

        Assert.Equal(-Errno.Again, Heard());
        Assert.Equal(0, _network.Server.SetOption(server, 0, 35, [.. group, .. any]));
        Assert.Equal(-Errno.AddressInUse, _network.Server.SetOption(server, 0, 35, [.. group, .. any, 1, 0, 0, 0]));
        Assert.Equal(4, Heard());
        Assert.Equal(0, _network.Server.SetOption(server, 0, 38, [.. group, .. any, .. client]));
        Assert.Equal(-Errno.Again, Heard());
        Assert.Equal(0, _network.Server.SetOption(server, 0, 37, [.. group, .. any, .. client]));
        Assert.Equal(4, Heard());
        Assert.Equal(0, _network.Server.SetOption(server, 0, 36, [.. group, .. any]));
        Assert.Equal(-Errno.Again, Heard());
        Assert.Equal(0, _network.Server.SetOption(server, 0, 39, [.. group, .. any, .. client]));
        Assert.Equal(4, Heard());
        Assert.Equal(0, _network.Server.SetOption(server, 0, 40, [.. group, .. any, .. client]));
        Assert.Equal(-Errno.AddressNotAvailable, _network.Server.SetOption(server, 0, 36, [.. group, .. any]));
        Assert.Equal(-Errno.Invalid, _network.Server.SetOption(server, 0, 35, group));
        Assert.Equal(-Errno.Invalid, _network.Server.SetOption(server, 0, 35, [.. client, .. any]));
        Assert.Equal(-Errno.NoDevice, _network.Server.SetOption(server, 0, 35, [.. group, 10, 9, 9, 9]));
    }

    [Fact]
    public void OptionsOfGroups()
    {
        var socket = _network.Client.Socket(Inet6, Datagram, 0);
        byte[] group = [0xFF, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 3];
        Assert.Equal(0, _network.Client.SetOption(socket, 41, 20, [.. group, 0, 0, 0, 0]));
        Assert.Equal(-Errno.AddressInUse, _network.Client.SetOption(socket, 41, 20, [.. group, 0, 0, 0, 0]));
        Assert.Equal(0, _network.Client.SetOption(socket, 41, 21, [.. group, 0, 0, 0, 0]));
        Assert.Equal(-Errno.NoDevice, _network.Client.SetOption(socket, 41, 20, [.. group, 9, 0, 0, 0]));
        Assert.Equal((1, 1, 0), (_network.Client.Get(socket, 41, 18), _network.Client.Get(socket, 41, 19), _network.Client.Get(socket, 41, 17)));
        Assert.Equal(0, _network.Client.Set(socket, 41, 18, 7));
        Assert.Equal(0, _network.Client.Set(socket, 41, 19, 0));
        Assert.Equal(0, _network.Client.Set(socket, 41, 17, 1));
        Assert.Equal((7, 0, 1), (_network.Client.Get(socket, 41, 18), _network.Client.Get(socket, 41, 19), _network.Client.Get(socket, 41, 17)));
        Assert.Equal(-Errno.Invalid, _network.Client.Set(socket, 41, 18, 256));
        Assert.Equal(-Errno.NoDevice, _network.Client.Set(socket, 41, 17, 99));
        var four = _network.Client.Socket(Inet, Datagram, 0);
        Assert.Equal(0, _network.Client.SetOption(four, 0, 33, [5]));
        Assert.Equal(0, _network.Client.SetOption(four, 0, 34, [0]));
        Assert.Equal((5, 0), (_network.Client.Get(four, 0, 33), _network.Client.Get(four, 0, 34)));
        Assert.Equal(0, _network.Client.SetOption(four, 0, 32, [10, 0, 0, 1]));
        Assert.Equal(-Errno.AddressNotAvailable, _network.Client.SetOption(four, 0, 32, [10, 9, 9, 9]));
        Assert.Equal(-Errno.NoProtocolOption, _network.Client.Set(four, 41, 18, 7));
        Assert.Equal(-Errno.NoProtocolOption, _network.Client.Set(_network.Client.Socket(Inet, Stream, 0), 0, 35, 0));
    }

    private int Serve(int family)
    {
        var server = _network.Server.Socket(family, Datagram, 0);
        Assert.Equal(0, _network.Server.Bind(server, Any(family, 53)));
        return server;
    }
}
