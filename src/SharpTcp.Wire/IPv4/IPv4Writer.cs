using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>Writes IPv4 headers (RFC 791 §3.1).</summary>
public static class IPv4Writer
{
    private const int ChecksumOffset = 10;
    private const int MaxOptionsLength = IPv4View.MaxHeaderLength - IPv4View.MinHeaderLength;

    /// <summary>Writes a header, its options and its checksum.</summary>
    /// <param name="destination">Room for the header.</param>
    /// <param name="header">The fields.</param>
    /// <param name="payloadLength">The length of what follows the header; with it the packet has at most 65,535 octets.</param>
    /// <param name="options">At most 40 octets of options; they are padded to a multiple of four with the end of the list.</param>
    /// <returns>The length of the header: 20 and the padded options.</returns>
    /// <exception cref="ArgumentException">The destination is too short, or there are more than 40 octets of options.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The packet would be longer than 65,535 octets, or the fragment offset is impossible.</exception>
    public static int Write(Span<byte> destination, in IPv4Header header, int payloadLength, ReadOnlySpan<byte> options = default)
    {
        if (options.Length > MaxOptionsLength)
            throw new ArgumentException($"An IPv4 header has room for 40 octets of options, not {options.Length}.", nameof(options));
        var headerLength = IPv4View.MinHeaderLength + ((options.Length + 3) & ~3);
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payloadLength, ushort.MaxValue - headerLength);

        destination = WriterGuard.Take(destination, headerLength);
        destination[0] = (byte)(4 << 4 | headerLength / 4);
        destination[1] = header.TrafficClass;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)(headerLength + payloadLength));
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], header.Identification);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], FragmentField(header));
        destination[8] = header.TimeToLive;
        destination[9] = header.Protocol;
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], header.Source.Value);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], header.Destination.Value);
        options.CopyTo(destination[IPv4View.MinHeaderLength..]);
        destination[(IPv4View.MinHeaderLength + options.Length)..].Clear();
        WriteChecksum(destination);
        return headerLength;
    }

    /// <summary>Sums a header anew and fills in its checksum.</summary>
    /// <param name="header">The whole header with its options and nothing else.</param>
    /// <exception cref="ArgumentException">The span is shorter than a header.</exception>
    public static void WriteChecksum(Span<byte> header)
    {
        var field = WriterGuard.Take(header, IPv4View.MinHeaderLength).Slice(ChecksumOffset, 2);
        field.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(field, InternetChecksum.Finish(InternetChecksum.Add(header)));
    }

    private static ushort FragmentField(in IPv4Header header)
    {
        var offset = header.FragmentOffset;
        if ((uint)offset > 0x1FFF * 8 || offset % 8 != 0)
            throw new ArgumentOutOfRangeException(nameof(header), offset, "A fragment offset is a multiple of 8 octets from 0 to 65,528.");
        return (ushort)(offset / 8 | (header.DontFragment ? 0x4000 : 0) | (header.MoreFragments ? 0x2000 : 0));
    }
}
