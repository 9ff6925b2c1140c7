using System;
using System.Linq;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tests;

/// <summary>Makes frames from the peer to the host, and takes the host's apart.</summary>
internal static class Frames
{
    public static byte[] Ethernet(EtherType type, ReadOnlySpan<byte> payload, MacAddress? to = null, MacAddress? from = null)
    {
        var frame = new byte[EthernetView.HeaderLength + payload.Length];
        EthernetWriter.Write(frame, to ?? HostFixture.Mac, from ?? HostFixture.PeerMac, type);
        payload.CopyTo(frame.AsSpan(EthernetView.HeaderLength));
        return frame;
    }

    public static byte[] Arp(
        ArpOperation operation, IPv4Address sender, IPv4Address target, MacAddress? senderMac = null, MacAddress? to = null)
    {
        var packet = new byte[ArpView.Length];
        var mac = senderMac ?? HostFixture.PeerMac;
        ArpWriter.Write(packet, operation, mac, sender, operation == ArpOperation.Reply ? HostFixture.Mac : MacAddress.Unspecified, target);
        return Ethernet(EtherType.Arp, packet, to ?? (operation == ArpOperation.Request ? MacAddress.Broadcast : HostFixture.Mac), mac);
    }

    public static byte[] IPv4(
        byte protocol, ReadOnlySpan<byte> payload, IPv4Address? source = null, IPv4Address? destination = null, byte ttl = 64, ushort id = 1,
        int offset = 0, bool more = false, byte[]? options = null, MacAddress? to = null, byte trafficClass = 0)
    {
        var header = new IPv4Header
        {
            Protocol = protocol,
            Source = source ?? HostFixture.Peer4,
            Destination = destination ?? HostFixture.Own4,
            TimeToLive = ttl,
            Identification = id,
            FragmentOffset = offset,
            MoreFragments = more,
            TrafficClass = trafficClass,
        };
        var packet = new byte[IPv4View.MaxHeaderLength + payload.Length];
        var length = IPv4Writer.Write(packet, header, payload.Length, options ?? []);
        payload.CopyTo(packet.AsSpan(length));
        return Ethernet(EtherType.IPv4, packet.AsSpan(0, length + payload.Length), to);
    }

    public static byte[] IPv6(
        byte protocol, ReadOnlySpan<byte> payload, IPv6Address? source = null, IPv6Address? destination = null, byte hopLimit = 64,
        MacAddress? to = null)
    {
        var packet = new byte[IPv6View.HeaderLength + payload.Length];
        var target = destination ?? HostFixture.Own6;
        IPv6Writer.Write(packet, source ?? HostFixture.Peer6, target, protocol, payload.Length, hopLimit);
        payload.CopyTo(packet.AsSpan(IPv6View.HeaderLength));
        return Ethernet(EtherType.IPv6, packet, to ?? (target.IsMulticast ? MacAddress.ForMulticast(target) : HostFixture.Mac));
    }

    /// <summary>An IPv6 packet with a Fragment header.</summary>
    public static byte[] IPv6Fragment(byte protocol, ReadOnlySpan<byte> payload, uint id, int offset, bool more, IPv6Address? source = null)
    {
        var bytes = new byte[FragmentView.HeaderLength + payload.Length];
        IPv6ExtensionWriter.WriteFragment(bytes, protocol, offset, more, id);
        payload.CopyTo(bytes.AsSpan(FragmentView.HeaderLength));
        return IPv6(IpProtocol.Ipv6Fragment, bytes, source);
    }

    public static byte[] UdpDatagram(IpAddress source, IpAddress destination, ushort sourcePort, ushort destinationPort, ReadOnlySpan<byte> payload)
    {
        var datagram = new byte[UdpView.HeaderLength + payload.Length];
        UdpWriter.Write(datagram, sourcePort, destinationPort, payload.Length);
        payload.CopyTo(datagram.AsSpan(UdpView.HeaderLength));
        UdpWriter.WriteChecksum(datagram, source, destination);
        return datagram;
    }

