using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Sockets.Parity.Tests;

/// <summary>Binding, listening, accepting, connecting; ports in use and shared; sockets that do not block; readiness.</summary>
public abstract class ConnectingSuite(IWorld world) : Suite(world)
{
    [Fact]
    public void NobodyListensAndIsRefused() => Assert.Equal("SE.ConnectionRefused", Said(() => Tcp().Connect(Nobody())));

    [Fact]
    public async Task NobodyListensAndIsRefusedWhileAwaited() => Assert.Equal("SE.ConnectionRefused", await SaidAsync(() => Tcp().ConnectAsync(Nobody())));

    [Fact]
    public void ARefusedSocketCanTryAgain()
    {
        var socket = Tcp();
        Assert.Equal("SE.ConnectionRefused", Said(() => socket.Connect(Nobody())));
        Assert.False(socket.Connected);
        Assert.Equal("SE.ConnectionRefused", Said(() => socket.Connect(Nobody())));
        socket.Connect(Listening().LocalEndPoint!);

        Assert.True(socket.Connected);
    }

    [Fact]
    public void ConnectsByAddressAndPort()
    {
        var listener = Listening();
        var socket = Tcp();
        socket.Connect(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndPoint!).Port);

        Assert.Equal(listener.LocalEndPoint, socket.RemoteEndPoint);
    }

    [Fact]
    public async Task ConnectsByAddressAndPortWhileAwaited()
    {
        var listener = Listening();
        var socket = Tcp();
        await socket.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndPoint!).Port).WaitAsync(Patience);

        Assert.Equal(listener.LocalEndPoint, socket.RemoteEndPoint);
    }

    [Fact]
    public void ConnectsToTheFirstAddressThatItCan()
    {
        var port = ((IPEndPoint)Listening().LocalEndPoint!).Port;
        var socket = Tcp();
        socket.Connect([IPAddress.IPv6Loopback, IPAddress.Loopback], port);

        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)socket.RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task ConnectsToTheFirstAddressThatItCanWhileAwaited()
    {
        var port = ((IPEndPoint)Listening().LocalEndPoint!).Port;
        var socket = Tcp();
        await socket.ConnectAsync([IPAddress.Loopback], port).WaitAsync(Patience);

        Assert.True(socket.Connected);
    }

    [Fact]
    public void BeginAndEndOfAConnect()
    {
        var socket = Tcp();
        socket.EndConnect(socket.BeginConnect(Listening().LocalEndPoint!, null, null));

        Assert.True(socket.Connected);
    }

    [Fact]
    public async Task TheCallbackOfABeginIsCalledWithItsState()
    {
        var called = new TaskCompletionSource<object?>();
        Tcp().BeginConnect(Listening().LocalEndPoint!, result => called.SetResult(result.AsyncState), "state");

        Assert.Equal("state", await called.Task.WaitAsync(Patience));
    }

    [Fact]
    public void TheUnspecifiedAddressIsThisHost()
    {
        var listener = Listening();
        var socket = Tcp();
        socket.Connect(new IPEndPoint(IPAddress.Any, ((IPEndPoint)listener.LocalEndPoint!).Port));

        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)socket.LocalEndPoint!).Address);
    }

    [Theory]
    [InlineData("255.255.255.255")]
    [InlineData("224.0.0.1")]
    public void GroupsAndBroadcastsAreUnreachable(string address) =>
        Assert.Equal("SE.NetworkUnreachable", Said(() => Tcp().Connect(new IPEndPoint(IPAddress.Parse(address), 1))));

    [Fact]
    public void PortZeroRefuses() => Assert.Equal("SE.ConnectionRefused", Said(() => Tcp().Connect(new IPEndPoint(IPAddress.Loopback, 0))));

    [Fact]
    public void ArgumentsOfConnectAreChecked()
    {
        Assert.Equal("ArgumentNullException(remoteEP)", Said(() => Tcp().Connect((EndPoint)null!)));
        Assert.Equal("ArgumentNullException(address)", Said(() => Tcp().Connect((IPAddress)null!, 1)));
        Assert.Equal("ArgumentOutOfRangeException(port)", Said(() => Tcp().Connect(IPAddress.Loopback, 65_536)));
        Assert.Equal("ArgumentOutOfRangeException(port)", Said(() => Tcp().Connect(IPAddress.Loopback, -1)));
        Assert.Equal("ArgumentNullException(addresses)", Said(() => Tcp().Connect((IPAddress[])null!, 1)));
        Assert.Equal("ArgumentException(addresses)", Said(() => Tcp().Connect([], 1)));
    }

    [Fact]
    public void TheOtherFamilyIsRefused()
    {
        Assert.Equal("SE.AddressFamilyNotSupported", Said(() => Tcp().Connect(new IPEndPoint(IPAddress.IPv6Loopback, 9))));
        Assert.Equal("SE.InvalidArgument", Said(() => Tcp(AddressFamily.InterNetworkV6).Connect(new IPEndPoint(IPAddress.Loopback, 9))));
        Assert.Equal("NotSupportedException", Said(() => Tcp().Connect(IPAddress.IPv6Loopback, 9)));
        Assert.Equal("NotSupportedException", Said(() => Tcp(AddressFamily.InterNetworkV6).Connect(IPAddress.Loopback, 9)));
        Assert.Equal("SE.AddressFamilyNotSupported", Said(() => Tcp().Bind(Loopback6)));
    }

    [Fact]
    public void AnAddressOfSomebodyElseCannotBeBound()
    {
        Assert.Equal("SE.AddressNotAvailable", Said(() => Tcp().Bind(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0))));
        Assert.Equal("SE.AddressNotAvailable", Said(() => Udp().Bind(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0))));
        Assert.Equal("ArgumentNullException(localEP)", Said(() => Tcp().Bind(null!)));
    }

    [Fact]
    public void EndpointsAreThoseOfTheConnection()
    {
        var (client, server) = Pair();

        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
        Assert.Equal(server.LocalEndPoint, client.RemoteEndPoint);
        Assert.True(client.IsBound && server.IsBound && server.Connected);
    }

    [Fact]
    public void ABoundSocketConnectsFromItsPort()
    {
        var socket = Tcp();
        socket.Bind(Loopback);
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        socket.Connect(Listening().LocalEndPoint!);

        Assert.Equal(port, ((IPEndPoint)socket.LocalEndPoint!).Port);
    }

    [Fact]
    public void APortThatNobodyListensOnCanBeBoundTwice()
    {
        var first = Tcp();
        first.Bind(Loopback);

        Tcp().Bind(first.LocalEndPoint!);
    }

    [Fact]
    public void APortOfAListenerIsTaken()
    {
        var listener = Listening();
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;

        Assert.Equal("SE.AddressAlreadyInUse", Said(() => Tcp().Bind(listener.LocalEndPoint!)));
        Assert.Equal("SE.AddressAlreadyInUse", Said(() => Tcp().Bind(new IPEndPoint(IPAddress.Any, port))));
        Assert.Equal("SE.AddressAlreadyInUse", Said(() => Sharing().Bind(listener.LocalEndPoint!)));
        Tcp(AddressFamily.InterNetworkV6).Bind(new IPEndPoint(IPAddress.IPv6Any, port));
    }

    [Fact]
    public void OfTwoThatAreBoundOneListens()
    {
        var first = Tcp();
        first.Bind(Loopback);
        var second = Tcp();
        second.Bind(first.LocalEndPoint!);
        first.Listen();

        Assert.Equal("SE.AddressAlreadyInUse", Said(() => second.Listen()));
    }

    [Fact]
    public void ListenersThatShareAreDealtConnections()
    {
        var (first, second) = (Sharing(), Sharing());
        first.Bind(Loopback);
        second.Bind(first.LocalEndPoint!);
        first.Listen();
        second.Listen();
        for (var i = 0; i < 64; i++)
        {
            Tcp().Connect(first.LocalEndPoint!);
        }

        Assert.Equal(64, Drain(first) + Drain(second));
    }

    [Fact]
    public void ListenersThatShareBothGetSome()
    {
        var (first, second) = (Sharing(), Sharing());
        first.Bind(Loopback);
        second.Bind(first.LocalEndPoint!);
        first.Listen();
        second.Listen();
        for (var i = 0; i < 200; i++)
        {
            using var client = World.Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.Connect(first.LocalEndPoint!);
        }

        Assert.True(first.Poll(0, SelectMode.SelectRead) && second.Poll(0, SelectMode.SelectRead), "one of them got nobody");
    }

    [Fact]
    public void APortInTimeWaitCanBeListenedOnAgain()
    {
        var listener = Listening();
        var client = Tcp();
        client.Connect(listener.LocalEndPoint!);
        var server = Own(listener.Accept());
        var port = listener.LocalEndPoint!;
        server.Close();
        Assert.Equal(0, client.Receive(new byte[1]));
        client.Close();
        listener.Close();

        Listening((IPEndPoint)port);
    }

    [Fact]
    public void AListenerThatDoesNotBlockHasNobody()
    {
        var listener = Listening();
        listener.Blocking = false;

        Assert.Equal("SE.WouldBlock", Said(listener.Accept));
        Tcp().Connect(listener.LocalEndPoint!);
        Readable(listener);
        Own(listener.Accept());
    }

    [Fact]
    public async Task ABlockedAcceptTakesWhoComes()
    {
        var listener = Listening();
        var accept = InBackground(listener.Accept);
        await Settle();
        Tcp().Connect(listener.LocalEndPoint!);

        Assert.Equal("socket", await accept.WaitAsync(Patience));
    }

    [Fact]
    public async Task AwaitedAcceptsTakeOneEach()
    {
        var listener = Listening();
        Task<ISocket>[] accepts = [listener.AcceptAsync(), listener.AcceptAsync(), listener.AcceptAsync()];
        for (var i = 0; i < 3; i++)
        {
            Tcp().Connect(listener.LocalEndPoint!);
        }

        foreach (var one in await Task.WhenAll(accepts).WaitAsync(Patience))
        {
            Own(one);
        }
    }

    [Fact]
    public async Task AcceptsIntoASocketThatExists()
    {
        var listener = Listening();
        var target = Tcp();
        var accept = listener.AcceptAsync(target);
        var client = Tcp();
        client.Connect(listener.LocalEndPoint!);
        await accept.WaitAsync(Patience);
        client.Send(Data);

        Assert.True(target.Connected);
        Assert.Equal(Data, ReceiveAll(target, 10));
    }

    [Fact]
    public async Task DoesNotAcceptIntoASocketInUse()
    {
        var (client, _) = Pair();

        Assert.Equal("InvalidOperationException", await SaidAsync(() => Listening().AcceptAsync(client)));
    }

    [Fact]
    public void BeginAndEndOfAnAccept()
    {
        var listener = Listening();
        var begun = listener.BeginAccept(null, null);
        Tcp().Connect(listener.LocalEndPoint!);

        Assert.True(Own(listener.EndAccept(begun)).Connected);
    }

    [Fact]
    public void AcceptedSocketsInheritOptions()
    {
        var listener = Listening();
        listener.NoDelay = true;
        listener.Ttl = 33;
        listener.LingerState = new LingerOption(true, 5);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        listener.ReceiveTimeout = 77;
        Tcp().Connect(listener.LocalEndPoint!);
        var accepted = Own(listener.Accept());

        Assert.True(accepted.NoDelay);
        Assert.Equal(33, accepted.Ttl);
        Assert.Equal(5, accepted.LingerState!.LingerTime);
        Assert.Equal(1, accepted.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
        Assert.Equal(0, accepted.ReceiveTimeout);
    }

    [Fact]
    public void ListenTakesAnyBacklog()
    {
        var socket = Tcp();
        socket.Bind(Loopback);
        socket.Listen(-1);
        socket.Listen(0);
        socket.Listen(int.MaxValue);

        Assert.Equal("SE.OperationNotSupported", Said(() => Bound().Listen()));
    }

    [Fact]
    public void ASocketThatDoesNotBlockConnectsInTheBackground()
    {
        var listener = Listening();
        var socket = Tcp();
        socket.Blocking = false;

        Assert.Contains(Said(() => socket.Connect(listener.LocalEndPoint!)), (string[])["SE.WouldBlock", "ok"]);
        Assert.True(socket.Poll(30_000_000, SelectMode.SelectWrite));
        Assert.True(socket.Connected);
        Assert.Equal(listener.LocalEndPoint, socket.RemoteEndPoint);
        Assert.Equal("SE.IsConnected", Said(() => socket.Connect(listener.LocalEndPoint!)));
    }

    [Fact]
    public void ASocketThatDoesNotBlockIsRefusedInTheBackground()
    {
        var socket = Tcp();
        socket.Blocking = false;

        Assert.Contains(Said(() => socket.Connect(Nobody())), (string[])["SE.WouldBlock", "SE.ConnectionRefused"]);
        Assert.True(socket.Poll(30_000_000, SelectMode.SelectWrite));
        Assert.False(socket.Connected);
    }

    [Fact]
    public void WhatWouldBlockSaysSo()
    {
        var (client, server) = Pair();
        client.Blocking = false;
        server.Blocking = false;

        Assert.Equal("SE.WouldBlock", Said(() => server.Receive(new byte[1])));
        Assert.Equal(0, server.Receive(new byte[1], 0, 1, SocketFlags.None, out var error));
        Assert.Equal(SocketError.WouldBlock, error);
        Assert.True(server.Connected);
        var bound = Bound();
        bound.Blocking = false;
        EndPoint from = Any;
        Assert.Equal("SE.WouldBlock", Said(() => bound.ReceiveFrom(new byte[1], ref from)));
    }

    [Fact]
    public void ASendThatDoesNotBlockTakesWhatThereIsRoomFor()
    {
        var (client, server) = Pair();
        client.Blocking = false;
        var sent = client.Send(new byte[30_000_000]);

        Assert.InRange(sent, 1, 29_999_999);
        while (client.Send(new byte[100_000], SocketFlags.None, out var error) > 0)
        {
            Assert.Equal(SocketError.Success, error);
        }

        Assert.False(client.Poll(0, SelectMode.SelectWrite));
        ReceiveAll(server, sent);
        Assert.True(client.Poll(30_000_000, SelectMode.SelectWrite));
    }

    [Fact]
    public async Task AwaitedCallsWaitOnASocketThatDoesNotBlock()
    {
        var (client, server) = Pair();
        server.Blocking = false;
        var receive = server.ReceiveAsync(new byte[10], SocketFlags.None);
        await Settle();
        client.Send(Data);

        Assert.Equal(10, await receive.WaitAsync(Patience));
    }

    [Fact]
    public async Task PollWaitsForBytes()
    {
        var (client, server) = Pair();
        var poll = InBackground(() => server.Poll(-1, SelectMode.SelectRead));
        await Settle();
        Assert.False(poll.IsCompleted);
        client.Send(Data);

        Assert.Equal("True", await poll.WaitAsync(Patience));
    }

    [Fact]
    public async Task PollWaitsForTheEndOfTheStream()
    {
        var (client, server) = Pair();
        var poll = InBackground(() => server.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead));
        await Settle();
        client.Close();

        Assert.Equal("True", await poll.WaitAsync(Patience));
    }

    [Fact]
    public void PollGivesUp()
    {
        var (_, server) = Pair();

        Assert.False(server.Poll(1000, SelectMode.SelectRead));
        Assert.False(server.Poll(TimeSpan.FromMilliseconds(1), SelectMode.SelectError));
        Assert.True(server.Poll(1000, SelectMode.SelectWrite));
        Assert.Equal("ArgumentOutOfRangeException(timeout)", Said(() => server.Poll(TimeSpan.FromSeconds(-5), SelectMode.SelectRead)));
        Assert.Equal("False", Said(() => server.Poll(0, (SelectMode)9)));
    }

    [Fact]
    public void SelectKeepsWhatIsReady()
    {
        var (client, server) = Pair();
        client.Send(Data);
        Readable(server);
        List<object> read = [client.Own, server.Own];
        List<object> write = [client.Own, Listening().Own];
        List<object> error = [client.Own];
        World.Select(read, write, error, 30_000_000);

        Assert.Equal([server.Own], read);
        Assert.Equal([client.Own], write);
        Assert.Empty(error);
    }

    [Fact]
    public void SelectGivesUp()
    {
        var (_, server) = Pair();
        List<object> read = [server.Own];
        World.Select(read, null, null, 1000);

        Assert.Empty(read);
    }

    [Fact]
    public async Task SelectWaitsForTheFirst()
    {
        var (client, server) = Pair();
        var listener = Listening();
        List<object> read = [listener.Own, server.Own, Bound().Own];
        var select = InBackground(() =>
        {
            World.Select(read, null, null, -1);
            return read.Count;
        });
        await Settle();
        client.Send(Data);

        Assert.Equal("1", await select.WaitAsync(Patience));
        Assert.Equal([server.Own], read);
    }

    [Fact]
    public void SelectWantsSockets()
    {
        Assert.StartsWith("ArgumentNullException", Said(() => World.Select(null, null, null, 0)), StringComparison.Ordinal);
        Assert.StartsWith("ArgumentNullException", Said(() => World.Select(new List<object>(), null, null, 0)), StringComparison.Ordinal);
        Assert.Equal("ArgumentException(socketList)", Said(() => World.Select(new List<object> { "no socket" }, null, null, 0)));
    }

    [Fact]
    public void ADualListenerTakesBothFamilies()
    {
        var listener = Own(World.Socket(SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        listener.Listen();
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Tcp().Connect(IPAddress.Loopback, port);
        var four = Own(listener.Accept());
        Tcp(AddressFamily.InterNetworkV6).Connect(IPAddress.IPv6Loopback, port);
        var six = Own(listener.Accept());

        Assert.Equal(IPAddress.Loopback.MapToIPv6(), ((IPEndPoint)four.RemoteEndPoint!).Address);
        Assert.Equal(IPAddress.Loopback.MapToIPv6(), ((IPEndPoint)four.LocalEndPoint!).Address);
        Assert.Equal(AddressFamily.InterNetworkV6, four.AddressFamily);
        Assert.Equal(IPAddress.IPv6Loopback, ((IPEndPoint)six.RemoteEndPoint!).Address);
    }

    [Fact]
    public void ADualSocketConnectsToBothFamilies()
    {
        var socket = Own(World.Socket(SocketType.Stream, ProtocolType.Tcp));
        socket.Connect(Listening().LocalEndPoint!);

        Assert.Equal(IPAddress.Loopback.MapToIPv6(), ((IPEndPoint)socket.RemoteEndPoint!).Address);
        Own(World.Socket(SocketType.Stream, ProtocolType.Tcp)).Connect(Listening(Loopback6).LocalEndPoint!);
        Own(World.Socket(SocketType.Stream, ProtocolType.Tcp)).Bind(Loopback);
    }

    [Fact]
    public void AnIPv6SocketIsOfOneFamilyUnlessAsked()
    {
        var socket = Tcp(AddressFamily.InterNetworkV6);

        Assert.False(socket.DualMode);
        Assert.True(Own(World.Socket(SocketType.Stream, ProtocolType.Tcp)).DualMode);
        Assert.Equal("SE.NetworkUnreachable", Said(() => socket.Connect(new IPEndPoint(IPAddress.Loopback.MapToIPv6(), 9))));
        Assert.Equal("NotSupportedException", Said(() => Tcp().DualMode = true));
    }

    [Fact]
    public void TheModeIsSettledWhenItIsBound()
    {
        var socket = Tcp(AddressFamily.InterNetworkV6);
        socket.Bind(Loopback6);

        Assert.Equal("SE.InvalidArgument", Said(() => socket.DualMode = true));
    }

    [Fact]
    public void ConnectionsOverIPv6Work()
    {
        var listener = Listening(Loopback6);
        var client = Tcp(AddressFamily.InterNetworkV6);
        client.Connect(listener.LocalEndPoint!);
        var server = Own(listener.Accept());
        client.Send(Data);

        Assert.Equal(Data, ReceiveAll(server, 10));
        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
    }

    [Theory]
    [InlineData(AddressFamily.Ipx, SocketType.Stream, ProtocolType.Tcp, "SE.AddressFamilyNotSupported")]
    [InlineData(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Udp, "SE.ProtocolNotSupported")]
    [InlineData(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Tcp, "SE.ProtocolNotSupported")]
    [InlineData(AddressFamily.InterNetwork, SocketType.Seqpacket, ProtocolType.Tcp, "SE.SocketNotSupported")]
    public void SomeSocketsDoNotExist(AddressFamily family, SocketType type, ProtocolType protocol, string expected) =>
        Assert.Equal(expected, Said(() => World.Socket(family, type, protocol)));

    [Fact]
    public void TheProtocolNeedNotBeNamed()
    {
        Assert.Equal(ProtocolType.IP, Own(World.Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified)).ProtocolType);
        Assert.Equal(SocketType.Dgram, Own(World.Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Unspecified)).SocketType);
        Assert.Equal(ProtocolType.Udp, Udp().ProtocolType);
    }

    [Fact]
    public async Task ManyConnectAtOnce()
    {
        var listener = Listening(backlog: 200);
        var accepts = new Task<ISocket>[100];
        var connects = new Task[100];
        for (var i = 0; i < 100; i++)
        {
            accepts[i] = listener.AcceptAsync();
            connects[i] = Tcp().ConnectAsync(listener.LocalEndPoint!);
        }

        await Task.WhenAll(connects).WaitAsync(Patience);
        foreach (var one in await Task.WhenAll(accepts).WaitAsync(Patience))
        {
            Assert.True(Own(one).Connected);
        }
    }

    private static int Drain(ISocket listener)
    {
        var count = 0;
        for (; listener.Poll(20_000, SelectMode.SelectRead); count++)
        {
            listener.Accept().Dispose();
        }

        return count;
    }

    private ISocket Sharing()
    {
        var socket = Tcp();
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        return socket;
    }
}

public sealed class ConnectingOfTheKernel() : ConnectingSuite(KernelWorld.Instance);

public sealed class ConnectingOfTheStack() : ConnectingSuite(StackWorld.Instance);
