using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Received ICMPv6 messages (RFC 4443), Neighbor Discovery and MLD among them.</summary>
internal sealed class Icmpv6Input(HostCore host)
{
    public DropReason Receive(ReadOnlySpan<byte> data, in IPv6Envelope envelope, in IpMeta meta, Instant now)
    {
        if (!Icmpv6View.TryParse(data, out var message))
        {
            return DropReason.BadTransportHeader;
        }

        if (!message.VerifyChecksum(envelope.Source, envelope.Destination))
        {
            return DropReason.BadTransportChecksum;
        }

        switch (message.Type)
        {
            case Icmpv6Type.EchoRequest:
                return host.EchoResponder.Answer(meta, IpProtocol.Icmpv6, (byte)Icmpv6Type.EchoReply, message.Rest, message.Payload, now);
            case Icmpv6Type.EchoReply:
                return host.Echo.OnReply(message.Identifier, EchoResponder.ToReply(meta, message.Sequence, message.Payload), now);
            case Icmpv6Type.NeighborSolicitation:
                return host.NeighborDiscovery.ReceiveSolicitation(meta.Interface, message, envelope, now);
            case Icmpv6Type.NeighborAdvertisement:
                return host.NeighborDiscovery.ReceiveAdvertisement(meta.Interface, message, envelope, now);
            case Icmpv6Type.RouterAdvertisement when meta.Interface.RouterDiscovery is { } discovery:
                return discovery.Receive(message, envelope, now);
            case Icmpv6Type.Redirect:
                return host.Redirect.Receive(message, envelope, meta, now);
            case Icmpv6Type.MldQuery:
                return meta.Interface.Groups.OnMldQuery(message, envelope, now);
            case Icmpv6Type.MldV1Report:
                return meta.Interface.Groups.OnMldReport(message, envelope, now);
            case Icmpv6Type.DestinationUnreachable:
            case Icmpv6Type.PacketTooBig:
            case Icmpv6Type.TimeExceeded:
            case Icmpv6Type.ParameterProblem:
                return ReceiveError(message, meta, now);
            default:
                return DropReason.IgnoredIcmp;
        }
    }

    private DropReason ReceiveError(in Icmpv6View message, in IpMeta meta, Instant now)
    {
        host.Counters.Add(Counter.IcmpErrorsIn);
        if (!QuotedPacket.TryParse(message, out var quote))
        {
            return DropReason.BadIcmpQuote;
        }

        var kind = message.Type switch
        {
            Icmpv6Type.PacketTooBig => IcmpErrorKind.PacketTooBig,
            Icmpv6Type.TimeExceeded => IcmpErrorKind.TimeExceeded,
            Icmpv6Type.ParameterProblem => message.Code == (byte)Icmpv6ParameterProblemCode.UnrecognizedNextHeader
                ? IcmpErrorKind.ProtocolUnreachable
                : IcmpErrorKind.ParameterProblem,
            _ => (Icmpv6UnreachableCode)message.Code switch
            {
                Icmpv6UnreachableCode.Port => IcmpErrorKind.PortUnreachable,
                Icmpv6UnreachableCode.Prohibited or Icmpv6UnreachableCode.PolicyFailed or Icmpv6UnreachableCode.RejectRoute =>
                    IcmpErrorKind.AdministrativelyProhibited,
                Icmpv6UnreachableCode.NoRoute => IcmpErrorKind.NetworkUnreachable,
                _ => IcmpErrorKind.HostUnreachable,
            },
        };
        if (kind == IcmpErrorKind.PacketTooBig && message.Mtu < NetworkInterface.IPv6MinimumMtu)
        {
            return DropReason.IgnoredIcmp; // RFC 8201 §4, RFC 8021: a lie
        }

        var mtu = kind == IcmpErrorKind.PacketTooBig ? (int)Math.Min(message.Mtu, int.MaxValue) : 0;
        return host.IcmpDispatch.Deliver(quote, kind, (byte)message.Type, message.Code, mtu, meta, now);
    }
}
