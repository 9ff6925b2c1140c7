using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>DNS servers that a router advertises (RFC 8106 §5.1).</summary>
public readonly ref struct RecursiveDnsServers : INdOption<RecursiveDnsServers>
{
    private readonly ReadOnlySpan<byte> _addresses;

    private RecursiveDnsServers(uint lifetime, ReadOnlySpan<byte> addresses)
    {
        Lifetime = lifetime;
        _addresses = addresses;
    }

    /// <summary>Seconds; 0xFFFFFFFF is forever, 0 withdraws the servers.</summary>
    public uint Lifetime { get; }

    /// <summary>How many servers, at least 1.</summary>
    public int Count => _addresses.Length / IPv6Address.Length;

    /// <summary>The server at a place from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public IPv6Address this[int index] => new(_addresses.Slice(index * IPv6Address.Length, IPv6Address.Length));

    /// <inheritdoc/>
    public static bool TryParse(NdOption option, out RecursiveDnsServers value)
    {
        value = default;
        // RFC 8106 §5.1: at least 3 units, and an odd number of them. An even one was CVE-2020-16898.
        if (option.Type != NdOptionType.RecursiveDnsServers || option.Length < 24 || option.Length % 16 != 8)
            return false;
        value = new RecursiveDnsServers(BinaryPrimitives.ReadUInt32BigEndian(option.Bytes[4..]), option.Bytes[8..]);
        return true;
    }
}

/// <summary>DNS search domains that a router advertises (RFC 8106 §5.2).</summary>
public readonly ref struct DnsSearchList : INdOption<DnsSearchList>
{
    private const int MaxNameLength = 255;
    private const int MaxLabelLength = 63;

    private readonly ReadOnlySpan<byte> _names;

    private DnsSearchList(uint lifetime, ReadOnlySpan<byte> names)
    {
        Lifetime = lifetime;
        _names = names;
    }

    /// <summary>Seconds; 0xFFFFFFFF is forever, 0 withdraws the domains.</summary>
    public uint Lifetime { get; }

    /// <summary>
    /// The domains one behind the other, each a sequence of labels (RFC 1035 §3.1) that is proved to be whole; without the padding.
    /// </summary>
    public ReadOnlySpan<byte> Names => _names;

    /// <summary>Takes the first domain off <paramref name="names"/>, which began as <see cref="Names"/>.</summary>
    /// <param name="names">What is left of the list.</param>
    /// <param name="name">The domain in wire format, with the root label.</param>
    /// <returns>False at the end.</returns>
    public static bool TryTakeName(scoped ref ReadOnlySpan<byte> names, out ReadOnlySpan<byte> name)
    {
        name = default;
        for (var at = 0; at < names.Length && at < MaxNameLength;)
        {
            int label = names[at++];
            if (label > MaxLabelLength) // no compression here (RFC 8106 §5.2)
                return false;
            at += label;
            if (label > 0)
                continue;
            name = names[..at];
            names = names[at..];
            return true;
        }
        return false;
    }

    /// <inheritdoc/>
    public static bool TryParse(NdOption option, out DnsSearchList value)
    {
        value = default;
        if (option.Type != NdOptionType.DnsSearchList || option.Length < 16)
            return false;
        var names = option.Bytes[8..];
        var rest = names;
        // Padding is zeros, which read as root labels: the list ends there.
        while (!rest.IsEmpty && rest[0] != 0)
        {
            if (!TryTakeName(ref rest, out _))
                return false;
        }
        if (rest.Length == names.Length)
            return false;
        value = new DnsSearchList(BinaryPrimitives.ReadUInt32BigEndian(option.Bytes[4..]), names[..(names.Length - rest.Length)]);
        return true;
    }
}
