using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Received ICMPv4 messages (RFC 792, RFC 1122 §3.2.2).</summary>
internal sealed class Icmpv4Input(HostCore host)
{
    public DropReason Receive(ReadOnlySpan<byte> data, in IpMeta meta, Instant now)
    {
        if (!Icmpv4View.TryParse(data, out var message))
        {
            return DropReason.BadTransportHeader;
        }

        if (!message.VerifyChecksum())
        {
            return DropReason.BadTransportChecksum;
        }

        switch (message.Type)
        {
            case Icmpv4Type.EchoRequest:
                return host.EchoResponder.Answer(meta, IpProtocol.Icmp, (byte)Icmpv4Type.EchoReply, message.Rest, message.Payload, now);
            case Icmpv4Type.EchoReply:
                return host.Echo.OnReply(message.Identifier, EchoResponder.ToReply(meta, message.Sequence, message.Payload), now);
            case Icmpv4Type.DestinationUnreachable:
            case Icmpv4Type.TimeExceeded:
            case Icmpv4Type.ParameterProblem:
                return ReceiveError(message, meta, now);
            case Icmpv4Type.Redirect:
                return host.Redirect.Receive(message, meta, now);
            default:
                return DropReason.IgnoredIcmp; // Source Quench by RFC 6633 §3; unknown types by RFC 1122 §3.2.2
        }
    }

    private DropReason ReceiveError(in Icmpv4View message, in IpMeta meta, Instant now)
    {
        host.Counters.Add(Counter.IcmpErrorsIn);
        if (!QuotedPacket.TryParse(message, out var quote) || !TryKind(message, out var kind))
        {
            return DropReason.BadIcmpQuote;
        }

        var mtu = kind != IcmpErrorKind.PacketTooBig ? 0
            : message.NextHopMtu != 0 ? message.NextHopMtu
            : PathMtuPlateau.Below(quote.ClaimedLength);
        return host.IcmpDispatch.Deliver(quote, kind, (byte)message.Type, message.Code, mtu, meta, now);
    }

    private static bool TryKind(in Icmpv4View message, out IcmpErrorKind kind)
    {
        kind = message.Type switch
        {
            Icmpv4Type.TimeExceeded => IcmpErrorKind.TimeExceeded,
            Icmpv4Type.ParameterProblem => IcmpErrorKind.ParameterProblem,
            _ => message.Code switch
            {
                2 => IcmpErrorKind.ProtocolUnreachable,
                3 => IcmpErrorKind.PortUnreachable,
                4 => IcmpErrorKind.PacketTooBig,
                5 => IcmpErrorKind.SourceRouteFailed,
                0 or 6 or 11 => IcmpErrorKind.NetworkUnreachable,
                9 or 10 or 13 => IcmpErrorKind.AdministrativelyProhibited,
                _ => IcmpErrorKind.HostUnreachable,
            },
        };
        return message.Type != Icmpv4Type.DestinationUnreachable || message.Code <= 15;
    }
}
