using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>A received ICMPv4 message (RFC 792).</summary>
public readonly ref struct Icmpv4View
{
    /// <summary>Type, code, checksum and the four bytes whose meaning depends on the type.</summary>
    public const int HeaderLength = 8;

    private readonly ReadOnlySpan<byte> _message;

    private Icmpv4View(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>Proves that the header is there. The checksum is a question of its own: <see cref="VerifyChecksum"/>.</summary>
    /// <param name="data">The payload of the IPv4 packet.</param>
    /// <param name="view">The message.</param>
    /// <returns>False if it is to be dropped in silence.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, out Icmpv4View view)
    {
        view = data.Length < HeaderLength ? default : new Icmpv4View(data);
        return data.Length >= HeaderLength;
    }

    /// <summary>The type.</summary>
    public Icmpv4Type Type => (Icmpv4Type)_message[0];

    /// <summary>The code, whose meaning depends on the type.</summary>
    public byte Code => _message[1];

    /// <summary>The checksum field.</summary>
    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_message[2..]);

    /// <summary>Whether the checksum holds for the whole message.</summary>
    public bool VerifyChecksum() => InternetChecksum.Finish(InternetChecksum.Add(_message)) == 0;

    /// <summary>The four bytes whose meaning depends on the type.</summary>
    public uint Rest => BinaryPrimitives.ReadUInt32BigEndian(_message[4..]);

    /// <summary>What follows the header: the data of an echo, the quoted packet of an error.</summary>
    public ReadOnlySpan<byte> Payload => _message[HeaderLength..];

    /// <summary>The whole message.</summary>
    public ReadOnlySpan<byte> Message => _message;

    /// <summary>True for the types that report a problem with a packet and so are never answered (RFC 1122 §3.2.2).</summary>
    public bool IsError => Type is Icmpv4Type.DestinationUnreachable or Icmpv4Type.SourceQuench or Icmpv4Type.Redirect
        or Icmpv4Type.TimeExceeded or Icmpv4Type.ParameterProblem;

    /// <summary>Echo: the identifier.</summary>
    public ushort Identifier => BinaryPrimitives.ReadUInt16BigEndian(_message[4..]);

    /// <summary>Echo: the sequence number.</summary>
    public ushort Sequence => BinaryPrimitives.ReadUInt16BigEndian(_message[6..]);

    /// <summary>Fragmentation needed: the next hop's MTU, 0 from a router that does not tell (RFC 1191 §4).</summary>
    public ushort NextHopMtu => BinaryPrimitives.ReadUInt16BigEndian(_message[6..]);

    /// <summary>Redirect: the gateway to use from now on.</summary>
    public IPv4Address Gateway => new(_message[4..8]);

    /// <summary>Parameter problem: the offending byte, counted from the start of the quoted packet.</summary>
    public byte Pointer => _message[4];
}
