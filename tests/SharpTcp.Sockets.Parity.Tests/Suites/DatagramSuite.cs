using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Sockets.Parity.Tests;

/// <summary>UDP.</summary>
public abstract class DatagramSuite(IWorld world) : Suite(world)
{
    [Fact]
    public void ADatagramArrives() => Arrives((client, to) => client.SendTo(Data, to), Data);

    [Fact]
    public void TheFrontOfAnArrayArrives() => Arrives((client, to) => client.SendTo(Data, 3, SocketFlags.None, to), Data[..3]);

    [Fact]
    public void ThePartOfAnArrayArrives() => Arrives((client, to) => client.SendTo(Data, 2, 5, SocketFlags.None, to), Data[2..7]);

    [Fact]
    public void ADatagramToASocketAddressArrives() => Arrives((client, to) => client.SendTo(Data.AsSpan(), SocketFlags.None, to.Serialize()), Data);

    [Fact]
    public void AnAwaitedDatagramArrives() => Arrives((client, to) => client.SendToAsync(Data, to).Result, Data);

    [Fact]
    public void AnAwaitedDatagramToASocketAddressArrives() => Arrives((client, to) => client.SendToAsync(Data, SocketFlags.None, to.Serialize()).Result, Data);

    [Fact]
    public void AnEmptyDatagramArrives() => Arrives((client, to) => client.SendTo(Array.Empty<byte>(), to), []);

    [Fact]
    public void TheLargestDatagramArrives()
    {
        var data = new byte[65_507];
        new Random(5).NextBytes(data);
        Arrives((client, to) => client.SendTo(data, to), data);
    }

    [Fact]
    public void ADatagramCanBeTooLong() => Assert.Equal("SE.MessageSize", Said(() => Udp().SendTo(new byte[65_508], Bound().LocalEndPoint!)));

    [Fact]
    public void AListIsOneDatagram()
    {
        var (client, server) = UdpPair();
        client.Send([new ArraySegment<byte>(Data, 0, 3), new ArraySegment<byte>(Data, 5, 2)], SocketFlags.None, out _);

        Assert.Equal(5, server.Receive(new byte[20]));
    }

    [Fact]
    public void ADatagramFillsAList()
    {
        var (client, server) = UdpPair();
        client.Send(Data);
        var into = new byte[20];

        Assert.Equal(10, server.Receive([new ArraySegment<byte>(into, 0, 4), new ArraySegment<byte>(into, 4, 16)], SocketFlags.None, out _));
        Assert.Equal(Data, into[..10]);
    }

    [Fact]
    public void TheSenderIsTold() => Tells((server, into) =>
    {
        EndPoint from = Any;
        return (server.ReceiveFrom(into, ref from), from);
    });

    [Fact]
    public void TheSenderIsToldForThePartOfAnArray() => Tells((server, into) =>
    {
        EndPoint from = Any;
        return (server.ReceiveFrom(into, 0, into.Length, SocketFlags.None, ref from), from);
    });

    [Fact]
    public void TheSenderIsToldIntoASocketAddress() => Tells((server, into) =>
    {
        var from = new SocketAddress(AddressFamily.InterNetwork);
        var count = server.ReceiveFrom(into.AsSpan(), SocketFlags.None, from);
        return (count, Any.Create(from));
    });

    [Fact]
    public void TheSenderIsToldWhileAwaited() => Tells((server, into) =>
    {
        var result = server.ReceiveFromAsync(into, Any).Result;
        return (result.ReceivedBytes, result.RemoteEndPoint);
    });

    [Fact]
    public void TheSenderIsToldIntoASocketAddressWhileAwaited() => Tells((server, into) =>
    {
        var from = new SocketAddress(AddressFamily.InterNetwork);
        var count = server.ReceiveFromAsync(into, SocketFlags.None, from).Result;
        return (count, Any.Create(from));
    });

    [Fact]
    public void TheSenderIsToldByBeginAndEnd() => Tells((server, into) =>
    {
        EndPoint from = Any;
        var count = server.EndReceiveFrom(server.BeginReceiveFrom(into, 0, into.Length, SocketFlags.None, ref from, null, null), ref from);
        return (count, from);
    });

