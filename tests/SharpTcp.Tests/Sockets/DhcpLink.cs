using System;
using System.Collections.Concurrent;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Tests.Sockets;

/// <summary>A link around a link, on which a DHCP server answers at once: 10.0.0.2 leases 10.0.0.50 for ten minutes. The rest goes its way.</summary>
internal sealed class DhcpLink(ILink inner, bool answersArp = false) : ILink
{
    private static readonly MacAddress ServerMac = new(0x0200_0000_00DC);
    private static readonly IPv4Address Server = new(10, 0, 0, 2);

    private readonly ConcurrentQueue<byte[]> _answers = new();
    private Action? _onReady;

    /// <summary>The messages that the client sent.</summary>
    public ConcurrentQueue<DhcpMessageType> Seen { get; } = new();

    public string Name => inner.Name;

    public LinkCapabilities Capabilities => inner.Capabilities;

    public MacAddress HardwareAddress => inner.HardwareAddress;

    public int ReceiveBufferSize => inner.ReceiveBufferSize;

    public int? PollDescriptor => inner.PollDescriptor;

    public bool TrySend(in OutboundFrame frame)
    {
        var bytes = new byte[frame.Length];
        frame.CopyTo(bytes);
        if (Answer(bytes) is { } answer)
        {
            _answers.Enqueue(answer);
            _onReady?.Invoke();
        }

        return inner.TrySend(frame);
    }

    public bool TryReceive(Span<byte> buffer, out int length, out FrameMeta meta)
    {
        if (!_answers.TryDequeue(out var answer))
            return inner.TryReceive(buffer, out length, out meta);
        answer.CopyTo(buffer);
        (length, meta) = (answer.Length, default);
        return true;
    }

    public void SetReadyCallback(Action? onReady)
    {
        _onReady = onReady;
        inner.SetReadyCallback(onReady);
    }

    public void Dispose() => inner.Dispose();

    private byte[]? Answer(byte[] bytes)
    {
        if (!EthernetView.TryParse(bytes, out var frame))
            return null;
        if (answersArp && ArpView.TryParse(frame.Payload, out var arp) && arp.TargetAddress == Server && !arp.SenderAddress.IsUnspecified)
            return ArpReply(arp);
        if (!IPv4View.TryParse(frame.Payload, out var ip) || !UdpView.TryParse(ip.Payload, out var datagram)
            || datagram.DestinationPort != UdpPorts.DhcpServer || !DhcpView.TryParse(datagram.Payload, out var message))
            return null;
        Seen.Enqueue(message.MessageType);
        if (message.MessageType is not (DhcpMessageType.Discover or DhcpMessageType.Request))
            return null;
        var room = new byte[DhcpWriter.MaxLength];
        var writer = new DhcpWriter(
            room,
            message.MessageType == DhcpMessageType.Discover ? DhcpMessageType.Offer : DhcpMessageType.Ack,
            new DhcpHeader(message.TransactionId, message.ClientMac!.Value, YourAddress: new IPv4Address(10, 0, 0, 50), IsReply: true));
        writer.Add(DhcpOption.ServerIdentifier, Server);
        writer.Add(DhcpOption.SubnetMask, IPv4Address.Netmask(24));
        writer.Add(DhcpOption.Router, Server);
        writer.Add(DhcpOption.DnsServer, Server);
        writer.Add(DhcpOption.LeaseTime, 600);
        return Frame(message.ClientMac.Value, room.AsSpan(0, writer.Finish()));
    }

    private static byte[] ArpReply(in ArpView request)
    {
        var reply = new byte[EthernetView.HeaderLength + ArpView.Length];
        var at = EthernetWriter.Write(reply, request.SenderMac, ServerMac, EtherType.Arp);
        ArpWriter.Write(reply.AsSpan(at), ArpOperation.Reply, ServerMac, Server, request.SenderMac, request.SenderAddress);
        return reply;
    }

    private static byte[] Frame(MacAddress to, ReadOnlySpan<byte> message)
    {
        var length = UdpView.HeaderLength + message.Length;
        var frame = new byte[EthernetView.HeaderLength + IPv4View.MinHeaderLength + length];
        var at = EthernetWriter.Write(frame, to, ServerMac, EtherType.IPv4);
        at += IPv4Writer.Write(
            frame.AsSpan(at), new IPv4Header { Source = Server, Destination = IPv4Address.Broadcast, TimeToLive = 64, Protocol = IpProtocol.Udp, Identification = 1 }, length);
        UdpWriter.Write(frame.AsSpan(at), UdpPorts.DhcpServer, UdpPorts.DhcpClient, message.Length);
        message.CopyTo(frame.AsSpan(at + UdpView.HeaderLength));
        UdpWriter.WriteChecksum(frame.AsSpan(at), Server, IPv4Address.Broadcast);
        return frame;
    }
}
