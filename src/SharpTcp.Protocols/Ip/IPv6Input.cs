using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Received IPv6 packets: addresses, extension headers, then reassembly or the transport (RFC 8200).</summary>
internal sealed class IPv6Input(HostCore host)
{
    public DropReason Receive(in InboundPacket inbound, Instant now)
    {
        var link = inbound.Interface;
        if (!link.SpeaksIPv6)
        {
            return DropReason.FamilyDisabled;
        }

        if (!IPv6View.TryParse(inbound.Packet, out var ip))
        {
            return DropReason.BadIpHeader;
        }

        if (IsMartianSource(link, ip.Source))
        {
            return DropReason.MartianSource;
        }

        if (Classify(inbound, ip.Destination) is var reason and not DropReason.None)
        {
            return reason;
        }

        return Process(inbound, ip, now);
    }

    /// <summary>Goes over the extension headers and on from there; a reassembled datagram comes in here again.</summary>
    public DropReason Process(in InboundPacket inbound, in IPv6View ip, Instant now)
    {
        var packet = new InboundPacket
        {
            Packet = ip.Packet,
            Interface = inbound.Interface,
            Meta = inbound.Meta,
            LinkBroadcast = inbound.LinkBroadcast,
            Reassembled = inbound.Reassembled,
        };
        var chain = IPv6ExtensionChain.Parse(ip);
        switch (chain.Verdict)
        {
            case IPv6ChainVerdict.Deliver:
                return Deliver(packet, ip, chain, now);
            case IPv6ChainVerdict.Fragment when !inbound.Reassembled:
                return host.Reassembly.AddIPv6(packet, ip, chain, now);
            case IPv6ChainVerdict.ParameterProblem:
                host.IcmpErrors.SendIPv6(packet, Icmpv6Type.ParameterProblem, (byte)chain.ProblemCode, (uint)chain.ProblemPointer, now);
                return chain.HasFragment ? DropReason.BadFragment : DropReason.BadExtensionHeaders;
            default:
                return DropReason.BadExtensionHeaders;
        }
    }

    private DropReason Deliver(in InboundPacket inbound, in IPv6View ip, in IPv6ExtensionChain chain, Instant now)
    {
        var meta = new IpMeta
        {
            Source = ip.Source,
            Destination = ip.Destination,
            Interface = inbound.Interface,
            HopLimit = ip.HopLimit,
            TrafficClass = ip.TrafficClass,
            IsBroadcastOrMulticast = ip.Destination.IsMulticast || inbound.LinkBroadcast,
            ChecksumVouched = inbound.ChecksumVouched,
            SegmentSize = inbound.Meta.Segmentation == Segmentation.None ? (ushort)0 : inbound.Meta.SegmentSize,
        };
        var isKnown = host.Raw.Deliver(chain.Protocol, chain.UpperLayer, meta);
        switch (chain.Protocol)
        {
            case IpProtocol.Tcp:
                if (!TcpView.TryParse(chain.UpperLayer, out var segment))
                {
                    return DropReason.BadTransportHeader;
                }

                host.Counters.Add(Counter.TcpIn);
                host.Tcp.Input(segment, meta, now);
                return DropReason.None;
            case IpProtocol.Udp:
                return host.Udp.Receive(inbound, chain.UpperLayer, meta, now);
            case IpProtocol.Icmpv6:
                return host.Icmpv6.Receive(chain.UpperLayer, IPv6Envelope.From(ip, chain, inbound.Reassembled), meta, now);
            case IpProtocol.NoNext:
                return DropReason.None; // RFC 8200 §4.7
            case var _ when isKnown:
                return DropReason.None;
            default:
                host.IcmpErrors.SendIPv6(
                    inbound, Icmpv6Type.ParameterProblem, (byte)Icmpv6ParameterProblemCode.UnrecognizedNextHeader, (uint)chain.ProtocolFieldOffset, now);
                return DropReason.UnknownProtocol; // RFC 8200 §4
        }
    }

    private bool IsMartianSource(NetworkInterface link, IPv6Address source)
    {
        // IPv4-mapped addresses are for programs, not for the wire (RFC 4291 §2.5.5.2): here they would pass for IPv4.
        if (source.IsMulticast || source.IsIPv4Mapped)
        {
            return true; // RFC 4291 §2.7
        }

        // One that is still being asked for may be another's, who says so from it (RFC 4429 §3.3).
        return !link.IsLoopback && (source.IsLoopback || host.AddressTable.FindUsable(source, link) is { IsBeingDetected: false });
    }

    private DropReason Classify(in InboundPacket inbound, IPv6Address destination)
    {
        var link = inbound.Interface;
        if (destination.IsMulticast)
        {
            // RFC 4291 §2.7: scope 0 is never accepted, scope 1 never crosses a link.
            var scope = destination.MulticastScope;
            var crosses = scope > IPv6MulticastScope.InterfaceLocal || (scope == IPv6MulticastScope.InterfaceLocal && link.IsLoopback);
            return crosses && link.Groups.Contains(destination) ? DropReason.None : DropReason.NotOurAddress;
        }

        if (destination.IsLoopback || destination.IsIPv4Mapped || destination.IsUnspecified)
        {
            return link.IsLoopback && destination.IsLoopback ? DropReason.None : DropReason.MartianDestination; // RFC 4291 §2.5.3
        }

        if (host.AddressTable.FindUsable(destination, link) is null && !(link.TakesAnyAddress && destination.IsUnicast && !destination.IsLinkLocal))
        {
            return DropReason.NotOurAddress; // also a tentative address of ours: only its group is listened to (RFC 4862 §5.4)
        }

        return inbound.LinkBroadcast ? DropReason.LinkBroadcastOnly : DropReason.None;
    }
}
