using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>
/// The packet that an ICMP error quotes, of either family: enough of it to find whom it concerns. The quote may be cut anywhere behind its
/// IP header, and it is a claim of whoever sent the error: lengths inside it are not believed.
/// </summary>
public readonly ref struct QuotedPacket
{
    private const int IPv4MinHeader = 20;
    private const int MaxExtensionHeaders = 8;

    private readonly ReadOnlySpan<byte> _transport;

    private QuotedPacket(IpAddress source, IpAddress destination, byte protocol, int claimedLength, ReadOnlySpan<byte> transport)
    {
        Source = source;
        Destination = destination;
        Protocol = protocol;
        ClaimedLength = claimedLength;
        _transport = transport;
    }

    /// <summary>Who sent the quoted packet: this host, if the error is honest.</summary>
    public IpAddress Source { get; }

    /// <summary>Where it went.</summary>
    public IpAddress Destination { get; }

    /// <summary>The upper layer (<see cref="IpProtocol"/>).</summary>
    public byte Protocol { get; }

    /// <summary>The length that its IP header claims, header included; for MTU plateaus (RFC 1191 §5).</summary>
    public int ClaimedLength { get; }

    /// <summary>
    /// As much of the upper layer's header and data as the quote holds. Empty if that is nothing, if the quote is a later fragment, or if it
    /// is cut within the IPv6 extension headers.
    /// </summary>
    public ReadOnlySpan<byte> Transport => _transport;

    /// <summary>True if at least 8 bytes of the upper layer are there (RFC 792), without which nobody can be told.</summary>
    public bool HasTransport => _transport.Length >= 8;

    /// <summary>True if <see cref="SourcePort"/> and <see cref="DestinationPort"/> have a meaning.</summary>
    public bool HasPorts => HasTransport && Protocol is IpProtocol.Tcp or IpProtocol.Udp;

    /// <summary>The source port of the quoted segment or datagram; 0 without <see cref="HasPorts"/>.</summary>
    public ushort SourcePort => HasPorts ? BinaryPrimitives.ReadUInt16BigEndian(_transport) : (ushort)0;

    /// <summary>The destination port of the quoted segment or datagram; 0 without <see cref="HasPorts"/>.</summary>
    public ushort DestinationPort => HasPorts ? BinaryPrimitives.ReadUInt16BigEndian(_transport[2..]) : (ushort)0;

    /// <summary>The sequence number of a quoted TCP segment, with which forgeries are told (RFC 5927 §4.1).</summary>
    /// <returns>False if the quote is no TCP segment.</returns>
    public bool TryGetTcpSequence(out SequenceNumber sequence)
    {
        sequence = HasTransport && Protocol == IpProtocol.Tcp ? new SequenceNumber(BinaryPrimitives.ReadUInt32BigEndian(_transport[4..])) : default;
        return HasTransport && Protocol == IpProtocol.Tcp;
    }

    /// <summary>Identifier and sequence number of a quoted echo request of either family.</summary>
    /// <returns>False if the quote is no echo request.</returns>
    public bool TryGetEcho(out ushort identifier, out ushort sequence)
    {
        identifier = sequence = 0;
        if (!HasTransport)
            return false;
        var echo = Protocol == IpProtocol.Icmp && _transport[0] == (byte)Icmpv4Type.EchoRequest
            || Protocol == IpProtocol.Icmpv6 && _transport[0] == (byte)Icmpv6Type.EchoRequest;
        if (!echo)
            return false;
        identifier = BinaryPrimitives.ReadUInt16BigEndian(_transport[4..]);
        sequence = BinaryPrimitives.ReadUInt16BigEndian(_transport[6..]);
        return true;
    }

    /// <summary>Reads the quote of an ICMPv4 error. False if it holds no IPv4 header.</summary>
    public static bool TryParse(scoped in Icmpv4View error, out QuotedPacket packet) => TryParseIPv4(error.Payload, out packet);

    /// <summary>Reads the quote of an ICMPv6 error. False if it holds no IPv6 header.</summary>
    public static bool TryParse(scoped in Icmpv6View error, out QuotedPacket packet) => TryParseIPv6(error.Payload, out packet);

    /// <summary>Reads the start of an IPv4 packet. False if it holds no whole header.</summary>
    public static bool TryParseIPv4(ReadOnlySpan<byte> quote, out QuotedPacket packet)
    {
        packet = default;
        if (quote.Length < IPv4MinHeader || quote[0] >> 4 != 4)
            return false;
        var headerLength = (quote[0] & 15) * 4;
        if (headerLength < IPv4MinHeader || headerLength > quote.Length)
            return false;
        var laterFragment = (BinaryPrimitives.ReadUInt16BigEndian(quote[6..]) & 0x1FFF) != 0;
        packet = new QuotedPacket(
            new IPv4Address(quote[12..16]), new IPv4Address(quote[16..20]), quote[9], BinaryPrimitives.ReadUInt16BigEndian(quote[2..]),
            laterFragment ? default : quote[headerLength..]);
        return true;
    }

    /// <summary>Reads the start of an IPv6 packet. False if it holds no whole fixed header.</summary>
    public static bool TryParseIPv6(ReadOnlySpan<byte> quote, out QuotedPacket packet)
    {
        packet = default;
        if (quote.Length < IPv6View.HeaderLength || quote[0] >> 4 != 6)
            return false;
        var claimed = IPv6View.HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(quote[IPv6View.PayloadLengthOffset..]);
        var reached = TryFindTransport(quote, out var at, out var protocol);
        packet = new QuotedPacket(new IPv6Address(quote[8..24]), new IPv6Address(quote[24..40]), protocol, claimed, reached ? quote[at..] : default);
        return true;
    }

    private static bool TryFindTransport(ReadOnlySpan<byte> quote, out int at, out byte protocol)
    {
        at = IPv6View.HeaderLength;
        var field = IPv6View.NextHeaderOffset;
        for (var headers = 0; headers <= MaxExtensionHeaders; headers++)
        {
            protocol = quote[field];
            if (protocol is not (IpProtocol.HopByHop or IpProtocol.DestinationOptions or IpProtocol.Routing or IpProtocol.Ipv6Fragment or IpProtocol.Ah))
                return true;
            var laterFragment = protocol == IpProtocol.Ipv6Fragment && FragmentView.TryParse(quote[at..], out var fragment) && fragment.Offset != 0;
            if (laterFragment || !IPv6ChainWalker.TryStep(quote, ref at, ref field))
                return false;
        }
        protocol = quote[field];
        return false;
    }
}
