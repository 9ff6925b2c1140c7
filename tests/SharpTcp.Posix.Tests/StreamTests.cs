using System;
using System.Text;
using Xunit;
using static SharpTcp.Posix.Tests.Calls;

namespace SharpTcp.Posix.Tests;

/// <summary>Stream sockets: what the calls give, and their errors as Linux has them.</summary>
public sealed class StreamTests
{
    private readonly Network _network = new();

    [Theory]
    [InlineData(Inet)]
    [InlineData(Inet6)]
    public void BytesGoBothWaysAndTheEndIsSeen(int family)
    {
        var (_, client, server) = _network.Connect(family);
        Assert.Equal(5, _network.Client.Send(client, "hello"u8));
        var buffer = new byte[16];
        Assert.Equal(5, _network.Server.Receive(server, buffer));
        Assert.Equal("hello", Encoding.ASCII.GetString(buffer, 0, 5));
        Assert.Equal(0, _network.Client.Shutdown(client, 1));
        Assert.Equal(0, _network.Server.Receive(server, buffer));
        Assert.Equal(3, _network.Server.Send(server, "bye"u8));
        Assert.Equal(3, _network.Client.Receive(client, buffer));
        Assert.Equal(-Errno.Pipe, _network.Client.Send(client, "x"u8));
        Assert.Equal(0, _network.Server.Close(server));
        Assert.Equal(0, _network.Client.Receive(client, buffer));
    }

    [Fact]
    public void AnIPv6SocketShowsAnIPv4PeerMapped()
    {
        var listener = _network.Server.Socket(Inet6, Stream, 0);
        _network.Server.Bind(listener, Any(Inet6, 80));
        _network.Server.Listen(listener, 1);
        var client = _network.Client.Socket(Inet, Stream, 0);
        Assert.Equal(0, _network.Client.Connect(client, Address(Inet, 2, 80)));
        var peer = new byte[SocketAddresses.IPv6Length];
        Assert.True(_network.Server.Accept(listener, peer, out var length) >= 0);
        Assert.Equal(SocketAddresses.IPv6Length, length);
        Assert.Equal("0000000000000000000000FFFF0A000001", Convert.ToHexString(peer, 7, 17));
    }

    [Fact]
    public void ANonBlockingConnectIsToldInSteps()
    {
        var listener = _network.Server.Socket(Inet, Stream, 0);
        _network.Server.Bind(listener, Any(Inet, 80));
        _network.Server.Listen(listener, 1);
        var client = _network.Client.Socket(Inet, Stream | NonBlock, 0);
        var address = Address(Inet, 2, 80);
        Assert.Equal(-Errno.InProgress, _network.Client.Connect(client, address));
        Assert.Equal(-Errno.Already, _network.Client.Connect(client, address));
        _network.Run(TimeSpan.FromMilliseconds(10));
        Assert.Equal(0, _network.Client.Connect(client, address));
        Assert.Equal(-Errno.IsConnected, _network.Client.Connect(client, address));
        Assert.Equal(-Errno.Again, _network.Client.Receive(client, new byte[1]));
    }

    [Fact]
    public void ARefusedConnectIsToldByConnectOrBySoError()
    {
        var client = _network.Client.Socket(Inet, Stream, 0);
        Assert.Equal(-Errno.ConnectionRefused, _network.Client.Connect(client, Address(Inet, 2, 81)));
        var other = _network.Client.Socket(Inet, Stream | NonBlock, 0);
        Assert.Equal(-Errno.InProgress, _network.Client.Connect(other, Address(Inet, 2, 81)));
        _network.Run(TimeSpan.FromMilliseconds(10));
        Assert.Equal(Errno.ConnectionRefused, _network.Client.Get(other, OptionLevel.Socket, SocketOption.Error));
        Assert.Equal(0, _network.Client.Get(other, OptionLevel.Socket, SocketOption.Error));
    }

    [Fact]
    public void UnconnectedSocketsSaySo()
    {
        var socket = _network.Client.Socket(Inet, Stream, 0);
        Assert.Equal(-Errno.NotConnected, _network.Client.Receive(socket, new byte[1]));
        Assert.Equal(-Errno.Pipe, _network.Client.Send(socket, "x"u8));
        Assert.Equal(-Errno.NotConnected, _network.Client.Shutdown(socket, 2));
        Assert.Equal(-Errno.NotConnected, _network.Client.GetPeerName(socket, new byte[16]));
        Assert.Equal(-Errno.Invalid, _network.Client.Accept(socket, default, out _));
        Assert.Equal(-Errno.BadDescriptor, _network.Client.Send(socket + 1, "x"u8));
        var epoll = _network.Client.EpollCreate();
        Assert.Equal(-Errno.NotSocket, _network.Client.Send(epoll, "x"u8));
    }

