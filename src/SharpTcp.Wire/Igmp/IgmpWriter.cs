using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>
/// Writes IGMP messages of fixed shape: queries of all versions, reports and leaves of versions 1 and 2. The packet around them has TTL 1 and a router alert.
/// </summary>
public static class IgmpWriter
{
    /// <summary>Writes a message.</summary>
    /// <param name="destination">Room for 8 bytes.</param>
    /// <param name="type">The type.</param>
    /// <param name="group">The group, or unspecified in a general query.</param>
    /// <param name="maxResponseCode">In a query: tenths of a second.</param>
    /// <returns>8.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int Write(Span<byte> destination, IgmpType type, IPv4Address group, byte maxResponseCode = 0)
    {
        var message = WriterGuard.Take(destination, IgmpView.HeaderLength);
        message[0] = (byte)type;
        message[1] = maxResponseCode;
        group.Write(message[4..]);
        return Finish(message);
    }

    /// <summary>Writes a version 3 query (RFC 3376 §4.1).</summary>
    /// <param name="destination">Room for 12 bytes and 4 for each source.</param>
    /// <param name="group">The group, or unspecified for all.</param>
    /// <param name="maxResponseCode">The field; up to 127 it is tenths of a second.</param>
    /// <param name="robustness">The robustness variable, 0–7.</param>
    /// <param name="intervalCode">The field QQIC; up to 127 it is seconds.</param>
    /// <param name="sources">The sources that are asked about.</param>
    /// <returns>The length of the message.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteV3Query(
        Span<byte> destination, IPv4Address group, byte maxResponseCode, byte robustness, byte intervalCode, ReadOnlySpan<IPv4Address> sources = default)
    {
        var message = WriterGuard.Take(destination, IgmpQueryView.Version3MinLength + sources.Length * IPv4Address.Length);
        message[0] = (byte)IgmpType.Query;
        message[1] = maxResponseCode;
        group.Write(message[4..]);
        message[8] = (byte)(robustness & 7);
        message[9] = intervalCode;
        BinaryPrimitives.WriteUInt16BigEndian(message[10..], checked((ushort)sources.Length));
        for (var i = 0; i < sources.Length; i++)
            sources[i].Write(message[(IgmpQueryView.Version3MinLength + i * IPv4Address.Length)..]);
        return Finish(message);
    }

    /// <summary>Fills in the checksum of a message whose other bytes are written.</summary>
    internal static int Finish(Span<byte> message)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Finish(InternetChecksum.Add(message)));
        return message.Length;
    }
}
