using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;
using Xunit;
using Socket = SharpTcp.Sockets.Socket;

namespace SharpTcp.Tests.Sockets;

/// <summary>Frames and packets made by hand, hooks on packets, a link of one's own.</summary>
public sealed class LowDoorTests
{
    private static readonly IPv4Address Server = IPv4Address.Parse("10.0.0.2");

    [Fact]
    public void AHandMadeDatagramArrivesWithWhatWasFilledIn()
    {
        using var net = new TwoStacks();
        using var server = Bound(net);

        Assert.Equal(PacketFate.WaitsForNeighbor, net.Client.SendPacket(Link(net.Client), Datagram(4)));
        net.Settle();
        Assert.Equal(PacketFate.Sent, net.Client.SendPacket(Link(net.Client), Datagram(4)));
        net.Settle();
        var from = (EndPoint)new IPEndPoint(IPAddress.Any, 0);
        Assert.Equal(4, server.ReceiveFrom(new byte[10], ref from));
        Assert.Equal(new IPEndPoint(TwoStacks.ClientAddress, 1234), from);
        Assert.Equal(4, server.ReceiveFrom(new byte[10], ref from));
    }

    [Fact]
    public void WhatIsLeftAloneIsLeftAlone()
    {
        using var net = new TwoStacks();
        using var server = Bound(net);
        Resolve(net);

        Assert.Equal(PacketFate.Sent, net.Client.SendPacket(Link(net.Client), Datagram(4), PacketFill.None));
        net.Settle();
        Assert.Equal(0, server.Available);
        Assert.Equal(PacketFate.Sent, net.Client.SendPacket(Link(net.Client), Datagram(4), PacketFill.All & ~PacketFill.TransportChecksum));
        net.Settle();
        Assert.Equal(4, server.Available);
    }

    [Fact]
    public void AnotherSourceCanBePretended()
    {
        using var net = new TwoStacks();
        using var server = Bound(net);
        Resolve(net);
        var packet = Datagram(4);
        IPv4Address.Parse("10.0.0.77").Write(packet.AsSpan(12));
        net.Client.SendPacket(Link(net.Client), packet);
        net.Settle();
        var from = (EndPoint)new IPEndPoint(IPAddress.Any, 0);
        server.ReceiveFrom(new byte[10], ref from);

        Assert.Equal("10.0.0.77", ((IPEndPoint)from).Address.ToString());
    }

    [Fact]
    public void ALargePacketIsCutOrRefused()
    {
        using var net = new TwoStacks();
        using var server = Bound(net);
        Resolve(net);

        Assert.Equal(PacketFate.TooBig, net.Client.SendPacket(Link(net.Client), Datagram(4_000), PacketFill.All & ~PacketFill.Fragments));
        Assert.Equal(PacketFate.Sent, net.Client.SendPacket(Link(net.Client), Datagram(4_000)));
        net.Settle();
        Assert.Equal(4_000, server.Available);
        var fixedSize = Datagram(4_000);
        fixedSize[6] = 0x40;
        Assert.Equal(PacketFate.TooBig, net.Client.SendPacket(Link(net.Client), fixedSize));
    }

    [Fact]
    public void EveryFateIsTold()
    {
        using var net = new TwoStacks();
        var elsewhere = Datagram(4);
        IPv4Address.Parse("192.0.2.1").Write(elsewhere.AsSpan(16));

        Assert.Equal(PacketFate.NoRoute, net.Client.SendPacket(Link(net.Client), elsewhere));
        Assert.Equal(PacketFate.Malformed, net.Client.SendPacket(Link(net.Client), new byte[19]));
        Assert.Equal(PacketFate.Malformed, net.Client.SendPacket(Link(net.Client), new byte[40]));
        Assert.Equal(PacketFate.Malformed, net.Client.SendFrame(Link(net.Client), new byte[14]));
        Assert.Equal(PacketFate.TooBig, net.Client.SendFrame(Link(net.Client), new byte[1515]));
        Assert.Throws<ArgumentException>(() => net.Client.SendPacket(Link(net.Server), elsewhere));
        var missing = Datagram(4);
        IPv4Address.Parse("10.0.0.99").Write(missing.AsSpan(16));
        Assert.Equal(PacketFate.WaitsForNeighbor, net.Client.SendPacket(Link(net.Client), missing));
    }

    [Fact]
    public void AFrameLeavesAsItIs()
    {
        var hook = new Recorder();
        using var net = new HookedPair(hook);
        var frame = new byte[60];
        EthernetWriter.Write(frame, MacAddress.Broadcast, Link(net.Client).HardwareAddress, (EtherType)0x88B5);
        frame[20] = 42;

        Assert.Equal(PacketFate.Sent, net.Client.SendFrame(Link(net.Client), frame));
        Assert.Equal(frame, hook.Sent[^1]);
    }

