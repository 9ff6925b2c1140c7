using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Hosts;

public sealed class UdpTests
{
    private static readonly IPv4Address Any4 = IPv4Address.Unspecified;
    private static readonly IPv6Address Any6 = IPv6Address.Unspecified;

    [Fact]
    [Rfc("1122", "UDP-12")]
    [Rfc("1122", "UDP-13")]
    [Rfc("1122", "UDP-14")]
    public void The_best_match_gets_the_datagram()
    {
        var fixture = new HostFixture();
        var wildcard = Bind(fixture, Any4, 7, reuse: true);
        var specific = Bind(fixture, HostFixture.Own4, 7, reuse: true);
        var connected = Bind(fixture, Any4, 7, reuse: true);
        Assert.Equal(SocketError.Success, connected.Connect(new TransportEndpoint(HostFixture.Peer4, 4000), fixture.Now));
        Assert.Equal((IpAddress)HostFixture.Own4, connected.Local.Address);
        fixture.Receive(Frames.Udp4(4000, 7, "a"u8));
        fixture.Receive(Frames.Udp4(4001, 7, "b"u8));
        Assert.True(connected.IsReadable && specific.IsReadable && !wildcard.IsReadable);
        specific.Close();
        connected.Close();
        fixture.Receive(Frames.Udp4(4000, 7, "c"u8));
        Assert.True(wildcard.IsReadable);
    }

    [Fact]
    public void A_dual_stack_port_takes_both_families_and_another_only_its_own()
    {
        var fixture = new HostFixture();
        var dual = Bind(fixture, Any6, 7, dual: true);
        fixture.Receive(Frames.Udp4(1, 7, "four"u8));
        fixture.Receive(Frames.Udp6(1, 7, "six"u8));
        Assert.Equal(["four", "six"], ReceiveAll(dual));
        var only6 = Bind(fixture, Any6, 8);
        Assert.Single(fixture.Receive(Frames.Udp4(1, 8, "x"u8)));
        Assert.False(only6.IsReadable);
        Assert.Equal(SocketError.Success, dual.Send("x"u8, new TransportEndpoint(HostFixture.Peer4, 9), default, fixture.Now));
        Assert.Equal(SocketError.AddressFamilyNotSupported, only6.Send("x"u8, new TransportEndpoint(HostFixture.Peer4, 9), default, fixture.Now));
    }

    [Fact]
    public void A_number_is_taken_once_on_an_address()
    {
        var fixture = new HostFixture();
        Bind(fixture, Any4, 7);
        Assert.Equal(SocketError.AddressAlreadyInUse, TryBind(fixture, Any4, 7, false, false, out _));
        Assert.Equal(SocketError.AddressAlreadyInUse, TryBind(fixture, HostFixture.Own4, 7, false, false, out _));
        Assert.Equal(SocketError.AddressAlreadyInUse, TryBind(fixture, HostFixture.Own4, 7, false, true, out _));
        Assert.Equal(SocketError.AddressAlreadyInUse, TryBind(fixture, Any6, 7, true, false, out _));
        Assert.Equal(SocketError.Success, TryBind(fixture, Any6, 7, false, false, out _));
        Assert.Equal(SocketError.AddressNotAvailable, TryBind(fixture, HostFixture.Peer4, 8, false, false, out _));
    }

    [Fact]
    [Rfc("exam", "38")]
    public void Ephemeral_numbers_are_by_chance_and_all_of_them_are_used()
    {
        var options = new HostOptions { UdpEphemeralPorts = (50_000, 50_099) };
        var fixture = new HostFixture(options);
        var ports = Enumerable.Range(0, 100).Select(_ => (int)Bind(fixture, Any4, 0).Local.Port).ToList();
        Assert.Equal(Enumerable.Range(50_000, 100), ports.Order());
        Assert.NotEqual(ports.Order(), ports);
        Assert.Equal(SocketError.AddressAlreadyInUse, TryBind(fixture, Any4, 0, false, false, out _));
    }

    [Fact]
    [Rfc("1122", "UDP-7")]
    public void A_wrong_checksum_is_dropped_unless_the_device_vouches()
    {
        var fixture = new HostFixture();
        Bind(fixture, Any4, 7);
        var frame = Frames.Udp4(1, 7, "data"u8);
        frame[^1] ^= 1;
        fixture.Drops(DropReason.BadTransportChecksum, frame);
        fixture.Receive(frame, new FrameMeta(FrameFlags.ChecksumValid));
        Assert.Equal(1, fixture.Host.Counters[Counter.UdpIn]);
    }

