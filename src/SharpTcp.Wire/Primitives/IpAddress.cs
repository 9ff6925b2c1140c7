using System;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace SharpTcp.Wire;

/// <summary>
/// An address of either family in 16 bytes. An IPv4 address is kept in the form ::ffff:a.b.c.d, so that comparing and hashing look at two numbers
/// whatever the family. <c>default</c> is the IPv6 address <c>::</c>.
/// </summary>
public readonly struct IpAddress : IEquatable<IpAddress>, IComparable<IpAddress>, ISpanParsable<IpAddress>, ISpanFormattable, IUtf8SpanFormattable
{
    internal const int MaxTextLength = IPv6Address.MaxTextLength;

    private readonly IPv6Address _address;

    private IpAddress(IPv6Address address) => _address = address;

    /// <summary>Whether this is an IPv4 address.</summary>
    public bool IsIPv4 => _address.IsIPv4Mapped;

    /// <summary>Whether this is an IPv6 address.</summary>
    public bool IsIPv6 => !IsIPv4;

    /// <summary>The number of octets that the address has on the wire: 4 or 16.</summary>
    public int Length => IsIPv4 ? IPv4Address.Length : IPv6Address.Length;

    /// <summary>The number of bits of an address of this family: 32 or 128.</summary>
    public int BitLength => Length * 8;

    /// <summary>0.0.0.0 or ::.</summary>
    public bool IsUnspecified => _address.IsUnspecified || IsIPv4 && V4.IsUnspecified;

    /// <summary>127.0.0.0/8 or ::1.</summary>
    public bool IsLoopback => IsIPv4 ? V4.IsLoopback : _address.IsLoopback;

    /// <summary>224.0.0.0/4 or ff00::/8.</summary>
    public bool IsMulticast => IsIPv4 ? V4.IsMulticast : _address.IsMulticast;

    /// <summary>169.254.0.0/16 or fe80::/10.</summary>
    public bool IsLinkLocal => IsIPv4 ? V4.IsLinkLocal : _address.IsLinkLocal;

    /// <summary>A group that no router forwards: 224.0.0.0/24 or ffx2::/16.</summary>
    public bool IsLinkLocalMulticast => IsIPv4 ? V4.IsLinkLocalMulticast : _address.IsLinkLocalMulticast;

    /// <summary>255.255.255.255; IPv6 has no broadcast.</summary>
    public bool IsLimitedBroadcast => IsIPv4 && V4.IsLimitedBroadcast;

    /// <summary>An address for use inside a site: RFC 1918, or unique local (RFC 4193).</summary>
    public bool IsPrivate => IsIPv4 ? V4.IsPrivate : _address.IsUniqueLocal;

    /// <summary>An address for examples in documents.</summary>
    public bool IsDocumentation => IsIPv4 ? V4.IsDocumentation : _address.IsDocumentation;

    /// <summary>An address for benchmarks of network devices.</summary>
    public bool IsBenchmarking => IsIPv4 ? V4.IsBenchmarking : _address.IsBenchmarking;

    /// <summary>Can name one interface.</summary>
    public bool IsUnicast => IsIPv4 ? V4.IsUnicast : _address.IsUnicast;

    /// <summary>A unicast address that the Internet routes.</summary>
    public bool IsGlobal => IsIPv4 ? V4.IsGlobal : _address.IsGlobal;

    private IPv4Address V4 => new((uint)_address.Lower);

    /// <summary>Takes an IPv4 address.</summary>
    /// <param name="address">The address.</param>
    public static implicit operator IpAddress(IPv4Address address) => new(address.ToIPv4Mapped());

    /// <summary>Takes an IPv6 address. An IPv4-mapped one becomes the IPv4 address.</summary>
    /// <param name="address">The address.</param>
    public static implicit operator IpAddress(IPv6Address address) => new(address);

    /// <summary>Whether both addresses are the same.</summary>
    /// <param name="left">The first address.</param>
    /// <param name="right">The second address.</param>
    public static bool operator ==(IpAddress left, IpAddress right) => left._address == right._address;

    /// <summary>Whether the addresses differ.</summary>
    /// <param name="left">The first address.</param>
    /// <param name="right">The second address.</param>
    public static bool operator !=(IpAddress left, IpAddress right) => left._address != right._address;

    /// <summary>Takes over an address of .NET; its scope id is dropped.</summary>
    /// <param name="address">An address of either family.</param>
    public static IpAddress From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> octets = stackalloc byte[IPv6Address.Length];
        address.TryWriteBytes(octets, out _);
        return address.AddressFamily == AddressFamily.InterNetwork ? new IPv4Address(octets) : new IPv6Address(octets);
    }

    /// <summary>The address as .NET's type.</summary>
    public IPAddress ToIPAddress() => IsIPv4 ? V4.ToIPAddress() : _address.ToIPAddress();

    /// <summary>The IPv4 address.</summary>
    /// <exception cref="InvalidOperationException">This is an IPv6 address.</exception>
    public IPv4Address ToIPv4() => IsIPv4 ? V4 : throw new InvalidOperationException($"{this} is an IPv6 address; ask IsIPv4 first.");

    /// <summary>The IPv6 address; for an IPv4 address, the IPv4-mapped one.</summary>
    public IPv6Address ToIPv6() => _address;

    /// <summary>Reads an address from all octets of a span: 4 give an IPv4 address, 16 an IPv6 address.</summary>
    /// <param name="source">Octets in wire order.</param>
    /// <param name="address">The address read.</param>
    /// <returns>False if the span has another length.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out IpAddress address)
    {
        address = source.Length switch
        {
            IPv4Address.Length => new IPv4Address(source),
            IPv6Address.Length => new IPv6Address(source),
            _ => default(IpAddress),
        };
        return source.Length is IPv4Address.Length or IPv6Address.Length;
    }

    /// <summary>Writes the 4 or 16 octets in wire order.</summary>
    /// <param name="destination">At least <see cref="Length"/> octets.</param>
    /// <returns>The number of octets written.</returns>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public int Write(Span<byte> destination)
    {
        if (IsIPv4)
            V4.Write(destination);
        else
            _address.Write(destination);
        return Length;
    }

    /// <summary>Reads an address of either family.</summary>
    /// <param name="text">The text, without blanks around it.</param>
    /// <param name="result">The address read.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out IpAddress result)
    {
        var isIPv6 = IPv6Address.TryParse(text, out var v6);
        var isIPv4 = IPv4Address.TryParse(text, out var v4);
        result = isIPv4 ? v4 : v6;
        return isIPv4 || isIPv6;
    }

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out IpAddress result) => TryParse(s, out result);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out IpAddress result) => TryParse(s.AsSpan(), out result);

    /// <summary>Reads an address of either family.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Ignored.</param>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static IpAddress Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) => TryParse(s, out var result)
        ? result
        : throw AddressText.NotParsed(s, "an IP address", "an address such as 10.0.0.7 or 2001:db8::7 is expected");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static IpAddress Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <summary>Dotted decimal, or the canonical form of RFC 5952.</summary>
    public override string ToString() => IsIPv4 ? V4.ToString() : _address.ToString();

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        IsIPv4 ? V4.TryFormat(destination, out charsWritten) : _address.TryFormat(destination, out charsWritten);

    /// <inheritdoc/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        IsIPv4 ? V4.TryFormat(utf8Destination, out bytesWritten) : _address.TryFormat(utf8Destination, out bytesWritten);

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc/>
    public bool Equals(IpAddress other) => _address == other._address;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IpAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _address.GetHashCode();

    /// <summary>Orders addresses by the value of their 16-byte form: IPv4 addresses stand together.</summary>
    /// <param name="other">The address to compare with.</param>
    public int CompareTo(IpAddress other) => _address.CompareTo(other._address);

    internal int Format(Span<byte> text) => IsIPv4 ? V4.Format(text) : _address.Format(text);
}
