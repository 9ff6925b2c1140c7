using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>
/// Writes Neighbor Discovery messages with their checksum (RFC 4861 §4). Source and target are those of the IPv6 header in front, whose hop
/// limit is 255. Options come written by <see cref="NdOptionWriter"/>.
/// </summary>
public static class NdWriter
{
    /// <summary>The hop limit of every Neighbor Discovery packet.</summary>
    public const byte HopLimit = NdMessage.HopLimit;

    /// <summary>Writes a Router Solicitation.</summary>
    /// <param name="destination">Room for 8 bytes and the options.</param>
    /// <param name="source">The packet's source; if it is unspecified there must be no source link-layer address.</param>
    /// <param name="target">The packet's destination.</param>
    /// <param name="options">The options.</param>
    /// <returns>The length of the message.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteRouterSolicitation(Span<byte> destination, IPv6Address source, IPv6Address target, ReadOnlySpan<byte> options)
    {
        var message = Begin(destination, RouterSolicitationView.MinLength, options);
        return Icmpv6Writer.Finish(message, source, target, Icmpv6Type.RouterSolicitation);
    }

    /// <summary>Writes a Router Advertisement.</summary>
    /// <param name="destination">Room for 16 bytes and the options.</param>
    /// <param name="source">The packet's source, a link-local address.</param>
    /// <param name="target">The packet's destination.</param>
    /// <param name="fields">What is advertised.</param>
    /// <param name="options">The options.</param>
    /// <returns>The length of the message.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteRouterAdvertisement(
        Span<byte> destination, IPv6Address source, IPv6Address target, RouterAdvertisementFields fields, ReadOnlySpan<byte> options)
    {
        var message = Begin(destination, RouterAdvertisementView.MinLength, options);
        message[4] = fields.CurrentHopLimit;
        message[5] = (byte)((fields.Managed ? RouterAdvertisementView.ManagedFlag : 0)
            | (fields.OtherConfiguration ? RouterAdvertisementView.OtherFlag : 0) | NdOptionWriter.PreferenceBits(fields.Preference));
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], fields.RouterLifetime);
        BinaryPrimitives.WriteUInt32BigEndian(message[8..], fields.ReachableTime);
        BinaryPrimitives.WriteUInt32BigEndian(message[12..], fields.RetransTimer);
        return Icmpv6Writer.Finish(message, source, target, Icmpv6Type.RouterAdvertisement);
    }

    /// <summary>Writes a Neighbor Solicitation.</summary>
    /// <param name="destination">Room for 24 bytes and the options.</param>
    /// <param name="source">The packet's source; if it is unspecified there must be no source link-layer address.</param>
    /// <param name="target">The packet's destination.</param>
    /// <param name="neighbor">The address whose owner is asked for.</param>
    /// <param name="options">The options.</param>
    /// <returns>The length of the message.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteNeighborSolicitation(
        Span<byte> destination, IPv6Address source, IPv6Address target, IPv6Address neighbor, ReadOnlySpan<byte> options)
    {
        var message = Begin(destination, NeighborSolicitationView.MinLength, options);
        neighbor.Write(message[8..]);
        return Icmpv6Writer.Finish(message, source, target, Icmpv6Type.NeighborSolicitation);
    }

    /// <summary>Writes a Neighbor Advertisement.</summary>
    /// <param name="destination">Room for 24 bytes and the options.</param>
    /// <param name="source">The packet's source.</param>
    /// <param name="target">The packet's destination.</param>
    /// <param name="neighbor">The address that is spoken for.</param>
    /// <param name="flags">The flags; not solicited if it goes to a multicast address (RFC 4861 §4.4).</param>
    /// <param name="options">The options.</param>
    /// <returns>The length of the message.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteNeighborAdvertisement(
        Span<byte> destination, IPv6Address source, IPv6Address target, IPv6Address neighbor, NeighborAdvertisementFlags flags,
        ReadOnlySpan<byte> options)
    {
        var message = Begin(destination, NeighborAdvertisementView.MinLength, options);
        message[4] = (byte)flags;
        neighbor.Write(message[8..]);
        return Icmpv6Writer.Finish(message, source, target, Icmpv6Type.NeighborAdvertisement);
    }

    /// <summary>Writes a Redirect. Hosts send none; routers do.</summary>
    /// <param name="destination">Room for 40 bytes and the options.</param>
    /// <param name="source">The packet's source, a link-local address.</param>
    /// <param name="target">The packet's destination.</param>
    /// <param name="betterHop">The better first hop.</param>
    /// <param name="leadsTo">Whom it leads to.</param>
    /// <param name="options">The options.</param>
    /// <returns>The length of the message.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteRedirect(
        Span<byte> destination, IPv6Address source, IPv6Address target, IPv6Address betterHop, IPv6Address leadsTo, ReadOnlySpan<byte> options)
    {
        var message = Begin(destination, RedirectView.MinLength, options);
        betterHop.Write(message[8..]);
        leadsTo.Write(message[24..]);
        return Icmpv6Writer.Finish(message, source, target, Icmpv6Type.Redirect);
    }

    private static Span<byte> Begin(Span<byte> destination, int length, ReadOnlySpan<byte> options)
    {
        var message = WriterGuard.Take(destination, length + options.Length);
        message[..length].Clear();
        options.CopyTo(message[length..]);
        return message;
    }
}

/// <summary>The flags of a Neighbor Advertisement (RFC 4861 §4.4).</summary>
[Flags]
public enum NeighborAdvertisementFlags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The sender is a router.</summary>
    Router = NeighborAdvertisementView.RouterFlag,

    /// <summary>It answers a solicitation.</summary>
    Solicited = NeighborAdvertisementView.SolicitedFlag,

    /// <summary>It may replace a MAC already known.</summary>
    Override = NeighborAdvertisementView.OverrideFlag,
}

/// <summary>The fixed fields of a Router Advertisement (RFC 4861 §4.2, RFC 4191 §2.2).</summary>
/// <param name="CurrentHopLimit">The hop limit for packets to send; 0 says nothing.</param>
/// <param name="RouterLifetime">Seconds for which the sender is a default router; 0 if it is none.</param>
/// <param name="Managed">Addresses come from DHCPv6.</param>
/// <param name="OtherConfiguration">Other configuration comes from DHCPv6.</param>
/// <param name="Preference">How the router ranks.</param>
/// <param name="ReachableTime">Milliseconds; 0 says nothing.</param>
/// <param name="RetransTimer">Milliseconds; 0 says nothing.</param>
public readonly record struct RouterAdvertisementFields(
    byte CurrentHopLimit, ushort RouterLifetime, bool Managed = false, bool OtherConfiguration = false,
    RouterPreference Preference = RouterPreference.Medium, uint ReachableTime = 0, uint RetransTimer = 0);
