using System;
using System.Buffers.Binary;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Sends ICMP errors about received packets, where that is allowed (RFC 1122 §3.2.2, RFC 4443 §2.4), and not too many of them.</summary>
internal sealed class IcmpErrors
{
    private readonly HostCore _host;
    private readonly TokenBucket _limit;
    private readonly byte[] _quote = new byte[Icmpv6Writer.MaxErrorPacketLength];

    public IcmpErrors(HostCore host, Instant now)
    {
        _host = host;
        _limit = new TokenBucket(host.Entropy, host.Options.IcmpErrorRate, host.Options.IcmpErrorBurst, now);
    }

    /// <summary>Nobody listens on the port that a datagram names.</summary>
    public void SendPortUnreachable(in InboundPacket offending, bool isIPv4, Instant now)
    {
        if (isIPv4)
        {
            SendIPv4(offending, Icmpv4Type.DestinationUnreachable, (byte)Icmpv4UnreachableCode.Port, 0, now);
        }
        else
        {
            SendIPv6(offending, Icmpv6Type.DestinationUnreachable, (byte)Icmpv6UnreachableCode.Port, 0, now);
        }
    }

    /// <summary>Sends an ICMPv4 error about a packet.</summary>
    public void SendIPv4(in InboundPacket offending, Icmpv4Type type, byte code, uint rest, Instant now)
    {
        if (!IPv4View.TryParseQuote(offending.Packet, out var ip) || !MayAnswerIPv4(offending, ip) || !TryPay(now))
        {
            return;
        }

        const int room = Icmpv4Writer.MaxErrorPacketLength - IPv4View.MinHeaderLength - Icmpv4View.HeaderLength; // RFC 1812 §4.3.2.3
        var quote = Quote(offending, ip.Packet, ip.HeaderLength, ip.Protocol, room);
        Send(offending.Interface, ip.Destination, ip.Source, IpProtocol.Icmp, (byte)type, code, rest, quote, now);
    }

    /// <summary>Sends an ICMPv6 error about a packet.</summary>
    public void SendIPv6(in InboundPacket offending, Icmpv6Type type, byte code, uint rest, Instant now)
    {
        var answersGroups = type == Icmpv6Type.PacketTooBig
            || (type == Icmpv6Type.ParameterProblem && code == (byte)Icmpv6ParameterProblemCode.UnrecognizedOption);
        if (!QuotedPacket.TryParseIPv6(offending.Packet, out var ip) || !MayAnswerIPv6(offending, ip, answersGroups) || !TryPay(now))
        {
            return;
        }

        const int room = Icmpv6Writer.MaxErrorPacketLength - IPv6View.HeaderLength - Icmpv6View.HeaderLength; // RFC 4443 §2.4 c
        var quote = Quote(offending, offending.Packet, offending.Packet.Length - ip.Transport.Length, ip.Protocol, room);
        Send(offending.Interface, ip.Destination, ip.Source, IpProtocol.Icmpv6, (byte)type, code, rest, quote, now);
    }

    private static bool MayAnswerIPv4(in InboundPacket offending, in IPv4View ip)
    {
        var toGroup = offending.LinkBroadcast || ip.Destination.IsMulticast || offending.Interface.IsBroadcast(ip.Destination);
        var fromOne = ip.Source.IsUnicast && !offending.Interface.IsBroadcast(ip.Source) && (!ip.Source.IsLoopback || offending.Interface.IsLoopback);
        if (toGroup || !fromOne || ip.FragmentOffset != 0)
        {
            return false;
        }

        // No error about an error; what is too short to tell may be one.
        return ip.Protocol != IpProtocol.Icmp || (Icmpv4View.TryParse(ip.Payload, out var message) && IsQuery(message));
    }

    private static bool IsQuery(in Icmpv4View message) => message.Type is Icmpv4Type.EchoRequest or Icmpv4Type.EchoReply
        or Icmpv4Type.TimestampRequest or Icmpv4Type.TimestampReply or Icmpv4Type.RouterAdvertisement or Icmpv4Type.RouterSolicitation;

    private static bool MayAnswerIPv6(in InboundPacket offending, in QuotedPacket ip, bool answersGroups)
    {
        if ((offending.LinkBroadcast || ip.Destination.IsMulticast) && !answersGroups)
        {
            return false; // e.3, e.4, e.5
        }

        if (ip.Source.IsUnspecified || ip.Source.IsMulticast)
        {
            return false; // e.6
        }

        var isError = ip.Protocol == IpProtocol.Icmpv6 && (ip.Transport.IsEmpty || ip.Transport[0] < 128 || ip.Transport[0] == (byte)Icmpv6Type.Redirect);
        return !isError; // e.1, e.2
    }

    private bool TryPay(Instant now)
    {
        if (_limit.TryTake(now))
        {
            return true;
        }

        _host.Counters.Add(Counter.IcmpErrorsLimited);
        return false;
    }

    /// <summary>The packet as it would have crossed a wire, cut to size: never beyond the datagram, never with a sum that a device was to complete.</summary>
    private ReadOnlySpan<byte> Quote(in InboundPacket offending, ReadOnlySpan<byte> packet, int transport, byte protocol, int room)
    {
        var quote = _quote.AsSpan(0, Math.Min(packet.Length, room));
        packet[..quote.Length].CopyTo(quote);
        var checksum = protocol switch { IpProtocol.Tcp => TcpView.ChecksumOffset, IpProtocol.Udp => UdpView.ChecksumOffset, _ => 0 };
        if ((offending.Meta.Flags & FrameFlags.NeedsChecksum) == 0 || offending.Reassembled || checksum == 0
            || transport + checksum + 2 > quote.Length)
        {
            return quote;
        }

        // The field holds the pseudo-header's sum; what it stands in is summed with it.
        var value = InternetChecksum.Finish(InternetChecksum.Add(packet[transport..]));
        BinaryPrimitives.WriteUInt16BigEndian(quote[(transport + checksum)..], value == 0 && protocol == IpProtocol.Udp ? ushort.MaxValue : value);
        return quote;
    }

    private void Send(
        NetworkInterface link, IpAddress own, IpAddress to, byte protocol, byte type, byte code, uint rest, ReadOnlySpan<byte> quote, Instant now)
    {
        var source = own.IsMulticast ? default : own;
        var zone = to.IsLinkLocal ? link.Index : 0;
        if (_host.Ip.Resolve(source, to, zone, now, out var destination) != SocketError.Success)
        {
            return;
        }

        var header = _host.Ip.TransportHeader;
        header[0] = type;
        header[1] = code;
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], rest);
        var packet = new TransportPacket { HeaderLength = Icmpv6View.HeaderLength, First = quote, Protocol = protocol };
        _host.Ip.Send(destination!, ref packet, now); // RFC 1122 §3.2.2: type of service 0
        _host.Counters.Add(Counter.IcmpErrorsOut);
    }
}