    [Fact]
    public void PacketInformationTellsTheDestination()
    {
        var server = Udp();
        server.Bind(Any);
        server.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
        var client = Bound();
        client.SendTo(Data, new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)server.LocalEndPoint!).Port));
        var flags = SocketFlags.None;
        EndPoint from = Any;

        Assert.Equal(10, server.ReceiveMessageFrom(new byte[20], 0, 20, ref flags, ref from, out var information));
        Assert.Equal(SocketFlags.None, flags);
        Assert.Equal(client.LocalEndPoint, from);
        Assert.Equal(IPAddress.Loopback, information.Address);
        Assert.True(information.Interface > 0);
    }

    [Fact]
    public async Task PacketInformationTellsTheDestinationWhileAwaited()
    {
        var server = Bound();
        var client = Bound();
        var receive = server.ReceiveMessageFromAsync(new byte[4], Any);
        client.SendTo(Data, server.LocalEndPoint!);
        var result = await receive.WaitAsync(Patience);

        Assert.Equal(4, result.ReceivedBytes);
        Assert.Equal(SocketFlags.Truncated, result.SocketFlags);
        Assert.Equal(client.LocalEndPoint, result.RemoteEndPoint);
        Assert.Equal(IPAddress.Loopback, result.PacketInformation.Address);
    }

    [Fact]
    public void WhatDoesNotFitIsLostAndSaidToBe()
    {
        var (client, server) = UdpPair();
        client.Send(Data);
        client.Send(Data[..2]);
        var flags = SocketFlags.None;
        EndPoint from = Any;

        Assert.Equal(4, server.ReceiveMessageFrom(new byte[4], 0, 4, ref flags, ref from, out _));
        Assert.Equal(SocketFlags.Truncated, flags);
        Assert.Equal(2, server.Receive(new byte[20]));
    }

    [Fact]
    public void WhatDoesNotFitIsLostSilently()
    {
        var (client, server) = UdpPair();
        client.Send(Data);
        EndPoint from = Any;

        Assert.Equal(4, server.ReceiveFrom(new byte[4], ref from));
        Assert.Equal(0, server.Available);
    }

    [Fact]
    public void TruncatedAsksForTheWholeLength()
    {
        var (client, server) = UdpPair();
        client.Send(Data);
        EndPoint from = Any;

        Assert.Equal(10, server.ReceiveFrom(new byte[4], SocketFlags.Truncated, ref from));
    }

    [Fact]
    public void PeekingLeavesTheDatagram()
    {
        var (client, server) = UdpPair();
        client.Send(Data);
        EndPoint from = Any;

        Assert.Equal(10, server.ReceiveFrom(new byte[20], SocketFlags.Peek, ref from));
        Assert.Equal(client.LocalEndPoint, from);
        Assert.Equal(10, server.Available);
        Assert.Equal(10, server.Receive(new byte[20]));
        Assert.Equal(0, server.Available);
    }

    [Fact]
    public void AvailableIsTheFirstDatagram()
    {
        var (client, server) = UdpPair();
        client.Send(Data);
        client.Send(Data[..3]);
        Readable(server);

        Assert.Equal(10, server.Available);
        server.Receive(new byte[20]);
        Assert.Equal(3, server.Available);
    }

    [Fact]
    public void AnEmptyReceiveLeavesTheDatagram()
    {
        var (client, server) = UdpPair();
        client.Send(Data);

        Assert.Equal(0, server.Receive(Array.Empty<byte>()));
        Assert.Equal(10, server.Receive(new byte[20]));
    }

    [Fact]
    public async Task AnAwaitedEmptyReceiveLeavesTheDatagram()
    {
        var (client, server) = UdpPair();
        client.Send(Data);

        Assert.Equal(0, await server.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None).WaitAsync(Patience));
        Assert.Equal(10, server.Receive(new byte[20]));
    }

    [Fact]
    public void SendingBinds()
    {
        var socket = Udp();
        Assert.False(socket.IsBound);
        socket.SendTo(Data, Bound().LocalEndPoint!);

        Assert.True(socket.IsBound);
        Assert.NotEqual(0, ((IPEndPoint)socket.LocalEndPoint!).Port);
    }

    [Fact]
    public void WhatIsNotBoundReceivesFromNobody()
    {
        EndPoint from = Any;

        Assert.Equal("InvalidOperationException", Said(() => Udp().ReceiveFrom(new byte[1], ref from)));
        Assert.Equal("InvalidOperationException", Said(() => Udp().ReceiveFromAsync(new byte[1], Any)));
    }

    [Fact]
    public void WithoutAPeerThereIsNobodyToSendTo()
    {
        Assert.Equal("SE.DestinationAddressRequired", Said(() => Udp().Send(Data)));
        Assert.Equal("SE.NotConnected", Said(() => Udp().Shutdown(SocketShutdown.Both)));
        Assert.Equal("SE.NotConnected", Said(() => Udp().Disconnect(false)));
        Assert.Equal("null", Said(() => Udp().RemoteEndPoint));
    }

    [Fact]
    public void DestinationsAreChecked()
    {
        var socket = Udp();

        Assert.Equal("ArgumentNullException(remoteEP)", Said(() => socket.SendTo(Data, null!)));
        Assert.Equal("ArgumentException(remoteEP)", Said(() => socket.SendTo(Data, new DnsEndPoint("localhost", 9))));
        Assert.Equal("SE.AddressFamilyNotSupported", Said(() => socket.SendTo(Data, new IPEndPoint(IPAddress.IPv6Loopback, 9))));
        Assert.Equal("SE.InvalidArgument", Said(() => socket.SendTo(Data, new IPEndPoint(IPAddress.Loopback, 0))));
        Assert.Equal("SE.AccessDenied", Said(() => socket.SendTo(Data, new IPEndPoint(IPAddress.Broadcast, 9))));
    }

    [Fact]
    public void TheWantedSenderIsChecked()
    {
        var socket = Bound();
        EndPoint six = new IPEndPoint(IPAddress.IPv6Any, 0);
        EndPoint name = new DnsEndPoint("localhost", 1);
        EndPoint none = null!;

        Assert.Equal("ArgumentException(remoteEP)", Said(() => socket.ReceiveFrom(new byte[1], ref six)));
        Assert.Equal("ArgumentException(remoteEP)", Said(() => socket.ReceiveFrom(new byte[1], ref name)));
        Assert.Equal("ArgumentNullException(remoteEP)", Said(() => socket.ReceiveFrom(new byte[1], ref none)));
    }

    [Fact]
    public void TheUnspecifiedAddressIsThisHost()
    {
        var server = Bound();
        Udp().SendTo(Data, new IPEndPoint(IPAddress.Any, ((IPEndPoint)server.LocalEndPoint!).Port));

        Assert.Equal(10, server.Receive(new byte[20]));
    }

    [Fact]
    public void AConnectedSocketHearsItsPeerOnly()
    {
        var (client, server) = UdpPair();
        Bound().SendTo(Data[..5], client.LocalEndPoint!);
        server.SendTo(Data, client.LocalEndPoint!);

        Assert.Equal(10, client.Receive(new byte[20]));
        Assert.True(client.Connected);
        Assert.Equal(server.LocalEndPoint, client.RemoteEndPoint);
    }

    [Fact]
    public void AConnectedSocketCanSendToOthers()
    {
        var (client, server) = UdpPair();
        var other = Bound();
        client.SendTo(Data, other.LocalEndPoint!);

        Assert.Equal(10, other.Receive(new byte[20]));
        Assert.Equal(0, server.Available);
    }

    [Fact]
    public void AConnectedSocketCanConnectAnew()
    {
        var (client, _) = UdpPair();
        var other = Bound();
        client.Connect(other.LocalEndPoint!);
        client.Send(Data);

        Assert.Equal(10, other.Receive(new byte[20]));
    }

    [Fact]
    public void NobodyListensAndAConnectedReaderIsTold()
    {
        var client = Refused();

        Assert.Equal("SE.ConnectionRefused", Said(() => client.Receive(new byte[1])));
        Assert.False(client.Connected);
    }

    [Fact]
    public void NobodyListensAndAConnectedWriterIsTold() => Assert.Equal("SE.ConnectionRefused", Said(() => Refused().Send(Data)));

    [Fact]
    public void NobodyListensAndTheErrorOptionTells()
    {
        var client = Refused();

        Assert.Equal((int)SocketError.ConnectionRefused, client.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));
        Assert.Equal(0, client.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));
    }

    [Fact]
    public async Task NobodyListensAndAnAwaitedReceiveIsTold()
    {
        var client = Udp();
        client.Connect(Nobody(SocketType.Dgram));
        var receive = client.ReceiveAsync(new byte[1], SocketFlags.None);
        client.Send(Data);

        Assert.Equal("SE.ConnectionRefused", await SaidAsync(() => receive));
    }

    [Fact]
    public void WithoutAPeerErrorsAreNotTold()
    {
        var client = Bound();
        client.SendTo(Data, Nobody(SocketType.Dgram));
        client.Blocking = false;

        Assert.Equal("SE.WouldBlock", Said(() => client.Receive(new byte[1])));
    }

    [Fact]
    public void AShutDownSocketSendsNoMore()
    {
        var (client, _) = UdpPair();
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal("SE.Shutdown", Said(() => client.Send(Data)));
        Assert.False(client.Connected);
    }

    [Fact]
    public void AShutDownSocketReceivesWhatIsThereAndThenNothing()
    {
        var (client, server) = UdpPair();
        server.SendTo(Data, client.LocalEndPoint!);
        Readable(client);
        client.Shutdown(SocketShutdown.Receive);

        Assert.Equal(10, client.Receive(new byte[20]));
        Assert.Equal(0, client.Receive(new byte[20]));
    }

    [Fact]
    public void ADisconnectedSocketHasNoPeer()
    {
        var (client, _) = UdpPair();
        client.Disconnect(false);

        Assert.False(client.Connected);
        Assert.Equal("SE.Shutdown", Said(() => client.Send(Data)));
        Assert.Equal("InvalidOperationException", Said(() => client.Connect(Nobody(SocketType.Dgram))));
    }

    [Fact]
    public void APortIsTakenOnce()
    {
        var first = Bound();
        var sharing = Udp();
        sharing.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);

        Assert.Equal("SE.AddressAlreadyInUse", Said(() => Udp().Bind(first.LocalEndPoint!)));
        Assert.Equal("SE.AddressAlreadyInUse", Said(() => sharing.Bind(first.LocalEndPoint!)));
        Assert.Equal("SE.InvalidArgument", Said(() => first.Bind(Loopback)));
    }

    [Fact]
    public void APortThatIsSharedIsDealtOut()
    {
        var (first, second) = (Udp(), Udp());
        first.ExclusiveAddressUse = false;
        second.ExclusiveAddressUse = false;
        first.Bind(Loopback);
        second.Bind(first.LocalEndPoint!);
        for (var i = 0; i < 100; i++)
        {
            Bound().SendTo(Data, first.LocalEndPoint!);
        }

        Assert.True(first.Poll(1_000_000, SelectMode.SelectRead) && second.Poll(1_000_000, SelectMode.SelectRead), "one of them got nothing");
    }

    [Fact]
    public void ADualSocketSpeaksBothFamilies()
    {
        var server = Own(World.Socket(SocketType.Dgram, ProtocolType.Udp));
        server.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        var port = ((IPEndPoint)server.LocalEndPoint!).Port;
        var client = Bound();
        client.SendTo(Data, new IPEndPoint(IPAddress.Loopback, port));
        EndPoint from = new IPEndPoint(IPAddress.IPv6Any, 0);

        Assert.Equal(10, server.ReceiveFrom(new byte[20], ref from));
        Assert.Equal(IPAddress.Loopback.MapToIPv6(), ((IPEndPoint)from).Address);
        server.SendTo(Data, from);
        Assert.Equal(10, client.Receive(new byte[20]));
        client.SendTo(Data, new IPEndPoint(IPAddress.Loopback, port));
        EndPoint four = Any;
        Assert.Equal(10, server.ReceiveFrom(new byte[20], ref four));
    }

    [Fact]
    public async Task AwaitedReceivesTakeOneEach()
    {
        var (client, server) = UdpPair();
        var receives = Enumerable.Range(0, 5).Select(_ => server.ReceiveAsync(new byte[20], SocketFlags.None)).ToArray();
        for (var i = 1; i <= 5; i++)
        {
            client.Send(Data[..i]);
        }

        Assert.Equal((int[])[1, 2, 3, 4, 5], await Task.WhenAll(receives).WaitAsync(Patience));
    }

    [Fact]
    public void PollTellsOfDatagramsAlsoEmptyOnes()
    {
        var (client, server) = UdpPair();
        Assert.False(server.Poll(0, SelectMode.SelectRead));
        Assert.True(server.Poll(0, SelectMode.SelectWrite));
        client.Send(Array.Empty<byte>());

        Assert.True(server.Poll(1_000_000, SelectMode.SelectRead));
        Assert.Equal(0, server.Receive(new byte[1]));
        Assert.False(server.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public async Task DisposalEndsABlockedReceive()
    {
        var socket = Bound();
        var receive = InBackground(() => socket.Receive(new byte[1]));
        await Settle();
        socket.Dispose();

        Assert.StartsWith("SE.", await receive.WaitAsync(Patience), StringComparison.Ordinal);
    }

    private ISocket Refused()
    {
        var client = Udp();
        client.Connect(Nobody(SocketType.Dgram));
        client.Send(Data);
        Until(() => client.Poll(0, SelectMode.SelectError));
        return client;
    }

    private void Arrives(Func<ISocket, EndPoint, int> send, byte[] expected)
    {
        var server = Bound();

        Assert.Equal(expected.Length, send(Udp(), server.LocalEndPoint!));
        var into = new byte[70_000];
        Assert.Equal(expected.Length, server.Receive(into));
        Assert.Equal(expected, into[..expected.Length]);
    }

    private void Tells(Func<ISocket, byte[], (int Count, EndPoint From)> receive)
    {
        var (client, server) = (Bound(), Bound());
        client.SendTo(Data, server.LocalEndPoint!);
        var into = new byte[20];
        var (count, from) = receive(server, into);

        Assert.Equal(10, count);
        Assert.Equal(Data, into[..10]);
        Assert.Equal(client.LocalEndPoint, from);
    }
}

public sealed class DatagramsOfTheKernel() : DatagramSuite(KernelWorld.Instance);

public sealed class DatagramsOfTheStack() : DatagramSuite(StackWorld.Instance);
