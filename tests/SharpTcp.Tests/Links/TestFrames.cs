using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using SharpTcp.Links;
using SharpTcp.Protocols;

namespace SharpTcp.Tests.Links;

/// <summary>
/// Frames written byte by byte, and a checker of single packets: neither uses the code under test, and the sums are the plain loop of RFC 1071 §4.1.
/// </summary>
internal static class TestFrames
{
    public const byte Fin = 1;
    public const byte Psh = 8;
    public const byte Ack = 16;
    public const byte Cwr = 0x80;

    private const byte Tcp = 6;
    private const byte Udp = 17;

    /// <summary>TCP with a 12-byte option block; the payload counts up from <paramref name="firstByte"/>.</summary>
    public static (byte[] Frame, FrameMeta Meta) TcpSuperFrame(
        LinkMedium medium, bool isIPv6, int payload, int segmentSize, byte flags = Ack, uint sequence = 0xFFFF_F000, byte firstByte = 0)
    {
        var tcp = new byte[32 + payload];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, 40_000);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), 9);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(4), sequence);
        tcp[12] = 8 << 4;
        tcp[13] = flags;
        tcp[14] = 0xFF;
        new byte[] { 1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2 }.CopyTo(tcp, 20);
        FillPayload(tcp.AsSpan(32), firstByte);
        return Finish(medium, isIPv6, Tcp, tcp, 16, 32, segmentSize, isIPv6 ? Segmentation.TcpIPv6 : Segmentation.TcpIPv4);
    }

    public static (byte[] Frame, FrameMeta Meta) UdpSuperFrame(
        LinkMedium medium, bool isIPv6, int payload, int segmentSize, ushort sourcePort = 40_000, ushort destinationPort = 9)
    {
        var udp = new byte[8 + payload];
        BinaryPrimitives.WriteUInt16BigEndian(udp, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(2), destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(4), (ushort)udp.Length);
        FillPayload(udp.AsSpan(8), 0);
        return Finish(medium, isIPv6, Udp, udp, 6, 8, segmentSize, Segmentation.Udp);
    }

    /// <summary>One UDP packet with a final checksum.</summary>
    public static byte[] UdpPacket(LinkMedium medium, bool isIPv6, int payload, ushort sourcePort = 40_000)
    {
        var (frame, meta) = UdpSuperFrame(medium, isIPv6, payload, 0, sourcePort);
        var sum = Sum(frame.AsSpan(meta.ChecksumStart));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(meta.ChecksumStart + meta.ChecksumOffset), sum == 0xFFFF ? sum : (ushort)~sum);
        return frame;
    }

    public static OutboundFrame Outbound(byte[] frame, in FrameMeta meta)
    {
        // In uneven slices, to show that they are put together.
        var headers = Math.Min(frame.Length, 54);
        var first = Math.Min(frame.Length - headers, 1001);
        var second = (frame.Length - headers - first) / 2;
        var rest = frame.AsSpan(headers);
        return new OutboundFrame(frame.AsSpan(0, headers), meta, rest[..first], rest.Slice(first, second), rest[(first + second)..]);
    }

    public static List<(byte[] Frame, FrameMeta Meta)> ReceiveAll(ILink link)
    {
        var buffer = new byte[link.ReceiveBufferSize];
        var all = new List<(byte[], FrameMeta)>();
        while (link.TryReceive(buffer, out var length, out var meta))
            all.Add((buffer.AsSpan(0, length).ToArray(), meta));
        return all;
    }

    /// <summary>Where the transport header begins.</summary>
    public static int Transport(byte[] frame, LinkMedium medium)
    {
        var network = medium == LinkMedium.Ethernet ? 14 : 0;
        return network + (frame[network] >> 4 == 6 ? 40 : (frame[network] & 15) * 4);
    }

    /// <summary>The payload of a packet whose every length and checksum is right; null if one is not.</summary>
    public static byte[]? CheckedPayload(byte[] frame, LinkMedium medium)
    {
        var network = medium == LinkMedium.Ethernet ? 14 : 0;
        var transport = Transport(frame, medium);
        var isIPv6 = frame[network] >> 4 == 6;
        var protocol = isIPv6 ? frame[network + 6] : frame[network + 9];
        var length = frame.Length - transport;
        if (BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(network + (isIPv6 ? 4 : 2))) != (isIPv6 ? length : frame.Length - network))
            return null;
        if (!isIPv6 && Sum(frame.AsSpan(network, 20)) != 0xFFFF)
            return null;
        if (protocol == Udp && BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(transport + 4)) != length)
            return null;
        var addresses = frame.AsSpan(network + (isIPv6 ? 8 : 12), isIPv6 ? 32 : 8);
        if (Sum(frame.AsSpan(transport), (uint)Sum(addresses) + protocol + (uint)length) != 0xFFFF)
            return null;
        var header = protocol == Udp ? 8 : (frame[transport + 12] >> 4) * 4;
        return frame.AsSpan(transport + header).ToArray();
    }

    public static ushort Sum(ReadOnlySpan<byte> data, uint start = 0)
    {
        ulong sum = start;
        for (var i = 0; i < data.Length; i++)
            sum += (uint)data[i] << (i % 2 == 0 ? 8 : 0);
        while (sum >> 16 != 0)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)sum;
    }

    private static void FillPayload(Span<byte> payload, byte firstByte)
    {
        for (var i = 0; i < payload.Length; i++)
            payload[i] = (byte)(firstByte + i * 7 + (i >> 8));
    }

    private static (byte[] Frame, FrameMeta Meta) Finish(
        LinkMedium medium, bool isIPv6, byte protocol, byte[] transport, int checksumOffset, int transportHeader, int segmentSize, Segmentation segmentation)
    {
        var network = medium == LinkMedium.Ethernet ? 14 : 0;
        var start = network + (isIPv6 ? 40 : 20);
        var frame = new byte[start + transport.Length];
        if (medium == LinkMedium.Ethernet)
        {
            new byte[] { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1 }.CopyTo(frame, 0);
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), isIPv6 ? (ushort)0x86DD : (ushort)0x0800);
        }
        var ip = frame.AsSpan(network);
        if (isIPv6)
            WriteIPv6(ip, protocol, transport.Length);
        else
            WriteIPv4(ip, protocol, transport.Length);
        var addresses = isIPv6 ? ip.Slice(8, 32) : ip.Slice(12, 8);
        BinaryPrimitives.WriteUInt16BigEndian(transport.AsSpan(checksumOffset), Sum(addresses, protocol + (uint)transport.Length));
        transport.CopyTo(frame, start);
        var isSuper = segmentSize > 0;
        return (frame, new FrameMeta(
            FrameFlags.NeedsChecksum, isSuper ? segmentation : Segmentation.None, (ushort)segmentSize,
            isSuper ? (ushort)(start + transportHeader) : (ushort)0, (ushort)start, (ushort)checksumOffset));
    }

    private static void WriteIPv4(Span<byte> ip, byte protocol, int transport)
    {
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(20 + transport));
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], 0xFFFE);
        ip[6] = 0x40;
        ip[8] = 64;
        ip[9] = protocol;
        new byte[] { 10, 96, 0, 2, 10, 96, 0, 1 }.CopyTo(ip[12..]);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], (ushort)~Sum(ip[..20]));
    }

    private static void WriteIPv6(Span<byte> ip, byte protocol, int transport)
    {
        ip[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)transport);
        ip[6] = protocol;
        ip[7] = 64;
        new byte[] { 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }.CopyTo(ip[8..]);
    }
}