    [Fact]
    public void BindChecksAddressAndPort()
    {
        var first = _network.Client.Socket(Inet, Stream, 0);
        Assert.Equal(-Errno.AddressNotAvailable, _network.Client.Bind(first, Address(Inet, 9, 80)));
        Assert.Equal(-Errno.FamilyNotSupported, _network.Client.Bind(first, Any(Inet6, 80)));
        Assert.Equal(-Errno.Invalid, _network.Client.Bind(first, new byte[4]));
        Assert.Equal(0, _network.Client.Bind(first, Any(Inet, 80)));
        Assert.Equal(-Errno.Invalid, _network.Client.Bind(first, Any(Inet, 81)));
        var second = _network.Client.Socket(Inet, Stream, 0);
        Assert.Equal(-Errno.AddressInUse, _network.Client.Bind(second, Any(Inet, 80)));
    }

    [Fact]
    public void PeekLeavesAndWaitAllWaits()
    {
        var (_, client, server) = _network.Connect();
        _network.Client.Send(client, "abc"u8);
        var buffer = new byte[6];
        Assert.Equal(3, _network.Server.Receive(server, buffer, MessageFlags.Peek));
        Assert.Equal(2, _network.Server.Receive(server, buffer.AsSpan(0, 2), MessageFlags.Truncate));
        _network.Client.Send(client, "defgh"u8);
        Assert.Equal(6, _network.Server.Receive(server, buffer, MessageFlags.WaitAll));
        Assert.Equal("cdefgh", Encoding.ASCII.GetString(buffer));
    }

    [Fact]
    public unsafe void MemoryThatIsNotThereIsAFault()
    {
        var (_, client, server) = _network.Connect();
        Assert.Equal(-Errno.Fault, _network.Client.Send(client, [new IoVector(null, 10)], MessageFlags.None, default));
        _network.Client.Send(client, "abc"u8);
        Assert.Equal(-Errno.Fault, _network.Server.Read(server, [new IoVector(null, 10)]));
        Assert.Equal(3, _network.Server.Receive(server, new byte[8]));
    }

    [Fact]
    public void AFullBufferTakesAPart()
    {
        var (_, client, _) = _network.Connect();
        Assert.Equal(0, _network.Client.FileControl(client, LinuxSocket.SetFlags, NonBlock));
        Assert.Equal(0, _network.Client.Set(client, OptionLevel.Socket, SocketOption.SendBuffer, 10_000));
        Assert.Equal(20_000, _network.Client.Get(client, OptionLevel.Socket, SocketOption.SendBuffer));
        var taken = _network.Client.Send(client, new byte[100_000]);
        Assert.InRange(taken, 20_000, 60_000);
        Assert.Equal(-Errno.Again, _network.Client.Send(client, new byte[1]));
    }

    [Fact]
    public void AResetIsTheNextReadsError()
    {
        var (_, client, server) = _network.Connect();
        Assert.Equal(0, _network.Client.SetOption(client, OptionLevel.Socket, SocketOption.Linger, [1, 0, 0, 0, 0, 0, 0, 0]));
        Assert.Equal(0, _network.Client.Close(client));
        _network.Run(TimeSpan.FromMilliseconds(10));
        Assert.Equal(-Errno.ConnectionReset, _network.Server.Receive(server, new byte[1]));
        Assert.Equal(0, _network.Server.Receive(server, new byte[1]));
        Assert.Equal(-Errno.Pipe, _network.Server.Send(server, "x"u8));
    }

    [Fact]
    public void ALingeringCloseWaitsForTheAcknowledgment()
    {
        var (_, client, _) = _network.Connect();
        _network.Client.SetOption(client, OptionLevel.Socket, SocketOption.Linger, [1, 0, 0, 0, 5, 0, 0, 0]);
        _network.Client.Send(client, "last words"u8);
        var begun = _network.Now;
        Assert.Equal(0, _network.Client.Close(client));
        Assert.InRange((_network.Now - begun).TotalMilliseconds, 2, 100);
    }

    [Fact]
    public void AReceiveTimeoutEndsABlockingCall()
    {
        var (_, client, _) = _network.Connect();
        var time = new byte[16];
        BitConverter.TryWriteBytes(time.AsSpan(8), 300_000L);
        Assert.Equal(0, _network.Client.SetOption(client, OptionLevel.Socket, SocketOption.ReceiveTimeout, time));
        var begun = _network.Now;
        Assert.Equal(-Errno.Again, _network.Client.Receive(client, new byte[1]));
        Assert.Equal(TimeSpan.FromMilliseconds(300), _network.Now - begun);
    }

    [Fact]
    public void TheQueuesAreCounted()
    {
        var (listener, client, server) = _network.Connect();
        _network.IsCut = true;
        _network.Client.Send(client, new byte[700]);
        var value = 0;
        Assert.Equal(0, _network.Client.Control(client, LinuxSocket.BytesUnacknowledged, ref value));
        Assert.Equal(700, value);
        _network.IsCut = false;
        _network.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(0, _network.Client.Control(client, LinuxSocket.BytesUnacknowledged, ref value));
        Assert.Equal(0, value);
        Assert.Equal(0, _network.Server.Control(server, LinuxSocket.BytesReadable, ref value));
        Assert.Equal(700, value);
        Assert.Equal(-Errno.Invalid, _network.Server.Control(listener, LinuxSocket.BytesReadable, ref value));
    }
}
