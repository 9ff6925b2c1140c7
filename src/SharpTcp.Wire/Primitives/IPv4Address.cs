using System;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Numerics;

namespace SharpTcp.Wire;

/// <summary>An IPv4 address. What kind of address it is, is in the other half of this type.</summary>
public readonly partial struct IPv4Address : IEquatable<IPv4Address>, IComparable<IPv4Address>, ISpanParsable<IPv4Address>, ISpanFormattable, IUtf8SpanFormattable
{
    /// <summary>The number of octets on the wire.</summary>
    public const int Length = 4;

    internal const int MaxTextLength = 15;

    /// <summary>Makes an address from a number in host order: 10.0.0.7 is 0x0A000007.</summary>
    /// <param name="value">The 32 bits.</param>
    public IPv4Address(uint value) => Value = value;

    /// <summary>Makes an address from its four parts, as they are written.</summary>
    /// <param name="a">The first part.</param>
    /// <param name="b">The second part.</param>
    /// <param name="c">The third part.</param>
    /// <param name="d">The fourth part.</param>
    public IPv4Address(byte a, byte b, byte c, byte d) => Value = (uint)(a << 24 | b << 16 | c << 8 | d);

    /// <summary>Makes an address from the first four octets of a span.</summary>
    /// <param name="octets">At least four octets, in wire order.</param>
    /// <exception cref="ArgumentException">The span is shorter than four octets.</exception>
    public IPv4Address(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < Length)
            throw AddressText.TooShort(nameof(octets), Length, octets.Length);
        Value = BinaryPrimitives.ReadUInt32BigEndian(octets);
    }

    /// <summary>The 32 bits in host order.</summary>
    public uint Value { get; }

    /// <summary>Whether both addresses are the same.</summary>
    /// <param name="left">The first address.</param>
    /// <param name="right">The second address.</param>
    public static bool operator ==(IPv4Address left, IPv4Address right) => left.Value == right.Value;

    /// <summary>Whether the addresses differ.</summary>
    /// <param name="left">The first address.</param>
    /// <param name="right">The second address.</param>
    public static bool operator !=(IPv4Address left, IPv4Address right) => left.Value != right.Value;

    /// <summary>Takes over an address of .NET.</summary>
    /// <param name="address">An IPv4 address, or an IPv6 address that is an IPv4-mapped one.</param>
    /// <exception cref="ArgumentException">The address is another IPv6 address.</exception>
    public static IPv4Address From(IPAddress address)
    {
        var either = IpAddress.From(address);
        return either.IsIPv4 ? either.ToIPv4() : throw new ArgumentException($"{address} is not an IPv4 address.", nameof(address));
    }

    /// <summary>The address as .NET's type.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> octets = stackalloc byte[Length];
        Write(octets);
        return new IPAddress(octets);
    }

    /// <summary>The IPv4-mapped IPv6 address ::ffff:a.b.c.d (RFC 4291 §2.5.5.2).</summary>
    public IPv6Address ToIPv4Mapped() => new(0, 0xFFFF_0000_0000UL | Value);

    /// <summary>Reads an address from the start of a span.</summary>
    /// <param name="source">Octets in wire order.</param>
    /// <param name="address">The address read.</param>
    /// <returns>False if the span is shorter than four octets.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out IPv4Address address)
    {
        var complete = BinaryPrimitives.TryReadUInt32BigEndian(source, out var value);
        address = new IPv4Address(value);
        return complete;
    }

    /// <summary>Writes the four octets in wire order.</summary>
    /// <param name="destination">At least four octets.</param>
    /// <exception cref="ArgumentException">The span is shorter than four octets.</exception>
    public void Write(Span<byte> destination)
    {
        if (!BinaryPrimitives.TryWriteUInt32BigEndian(destination, Value))
            throw AddressText.TooShort(nameof(destination), Length, destination.Length);
    }

    /// <summary>Makes the netmask of a prefix length: 24 gives 255.255.255.0.</summary>
    /// <param name="prefixLength">0 to 32.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not 0 to 32.</exception>
    public static IPv4Address Netmask(int prefixLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(prefixLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixLength, 32);
        return new IPv4Address(prefixLength == 0 ? 0 : uint.MaxValue << (32 - prefixLength));
    }

    /// <summary>Takes this address as a netmask and gives the length of the prefix that it marks.</summary>
    /// <param name="prefixLength">0 to 32.</param>
    /// <returns>False if the ones are not all in front.</returns>
    public bool TryGetPrefixLength(out int prefixLength)
    {
        prefixLength = BitOperations.LeadingZeroCount(~Value);
        return Netmask(prefixLength) == this;
    }

    /// <summary>Reads four decimal numbers with dots between; nothing else: no leading zeros, no fewer parts, no hexadecimal.</summary>
    /// <param name="text">The text, without blanks around it.</param>
    /// <param name="result">The address read.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out IPv4Address result)
    {
        result = default;
        uint value = 0;
        for (var part = 0; part < 4; part++)
        {
            if (part > 0)
            {
                if (text.IsEmpty || text[0] != '.')
                    return false;
                text = text[1..];
            }

            var length = AddressText.ReadDecimal(text, out var number);
            if (length == 0 || number > 255)
                return false;
            value = value << 8 | (uint)number;
            text = text[length..];
        }

        result = new IPv4Address(value);
        return text.IsEmpty;
    }

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out IPv4Address result) => TryParse(s, out result);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out IPv4Address result) => TryParse(s.AsSpan(), out result);

    /// <summary>Reads four decimal numbers with dots between.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Ignored.</param>
    /// <exception cref="FormatException">The text is not such an address.</exception>
    public static IPv4Address Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) => TryParse(s, out var result)
        ? result
        : throw AddressText.NotParsed(s, "an IPv4 address", "four decimal numbers from 0 to 255 with dots between, such as 10.0.0.7, are expected");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static IPv4Address Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <summary>The address in dotted decimal.</summary>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[MaxTextLength];
        return AddressText.ToText(text[..Format(text)]);
    }

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null)
    {
        Span<byte> text = stackalloc byte[MaxTextLength];
        return AddressText.TryCopy(text[..Format(text)], destination, out charsWritten);
    }

    /// <inheritdoc/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null)
    {
        Span<byte> text = stackalloc byte[MaxTextLength];
        return AddressText.TryCopy(text[..Format(text)], utf8Destination, out bytesWritten);
    }

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc/>
    public bool Equals(IPv4Address other) => Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IPv4Address other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)unchecked(Value * 0x9E37_79B1);

    /// <summary>Orders addresses by their value as a number.</summary>
    /// <param name="other">The address to compare with.</param>
    public int CompareTo(IPv4Address other) => Value.CompareTo(other.Value);

    internal int Format(Span<byte> text)
    {
        var length = 0;
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            length += AddressText.WriteDecimal(Value >> shift & 0xFF, text[length..]);
            if (shift > 0)
                text[length++] = (byte)'.';
        }

        return length;
    }
}
