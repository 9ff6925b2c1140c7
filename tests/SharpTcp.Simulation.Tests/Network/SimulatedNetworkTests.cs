using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Wire;
using Xunit;
using TcpListener = SharpTcp.Sockets.TcpListener;
using UdpClient = SharpTcp.Sockets.UdpClient;

namespace SharpTcp.Simulation.Tests;

public sealed class SimulatedNetworkTests
{
    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void FiveLinesAreASimulation()
    {
        using var network = new SimulatedNetwork(seed: 7);
        var (alice, bob) = (network.AddHost("alice"), network.AddHost("bob"));
        network.Connect(alice, bob, new LinkConditions { Delay = OneWay });
        using var listener = bob.Stack.Listen(80);
        network.Run(async () => await alice.Stack.ConnectAsync(bob.IPv4, 80));

        // Bob's address is announced at the start and known one way later; the handshake takes a round trip.
        Assert.Equal(Instant.Zero + (3 * OneWay), network.Time.Now);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SeveralHostsTalkOverASwitch(bool useIPv6)
    {
        using var network = new SimulatedNetwork(1);
        var center = network.AddSwitch("switch");
        var other = network.AddSwitch("other");
        network.Connect(center, other);
        var server = network.AddHost("server");
        network.Connect(server, center, new LinkConditions { Delay = OneWay, Loss = 0.01 });
        var clients = new SimulatedHost[5];
        for (var i = 0; i < clients.Length; i++)
        {
            clients[i] = network.AddHost($"client {i}");
            network.Connect(clients[i], i % 2 == 0 ? center : other, new LinkConditions { BitsPerSecond = 10_000_000 });
        }

        using var listener = server.Stack.Listen(7);
        network.Run(async () =>
        {
            var serving = EchoAsync(listener, clients.Length);
            var talking = Array.ConvertAll(clients, client => TalkAsync(client, useIPv6 ? server.IPv6 : server.IPv4));
            await Task.WhenAll(talking);
            await serving;
        });
        Assert.Equal(6, network.Hosts.Count);
        Assert.Equal(4, center.PortCount + other.PortCount - 2 - 2);
    }

    [Fact]
    public void ASwitchSendsOnlyToThePortItLearned()
    {
        using var network = new SimulatedNetwork(1);
        var center = network.AddSwitch("switch");
        var (alice, bob) = (network.AddHost("alice"), network.AddHost("bob"));
        var listening = network.AddStation("listening");
        network.Connect(alice, center);
        network.Connect(bob, center);
        network.Connect(listening, center);
        var (groups, others) = (0, 0);
        listening.Received += (frame, in _) =>
        {
            Assert.True(EthernetView.TryParse(frame, out var ethernet));
            (groups, others) = ethernet.Destination.IsMulticast ? (groups + 1, others) : (groups, others + 1);
        };
        using var listener = bob.Stack.Listen(80);
        network.Run(async () => (await alice.Stack.ConnectAsync(bob.IPv4, 80)).Dispose());
        Assert.True(groups > 0);
        Assert.Equal(0, others);
    }

    [Fact]
    public void DatagramsCrossFragmented()
    {
        using var network = new SimulatedNetwork(1);
        var (alice, bob) = (network.AddHost("alice"), network.AddHost("bob"));
        network.Connect(alice, bob, new LinkConditions { Delay = OneWay, Reordering = 0.5 });
        var sent = new byte[20_000];
        new StreamPattern(9).Fill(0, sent);
        var received = network.Run(async () =>
        {
            using var receiver = new UdpClient(bob.Stack, new IPEndPoint(IPAddress.Any, 5000));
            using var sender = new UdpClient(alice.Stack, AddressFamily.InterNetwork);
            await sender.SendAsync(sent, new IPEndPoint(bob.Address(useIPv6: false), 5000));
            return await receiver.ReceiveAsync();
        });
        Assert.Equal(sent, received.Buffer);
        Assert.Equal(alice.Address(useIPv6: false), received.RemoteEndPoint.Address);
    }

    [Fact]
    public void AddressesAreAskedForIfTheLinkSaysSo()
    {
        using var network = new SimulatedNetwork(1);
        var (alice, bob) = (network.AddHost("alice"), network.AddHost("bob"));
        network.Connect(alice, bob, setup: new LinkSetup { DuplicateAddressDetection = true });
        network.Run(async () =>
        {
            await alice.Stack.WaitReadyAsync();
            await bob.Stack.WaitReadyAsync();
        });
        Assert.InRange(network.Time.Now - Instant.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        Assert.All(alice.Stack.GetAddresses(), address => Assert.True(address.IsUsable));
    }

    [Fact]
    public void ConnectionsSurviveAPartition()
    {
        using var network = new SimulatedNetwork(3);
        var (alice, bob) = (network.AddHost("alice"), network.AddHost("bob"));
        var link = network.Connect(alice, bob, new LinkConditions { Delay = OneWay });
        using var listener = bob.Stack.Listen(7);
        network.Run(async () =>
        {
            var serving = EchoAsync(listener, 1);
            using var stream = await alice.Stack.ConnectAsync(bob.IPv4, 7);
            link.IsUp = false;
            await stream.WriteAsync(new byte[100]);
            network.Time.Schedule(TimeSpan.FromSeconds(40), () => link.IsUp = true);
            await stream.ReadExactlyAsync(new byte[100]);
            stream.Dispose();
            await serving;
        });
        Assert.True(network.Time.Now > Instant.Zero + TimeSpan.FromSeconds(40));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AHostWaitsForALinkThatTellsItTo(bool backpressure)
    {
        const int bytes = 200_000;
        using var network = new SimulatedNetwork(1);
        var (alice, bob) = (network.AddHost("alice"), network.AddHost("bob"));
        var link = network.Connect(
            alice, bob, new LinkConditions { BitsPerSecond = 10_000_000, QueuePackets = 4, Backpressure = backpressure });
        using var listener = bob.Stack.Listen(7);
        network.Run(async () =>
        {
            using var stream = await alice.Stack.ConnectAsync(bob.IPv4, 7);
            var sending = stream.WriteAsync(new byte[bytes]).AsTask();
            using var received = new Sockets.NetworkStream(await listener.AcceptSocketAsync(), ownsSocket: true);
            await received.ReadExactlyAsync(new byte[bytes]);
            await sending;
        });
        Assert.Equal(backpressure, link.Forward.Counters.Overflowed == 0);
    }

    [Fact]
    public void ACaptureHoldsEveryFrameWithItsTime()
    {
        using var output = new MemoryStream();
        var network = new SimulatedNetwork(1);
        network.Trace.CaptureTo(output);
        network.Trace.Log = new StringWriter();
        var (alice, bob) = (network.AddHost("alice"), network.AddHost("bob"));
        network.Connect(alice, bob, new LinkConditions { Delay = OneWay });
        using var listener = bob.Stack.Listen(80);
        network.Run(async () => await alice.Stack.ConnectAsync(bob.IPv4, 80));
        var frames = network.Trace.Sent + network.Trace.Received;
        var reader = new PcapngReader(output.ToArray());
        var packets = 0;
        while (reader.TryReadPacket(out _))
        {
            packets++;
        }

        Assert.False(reader.IsMalformed);
        Assert.Equal(2, reader.InterfaceCount);
        Assert.Equal(frames, packets);
        Assert.Equal(frames, network.Trace.Log.ToString()!.Split('\n').Length - 1);
        network.Dispose();
    }

    [Fact]
    public void WhatCannotBeConnectedIsRefused()
    {
        using var network = new SimulatedNetwork(1);
        using var elsewhere = new SimulatedNetwork(1);
        var station = network.AddStation("station");
        Assert.Throws<InvalidOperationException>(() => station.Send(new byte[60]));
        Assert.Throws<ArgumentException>(() => network.Connect(station, elsewhere.AddStation("stranger")));
        Assert.Throws<ArgumentException>(() => network.Connect(station, station));
        Assert.Throws<InvalidOperationException>(() => network.AddHost("alone").IPv4);
        var (one, other) = (network.AddSwitch("one"), network.AddSwitch("other"));
        network.Connect(network.AddHost("alice"), one);
        network.Connect(network.AddHost("bob"), other);
        Assert.Throws<InvalidOperationException>(() => network.Connect(one, other));
    }

    private static async Task EchoAsync(TcpListener listener, int connections)
    {
        var serving = new Task[connections];
        for (var i = 0; i < connections; i++)
        {
            serving[i] = EchoAsync(await listener.AcceptSocketAsync());
        }

        await Task.WhenAll(serving);
    }

    private static async Task EchoAsync(Sockets.Socket socket)
    {
        using var stream = new Sockets.NetworkStream(socket, ownsSocket: true);
        var buffer = new byte[5000];
        for (int length; (length = await stream.ReadAsync(buffer)) > 0;)
        {
            await stream.WriteAsync(buffer.AsMemory(0, length));
        }
    }

    private static async Task TalkAsync(SimulatedHost client, string server)
    {
        const int bytes = 30_000;
        using var stream = await client.Stack.ConnectAsync(server, 7);
        var pattern = new StreamPattern(client.Entropy.Seed);
        var buffer = new byte[bytes];
        pattern.Fill(0, buffer);
        var sending = stream.WriteAsync(buffer).AsTask();
        var checker = new StreamChecker(client.Name, pattern);
        var received = new byte[1000];
        while (checker.Position < bytes)
        {
            checker.Take(received.AsSpan(0, await stream.ReadAsync(received)));
        }

        await sending;
    }
}