    [Fact]
    [Rfc("defect", "14")]
    [Rfc("1122", "UDP-10")]
    [Rfc("8200", "8.1")]
    public void No_checksum_is_allowed_in_ipv4_only()
    {
        var fixture = new HostFixture();
        var port = Bind(fixture, Any6, 7, dual: true);
        var four = Frames.Udp4(1, 7, "four"u8);
        four.AsSpan(40, 2).Clear();
        fixture.Receive(four);
        var six = Frames.Udp6(1, 7, "six"u8);
        six.AsSpan(60, 2).Clear();
        fixture.Drops(DropReason.BadTransportChecksum, six);
        Assert.Equal(["four"], ReceiveAll(port));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(200)]
    public void A_length_that_lies_is_dropped(ushort length)
    {
        var frame = Frames.Udp4(1, 7, "data"u8);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(38), length);
        new HostFixture().Drops(DropReason.BadTransportHeader, frame);
    }

    [Fact]
    [Rfc("defect", "16")]
    public void The_receive_buffer_is_bounded_and_drops_are_counted()
    {
        var fixture = new HostFixture();
        var port = Bind(fixture, Any4, 7);
        port.ReceiveBufferSize = 10_000;
        for (var i = 0; i < 100; i++)
        {
            fixture.Receive(Frames.Udp4(1, 7, new byte[1000]));
        }

        Assert.Equal(91, port.Dropped);
        Assert.Equal(91, fixture.Host.Counters[DropReason.ReceiveBufferFull]);
        Assert.Equal(9, ReceiveAll(port).Count);
        Assert.Equal(0, fixture.Host.Buffers.Used);
        fixture.CheckCounters();
    }

    [Fact]
    public void Datagrams_keep_their_bounds_whatever_their_sizes()
    {
        var fixture = new HostFixture();
        var port = Bind(fixture, Any4, 7);
        port.ReceiveBufferSize = 1 << 20;
        var entropy = new SeededEntropy(5);
        var expected = new Queue<byte[]>();
        for (var i = 0; i < 2000; i++)
        {
            var payload = Frames.Pattern((int)entropy.NextBelow(1472));
            fixture.Host.Input(fixture.Link, Frames.Udp4(1, 7, payload), default, fixture.Now);
            expected.Enqueue(payload);
            while (expected.Count > (int)entropy.NextBelow(60))
            {
                Assert.Equal(expected.Peek().Length, port.NextLength);
                var buffer = new byte[port.NextLength];
                Assert.True(port.TryReceive(buffer, out _, peek: true));
                Assert.True(port.TryReceive(buffer, out var datagram));
                Assert.Equal(expected.Dequeue(), buffer[..datagram.Length]);
            }
        }
    }

    [Fact]
    public void What_does_not_fit_the_buffer_is_lost_and_its_length_told()
    {
        var fixture = new HostFixture();
        var port = Bind(fixture, Any4, 7);
        fixture.Receive(Frames.Udp4(1, 7, "0123456789"u8));
        var buffer = new byte[4];
        Assert.True(port.TryReceive(buffer, out var datagram));
        Assert.Equal(10, datagram.Length);
        Assert.Equal("0123"u8, buffer);
        Assert.False(port.IsReadable);
    }

    [Fact]
    public void Broadcast_needs_permission_and_reaches_every_port()
    {
        var fixture = new HostFixture();
        var port = Bind(fixture, Any4, 7, reuse: true);
        var other = Bind(fixture, Any4, 7, reuse: true);
        var broadcast = new TransportEndpoint(IPv4Address.Parse("10.0.1.255"), 7);
        Assert.Equal(SocketError.AccessDenied, port.Send("x"u8, broadcast, default, fixture.Now));
        port.Broadcast = true;
        Assert.Equal(SocketError.Success, port.Send("x"u8, broadcast, default, fixture.Now));
        Assert.Equal(SocketError.Success, port.Send("x"u8, broadcast with { Address = IPv4Address.Broadcast }, default, fixture.Now));
        Assert.All(fixture.Sink.Take(), frame => Assert.Equal(MacAddress.Broadcast, new MacAddress(frame.Bytes)));
        fixture.Receive(Frames.Udp4(1, 7, "all"u8, IPv4Address.Broadcast, MacAddress.Broadcast));
        Assert.Equal(["all"], ReceiveAll(port));
        Assert.Equal(["all"], ReceiveAll(other));
    }

    [Fact]
    public void A_connected_port_hears_its_peer_only()
    {
        var fixture = new HostFixture();
        var port = Bind(fixture, Any4, 7);
        Assert.Equal(SocketError.Success, port.Connect(new TransportEndpoint(HostFixture.Peer4, 4000), fixture.Now));
        Assert.Single(fixture.Receive(Frames.Udp4(4001, 7, "x"u8)));
        Assert.False(port.IsReadable);
        port.Disconnect();
        Assert.Equal((IpAddress)Any4, port.Local.Address);
        fixture.Receive(Frames.Udp4(4001, 7, "x"u8));
        Assert.True(port.IsReadable);
    }

    [Fact]
    [Rfc("1122", "UDP-16")]
    public void Refusals_say_why()
    {
        var fixture = new HostFixture();
        var port = Bind(fixture, Any4, 7);
        var peer = new TransportEndpoint(HostFixture.Peer4, 9);
        Assert.Equal(SocketError.NetworkUnreachable, port.Send("x"u8, new TransportEndpoint(IPv4Address.Parse("192.0.2.1"), 9), default, fixture.Now));
        Assert.Equal(SocketError.MessageSize, port.Send(new byte[65_508], peer, default, fixture.Now));
        Assert.Equal(SocketError.Success, port.Send(new byte[65_507], peer, default, fixture.Now));
        Assert.Equal(SocketError.AddressNotAvailable, port.Send("x"u8, peer, new UdpSendOptions { Source = HostFixture.Peer4 }, fixture.Now));
    }

    [Fact]
    public void A_full_link_blocks_the_port_until_it_has_room()
    {
        var fixture = new HostFixture();
        var user = new UdpUser();
        fixture.Host.Udp.Bind(new TransportEndpoint(Any4, 7), false, false, user, out var port);
        fixture.Sink.Room = 0;
        Assert.Equal(SocketError.WouldBlock, port!.Send("x"u8, new TransportEndpoint(HostFixture.Peer4, 9), default, fixture.Now));
        fixture.Sink.Room = 10;
        fixture.Host.OnWritable(fixture.Link, fixture.Now);
        Assert.Equal([UdpEvents.Writable], user.Events);
        Assert.Equal(SocketError.Success, port.Send("x"u8, new TransportEndpoint(HostFixture.Peer4, 9), default, fixture.Now));
    }

    [Fact]
    public void A_super_datagram_is_cut_into_datagrams()
    {
        var fixture = new HostFixture();
        var port = Bind(fixture, Any4, 7);
        var meta = new FrameMeta(FrameFlags.NeedsChecksum, Segmentation.Udp, 4, 42, 34, 6);
        fixture.Receive(Frames.Udp4(1, 7, "aaaabbbbcc"u8), meta);
        Assert.Equal(["aaaa", "bbbb", "cc"], ReceiveAll(port));
    }

    [Fact]
    public void An_echo_in_steady_state_allocates_nothing()
    {
        var fixture = new HostFixture();
        var user = new Silent();
        fixture.Sink.Keeps = false;
        fixture.Host.Udp.Bind(new TransportEndpoint(Any4, 7), false, false, user, out var port);
        var frame = Frames.Udp4(4000, 7, Frames.Pattern(1000));
        var ping = Frames.IPv4(IpProtocol.Icmp, Frames.Echo4Message(1, 1, Frames.Pattern(1000)));
        var fragments = Frames.Fragment4(IpProtocol.Icmp, Frames.Echo4Message(1, 1, Frames.Pattern(4000)), 1480);
        var buffer = new byte[2000];
        Run(1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(int times)
        {
            for (var i = 0; i < times; i++)
            {
                fixture.Host.Input(fixture.Link, frame, default, fixture.Now);
                port!.TryReceive(buffer, out var datagram);
                port.Send(buffer.AsSpan(0, datagram.Length), datagram.Source, new UdpSendOptions { Source = datagram.Destination }, fixture.Now);
                fixture.Host.Input(fixture.Link, ping, default, fixture.Now);
                foreach (var fragment in fragments)
                {
                    fixture.Host.Input(fixture.Link, fragment, default, fixture.Now);
                }
            }
        }
    }

    private static UdpPort Bind(HostFixture fixture, IpAddress address, ushort number, bool dual = false, bool reuse = false)
    {
        Assert.Equal(SocketError.Success, TryBind(fixture, address, number, dual, reuse, out var port));
        return port!;
    }

    private static SocketError TryBind(HostFixture fixture, IpAddress address, ushort number, bool dual, bool reuse, out UdpPort? port) =>
        fixture.Host.Udp.Bind(new TransportEndpoint(address, number), dual, reuse, new UdpUser(), out port);

    private static List<string> ReceiveAll(UdpPort port)
    {
        var texts = new List<string>();
        var buffer = new byte[2000];
        while (port.TryReceive(buffer, out var datagram))
        {
            texts.Add(System.Text.Encoding.ASCII.GetString(buffer, 0, Math.Min(buffer.Length, datagram.Length)));
        }

        return texts;
    }

    private sealed class Silent : IUdpUser
    {
        public void OnUdpEvents(UdpPort port, UdpEvents events)
        {
        }
    }
}
