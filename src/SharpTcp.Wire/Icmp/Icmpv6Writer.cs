using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>Writes ICMPv6 messages with their checksum (RFC 4443). Source and target are those of the IPv6 header that goes in front.</summary>
public static class Icmpv6Writer
{
    /// <summary>The longest error, IPv6 header included: the smallest MTU (RFC 4443 §2.4 c).</summary>
    public const int MaxErrorPacketLength = 1280;

    /// <summary>Writes an echo request or reply.</summary>
    /// <param name="destination">Room for 8 bytes and the data. The data may already lie in its place behind the header.</param>
    /// <param name="source">The packet's source.</param>
    /// <param name="target">The packet's destination.</param>
    /// <param name="type"><see cref="Icmpv6Type.EchoRequest"/> or <see cref="Icmpv6Type.EchoReply"/>.</param>
    /// <param name="identifier">The identifier.</param>
    /// <param name="sequence">The sequence number.</param>
    /// <param name="data">The data; a reply returns what it got (RFC 4443 §4.2).</param>
    /// <returns>The length of the message.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteEcho(
        Span<byte> destination, IPv6Address source, IPv6Address target, Icmpv6Type type, ushort identifier, ushort sequence, ReadOnlySpan<byte> data) =>
        Write(destination, source, target, type, 0, ((uint)identifier << 16) | sequence, data);

    /// <summary>Writes a destination unreachable.</summary>
    /// <param name="destination">Room for 8 bytes and the quote.</param>
    /// <param name="source">The packet's source.</param>
    /// <param name="target">The packet's destination.</param>
    /// <param name="code">Why.</param>
    /// <param name="quote">The offending packet, cut by the caller.</param>
    /// <returns>The length of the message.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteUnreachable(
        Span<byte> destination, IPv6Address source, IPv6Address target, Icmpv6UnreachableCode code, ReadOnlySpan<byte> quote) =>
        Write(destination, source, target, Icmpv6Type.DestinationUnreachable, (byte)code, 0, quote);

    /// <summary>Writes a packet too big with the MTU of the next hop.</summary>
    /// <inheritdoc cref="WriteUnreachable"/>
    public static int WritePacketTooBig(Span<byte> destination, IPv6Address source, IPv6Address target, uint mtu, ReadOnlySpan<byte> quote) =>
        Write(destination, source, target, Icmpv6Type.PacketTooBig, 0, mtu, quote);

    /// <summary>Writes a time exceeded.</summary>
    /// <inheritdoc cref="WriteUnreachable"/>
    public static int WriteTimeExceeded(
        Span<byte> destination, IPv6Address source, IPv6Address target, IcmpTimeExceededCode code, ReadOnlySpan<byte> quote) =>
        Write(destination, source, target, Icmpv6Type.TimeExceeded, (byte)code, 0, quote);

    /// <summary>Writes a parameter problem; the pointer counts from the start of the quote.</summary>
    /// <inheritdoc cref="WriteUnreachable"/>
    public static int WriteParameterProblem(
        Span<byte> destination, IPv6Address source, IPv6Address target, Icmpv6ParameterProblemCode code, uint pointer, ReadOnlySpan<byte> quote) =>
        Write(destination, source, target, Icmpv6Type.ParameterProblem, (byte)code, pointer, quote);

    /// <summary>Writes any message.</summary>
    /// <param name="destination">Room for 8 bytes and the payload, which may already lie in its place behind the header.</param>
    /// <param name="source">The packet's source.</param>
    /// <param name="target">The packet's destination.</param>
    /// <param name="type">The type.</param>
    /// <param name="code">The code.</param>
    /// <param name="rest">The four bytes whose meaning depends on the type.</param>
    /// <param name="payload">What follows.</param>
    /// <returns>The length of the message.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int Write(
        Span<byte> destination, IPv6Address source, IPv6Address target, Icmpv6Type type, byte code, uint rest, ReadOnlySpan<byte> payload)
    {
        var message = WriterGuard.Take(destination, Icmpv6View.HeaderLength + payload.Length);
        payload.CopyTo(message[Icmpv6View.HeaderLength..]);
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], rest);
        return Finish(message, source, target, type, code);
    }

    /// <summary>Fills in type, code and checksum of a message whose other bytes are written.</summary>
    internal static int Finish(Span<byte> message, IPv6Address source, IPv6Address target, Icmpv6Type type, byte code = 0)
    {
        message[0] = (byte)type;
        message[1] = code;
        BinaryPrimitives.WriteUInt16BigEndian(message[Icmpv6View.ChecksumOffset..], 0);
        var sum = InternetChecksum.AddPseudoHeader(source, target, IpProtocol.Icmpv6, (uint)message.Length);
        BinaryPrimitives.WriteUInt16BigEndian(message[Icmpv6View.ChecksumOffset..], InternetChecksum.Finish(InternetChecksum.Add(message, sum)));
        return message.Length;
    }
}
