using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>A received IPv6 packet (RFC 8200 §3). What follows the packet in its frame is cut off, nothing is copied.</summary>
public readonly ref struct IPv6View
{
    /// <summary>The length of the fixed header.</summary>
    public const int HeaderLength = 40;

    /// <summary>Offset of the Payload Length field, for Parameter Problem pointers.</summary>
    public const int PayloadLengthOffset = 4;

    /// <summary>Offset of the Next Header field, for Parameter Problem pointers.</summary>
    public const int NextHeaderOffset = 6;

    private readonly ReadOnlySpan<byte> _packet;

    private IPv6View(ReadOnlySpan<byte> packet) => _packet = packet;

    /// <summary>
    /// Proves the version, and that header and payload are all there. Jumbograms (RFC 2675) are not understood: a payload length of 0 is an
    /// empty payload.
    /// </summary>
    /// <param name="data">The packet, perhaps with link padding behind it.</param>
    /// <param name="view">The packet without the padding.</param>
    /// <returns>False if it is to be dropped in silence.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, out IPv6View view)
    {
        view = default;
        if (data.Length < HeaderLength || data[0] >> 4 != 6)
            return false;
        var length = HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(data[PayloadLengthOffset..]);
        if (length > data.Length)
            return false;
        view = new IPv6View(data[..length]);
        return true;
    }

    /// <summary>Header and payload.</summary>
    public ReadOnlySpan<byte> Packet => _packet;

    /// <summary>DSCP in the upper six bits, ECN in the lower two (RFC 2474, RFC 3168).</summary>
    public byte TrafficClass => (byte)(BinaryPrimitives.ReadUInt16BigEndian(_packet) >> 4);

    /// <summary>The flow label, 20 bits (RFC 6437).</summary>
    public uint FlowLabel => BinaryPrimitives.ReadUInt32BigEndian(_packet) & 0xF_FFFF;

    /// <summary>Bytes behind the fixed header.</summary>
    public int PayloadLength => _packet.Length - HeaderLength;

    /// <summary>What follows the fixed header: an extension header or the upper layer. <see cref="IPv6ExtensionChain"/> finds the latter.</summary>
    public byte NextHeader => _packet[NextHeaderOffset];

    /// <summary>The hop limit. 0 is accepted at the destination (RFC 8200 §3).</summary>
    public byte HopLimit => _packet[7];

    /// <summary>The source address.</summary>
    public IPv6Address Source => new(_packet[8..24]);

    /// <summary>The destination address.</summary>
    public IPv6Address Destination => new(_packet[24..40]);

    /// <summary>Everything behind the fixed header, extension headers included.</summary>
    public ReadOnlySpan<byte> Payload => _packet[HeaderLength..];
}
