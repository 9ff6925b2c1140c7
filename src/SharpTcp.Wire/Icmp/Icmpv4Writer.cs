using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>Writes ICMPv4 messages with their checksum (RFC 792).</summary>
public static class Icmpv4Writer
{
    /// <summary>The longest error, IPv4 header included, that a host sends (RFC 1812 §4.3.2.3).</summary>
    public const int MaxErrorPacketLength = 576;

    /// <summary>Writes an echo request or reply.</summary>
    /// <param name="destination">Room for 8 bytes and the data. The data may already lie in its place behind the header.</param>
    /// <param name="type"><see cref="Icmpv4Type.EchoRequest"/> or <see cref="Icmpv4Type.EchoReply"/>.</param>
    /// <param name="identifier">The identifier.</param>
    /// <param name="sequence">The sequence number.</param>
    /// <param name="data">The data; a reply returns what it got (RFC 1122 §3.2.2.6).</param>
    /// <returns>The length of the message.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteEcho(Span<byte> destination, Icmpv4Type type, ushort identifier, ushort sequence, ReadOnlySpan<byte> data) =>
        Write(destination, type, 0, ((uint)identifier << 16) | sequence, data);

    /// <summary>Writes a destination unreachable.</summary>
    /// <param name="destination">Room for 8 bytes and the quote.</param>
    /// <param name="code">Why.</param>
    /// <param name="quote">The offending packet, cut by the caller.</param>
    /// <param name="nextHopMtu">With <see cref="Icmpv4UnreachableCode.FragmentationNeeded"/>: the next hop's MTU.</param>
    /// <returns>The length of the message.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteUnreachable(Span<byte> destination, Icmpv4UnreachableCode code, ReadOnlySpan<byte> quote, ushort nextHopMtu = 0) =>
        Write(destination, Icmpv4Type.DestinationUnreachable, (byte)code, nextHopMtu, quote);

    /// <summary>Writes a time exceeded.</summary>
    /// <inheritdoc cref="WriteUnreachable"/>
    public static int WriteTimeExceeded(Span<byte> destination, IcmpTimeExceededCode code, ReadOnlySpan<byte> quote) =>
        Write(destination, Icmpv4Type.TimeExceeded, (byte)code, 0, quote);

    /// <summary>Writes a parameter problem.</summary>
    /// <param name="destination">Room for 8 bytes and the quote.</param>
    /// <param name="pointer">The offending byte, counted from the start of the quote.</param>
    /// <param name="quote">The offending packet, cut by the caller.</param>
    /// <returns>The length of the message.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteParameterProblem(Span<byte> destination, byte pointer, ReadOnlySpan<byte> quote) =>
        Write(destination, Icmpv4Type.ParameterProblem, 0, (uint)pointer << 24, quote);

    /// <summary>Writes a redirect. Hosts send none; routers do.</summary>
    /// <param name="destination">Room for 8 bytes and the quote.</param>
    /// <param name="code">0 network, 1 host, 2 and 3 the same for a type of service.</param>
    /// <param name="gateway">The gateway to use.</param>
    /// <param name="quote">The packet that went the long way, cut by the caller.</param>
    /// <returns>The length of the message.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteRedirect(Span<byte> destination, byte code, IPv4Address gateway, ReadOnlySpan<byte> quote) =>
        Write(destination, Icmpv4Type.Redirect, code, gateway.Value, quote);

    /// <summary>Writes any message.</summary>
    /// <param name="destination">Room for 8 bytes and the payload, which may already lie in its place behind the header.</param>
    /// <param name="type">The type.</param>
    /// <param name="code">The code.</param>
    /// <param name="rest">The four bytes whose meaning depends on the type.</param>
    /// <param name="payload">What follows.</param>
    /// <returns>The length of the message.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int Write(Span<byte> destination, Icmpv4Type type, byte code, uint rest, ReadOnlySpan<byte> payload)
    {
        var message = WriterGuard.Take(destination, Icmpv4View.HeaderLength + payload.Length);
        payload.CopyTo(message[Icmpv4View.HeaderLength..]);
        message[0] = (byte)type;
        message[1] = code;
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], rest);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Finish(InternetChecksum.Add(message)));
        return message.Length;
    }
}
