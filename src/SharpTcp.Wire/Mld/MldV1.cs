using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>A version 1 report or done (RFC 2710 §3).</summary>
public readonly ref struct MldV1View
{
    private MldV1View(Icmpv6Type type, IPv6Address group)
    {
        Type = type;
        Group = group;
    }

    /// <summary><see cref="Icmpv6Type.MldV1Report"/> or <see cref="Icmpv6Type.MldV1Done"/>.</summary>
    public Icmpv6Type Type { get; }

    /// <summary>The group, a multicast address.</summary>
    public IPv6Address Group { get; }

    /// <summary>Proves type, hop limit, router alert, a link-local or unspecified source, length and group.</summary>
    /// <returns>False if the message is to be ignored.</returns>
    public static bool TryParse(scoped in Icmpv6View message, scoped in IPv6Envelope envelope, out MldV1View view)
    {
        view = default;
        if (message.Type is not (Icmpv6Type.MldV1Report or Icmpv6Type.MldV1Done) || message.Message.Length < MldQueryView.Version1Length)
            return false;
        if (!MldEnvelope.IsValid(envelope) || !(envelope.Source.IsLinkLocal || envelope.Source.IsUnspecified))
            return false;
        var group = new IPv6Address(message.Message[8..24]);
        if (!group.IsMulticast)
            return false;
        view = new MldV1View(message.Type, group);
        return true;
    }
}

/// <summary>Writes MLD messages of fixed shape: version 1 report and done, and queries of both versions.</summary>
public static class MldWriter
{
    /// <summary>The hop limit of every MLD packet.</summary>
    public const byte HopLimit = MldEnvelope.HopLimit;

    /// <summary>Writes a version 1 report or done (RFC 2710 §3). A report goes to the group, a done to all routers.</summary>
    /// <param name="destination">Room for 24 bytes.</param>
    /// <param name="source">The packet's source.</param>
    /// <param name="target">The packet's destination.</param>
    /// <param name="type"><see cref="Icmpv6Type.MldV1Report"/> or <see cref="Icmpv6Type.MldV1Done"/>.</param>
    /// <param name="group">The group.</param>
    /// <returns>24.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteV1(Span<byte> destination, IPv6Address source, IPv6Address target, Icmpv6Type type, IPv6Address group)
    {
        var message = WriterGuard.Take(destination, MldQueryView.Version1Length);
        message.Clear();
        group.Write(message[8..]);
        return Icmpv6Writer.Finish(message, source, target, type);
    }

    /// <summary>Writes a version 1 query.</summary>
    /// <param name="destination">Room for 24 bytes.</param>
    /// <param name="source">The packet's source.</param>
    /// <param name="target">The packet's destination.</param>
    /// <param name="group">The group, or unspecified for all.</param>
    /// <param name="maxResponseCode">The field, which in version 1 is milliseconds.</param>
    /// <returns>24.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteV1Query(Span<byte> destination, IPv6Address source, IPv6Address target, IPv6Address group, ushort maxResponseCode)
    {
        var message = WriterGuard.Take(destination, MldQueryView.Version1Length);
        message.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], maxResponseCode);
        group.Write(message[8..]);
        return Icmpv6Writer.Finish(message, source, target, Icmpv6Type.MldQuery);
    }

    /// <summary>Writes a version 2 query (RFC 3810 §5.1).</summary>
    /// <param name="destination">Room for 28 bytes and 16 for each source.</param>
    /// <param name="source">The packet's source.</param>
    /// <param name="target">The packet's destination.</param>
    /// <param name="group">The group, or unspecified for all.</param>
    /// <param name="maxResponseCode">The field; up to 32,767 it is milliseconds.</param>
    /// <param name="robustness">The robustness variable, 0–7.</param>
    /// <param name="intervalCode">The field QQIC; up to 127 it is seconds.</param>
    /// <param name="sources">The sources that are asked about.</param>
    /// <returns>The length of the message.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteV2Query(
        Span<byte> destination, IPv6Address source, IPv6Address target, IPv6Address group, ushort maxResponseCode, byte robustness,
        byte intervalCode, ReadOnlySpan<IPv6Address> sources = default)
    {
        var message = WriterGuard.Take(destination, MldQueryView.Version2MinLength + sources.Length * IPv6Address.Length);
        message.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], maxResponseCode);
        group.Write(message[8..]);
        message[24] = (byte)(robustness & 7);
        message[25] = intervalCode;
        BinaryPrimitives.WriteUInt16BigEndian(message[26..], checked((ushort)sources.Length));
        for (var i = 0; i < sources.Length; i++)
            sources[i].Write(message[(MldQueryView.Version2MinLength + i * IPv6Address.Length)..]);
        return Icmpv6Writer.Finish(message, source, target, Icmpv6Type.MldQuery);
    }
}
