using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>Writes a DHCPv6 message, option by option (RFC 8415 §8, §21).</summary>
public ref struct DhcpV6Writer
{
    private const int OptionHeaderLength = 4;

    private readonly Span<byte> _message;

    /// <summary>Begins a message.</summary>
    /// <param name="destination">Room for all of it.</param>
    /// <param name="type">What it says.</param>
    /// <param name="transactionId">The transaction; its lower 24 bits.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has less than 4 bytes.</exception>
    public DhcpV6Writer(Span<byte> destination, DhcpV6MessageType type, uint transactionId)
    {
        _message = destination;
        BinaryPrimitives.WriteUInt32BigEndian(WriterGuard.Take(destination, DhcpV6View.HeaderLength), (transactionId & 0xFF_FFFF) | (uint)type << 24);
        Length = DhcpV6View.HeaderLength;
    }

    /// <summary>The length written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Adds an option.</summary>
    /// <exception cref="ArgumentException">It does not fit any more.</exception>
    public void Add(DhcpV6Option code, scoped ReadOnlySpan<byte> value = default) => value.CopyTo(Begin(code, value.Length));

    /// <summary>Adds the addresses of one interface (IA_NA), with one address or none.</summary>
    /// <param name="identifier">Which interface of the client.</param>
    /// <param name="renewalSeconds">T1; a client says 0.</param>
    /// <param name="rebindingSeconds">T2; a client says 0.</param>
    /// <param name="address">The address, if any.</param>
    /// <param name="preferredSeconds">How long it is preferred; a client says 0.</param>
    /// <param name="validSeconds">How long it may be used; a client says 0.</param>
    /// <exception cref="ArgumentException">It does not fit any more.</exception>
    public void AddAssociation(
        uint identifier, uint renewalSeconds, uint rebindingSeconds, IPv6Address? address, uint preferredSeconds = 0, uint validSeconds = 0)
    {
        var value = Begin(
            DhcpV6Option.NonTemporaryAddresses, DhcpV6Association.HeaderLength + (address is null ? 0 : OptionHeaderLength + DhcpV6Address.HeaderLength));
        BinaryPrimitives.WriteUInt32BigEndian(value, identifier);
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], renewalSeconds);
        BinaryPrimitives.WriteUInt32BigEndian(value[8..], rebindingSeconds);
        if (address is not { } one)
            return;
        var option = value[DhcpV6Association.HeaderLength..];
        BinaryPrimitives.WriteUInt16BigEndian(option, (ushort)DhcpV6Option.Address);
        BinaryPrimitives.WriteUInt16BigEndian(option[2..], DhcpV6Address.HeaderLength);
        one.Write(option[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(option[20..], preferredSeconds);
        BinaryPrimitives.WriteUInt32BigEndian(option[24..], validSeconds);
    }

    private Span<byte> Begin(DhcpV6Option code, int length)
    {
        var option = WriterGuard.Take(_message[Length..], OptionHeaderLength + length);
        BinaryPrimitives.WriteUInt16BigEndian(option, (ushort)code);
        BinaryPrimitives.WriteUInt16BigEndian(option[2..], (ushort)length);
        Length += option.Length;
        return option[OptionHeaderLength..];
    }
}
