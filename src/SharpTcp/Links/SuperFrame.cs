using System;
using System.Buffers.Binary;
using System.Diagnostics;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Links;

/// <summary>
/// How a contiguous super-frame is cut into packets with final checksums, as a network card would: the k-th packet has the IPv4 identification
/// raised by k, the sequence number by what came before, CWR only if it is the first, FIN and PSH only if it is the last.
/// </summary>
internal readonly struct SuperFrame
{
    private const int IPv4Header = 20;
    private const int IPv6Header = 40;
    private const int TcpHeader = 20;
    private const int UdpHeader = 8;
    private const int TcpFlags = 13;
    private const byte Fin = 1;
    private const byte Push = 8;
    private const byte Cwr = 0x80;

    private readonly int _network;
    private readonly int _transport;
    private readonly int _headers;
    private readonly int _checksumOffset;
    private readonly int _segmentSize;
    private readonly int _length;
    private readonly bool _isIPv6;
    private readonly bool _isUdp;

    private SuperFrame(int network, int transport, int headers, int length, in FrameMeta meta, bool isIPv6)
    {
        _network = network;
        _transport = transport;
        _headers = headers;
        _length = length;
        _checksumOffset = meta.ChecksumOffset;
        _segmentSize = meta.SegmentSize;
        _isIPv6 = isIPv6;
        _isUdp = meta.Segmentation == Segmentation.Udp;
    }

    /// <summary>How many packets it makes.</summary>
    public int Count => Math.Max(1, (_length - _headers + _segmentSize - 1) / _segmentSize);

    /// <summary>The bytes of the longest packet.</summary>
    public int LongestPacket => Math.Min(_length, _headers + _segmentSize);

    /// <summary>The bytes of all packets together.</summary>
    public int TotalLength => _length + (Count - 1) * _headers;

    /// <summary>Proves that a frame can be cut as its meta data says.</summary>
    /// <returns>False for a frame that is one packet, or that contradicts its meta data.</returns>
    public static bool TryParse(ReadOnlySpan<byte> frame, in FrameMeta meta, LinkMedium medium, out SuperFrame super)
    {
        super = default;
        if (meta.Segmentation == Segmentation.None || meta.SegmentSize == 0 || !PartialChecksum.IsPending(frame.Length, meta))
            return false;
        var network = FrameLayout.HeaderLength(medium);
        if (frame.Length <= network)
            return false;
        var isIPv6 = frame[network] >> 4 == 6;
        if (!isIPv6 && frame[network] >> 4 != 4)
            return false;
        if (meta.Segmentation != Segmentation.Udp && isIPv6 != (meta.Segmentation == Segmentation.TcpIPv6))
            return false;
        int transport = meta.ChecksumStart;
        var networkHeader = isIPv6 ? IPv6Header : Math.Max(IPv4Header, (frame[network] & 15) * 4);
        if (isIPv6 ? transport < network + networkHeader : transport != network + networkHeader)
            return false;
        if (!TryMeasureHeaders(frame, transport, meta, out var headers))
            return false;
        super = new SuperFrame(network, transport, headers, frame.Length, meta, isIPv6);
        return true;
    }

    /// <summary>The length of all headers of a frame whose transport header begins at <paramref name="transport"/>.</summary>
    public static bool TryMeasureHeaders(ReadOnlySpan<byte> frame, int transport, in FrameMeta meta, out int headers)
    {
        headers = transport + UdpHeader;
        if (meta.Segmentation != Segmentation.Udp)
        {
            if (frame.Length < transport + TcpHeader)
                return false;
            headers = transport + (frame[transport + 12] >> 4) * 4;
            if (headers < transport + TcpHeader)
                return false;
        }
        return headers <= frame.Length && transport + meta.ChecksumOffset + 2 <= headers;
    }

    /// <summary>The bytes of a packet.</summary>
    public int PacketLength(int index) => _headers + Math.Min(_segmentSize, _length - _headers - index * _segmentSize);

    /// <summary>Writes a packet.</summary>
    /// <param name="frame">The frame that was parsed.</param>
    /// <param name="index">Which packet, from 0 to <see cref="Count"/> - 1.</param>
    /// <param name="destination">Room for <see cref="PacketLength"/> bytes.</param>
    public void WritePacket(ReadOnlySpan<byte> frame, int index, Span<byte> destination)
    {
        Debug.Assert(frame.Length == _length && (uint)index < (uint)Count, "The frame that was parsed, and a packet of it.");
        var packet = destination[..PacketLength(index)];
        frame[.._headers].CopyTo(packet);
        var payload = frame.Slice(_headers + index * _segmentSize, packet.Length - _headers);
        var payloadSum = InternetChecksum.CopyAndAdd(payload, packet[_headers..]);

        FixNetworkHeader(packet[_network..], index);
        var transport = packet[_transport.._headers];
        if (_isUdp)
            BinaryPrimitives.WriteUInt16BigEndian(transport[4..], (ushort)(packet.Length - _transport));
        else
            FixTcpHeader(transport, index);

        // The field holds the pseudo-header's sum, which has the length of the whole in it (RFC 1624).
        var pseudo = BinaryPrimitives.ReadUInt16BigEndian(transport[_checksumOffset..]);
        var wholeLength = (ushort)(_length - _transport);
        BinaryPrimitives.WriteUInt16BigEndian(
            transport[_checksumOffset..], InternetChecksum.Fold((uint)pseudo + (ushort)~wholeLength + (uint)(packet.Length - _transport)));
        var headerSum = InternetChecksum.Add(transport);
        PartialChecksum.Store(transport, _checksumOffset, InternetChecksum.Combine(headerSum, payloadSum, (transport.Length & 1) != 0));
    }

    private void FixNetworkHeader(Span<byte> ip, int index)
    {
        if (_isIPv6)
        {
            BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)(ip.Length - IPv6Header));
            return;
        }
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)ip.Length);
        var identification = BinaryPrimitives.ReadUInt16BigEndian(ip[4..]);
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)(identification + index));
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], InternetChecksum.Finish(InternetChecksum.Add(ip[..(_transport - _network)])));
    }

    private void FixTcpHeader(Span<byte> tcp, int index)
    {
        var sequence = BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence + (uint)(index * _segmentSize));
        if (index > 0)
            tcp[TcpFlags] &= unchecked((byte)~Cwr); // RFC 3168 §6.1.2: once for a window
        if (index < Count - 1)
            tcp[TcpFlags] &= unchecked((byte)~(Fin | Push));
    }
}
