using System;
using System.Diagnostics.CodeAnalysis;

namespace SharpTcp.Wire;

/// <summary>
/// An address and the length of the prefix that it shares with its network, as in <c>10.0.0.7/24</c>. The address is kept as given;
/// <see cref="Network"/> has the host bits cleared. <c>default</c> is <c>::/0</c>.
/// </summary>
public readonly struct Prefix : IEquatable<Prefix>, IComparable<Prefix>, ISpanParsable<Prefix>, ISpanFormattable, IUtf8SpanFormattable
{
    private const int MaxTextLength = IpAddress.MaxTextLength + 4;

    private readonly byte _length;

    /// <summary>Makes a prefix.</summary>
    /// <param name="address">The address; its host bits are kept.</param>
    /// <param name="length">0 to 32 for IPv4, 0 to 128 for IPv6.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length does not suit the family.</exception>
    public Prefix(IpAddress address, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, address.BitLength);
        Address = address;
        _length = (byte)length;
    }

    /// <summary>The address as it was given, with its host bits.</summary>
    public IpAddress Address { get; }

    /// <summary>The number of leading bits that all addresses of the network share, in the family's own terms: 0 to 32 or 0 to 128.</summary>
    public int Length => _length;

    /// <summary>Whether this is a prefix of IPv4 addresses.</summary>
    public bool IsIPv4 => Address.IsIPv4;

    /// <summary>Whether this is a prefix of IPv6 addresses.</summary>
    public bool IsIPv6 => !IsIPv4;

    /// <summary>The network's address: the host bits cleared.</summary>
    public IpAddress Network => new IPv6Address(Address.ToIPv6().Value & Mask);

    /// <summary>The netmask, as an address of the same family.</summary>
    public IpAddress Netmask => IsIPv4 ? IPv4Address.Netmask(_length) : new IPv6Address(Mask);

    /// <summary>
    /// The address of all hosts of the network, or null if it has none: in IPv6, and in IPv4 where the prefix is longer than 30 bits (RFC 3021).
    /// </summary>
    public IPv4Address? Broadcast => IsIPv4 && _length <= 30 ? new IPv4Address(Address.ToIPv4().Value | ~IPv4Address.Netmask(_length).Value) : null;

    // An IPv4 address is kept behind 96 bits that all IPv4 addresses share.
    private UInt128 Mask
    {
        get
        {
            var hostBits = Address.BitLength - _length;
            return hostBits == 128 ? UInt128.Zero : UInt128.MaxValue << hostBits;
        }
    }

    /// <summary>Whether both prefixes have the same address and length.</summary>
    /// <param name="left">The first prefix.</param>
    /// <param name="right">The second prefix.</param>
    public static bool operator ==(Prefix left, Prefix right) => left.Equals(right);

    /// <summary>Whether address or length differ.</summary>
    /// <param name="left">The first prefix.</param>
    /// <param name="right">The second prefix.</param>
    public static bool operator !=(Prefix left, Prefix right) => !left.Equals(right);

    /// <summary>Whether an address belongs to the network. An address of the other family never does.</summary>
    /// <param name="address">The address to look at.</param>
    public bool Contains(IpAddress address) =>
        address.IsIPv4 == IsIPv4 && ((address.ToIPv6().Value ^ Address.ToIPv6().Value) & Mask) == UInt128.Zero;

    /// <summary>Whether every address of another network belongs to this one.</summary>
    /// <param name="other">The network to look at.</param>
    public bool Contains(Prefix other) => other._length >= _length && Contains(other.Address);

    /// <summary>The same network with its host bits cleared, for use as a key.</summary>
    public Prefix ToNetwork() => new(Network, _length);

    /// <summary>Reads an address, a slash and a decimal length.</summary>
    /// <param name="text">The text, without blanks.</param>
    /// <param name="result">The prefix read.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out Prefix result)
    {
        result = default;
        var slash = text.IndexOf('/');
        if (slash < 0 || !IpAddress.TryParse(text[..slash], out var address))
            return false;

        var digits = text[(slash + 1)..];
        var read = AddressText.ReadDecimal(digits, out var length);
        if (read == 0 || read != digits.Length || length > address.BitLength)
            return false;
        result = new Prefix(address, length);
        return true;
    }

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Prefix result) => TryParse(s, out result);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Prefix result) => TryParse(s.AsSpan(), out result);

    /// <summary>Reads an address, a slash and a decimal length.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Ignored.</param>
    /// <exception cref="FormatException">The text is not a prefix.</exception>
    public static Prefix Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) => TryParse(s, out var result)
        ? result
        : throw AddressText.NotParsed(s, "an address with a prefix length", "an address, a slash and a length such as 10.0.0.7/24 or 2001:db8::7/64 are expected");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static Prefix Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <summary>The address, a slash and the length.</summary>
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
    public bool Equals(Prefix other) => _length == other._length && Address == other.Address;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Prefix other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked(Address.GetHashCode() * 31 + _length);

    /// <summary>Orders by address, then by length.</summary>
    /// <param name="other">The prefix to compare with.</param>
    public int CompareTo(Prefix other)
    {
        var byAddress = Address.CompareTo(other.Address);
        return byAddress != 0 ? byAddress : _length.CompareTo(other._length);
    }

    private int Format(Span<byte> text)
    {
        var length = Address.Format(text);
        text[length++] = (byte)'/';
        return length + AddressText.WriteDecimal(_length, text[length..]);
    }
}
