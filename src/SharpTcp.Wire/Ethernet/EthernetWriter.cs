using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>Writes Ethernet II headers (RFC 894).</summary>
public static class EthernetWriter
{
    /// <summary>Writes a header.</summary>
    /// <param name="frame">At least 14 octets.</param>
    /// <param name="destination">Whom the frame is for.</param>
    /// <param name="source">Who sends it.</param>
    /// <param name="type">What follows the header.</param>
    /// <returns>The length of the header, 14.</returns>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public static int Write(Span<byte> frame, MacAddress destination, MacAddress source, EtherType type)
    {
        frame = WriterGuard.Take(frame, EthernetView.HeaderLength);
        destination.Write(frame);
        source.Write(frame[MacAddress.Length..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], (ushort)type);
        return EthernetView.HeaderLength;
    }
}
