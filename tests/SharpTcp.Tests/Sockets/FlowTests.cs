using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using SharpTcp.Wire;
using Xunit;
using FlowListener = SharpTcp.Sockets.FlowListener;
using Socket = SharpTcp.Sockets.Socket;

namespace SharpTcp.Tests.Sockets;

/// <summary>A stack that takes flows to every address; another one opens them. In virtual time.</summary>
public sealed class FlowTests : IDisposable
{
    private readonly TwoStacks _net = new(client: new InterfaceSettings { Addresses = ["10.0.0.1/24", "2001:db8::1/64"], DuplicateAddressDetection = false, AnyAddress = true });
    private readonly FlowListener _flows;

    public FlowTests()
    {
        _flows = _net.Client.ListenToFlows(limit: 3);
        var link = _net.Server.GetAddresses().First(address => !address.Interface.IsLoopback).Interface;
        _net.Server.AddRoute(new Prefix(new IPv4Address(0), 0), IpAddress.Parse("10.0.0.1"), link);
        _net.Server.AddRoute(new Prefix(default(IPv6Address), 0), IpAddress.Parse("2001:db8::1"), link);
    }

    public void Dispose()
    {
        _flows.Dispose();
        _net.Dispose();
    }

    [Theory]
    [InlineData("192.0.2.7", 443)]
    [InlineData("2001:db8:ffff::7", 8080)]
    [InlineData("10.0.0.1", 5)]
    public void ATcpFlowIsAcceptedWithItsDestination(string address, int port)
    {
        using var socket = Make(address, SocketType.Stream);
        var connecting = socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(address), port));
        var flow = _net.Run(_flows.AcceptAsync());
        Assert.Equal((ProtocolType.Tcp, $"{new IPEndPoint(IPAddress.Parse(address), port)}"), (flow.ProtocolType, $"{flow.Destination}"));
        Assert.Equal(socket.LocalEndPoint, flow.Source);

        // Nothing is answered before the decision.
        _net.Pass(TimeSpan.FromMilliseconds(500));
        Assert.False(connecting.IsCompleted);
        using var accepted = _net.Run(flow.AcceptAsync());
        _net.Run(connecting);
        Assert.True(accepted.Connected);
        Assert.Equal((flow.Destination, flow.Source), ((IPEndPoint)accepted.LocalEndPoint!, (IPEndPoint)accepted.RemoteEndPoint!));

        var data = TcpSocketTests.Bytes(300_000);
        var received = new byte[data.Length];
        var sending = TcpSocketTests.SendAll(socket, data);
        _net.Run(TcpSocketTests.ReceiveAll(accepted, received));
        _net.Run(sending);
        Assert.Equal(data, received);
        sending = TcpSocketTests.SendAll(accepted, data);
        _net.Run(TcpSocketTests.ReceiveAll(socket, received));
        _net.Run(sending);
        Assert.Equal(data, received);
    }

    [Fact]
    public void ARefusedFlowIsAResetAndADroppedOneIsSilence()
    {
        using var refused = Make("192.0.2.7", SocketType.Stream);
        var connecting = refused.ConnectAsync(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 80));
        _net.Run(_flows.AcceptAsync()).Refuse();
        Assert.Equal(SocketError.ConnectionRefused, Assert.Throws<SocketException>(() => Run(connecting)).SocketErrorCode);

        using var dropped = Make("192.0.2.7", SocketType.Stream);
        connecting = dropped.ConnectAsync(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 80));
        _net.Run(_flows.AcceptAsync()).Drop();
        _net.Pass(TimeSpan.FromMilliseconds(900));
        Assert.False(connecting.IsCompleted);

        // The SYN that is sent again is a new flow.
        var again = _net.Run(_flows.AcceptAsync());
        using var accepted = _net.Run(again.AcceptAsync());
        _net.Run(connecting);
    }

    [Fact]
    public void AFlowIsDecidedOnce()
    {
        using var socket = Make("192.0.2.7", SocketType.Stream);
        var connecting = socket.ConnectAsync(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 80));
        var flow = _net.Run(_flows.AcceptAsync());
        using var accepted = _net.Run(flow.AcceptAsync());
        _net.Run(connecting);
        flow.Refuse();
        flow.Drop();
        Assert.Equal(SocketError.OperationAborted, Assert.Throws<SocketException>(() => Run(flow.AcceptAsync().AsTask())).SocketErrorCode);
        Assert.True(socket.Connected);
    }

    [Fact]
    public void AFlowThatItsSenderGivesUpIsOver()
    {
        var socket = Make("192.0.2.7", SocketType.Stream);
        _ = socket.ConnectAsync(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 80));
        var flow = _net.Run(_flows.AcceptAsync());
        var accepting = flow.AcceptAsync().AsTask();
        socket.Dispose();
        Assert.Throws<SocketException>(() => Run(accepting));
        Assert.Equal(0, _net.Client.GetCounters().Connections);
    }

    [Fact]
    public void NoMoreFlowsWaitThanTheLimit()
    {
        var sockets = Enumerable.Range(0, 5).Select(_ => Make("192.0.2.7", SocketType.Stream)).ToList();
        var connecting = sockets.Select(socket => socket.ConnectAsync(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 80))).ToList();
        _net.Settle();
        for (var i = 0; i < 3; i++)
            _net.Run(_net.Run(_flows.AcceptAsync()).AcceptAsync());
        Assert.Equal(3, connecting.Count(task => task.IsCompleted));

        // The others are asked for again, when there is room.
        for (var i = 0; i < 2; i++)
            _net.Run(_net.Run(_flows.AcceptAsync()).AcceptAsync());
        Assert.All(connecting, task => _net.Run(task));
    }

    [Theory]
    [InlineData("192.0.2.53")]
    [InlineData("2001:db8:ffff::53")]
    public void AUdpFlowIsASocketWithItsDatagrams(string address)
    {
        using var socket = Make(address, SocketType.Dgram);
        socket.Connect(new IPEndPoint(IPAddress.Parse(address), 53));
        _net.Run(socket.SendAsync("one"u8.ToArray().AsMemory()));
        _net.Run(socket.SendAsync("two"u8.ToArray().AsMemory()));
        var flow = _net.Run(_flows.AcceptAsync());
        Assert.Equal((ProtocolType.Udp, $"{socket.RemoteEndPoint}", $"{socket.LocalEndPoint}"), (flow.ProtocolType, $"{flow.Destination}", $"{flow.Source}"));
        using var accepted = _net.Run(flow.AcceptAsync());
        Assert.True(accepted.Connected);
        var buffer = new byte[100];
        foreach (var word in (string[])["one", "two"])
        {
            var count = _net.Run(accepted.ReceiveAsync(buffer.AsMemory()));
            Assert.Equal(word, System.Text.Encoding.ASCII.GetString(buffer, 0, count));
        }

        _net.Run(accepted.SendAsync("back"u8.ToArray().AsMemory()));
        Assert.Equal(4, _net.Run(socket.ReceiveAsync(buffer.AsMemory())));
    }

    [Fact]
    public void SocketsOfTheStackGoBeforeFlows()
    {
        using var listener = _net.Client.Listen(80);
        using var socket = Make("192.0.2.7", SocketType.Stream);
        _net.Run(socket.ConnectAsync(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 80)));
        using var accepted = _net.Run(listener.AcceptSocketAsync());
        Assert.Equal("[::ffff:192.0.2.7]:80", $"{accepted.LocalEndPoint}");
    }

    [Fact]
    public void ThereIsOneListenerAtATimeAndItsEndRefuses()
    {
        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(() => _net.Client.ListenToFlows()).SocketErrorCode);
        _flows.Dispose();
        using var socket = Make("192.0.2.7", SocketType.Stream);
        Assert.Equal(
            SocketError.ConnectionRefused,
            Assert.Throws<SocketException>(() => Run(socket.ConnectAsync(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 80)))).SocketErrorCode);
        using var next = _net.Client.ListenToFlows();
        Assert.Throws<ObjectDisposedException>(() => Run(_flows.AcceptAsync().AsTask()));
    }

    private void Run(System.Threading.Tasks.Task task) => _net.Run(task);

    private Socket Make(string address, SocketType type) =>
        new(_net.Server, IPAddress.Parse(address).AddressFamily, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
}
