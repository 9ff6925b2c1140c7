using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>A received ICMPv6 message (RFC 4443).</summary>
public readonly ref struct Icmpv6View
{
    /// <summary>Type, code, checksum and the four bytes whose meaning depends on the type.</summary>
    public const int HeaderLength = 8;

    /// <summary>Offset of the checksum.</summary>
    public const int ChecksumOffset = 2;

    private readonly ReadOnlySpan<byte> _message;

    private Icmpv6View(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>Proves that the header is there. The checksum is a question of its own: <see cref="VerifyChecksum"/>.</summary>
    /// <param name="data">The upper layer of the IPv6 packet.</param>
    /// <param name="view">The message.</param>
    /// <returns>False if it is to be dropped in silence.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, out Icmpv6View view)
    {
        view = data.Length < HeaderLength ? default : new Icmpv6View(data);
        return data.Length >= HeaderLength;
    }

    /// <summary>The type.</summary>
    public Icmpv6Type Type => (Icmpv6Type)_message[0];

    /// <summary>The code, whose meaning depends on the type.</summary>
    public byte Code => _message[1];

    /// <summary>The checksum field.</summary>
    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_message[ChecksumOffset..]);

    /// <summary>Whether the checksum holds for the message and the pseudo-header (RFC 4443 §2.3).</summary>
    /// <param name="source">The packet's source.</param>
    /// <param name="destination">The packet's destination.</param>
    public bool VerifyChecksum(IPv6Address source, IPv6Address destination) =>
        InternetChecksum.Finish(InternetChecksum.Add(
            _message, InternetChecksum.AddPseudoHeader(source, destination, IpProtocol.Icmpv6, (uint)_message.Length))) == 0;

    /// <summary>The four bytes whose meaning depends on the type.</summary>
    public uint Rest => BinaryPrimitives.ReadUInt32BigEndian(_message[4..]);

    /// <summary>What follows the header: the data of an echo, the quoted packet of an error.</summary>
    public ReadOnlySpan<byte> Payload => _message[HeaderLength..];

    /// <summary>The whole message.</summary>
    public ReadOnlySpan<byte> Message => _message;

    /// <summary>True for errors, known or not; these are never answered (RFC 4443 §2.1, §2.4 e.1).</summary>
    public bool IsError => _message[0] < 128;

    /// <summary>Echo: the identifier.</summary>
    public ushort Identifier => BinaryPrimitives.ReadUInt16BigEndian(_message[4..]);

    /// <summary>Echo: the sequence number.</summary>
    public ushort Sequence => BinaryPrimitives.ReadUInt16BigEndian(_message[6..]);

    /// <summary>Packet too big: the next hop's MTU. Below 1280 it is a lie (RFC 8201 §4).</summary>
    public uint Mtu => Rest;

    /// <summary>Parameter problem: the offending byte, counted from the start of the quoted packet.</summary>
    public uint Pointer => Rest;
}
