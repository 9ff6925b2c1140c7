using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>Writes UDP headers (RFC 768).</summary>
public static class UdpWriter
{
    /// <summary>The most data that a datagram can carry by its own length field; IPv4 leaves 20 octets less.</summary>
    public const int MaxPayloadLength = ushort.MaxValue - UdpView.HeaderLength;

    /// <summary>Writes a header; the checksum field stays 0, which over IPv4 says that there is none.</summary>
    /// <param name="destination">At least 8 octets.</param>
    /// <param name="sourcePort">The sender's port.</param>
    /// <param name="destinationPort">The receiver's port.</param>
    /// <param name="payloadLength">The length of the data, 0 to <see cref="MaxPayloadLength"/>.</param>
    /// <returns>The length of the header, 8.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">So much data does not fit into a datagram.</exception>
    public static int Write(Span<byte> destination, ushort sourcePort, ushort destinationPort, int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payloadLength, MaxPayloadLength);
        destination = WriterGuard.Take(destination, UdpView.HeaderLength);
        BinaryPrimitives.WriteUInt16BigEndian(destination, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], (ushort)(UdpView.HeaderLength + payloadLength));
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], 0);
        return UdpView.HeaderLength;
    }

    /// <summary>Sums a datagram that lies in one piece and fills in its checksum.</summary>
    /// <param name="datagram">Header and data.</param>
    /// <param name="source">The source address of the IP packet.</param>
    /// <param name="destination">Its destination address.</param>
    /// <exception cref="ArgumentException">The datagram is shorter than a header.</exception>
    public static void WriteChecksum(Span<byte> datagram, IpAddress source, IpAddress destination) =>
        WriteChecksum(datagram, 0, 0, source, destination);

    /// <summary>Sums a header and fills in the checksum, with data that has been summed elsewhere, as by <see cref="InternetChecksum.CopyAndAdd"/>.</summary>
    /// <param name="header">The header, and such data as follows it directly and is not in the sum yet; an even number of octets if there is more.</param>
    /// <param name="payloadSum">The partial sum of the other data.</param>
    /// <param name="payloadLength">The length of the other data in octets.</param>
    /// <param name="source">The source address of the IP packet.</param>
    /// <param name="destination">Its destination address.</param>
    /// <exception cref="ArgumentException">The span is shorter than a header.</exception>
    public static void WriteChecksum(Span<byte> header, uint payloadSum, int payloadLength, IpAddress source, IpAddress destination)
    {
        var field = ClearChecksum(header);
        var sum = InternetChecksum.AddPseudoHeader(source, destination, IpProtocol.Udp, (uint)(header.Length + payloadLength), payloadSum);
        var checksum = InternetChecksum.Finish(InternetChecksum.Add(header, sum));

        // RFC 768: a sum of zero is sent as all ones, because zero says that there is none.
        BinaryPrimitives.WriteUInt16BigEndian(field, checksum == 0 ? ushort.MaxValue : checksum);
    }

    /// <summary>Fills in what a device wants that completes the checksum: the sum of the pseudo-header, folded and not inverted.</summary>
    /// <param name="header">The header.</param>
    /// <param name="payloadLength">The length of the data in octets, of a super-datagram all of it.</param>
    /// <param name="source">The source address of the IP packet.</param>
    /// <param name="destination">Its destination address.</param>
    /// <exception cref="ArgumentException">The span is shorter than a header.</exception>
    public static void WritePartialChecksum(Span<byte> header, int payloadLength, IpAddress source, IpAddress destination)
    {
        var field = ClearChecksum(header);
        var sum = InternetChecksum.AddPseudoHeader(source, destination, IpProtocol.Udp, (uint)(header.Length + payloadLength));
        BinaryPrimitives.WriteUInt16BigEndian(field, InternetChecksum.Fold(sum));
    }

    private static Span<byte> ClearChecksum(Span<byte> header)
    {
        var field = WriterGuard.Take(header, UdpView.HeaderLength).Slice(UdpView.ChecksumOffset, 2);
        field.Clear();
        return field;
    }
}
