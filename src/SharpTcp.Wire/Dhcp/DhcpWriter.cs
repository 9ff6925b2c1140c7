using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>Writes a DHCP message of a client on Ethernet: the fixed fields first, then option by option, and the end.</summary>
public ref struct DhcpWriter
{
    /// <summary>The room that any client's message needs: less than every server takes (RFC 2131 §2).</summary>
    public const int MaxLength = 548;

    // RFC 1542 §2.1: some relays drop what is shorter.
    private const int MinLength = 300;

    private readonly Span<byte> _message;
    private int _length;

    /// <summary>Writes the fixed fields.</summary>
    /// <param name="destination">Room for <see cref="MaxLength"/> bytes.</param>
    /// <param name="type">What the message says.</param>
    /// <param name="header">The fixed fields.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public DhcpWriter(Span<byte> destination, DhcpMessageType type, scoped in DhcpHeader header)
    {
        _message = WriterGuard.Take(destination, MaxLength);
        _message.Clear();
        _message[0] = (byte)(header.IsReply ? 2 : 1);
        _message[1] = 1; // hardware type Ethernet
        _message[2] = MacAddress.Length;
        BinaryPrimitives.WriteUInt32BigEndian(_message[4..], header.TransactionId);
        BinaryPrimitives.WriteUInt16BigEndian(_message[8..], header.Seconds);
        _message[10] = (byte)(header.IsBroadcast ? 0x80 : 0);
        header.ClientAddress.Write(_message[12..]);
        header.YourAddress.Write(_message[16..]);
        header.ClientMac.Write(_message[28..]);
        BinaryPrimitives.WriteUInt32BigEndian(_message[DhcpView.CookieOffset..], DhcpView.MagicCookie);
        _length = DhcpView.HeaderLength;
        Add(DhcpOption.MessageType, [(byte)type]);
    }

    /// <summary>Adds an option; one of more than 255 bytes in parts (RFC 3396).</summary>
    /// <exception cref="ArgumentException">It does not fit any more.</exception>
    public void Add(DhcpOption code, scoped ReadOnlySpan<byte> value)
    {
        do
        {
            var part = value[..Math.Min(value.Length, byte.MaxValue)];
            value = value[part.Length..];
            if (_length + 2 + part.Length >= _message.Length)
                throw new ArgumentException($"Option {code} does not fit: a message holds {MaxLength} bytes. Add less.", nameof(value));
            _message[_length] = (byte)code;
            _message[_length + 1] = (byte)part.Length;
            part.CopyTo(_message[(_length + 2)..]);
            _length += 2 + part.Length;
        }
        while (!value.IsEmpty);
    }

    /// <summary>Adds an option that is one address.</summary>
    /// <exception cref="ArgumentException">It does not fit any more.</exception>
    public void Add(DhcpOption code, IPv4Address address)
    {
        Span<byte> value = stackalloc byte[IPv4Address.Length];
        address.Write(value);
        Add(code, value);
    }

    /// <summary>Adds an option that is one number of 32 bits.</summary>
    /// <exception cref="ArgumentException">It does not fit any more.</exception>
    public void Add(DhcpOption code, uint value) => Add(code, new IPv4Address(value));

    /// <summary>Writes the end option and the padding.</summary>
    /// <returns>The length of the message.</returns>
    public int Finish()
    {
        _message[_length++] = (byte)DhcpOption.End;
        return Math.Max(_length, MinLength);
    }
}

/// <summary>The fixed fields of a DHCP message (RFC 2131 §2).</summary>
/// <param name="TransactionId">The transaction.</param>
/// <param name="ClientMac">The client's MAC.</param>
/// <param name="Seconds">Seconds since the client began.</param>
/// <param name="IsBroadcast">The client wants answers by broadcast.</param>
/// <param name="ClientAddress">The address that the client has.</param>
/// <param name="YourAddress">The address that the client gets; a server's to say.</param>
/// <param name="IsReply">A server sends it.</param>
public readonly record struct DhcpHeader(
    uint TransactionId, MacAddress ClientMac, ushort Seconds = 0, bool IsBroadcast = false, IPv4Address ClientAddress = default, IPv4Address YourAddress = default,
    bool IsReply = false);
