using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using SharpTcp.Wire;
using Xunit;
using Socket = SharpTcp.Sockets.Socket;

namespace SharpTcp.Tests.Sockets;

/// <summary>Raw IP and ICMP echo, from stack to stack.</summary>
public sealed class RawSocketTests
{
    private const ProtocolType Experimental = (ProtocolType)253; // RFC 3692

    [Fact]
    public void APacketOfAProtocolArrivesWithItsHeader()
    {
        using var net = new TwoStacks();
        using var server = Raw(net.Server, Experimental);
        server.Bind(new IPEndPoint(IPAddress.Any, 0));
        using var client = Raw(net.Client, Experimental);
        client.SendTo(new byte[] { 1, 2, 3 }, new IPEndPoint(TwoStacks.ServerAddress, 0));
        net.Settle();
        var buffer = new byte[100];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);

        Assert.Equal(23, server.ReceiveFrom(buffer, ref from));
        Assert.Equal(TwoStacks.ClientAddress, ((IPEndPoint)from).Address);
        Assert.True(IPv4View.TryParse(buffer.AsSpan(0, 23), out var packet));
        Assert.Equal((byte)Experimental, packet.Protocol);
        Assert.True(packet.VerifyChecksum());
        Assert.Equal(new byte[] { 1, 2, 3 }, packet.Payload.ToArray());
    }

    [Fact]
    public void WhoIsThereIsNotToldThatTheProtocolIsUnknown()
    {
        using var net = new TwoStacks();
        using var client = Raw(net.Client, ProtocolType.Icmp);
        client.Bind(new IPEndPoint(IPAddress.Any, 0));
        using var sender = Raw(net.Client, Experimental);
        sender.SendTo(new byte[1], new IPEndPoint(TwoStacks.ServerAddress, 0));
        net.Settle();
        Assert.True(client.Available > 0, "nobody listens: the sender is told");
        client.Receive(new byte[100]);
        using var server = Raw(net.Server, Experimental);
        server.Bind(new IPEndPoint(IPAddress.Any, 0));
        sender.SendTo(new byte[1], new IPEndPoint(TwoStacks.ServerAddress, 0));
        net.Settle();

        Assert.Equal(21, server.Available);
        Assert.Equal(0, client.Available);
    }

    [Fact]
    public void IPv6ArrivesWithoutItsHeader()
    {
        using var net = new TwoStacks();
        using var server = new Socket(net.Server, AddressFamily.InterNetworkV6, SocketType.Raw, Experimental);
        server.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        using var client = new Socket(net.Client, AddressFamily.InterNetworkV6, SocketType.Raw, Experimental);
        client.SendTo(new byte[] { 1, 2, 3 }, new IPEndPoint(TwoStacks.ServerAddress6, 0));
        net.Settle();
        var buffer = new byte[100];

        Assert.Equal(3, server.Receive(buffer));
        Assert.Equal(new byte[] { 1, 2, 3 }, buffer[..3]);
    }

    [Fact]
    public void LargePacketsAreFragmentedAndPutTogether()
    {
        using var net = new TwoStacks();
        using var server = Raw(net.Server, Experimental);
        server.Bind(new IPEndPoint(IPAddress.Any, 0));
        using var client = Raw(net.Client, Experimental);
        client.SendTo(new byte[5_000], new IPEndPoint(TwoStacks.ServerAddress, 0));
        net.Settle();

        Assert.Equal(5_020, server.Receive(new byte[6_000]));
    }

    [Fact]
    public void AHeaderOfOnesOwnLeavesAsItIs()
    {
        using var net = new TwoStacks();
        using var server = Raw(net.Server, Experimental);
        server.Bind(new IPEndPoint(IPAddress.Any, 0));
        using var client = Raw(net.Client, (ProtocolType)255);
        Assert.Equal(1, client.GetSocketOption(SocketOptionLevel.IP, SocketOptionName.HeaderIncluded));
        var packet = new byte[24];
        IPv4Writer.Write(packet, new IPv4Header { TimeToLive = 9, Protocol = (byte)Experimental, Identification = 77, Destination = IPv4Address.Parse("10.0.0.2") }, 4);
        packet[10] = 0xEE; // a wrong checksum is put right
        client.SendTo(packet, new IPEndPoint(TwoStacks.ServerAddress, 0));
        net.Settle();
        var buffer = new byte[100];

        Assert.Equal(24, server.Receive(buffer));
        Assert.True(IPv4View.TryParse(buffer.AsSpan(0, 24), out var received));
        Assert.Equal(9, received.TimeToLive);
        Assert.Equal(77, received.Identification);
        Assert.Equal("10.0.0.1", received.Source.ToString());
        Assert.True(received.VerifyChecksum());
    }

    [Theory]
    [InlineData(19)]
    [InlineData(0)]
    public void AHeaderMustBeOne(int length)
    {
        using var net = new TwoStacks();
        using var client = Raw(net.Client, (ProtocolType)255);

        Assert.Equal(SocketError.InvalidArgument, TcpSocketTests.Fails(() => client.SendTo(new byte[length], new IPEndPoint(TwoStacks.ServerAddress, 0))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnEchoRequestIsAnswered(bool useIPv6)
    {
        using var net = new TwoStacks();
        var family = useIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        using var ping = new Socket(net.Client, family, SocketType.Dgram, useIPv6 ? ProtocolType.IcmpV6 : ProtocolType.Icmp);
        byte[] request = [useIPv6 ? (byte)128 : (byte)8, 0, 0, 0, 0xAA, 0xAA, 0, 5, 1, 2, 3];
        ping.SendTo(request, new IPEndPoint(useIPv6 ? TwoStacks.ServerAddress6 : TwoStacks.ServerAddress, 0));
        net.Settle();
        var answer = new byte[100];
        EndPoint from = new IPEndPoint(useIPv6 ? IPAddress.IPv6Any : IPAddress.Any, 0);

        Assert.Equal(11, ping.ReceiveFrom(answer, ref from));
        Assert.Equal(useIPv6 ? 129 : 0, answer[0]);
        Assert.Equal(((IPEndPoint)ping.LocalEndPoint!).Port, BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(4)));
        Assert.Equal(new byte[] { 0, 5, 1, 2, 3 }, answer[6..11]);
        Assert.Equal(useIPv6 ? TwoStacks.ServerAddress6 : TwoStacks.ServerAddress, ((IPEndPoint)from).Address);
    }

    [Fact]
    public void APingSocketSendsNothingElse()
    {
        using var net = new TwoStacks();
        using var ping = new Socket(net.Client, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Icmp);

        Assert.Equal(SocketError.InvalidArgument, TcpSocketTests.Fails(() => ping.SendTo(new byte[8], new IPEndPoint(TwoStacks.ServerAddress, 0))));
        Assert.Equal(SocketError.InvalidArgument, TcpSocketTests.Fails(() => ping.SendTo(new byte[] { 8, 0, 0 }, new IPEndPoint(TwoStacks.ServerAddress, 0))));
    }

    [Fact]
    public void ARawSocketIsOfOneProtocol()
    {
        using var net = new TwoStacks();

        Assert.Equal(SocketError.ProtocolNotSupported, TcpSocketTests.Fails(() => Raw(net.Client, ProtocolType.Unspecified)));
        Assert.Equal(SocketError.ProtocolOption, TcpSocketTests.Fails(() => SetHeaderIncluded(net)));
    }

    private static void SetHeaderIncluded(TwoStacks net)
    {
        using var socket = new Socket(net.Client, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.HeaderIncluded, 1);
    }

    private static Socket Raw(NetworkStack stack, ProtocolType protocol) => new(stack, AddressFamily.InterNetwork, SocketType.Raw, protocol);
}
