using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>Writes Neighbor Discovery options. Each method returns the length written, a multiple of 8.</summary>
public static class NdOptionWriter
{
    /// <summary>The length of a link-layer address option on Ethernet.</summary>
    public const int LinkLayerAddressLength = 8;

    /// <summary>Writes a source or target link-layer address.</summary>
    /// <param name="destination">Room for 8 bytes.</param>
    /// <param name="type">Which of the two.</param>
    /// <param name="address">The MAC.</param>
    /// <returns>8.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteLinkLayerAddress(Span<byte> destination, NdOptionType type, MacAddress address)
    {
        var option = Begin(destination, type, LinkLayerAddressLength);
        address.Write(option[2..]);
        return option.Length;
    }

    /// <summary>Writes the link's MTU.</summary>
    /// <param name="destination">Room for 8 bytes.</param>
    /// <param name="mtu">The MTU in bytes.</param>
    /// <returns>8.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteMtu(Span<byte> destination, uint mtu)
    {
        var option = Begin(destination, NdOptionType.Mtu, 8);
        BinaryPrimitives.WriteUInt32BigEndian(option[4..], mtu);
        return option.Length;
    }

    /// <summary>Writes a nonce (RFC 3971 §5.3.2, RFC 7527 §4.1).</summary>
    /// <param name="destination">Room for the nonce and 2 bytes.</param>
    /// <param name="nonce">At least 6 bytes; with 2 more a multiple of 8.</param>
    /// <returns>The length of the nonce and 2.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short, or the nonce has no such length.</exception>
    public static int WriteNonce(Span<byte> destination, ReadOnlySpan<byte> nonce)
    {
        if (nonce.Length % NdOption.Unit != NdOption.Unit - NdOption.HeaderLength)
            throw new ArgumentException($"A nonce has 6, 14, 22 … bytes, this one {nonce.Length}: pass 6.", nameof(nonce));
        var option = Begin(destination, NdOptionType.Nonce, NdOption.HeaderLength + nonce.Length);
        nonce.CopyTo(option[2..]);
        return option.Length;
    }

    /// <summary>Writes a prefix.</summary>
    /// <param name="destination">Room for 32 bytes.</param>
    /// <param name="prefix">The prefix with its flags and lifetimes; an IPv6 one.</param>
    /// <returns>32.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WritePrefix(Span<byte> destination, PrefixInformation prefix)
    {
        var option = Begin(destination, NdOptionType.PrefixInformation, PrefixInformation.OptionLength);
        option[2] = (byte)prefix.Prefix.Length;
        option[3] = (byte)((prefix.OnLink ? PrefixInformation.OnLinkFlag : 0) | (prefix.Autonomous ? PrefixInformation.AutonomousFlag : 0));
        BinaryPrimitives.WriteUInt32BigEndian(option[4..], prefix.ValidLifetime);
        BinaryPrimitives.WriteUInt32BigEndian(option[8..], prefix.PreferredLifetime);
        prefix.Prefix.Network.ToIPv6().Write(option[16..]);
        return option.Length;
    }

    /// <summary>Writes a route (RFC 4191 §2.3).</summary>
    /// <param name="destination">Room for 24 bytes.</param>
    /// <param name="route">The route; an IPv6 one.</param>
    /// <returns>24.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteRoute(Span<byte> destination, RouteInformation route)
    {
        var option = Begin(destination, NdOptionType.RouteInformation, 24);
        option[2] = (byte)route.Prefix.Length;
        option[3] = PreferenceBits(route.Preference);
        BinaryPrimitives.WriteUInt32BigEndian(option[4..], route.Lifetime);
        route.Prefix.Network.ToIPv6().Write(option[8..]);
        return option.Length;
    }

    /// <summary>Writes DNS servers (RFC 8106 §5.1).</summary>
    /// <param name="destination">Room for 8 bytes and 16 for each server.</param>
    /// <param name="lifetime">Seconds.</param>
    /// <param name="servers">1–127 servers.</param>
    /// <returns>The length written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short, or there is no such number of servers.</exception>
    public static int WriteDnsServers(Span<byte> destination, uint lifetime, ReadOnlySpan<IPv6Address> servers)
    {
        if (servers.Length is 0 or > 127)
            throw new ArgumentException($"An option holds 1 to 127 servers, not {servers.Length}: write several options.", nameof(servers));
        var option = Begin(destination, NdOptionType.RecursiveDnsServers, 8 + servers.Length * IPv6Address.Length);
        BinaryPrimitives.WriteUInt32BigEndian(option[4..], lifetime);
        for (var i = 0; i < servers.Length; i++)
            servers[i].Write(option[(8 + i * IPv6Address.Length)..]);
        return option.Length;
    }

    /// <summary>Writes a DNS search list (RFC 8106 §5.2).</summary>
    /// <param name="destination">Room for 8 bytes and the names, rounded up to a multiple of 8.</param>
    /// <param name="lifetime">Seconds.</param>
    /// <param name="names">The domains one behind the other, in wire format (RFC 1035 §3.1).</param>
    /// <returns>The length written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short, or the names are longer than 2032 bytes.</exception>
    public static int WriteDnsSearchList(Span<byte> destination, uint lifetime, ReadOnlySpan<byte> names)
    {
        if (names.Length is 0 or > 254 * NdOption.Unit)
            throw new ArgumentException($"An option holds 1 to 2032 bytes of names, not {names.Length}: write several options.", nameof(names));
        var option = Begin(destination, NdOptionType.DnsSearchList, 8 + RoundUp(names.Length));
        BinaryPrimitives.WriteUInt32BigEndian(option[4..], lifetime);
        names.CopyTo(option[8..]);
        return option.Length;
    }

    /// <summary>Writes as much of the packet that caused a redirect as fits the destination.</summary>
    /// <param name="destination">Room for the option; at least 16 bytes.</param>
    /// <param name="packet">The packet, IP header first.</param>
    /// <returns>The length written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteRedirectedPacket(Span<byte> destination, ReadOnlySpan<byte> packet)
    {
        var room = Math.Min(destination.Length, byte.MaxValue * NdOption.Unit) / NdOption.Unit * NdOption.Unit - 8;
        var length = Math.Min(RoundUp(packet.Length), Math.Max(room, NdOption.Unit));
        var option = Begin(destination, NdOptionType.RedirectedHeader, 8 + length);
        packet[..Math.Min(packet.Length, length)].CopyTo(option[8..]);
        return option.Length;
    }

    internal static byte PreferenceBits(RouterPreference preference) => preference switch
    {
        RouterPreference.High => 0x08,
        RouterPreference.Low => 0x18,
        _ => 0,
    };

    private static int RoundUp(int length) => (length + NdOption.Unit - 1) / NdOption.Unit * NdOption.Unit;

    private static Span<byte> Begin(Span<byte> destination, NdOptionType type, int length)
    {
        var option = WriterGuard.Take(destination, length);
        option.Clear();
        option[0] = (byte)type;
        option[1] = (byte)(length / NdOption.Unit);
        return option;
    }
}
