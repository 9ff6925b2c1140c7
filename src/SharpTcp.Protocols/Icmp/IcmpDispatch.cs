using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Brings a received ICMP error to the transport whose packet it quotes (RFC 1122 §3.2.2, RFC 4443 §2.4 d).</summary>
internal sealed class IcmpDispatch(HostCore host)
{
    public DropReason Deliver(in QuotedPacket quote, IcmpErrorKind kind, byte type, byte code, int mtu, in IpMeta meta, Instant now)
    {
        // Only what we have sent can have failed: the quote names an address of ours as its source, and one station as its destination.
        var isOurs = quote.HasTransport && (quote.Source.IsLoopback
            ? meta.Interface.IsLoopback
            : host.AddressTable.FindOwn(quote.Source, quote.Source.IsLinkLocal ? meta.Interface.Index : 0) is { IsUsable: true }
                || (meta.Interface.TakesAnyAddress && quote.Source.IsUnicast));
        if (!isOurs || meta.IsBroadcastOrMulticast)
        {
            return DropReason.BadIcmpQuote;
        }

        var zone = quote.Source.IsLinkLocal ? meta.Interface.Index : 0;
        quote.TryGetTcpSequence(out var sequence);
        var report = new IcmpErrorReport
        {
            Kind = kind,
            Type = type,
            Code = code,
            Reporter = meta.Source,
            Local = new TransportEndpoint(quote.Source, quote.SourcePort, zone),
            Remote = new TransportEndpoint(quote.Destination, quote.DestinationPort, zone),
            Protocol = quote.Protocol,
            Sequence = sequence,
            Mtu = mtu,
        };
        switch (quote.Protocol)
        {
            case IpProtocol.Tcp:
                host.Tcp.OnIcmpError(report, now);
                return DropReason.None;
            case IpProtocol.Udp:
                return host.Udp.OnIcmpError(report, now);
            case IpProtocol.Icmp or IpProtocol.Icmpv6 when quote.TryGetEcho(out var identifier, out var number):
                if (kind == IcmpErrorKind.PacketTooBig && host.Echo.IsOpen(identifier))
                {
                    host.Ip.ReducePathMtu(quote.Source, quote.Destination, mtu, now);
                }

                return host.Echo.OnError(identifier, number, report, now);
            default:
                return DropReason.BadIcmpQuote;
        }
    }
}
