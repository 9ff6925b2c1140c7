using System;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace SharpTcp.Wire;

/// <summary>An IPv6 address, without a zone: an interface gives that. Its text and its kinds are in the other parts of this type.</summary>
public readonly partial struct IPv6Address : IEquatable<IPv6Address>, IComparable<IPv6Address>, ISpanParsable<IPv6Address>, ISpanFormattable, IUtf8SpanFormattable
{
    /// <summary>The number of octets on the wire.</summary>
    public const int Length = 16;

    /// <summary>Makes an address from its two halves as numbers in host order.</summary>
    /// <param name="upper">The first 64 bits: usually the prefix.</param>
    /// <param name="lower">The last 64 bits: usually the interface identifier.</param>
    public IPv6Address(ulong upper, ulong lower)
    {
        Upper = upper;
        Lower = lower;
    }

    /// <summary>Makes an address from a number in host order.</summary>
    /// <param name="value">The 128 bits.</param>
    public IPv6Address(UInt128 value)
        : this((ulong)(value >> 64), (ulong)value)
    {
    }

    /// <summary>Makes an address from the first 16 octets of a span.</summary>
    /// <param name="octets">At least 16 octets, in wire order.</param>
    /// <exception cref="ArgumentException">The span is shorter than 16 octets.</exception>
    public IPv6Address(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < Length)
            throw AddressText.TooShort(nameof(octets), Length, octets.Length);
        Upper = BinaryPrimitives.ReadUInt64BigEndian(octets);
        Lower = BinaryPrimitives.ReadUInt64BigEndian(octets[8..]);
    }

    /// <summary>The first 64 bits in host order.</summary>
    public ulong Upper { get; }

    /// <summary>The last 64 bits in host order.</summary>
    public ulong Lower { get; }

    /// <summary>All 128 bits in host order.</summary>
    public UInt128 Value => new(Upper, Lower);

    /// <summary>Whether both addresses are the same.</summary>
    /// <param name="left">The first address.</param>
    /// <param name="right">The second address.</param>
    public static bool operator ==(IPv6Address left, IPv6Address right) => left.Equals(right);

    /// <summary>Whether the addresses differ.</summary>
    /// <param name="left">The first address.</param>
    /// <param name="right">The second address.</param>
    public static bool operator !=(IPv6Address left, IPv6Address right) => !left.Equals(right);

    /// <summary>Takes over an address of .NET; its scope id is dropped.</summary>
    /// <param name="address">An address of either family; an IPv4 address becomes the IPv4-mapped one.</param>
    public static IPv6Address From(IPAddress address) => IpAddress.From(address).ToIPv6();

    /// <summary>The address as .NET's type, without a scope id.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> octets = stackalloc byte[Length];
        Write(octets);
        return new IPAddress(octets);
    }

    /// <summary>The link-local address with the modified EUI-64 of a MAC address (RFC 2464 §5).</summary>
    /// <param name="mac">The address of the interface.</param>
    public static IPv6Address LinkLocal(MacAddress mac) => new(0xFE80_0000_0000_0000, mac.ToInterfaceIdentifier());

    /// <summary>The address with this one's first 64 bits and the modified EUI-64 of a MAC address (RFC 4291 Appendix A).</summary>
    /// <param name="mac">The address of the interface.</param>
    public IPv6Address WithInterfaceIdentifier(MacAddress mac) => new(Upper, mac.ToInterfaceIdentifier());

    /// <summary>The solicited-node group of this address (RFC 4291 §2.7.1): ff02::1:ff and the last 24 bits.</summary>
    public IPv6Address ToSolicitedNode() => new(SolicitedNodeUpper, SolicitedNodeLower | Lower & 0xFF_FFFF);

    /// <summary>The IPv4 address in an IPv4-mapped one.</summary>
    /// <exception cref="InvalidOperationException">This address is not IPv4-mapped.</exception>
    public IPv4Address ToMappedIPv4() => IsIPv4Mapped
        ? new IPv4Address((uint)Lower)
        : throw new InvalidOperationException($"{this} is not an IPv4-mapped address; ask IsIPv4Mapped first.");

    /// <summary>Reads an address from the start of a span.</summary>
    /// <param name="source">Octets in wire order.</param>
    /// <param name="address">The address read.</param>
    /// <returns>False if the span is shorter than 16 octets.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out IPv6Address address)
    {
        address = source.Length < Length ? default : new IPv6Address(source);
        return source.Length >= Length;
    }

    /// <summary>Writes the 16 octets in wire order.</summary>
    /// <param name="destination">At least 16 octets.</param>
    /// <exception cref="ArgumentException">The span is shorter than 16 octets.</exception>
    public void Write(Span<byte> destination)
    {
        if (destination.Length < Length)
            throw AddressText.TooShort(nameof(destination), Length, destination.Length);
        BinaryPrimitives.WriteUInt64BigEndian(destination, Upper);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Lower);
    }

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out IPv6Address result) => TryParse(s, out result);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out IPv6Address result) => TryParse(s.AsSpan(), out result);

    /// <summary>Reads any form of RFC 4291 §2.2, without a zone.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Ignored.</param>
    /// <exception cref="FormatException">The text is not such an address.</exception>
    public static IPv6Address Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) => TryParse(s, out var result)
        ? result
        : throw AddressText.NotParsed(s, "an IPv6 address", "eight groups of hexadecimal digits, shortened at most once by '::', such as 2001:db8::7, are expected");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static IPv6Address Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <summary>The address in the canonical form of RFC 5952.</summary>
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
    public bool Equals(IPv6Address other) => Upper == other.Upper && Lower == other.Lower;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IPv6Address other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Mix(Upper, Lower);

    /// <summary>Orders addresses by their value as a number.</summary>
    /// <param name="other">The address to compare with.</param>
    public int CompareTo(IPv6Address other) => Value.CompareTo(other.Value);

    internal static int Mix(ulong upper, ulong lower)
    {
        var mixed = unchecked((upper * 0xC2B2_AE3D_27D4_EB4F ^ lower) * 0x9E37_79B9_7F4A_7C15);
        return (int)(mixed >> 32 ^ mixed);
    }
}
