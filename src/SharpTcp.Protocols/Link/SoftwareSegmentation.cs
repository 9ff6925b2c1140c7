using System;
using System.Buffers.Binary;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// Cuts a TCP or UDP super-packet into packets and sums them, where the link does not: what a device with TSO or USO does. The headers of the super-packet are
/// rewritten in place for each packet; the payload is passed on by reference, so that it is read once for the sum and never copied.
/// </summary>
internal ref struct SoftwareSegmentation
{
    private const int TcpSequence = 4;
    private const int TcpFlagsOffset = 13;
    private const byte OnlyLast = (byte)(TcpFlags.Fin | TcpFlags.Psh);
    private const byte OnlyFirst = (byte)TcpFlags.Cwr;

    private readonly Span<byte> _headers;
    private readonly int _network;
    private readonly int _transport;
    private readonly byte _protocol;
    private readonly int _segmentSize;
    private readonly bool _isIPv4;
    private readonly byte _flags;
    private readonly uint _sequence;
    private readonly ushort _identification;
    private readonly uint _addressSum;
    private PayloadSlices _rest;
    private PayloadSlices _piece;
    private int _count;
    private int _cut;

    /// <param name="headers">Link, network and transport header of the super-packet.</param>
    /// <param name="linkHeader">Bytes of the link header.</param>
    /// <param name="transportHeader">Bytes of the transport header.</param>
    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="segmentSize">Payload bytes of each packet but the last.</param>
    /// <param name="payload">The payload.</param>
    public SoftwareSegmentation(Span<byte> headers, int linkHeader, int transportHeader, byte protocol, int segmentSize, in PayloadSlices payload)
    {
        _headers = headers;
        _network = linkHeader;
        _transport = headers.Length - transportHeader;
        _protocol = protocol;
        _segmentSize = segmentSize;
        _rest = payload;
        var network = headers[linkHeader.._transport];
        _isIPv4 = network[0] >> 4 == 4;
        _identification = _isIPv4 ? BinaryPrimitives.ReadUInt16BigEndian(network[4..]) : (ushort)0;
        _addressSum = InternetChecksum.Add(_isIPv4 ? network[12..20] : network[8..40], protocol);
        if (protocol == IpProtocol.Tcp)
        {
            _sequence = BinaryPrimitives.ReadUInt32BigEndian(headers[(_transport + TcpSequence)..]);
            _flags = headers[_transport + TcpFlagsOffset];
        }
    }

    /// <summary>The packet that the last <see cref="MoveNext"/> cut.</summary>
    public readonly OutboundFrame Current => new(_headers, default, _piece.First, _piece.Second, _piece.Third);

    /// <summary>Its payload bytes.</summary>
    public readonly int CurrentPayload => _piece.Length;

    /// <summary>Cuts the next packet; false if none is left.</summary>
    public bool MoveNext()
    {
        if (_rest.Length == 0)
        {
            return false;
        }

        _piece = _rest.Take(Math.Min(_segmentSize, _rest.Length));
        WriteNetwork(_headers.Length - _network + _piece.Length);
        WriteTransport(_headers[_transport..]);
        _count++;
        _cut += _piece.Length;
        return true;
    }

    private readonly void WriteNetwork(int length)
    {
        var network = _headers[_network.._transport];
        if (_isIPv4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(network[2..], (ushort)length);
            BinaryPrimitives.WriteUInt16BigEndian(network[4..], (ushort)(_identification + _count)); // RFC 6864 §4.3: no two alike
            IPv4Writer.WriteChecksum(network);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(network[4..], (ushort)(length - IPv6View.HeaderLength));
        }
    }

    private readonly void WriteTransport(Span<byte> header)
    {
        var length = header.Length + _piece.Length;
        var checksum = _protocol == IpProtocol.Tcp ? TcpView.ChecksumOffset : UdpView.ChecksumOffset;
        if (_protocol == IpProtocol.Tcp)
        {
            var flags = _flags;
            if (_rest.Length > 0)
            {
                flags &= unchecked((byte)~OnlyLast);
            }

            if (_count > 0)
            {
                flags &= unchecked((byte)~OnlyFirst); // RFC 3168 §6.1.2: one reduction, one CWR
            }

            BinaryPrimitives.WriteUInt32BigEndian(header[TcpSequence..], _sequence + (uint)_cut);
            header[TcpFlagsOffset] = flags;
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)length);
        }

        BinaryPrimitives.WriteUInt16BigEndian(header[checksum..], 0);
        var value = InternetChecksum.Finish(_piece.Sum(InternetChecksum.Add(header, _addressSum + (uint)length)));
        if (value == 0 && _protocol == IpProtocol.Udp)
        {
            value = ushort.MaxValue;
        }

        BinaryPrimitives.WriteUInt16BigEndian(header[checksum..], value);
    }
}
