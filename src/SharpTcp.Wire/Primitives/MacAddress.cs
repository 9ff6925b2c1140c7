using System;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace SharpTcp.Wire;

/// <summary>A 48-bit Ethernet address (IEEE 802).</summary>
public readonly struct MacAddress : IEquatable<MacAddress>, IComparable<MacAddress>, ISpanParsable<MacAddress>, ISpanFormattable, IUtf8SpanFormattable
{
    /// <summary>The number of octets on the wire.</summary>
    public const int Length = 6;

    private const int TextLength = 17;
    private const ulong Mask = 0xFFFF_FFFF_FFFF;
    private const ulong GroupBit = 0x0100_0000_0000;
    private const ulong LocalBit = 0x0200_0000_0000;

    private readonly ulong _value;

    /// <summary>Makes an address from a number whose most significant used octet is the first one on the wire.</summary>
    /// <param name="value">The 48 bits.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value has more than 48 bits.</exception>
    public MacAddress(ulong value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Mask);
        _value = value;
    }

    /// <summary>Makes an address from the first six octets of a span.</summary>
    /// <param name="octets">At least six octets, in wire order.</param>
    /// <exception cref="ArgumentException">The span is shorter than six octets.</exception>
    public MacAddress(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < Length)
            throw AddressText.TooShort(nameof(octets), Length, octets.Length);
        _value = (ulong)BinaryPrimitives.ReadUInt16BigEndian(octets) << 32 | BinaryPrimitives.ReadUInt32BigEndian(octets[2..]);
    }

    /// <summary>The address of all stations, ff:ff:ff:ff:ff:ff.</summary>
    public static MacAddress Broadcast => new(Mask);

    /// <summary>Six zero octets.</summary>
    public static MacAddress Unspecified => default;

    /// <summary>The 48 bits as a number; the first octet on the wire is the most significant.</summary>
    public ulong Value => _value;

    /// <summary>Whether all octets are zero.</summary>
    public bool IsUnspecified => _value == 0;

    /// <summary>Whether this is the address of all stations.</summary>
    public bool IsBroadcast => _value == Mask;

    /// <summary>Whether the group bit is set: a multicast address or the broadcast address.</summary>
    public bool IsMulticast => (_value & GroupBit) != 0;

    /// <summary>Whether the address can name one station: not a group and not all zero.</summary>
    public bool IsUnicast => !IsMulticast && !IsUnspecified;

    /// <summary>Whether the address is locally administered.</summary>
    public bool IsLocal => (_value & LocalBit) != 0;

    /// <summary>Whether the address is universally administered.</summary>
    public bool IsUniversal => !IsLocal;

    /// <summary>Whether both addresses are the same.</summary>
    /// <param name="left">The first address.</param>
    /// <param name="right">The second address.</param>
    public static bool operator ==(MacAddress left, MacAddress right) => left._value == right._value;

    /// <summary>Whether the addresses differ.</summary>
    /// <param name="left">The first address.</param>
    /// <param name="right">The second address.</param>
    public static bool operator !=(MacAddress left, MacAddress right) => left._value != right._value;

    /// <summary>The address to which frames for an IPv4 group are sent (RFC 1112 §6.4): 01:00:5e and the low 23 bits of the group.</summary>
    /// <param name="group">A multicast address.</param>
    public static MacAddress ForMulticast(IPv4Address group) => new(0x0100_5E00_0000UL | group.Value & 0x7F_FFFF);

    /// <summary>The address to which frames for an IPv6 group are sent (RFC 2464 §7): 33:33 and the low 32 bits of the group.</summary>
    /// <param name="group">A multicast address.</param>
    public static MacAddress ForMulticast(IPv6Address group) => new(0x3333_0000_0000 | group.Lower & 0xFFFF_FFFF);

    /// <summary>The address to which frames for a group of either family are sent.</summary>
    /// <param name="group">A multicast address.</param>
    public static MacAddress ForMulticast(IpAddress group) => group.IsIPv4 ? ForMulticast(group.ToIPv4()) : ForMulticast(group.ToIPv6());

    /// <summary>Reads an address from the start of a span.</summary>
    /// <param name="source">Octets in wire order.</param>
    /// <param name="address">The address read.</param>
    /// <returns>False if the span is shorter than six octets.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out MacAddress address)
    {
        address = source.Length < Length ? default : new MacAddress(source);
        return source.Length >= Length;
    }

    /// <summary>Writes the six octets in wire order.</summary>
    /// <param name="destination">At least six octets.</param>
    /// <exception cref="ArgumentException">The span is shorter than six octets.</exception>
    public void Write(Span<byte> destination)
    {
        if (destination.Length < Length)
            throw AddressText.TooShort(nameof(destination), Length, destination.Length);
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)(_value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(destination[2..], (uint)_value);
    }

    /// <summary>The modified EUI-64 interface identifier of this address (RFC 4291 Appendix A): ff:fe in the middle, universal/local bit inverted.</summary>
    /// <returns>The low 64 bits of an IPv6 address.</returns>
    public ulong ToInterfaceIdentifier() =>
        ((_value & 0xFFFF_FF00_0000) << 16 | 0xFF_FE00_0000 | _value & 0xFF_FFFF) ^ 0x0200_0000_0000_0000;

    /// <summary>Reads six groups of two hexadecimal digits, all separated by colons or all by hyphens.</summary>
    /// <param name="text">The text, without blanks around it.</param>
    /// <param name="result">The address read.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress result)
    {
        result = default;
        if (text.Length != TextLength || text[2] is not (':' or '-'))
            return false;

        ulong value = 0;
        for (var i = 0; i < TextLength; i += 3)
        {
            var high = AddressText.HexValue(text[i]);
            var low = AddressText.HexValue(text[i + 1]);
            if ((high | low) < 0 || (i + 2 < TextLength && text[i + 2] != text[2]))
                return false;
            value = value << 8 | (uint)(high << 4 | low);
        }

        result = new MacAddress(value);
        return true;
    }

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out MacAddress result) => TryParse(s, out result);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MacAddress result) => TryParse(s.AsSpan(), out result);

    /// <summary>Reads six groups of two hexadecimal digits, all separated by colons or all by hyphens.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Ignored.</param>
    /// <exception cref="FormatException">The text is not such an address.</exception>
    public static MacAddress Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) => TryParse(s, out var result)
        ? result
        : throw AddressText.NotParsed(s, "a MAC address", "six groups of two hexadecimal digits such as 02:00:00:00:00:07 are expected");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static MacAddress Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <summary>The address as 02:00:00:00:00:07.</summary>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[TextLength];
        return AddressText.ToText(text[..Format(text)]);
    }

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null)
    {
        Span<byte> text = stackalloc byte[TextLength];
        return AddressText.TryCopy(text[..Format(text)], destination, out charsWritten);
    }

    /// <inheritdoc/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null)
    {
        Span<byte> text = stackalloc byte[TextLength];
        return AddressText.TryCopy(text[..Format(text)], utf8Destination, out bytesWritten);
    }

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc/>
    public bool Equals(MacAddress other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MacAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)(unchecked(_value * 0x9E37_79B9_7F4A_7C15) >> 32);

    /// <summary>Orders addresses by their value as a number.</summary>
    /// <param name="other">The address to compare with.</param>
    public int CompareTo(MacAddress other) => _value.CompareTo(other._value);

    private int Format(Span<byte> text)
    {
        for (var i = 0; i < Length; i++)
        {
            var octet = (uint)(_value >> (40 - 8 * i)) & 0xFF;
            text[3 * i] = AddressText.HexDigit(octet >> 4);
            text[3 * i + 1] = AddressText.HexDigit(octet & 15);
            if (i < Length - 1)
                text[3 * i + 2] = (byte)':';
        }

        return TextLength;
    }
}