    public static byte[] Udp4(ushort sourcePort, ushort destinationPort, ReadOnlySpan<byte> payload, IPv4Address? destination = null, MacAddress? to = null) =>
        IPv4(IpProtocol.Udp, UdpDatagram(HostFixture.Peer4, destination ?? HostFixture.Own4, sourcePort, destinationPort, payload), destination: destination, to: to);

    public static byte[] Udp6(ushort sourcePort, ushort destinationPort, ReadOnlySpan<byte> payload, IPv6Address? destination = null) =>
        IPv6(IpProtocol.Udp, UdpDatagram(HostFixture.Peer6, destination ?? HostFixture.Own6, sourcePort, destinationPort, payload), destination: destination);

    public static byte[] Echo4Message(ushort id, ushort sequence, ReadOnlySpan<byte> data, Icmpv4Type type = Icmpv4Type.EchoRequest)
    {
        var message = new byte[Icmpv4View.HeaderLength + data.Length];
        Icmpv4Writer.WriteEcho(message, type, id, sequence, data);
        return message;
    }

    public static byte[] Echo6Message(
        ushort id, ushort sequence, ReadOnlySpan<byte> data, Icmpv6Type type = Icmpv6Type.EchoRequest, IPv6Address? source = null, IPv6Address? destination = null)
    {
        var message = new byte[Icmpv6View.HeaderLength + data.Length];
        Icmpv6Writer.WriteEcho(message, source ?? HostFixture.Peer6, destination ?? HostFixture.Own6, type, id, sequence, data);
        return message;
    }

    /// <summary>A Neighbor Solicitation for one of the host's addresses.</summary>
    public static byte[] Solicitation(IPv6Address target, IPv6Address source, IPv6Address destination, bool withMac = true, byte[]? nonce = null, byte hopLimit = 255)
    {
        Span<byte> options = stackalloc byte[32];
        var length = 0;
        if (withMac)
        {
            length += NdOptionWriter.WriteLinkLayerAddress(options, NdOptionType.SourceLinkLayerAddress, HostFixture.PeerMac);
        }

        if (nonce is not null)
        {
            length += NdOptionWriter.WriteNonce(options[length..], nonce);
        }

        var message = new byte[24 + length];
        NdWriter.WriteNeighborSolicitation(message, source, destination, target, options[..length]);
        return IPv6(IpProtocol.Icmpv6, message, source, destination, hopLimit);
    }

    public static byte[] Advertisement(
        IPv6Address target, IPv6Address destination, NeighborAdvertisementFlags flags, MacAddress? mac = null, bool withMac = true, byte hopLimit = 255)
    {
        Span<byte> options = stackalloc byte[8];
        NdOptionWriter.WriteLinkLayerAddress(options, NdOptionType.TargetLinkLayerAddress, mac ?? HostFixture.PeerMac);
        var message = new byte[24 + (withMac ? 8 : 0)];
        NdWriter.WriteNeighborAdvertisement(message, target, destination, target, flags, withMac ? options : default);
        return IPv6(IpProtocol.Icmpv6, message, target, destination, hopLimit);
    }

    /// <summary>The IP packet in a frame.</summary>
    public static byte[] Packet(byte[] frame) => frame[EthernetView.HeaderLength..];

    /// <summary>Cuts a datagram into IPv4 fragments.</summary>
    public static byte[][] Fragment4(byte protocol, byte[] payload, int size, ushort id = 77)
    {
        var count = (payload.Length + size - 1) / size;
        return [.. Enumerable.Range(0, count).Select(i => IPv4(
            protocol, payload.AsSpan(i * size, Math.Min(size, payload.Length - i * size)), id: id, offset: i * size, more: i < count - 1))];
    }

    /// <summary>Cuts an upper layer into IPv6 fragments.</summary>
    public static byte[][] Fragment6(byte protocol, byte[] payload, int size, uint id = 77)
    {
        var count = (payload.Length + size - 1) / size;
        return [.. Enumerable.Range(0, count).Select(i => IPv6Fragment(
            protocol, payload.AsSpan(i * size, Math.Min(size, payload.Length - i * size)), id, i * size, i < count - 1))];
    }

    /// <summary>Bytes that differ from their neighbours.</summary>
    public static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7 + i / 256))];
}
