using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>Writes the fixed IPv6 header (RFC 8200 §3).</summary>
public static class IPv6Writer
{
    /// <summary>Writes the 40 bytes of the header; the caller puts the payload behind them.</summary>
    /// <param name="destination">Room for 40 bytes.</param>
    /// <param name="source">The source address.</param>
    /// <param name="target">The destination address.</param>
    /// <param name="nextHeader">The number (<see cref="IpProtocol"/>) of the payload's first header.</param>
    /// <param name="payloadLength">The payload's bytes, 0–65,535.</param>
    /// <param name="hopLimit">The hop limit.</param>
    /// <param name="trafficClass">DSCP and ECN.</param>
    /// <param name="flowLabel">The flow label, 0–0xFFFFF.</param>
    /// <returns>40.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Payload length or flow label do not fit their fields.</exception>
    public static int Write(
        Span<byte> destination, IPv6Address source, IPv6Address target, byte nextHeader, int payloadLength, byte hopLimit,
        byte trafficClass = 0, uint flowLabel = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)payloadLength, ushort.MaxValue, nameof(payloadLength));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(flowLabel, 0xF_FFFFu);
        var header = WriterGuard.Take(destination, IPv6View.HeaderLength);
        BinaryPrimitives.WriteUInt32BigEndian(header, (6u << 28) | ((uint)trafficClass << 20) | flowLabel);
        BinaryPrimitives.WriteUInt16BigEndian(header[IPv6View.PayloadLengthOffset..], (ushort)payloadLength);
        header[IPv6View.NextHeaderOffset] = nextHeader;
        header[7] = hopLimit;
        source.Write(header[8..]);
        target.Write(header[24..]);
        return IPv6View.HeaderLength;
    }
}
