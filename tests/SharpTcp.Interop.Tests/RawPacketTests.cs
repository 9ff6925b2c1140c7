using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using SharpTcp.Cli;
using SharpTcp.Protocols;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>Packets that only a raw socket of the kernel sends.</summary>
public sealed class RawPacketTests
{
    private const ushort SourcePort = 4040;

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)] // RFC 1122 §3.2.1.7: a host may not drop a packet because its time to live is below 2
    [Rfc("defect", "14")]
    [Rfc("1122", "IP-22")]
    public Task A_time_to_live_of_zero_is_not_accepted(byte timeToLive, bool isAnswered) => RunAsync(async (lab, raw, answers) =>
    {
        await SendAsync(lab, raw, Packet(lab, timeToLive, "odd"u8));
        await SendAsync(lab, raw, Packet(lab, 64, "even"u8));
        if (isAnswered)
            Assert.Equal("odd"u8.ToArray(), await ReceiveAsync(lab, answers));
        Assert.Equal("even"u8.ToArray(), await ReceiveAsync(lab, answers));
        Assert.Equal(isAnswered ? 0 : 1, lab.Read(static host => host.Counters[DropReason.TimeToLiveZero]));
    });

    [Fact]
    [Rfc("815", "3")]
    public Task Fragments_in_any_order_and_twice_make_one_datagram() => RunAsync(async (lab, raw, answers) =>
    {
        var data = Pattern.Bytes(1, 2000);
        var whole = Packet(lab, 64, data);
        foreach (var (offset, length) in ((int, int)[])[(1600, 408), (800, 800), (800, 800), (0, 800)])
            await SendAsync(lab, raw, Fragment(whole, offset, length));
        Assert.Equal(data, await ReceiveAsync(lab, answers));
    });

    [Fact]
    [Rfc("5722", "4")]
    public Task Overlapping_fragments_cost_their_datagram() => RunAsync(async (lab, raw, answers) =>
    {
        var whole = Packet(lab, 64, Pattern.Bytes(1, 2000));
        foreach (var (offset, length) in ((int, int)[])[(0, 808), (800, 800), (1600, 408)])
            await SendAsync(lab, raw, Fragment(whole, offset, length));
        await SendAsync(lab, raw, Packet(lab, 64, "next"u8));
        Assert.Equal("next"u8.ToArray(), await ReceiveAsync(lab, answers));
    });

    private static Task RunAsync(Func<NetLab, KernelSocket, KernelSocket, Task> test) => NetLab.RunAsync(async lab =>
    {
        using var raw = await lab.Peer.SocketAsync(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Raw);
        raw.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.HeaderIncluded, true);
        using var answers = await lab.PeerSocketAsync(AddressFamily.InterNetwork, SocketType.Dgram);
        answers.Bind(new IPEndPoint(lab.PeerAddress(AddressFamily.InterNetwork), SourcePort));
        await test(lab, raw, answers);
    });

    private static async Task SendAsync(NetLab lab, KernelSocket raw, byte[] packet) =>
        await raw.SendToAsync(packet, new IPEndPoint(NetLab.StackAddress(AddressFamily.InterNetwork), 0), lab.Cancellation);

    private static async Task<byte[]> ReceiveAsync(NetLab lab, KernelSocket answers)
    {
        var buffer = new byte[4000];
        return buffer[..await answers.ReceiveAsync(buffer, lab.Cancellation)];
    }

    // A datagram for the echo service.
    private static byte[] Packet(NetLab lab, byte timeToLive, ReadOnlySpan<byte> data)
    {
        var source = IPv4Address.Parse($"{lab.PeerAddress(AddressFamily.InterNetwork)}");
        var destination = IPv4Address.Parse($"{NetLab.StackAddress(AddressFamily.InterNetwork)}");
        var packet = new byte[IPv4View.MinHeaderLength + UdpView.HeaderLength + data.Length];
        var header = new IPv4Header { Identification = 77, TimeToLive = timeToLive, Protocol = IpProtocol.Udp, Source = source, Destination = destination };
        IPv4Writer.Write(packet, header, UdpView.HeaderLength + data.Length);
        var datagram = packet.AsSpan(IPv4View.MinHeaderLength);
        UdpWriter.Write(datagram, SourcePort, ServicePort.Echo, data.Length);
        data.CopyTo(datagram[UdpView.HeaderLength..]);
        UdpWriter.WriteChecksum(datagram, source, destination);
        return packet;
    }

    private static byte[] Fragment(byte[] packet, int offset, int length)
    {
        var payload = packet.AsSpan(IPv4View.MinHeaderLength, packet.Length - IPv4View.MinHeaderLength);
        byte[] fragment = [.. packet.AsSpan(0, IPv4View.MinHeaderLength), .. payload.Slice(offset, length)];
        var more = offset + length < payload.Length ? 0x2000 : 0;
        BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(2), (ushort)fragment.Length);
        BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(6), (ushort)(more | (offset / 8)));
        IPv4Writer.WriteChecksum(fragment.AsSpan(0, IPv4View.MinHeaderLength));
        return fragment;
    }
}