    [Fact]
    public void AHookSeesBothDirections()
    {
        var hook = new Recorder();
        using var net = new HookedPair(hook);
        net.Exchange(expected: 3);

        Assert.Contains(hook.Sent, frame => frame.Length == 14 + 20 + 8 + 3);
        Assert.Contains(hook.Received, frame => frame.Length >= 14 + 20 + 8 + 3);
    }

    [Fact]
    public void AHookChangesAPacketAndItsSumsAreMadeRight()
    {
        using var net = new HookedPair(new Changer());
        var answer = net.Exchange(expected: 3);

        Assert.Equal(new byte[] { 9, 2, 3 }, answer);
    }

    [Fact]
    public void AHookDropsAPacket()
    {
        var hook = new Dropper();
        using var net = new HookedPair(hook);
        net.Exchange(expected: 0);

        Assert.Equal(1, hook.Dropped);
    }

    private static Socket Bound(TwoStacks net)
    {
        var server = new Socket(net.Server, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Any, 4321));
        return server;
    }

    private static void Resolve(TwoStacks net)
    {
        using var socket = new Socket(net.Client, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SendTo(new byte[1], new IPEndPoint(TwoStacks.ServerAddress, 1));
        net.Settle();
    }

    private static NetworkInterface Link(NetworkStack stack) => stack.Shard.Host.Interfaces[^1];

    /// <summary>An IPv4 and a UDP header with nothing in them that the stack can fill in.</summary>
    private static byte[] Datagram(int length)
    {
        var packet = new byte[28 + length];
        packet[0] = 0x45;
        packet[8] = 64;
        packet[9] = IpProtocol.Udp;
        Server.Write(packet.AsSpan(16));
        UdpWriter.Write(packet.AsSpan(20), 1234, 4321, length);
        return packet;
    }

    private sealed class Recorder : IPacketHook
    {
        public List<byte[]> Sent { get; } = [];

        public List<byte[]> Received { get; } = [];

        public PacketVerdict OnSending(ref HookedPacket packet)
        {
            Sent.Add(packet.Frame.ToArray());
            return PacketVerdict.Pass;
        }

        public PacketVerdict OnReceived(ref HookedPacket packet)
        {
            Received.Add(packet.Frame.ToArray());
            return PacketVerdict.Pass;
        }
    }

    private sealed class Changer : IPacketHook
    {
        public PacketVerdict OnSending(ref HookedPacket packet)
        {
            if (!packet.TryGetUdp(out var datagram))
            {
                return PacketVerdict.Pass;
            }

            packet.Ip[^datagram.Payload.Length] = 9;
            return PacketVerdict.Changed;
        }
    }

    private sealed class Dropper : IPacketHook
    {
        public int Dropped { get; private set; }

        public PacketVerdict OnReceived(ref HookedPacket packet)
        {
            if (!packet.TryGetUdp(out _))
            {
                return PacketVerdict.Pass;
            }

            Dropped++;
            return PacketVerdict.Drop;
        }
    }

    /// <summary>Two stacks, the first of which has a hook on its link.</summary>
    private sealed class HookedPair : IDisposable
    {
        private readonly NetworkStack _server;

        public HookedPair(IPacketHook hook)
        {
            var (first, second) = MemoryLink.CreatePair(new LinkCapabilities(LinkMedium.Ethernet, 1500, LinkOffloads.None));
            Client = Make(new HookedLink(first, hook), 1);
            _server = Make(second, 2);
        }

        public NetworkStack Client { get; }

        /// <summary>Sends 1, 2, 3 to an echo server and gives what comes back.</summary>
        public byte[] Exchange(int expected)
        {
            using var server = new Socket(_server, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            server.Bind(new IPEndPoint(IPAddress.Any, 7));
            using var client = new Socket(Client, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            client.Connect(new IPEndPoint(IPAddress.Parse("10.0.0.2"), 7));
            client.Send(new byte[] { 1, 2, 3 });
            Settle();
            var buffer = new byte[10];
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            Assert.Equal(3, server.ReceiveFrom(buffer, ref from));
            server.SendTo(buffer.AsSpan(0, 3), from);
            Settle();
            Assert.Equal(expected, client.Available);
            return buffer[..3];
        }

        public void Dispose()
        {
            Client.Dispose();
            _server.Dispose();
        }

        private void Settle()
        {
            do
            {
                Client.Pump();
                _server.Pump();
            }
            while (Client.Shard.IsSignaled || _server.Shard.IsSignaled);
        }

        private static NetworkStack Make(ILink link, int number)
        {
            var stack = new NetworkStack(new NetworkStackOptions { TimeProvider = new VirtualTime(), Entropy = new SeededEntropy(number), InlineCompletions = true });
            stack.AddInterface(link, new InterfaceSettings { Addresses = [$"10.0.0.{number}/24"], IPv6LinkLocal = false });
            return stack;
        }
    }
}
