using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Received IPv4 packets: the checks of RFC 1122 §3.2.1, then reassembly or the transport.</summary>
internal sealed class IPv4Input(HostCore host)
{
    public DropReason Receive(in InboundPacket inbound, Instant now)
    {
        if (!IPv4View.TryParse(inbound.Packet, out var ip))
        {
            return DropReason.BadIpHeader;
        }

        if (!ip.VerifyChecksum())
        {
            return DropReason.BadIpChecksum; // RFC 1122 §3.2.1.2
        }

        var link = inbound.Interface;
        if (IsMartianSource(link, ip.Source) && !IsFromNobodyYet(ip))
        {
            return DropReason.MartianSource;
        }

        if (Classify(inbound, ip.Destination, out var isGroup) is var reason and not DropReason.None
            && !(reason == DropReason.NotOurAddress && link.Dhcp is { } client && client.Awaits(ip)))
        {
            return reason;
        }

        if (ip.TimeToLive == 0)
        {
            return DropReason.TimeToLiveZero; // RFC 1122 §3.2.1.7: nobody may send it; 1 is enough for a host
        }

        var packet = new InboundPacket { Packet = ip.Packet, Interface = link, Meta = inbound.Meta, LinkBroadcast = inbound.LinkBroadcast };
        if (ip.Options.Length > 0 && CheckOptions(packet, ip.Options, now) is var refusal and not DropReason.None)
        {
            return refusal;
        }

        return ip.IsFragment
            ? host.Reassembly.AddIPv4(packet, ip, isGroup, now)
            : Deliver(packet, ip, isGroup, now);
    }

    /// <summary>Hands a whole datagram to its transport.</summary>
    public DropReason Deliver(in InboundPacket inbound, in IPv4View ip, bool isGroup, Instant now)
    {
        var meta = new IpMeta
        {
            Source = ip.Source,
            Destination = ip.Destination,
            Interface = inbound.Interface,
            HopLimit = ip.TimeToLive,
            TrafficClass = ip.TrafficClass,
            IsBroadcastOrMulticast = isGroup || inbound.LinkBroadcast,
            ChecksumVouched = inbound.ChecksumVouched,
            SegmentSize = inbound.Meta.Segmentation == Segmentation.None ? (ushort)0 : inbound.Meta.SegmentSize,
        };
        var isKnown = host.Raw.Deliver(ip.Protocol, ip.Packet, meta);
        switch (ip.Protocol)
        {
            case IpProtocol.Tcp:
                if (!TcpView.TryParse(ip.Payload, out var segment))
                {
                    return DropReason.BadTransportHeader;
                }

                host.Counters.Add(Counter.TcpIn);
                host.Tcp.Input(segment, meta, now);
                return DropReason.None;
            case IpProtocol.Udp:
                return host.Udp.Receive(inbound, ip.Payload, meta, now);
            case IpProtocol.Igmp:
                return inbound.Interface.Groups.OnIgmp(ip, now);
            case IpProtocol.Icmp:
                return host.Icmpv4.Receive(ip.Payload, meta, now);
            case var _ when isKnown:
                return DropReason.None;
            default:
                host.IcmpErrors.SendIPv4(inbound, Icmpv4Type.DestinationUnreachable, (byte)Icmpv4UnreachableCode.Protocol, 0, now);
                return DropReason.UnknownProtocol;
        }
    }

    /// <summary>Sources that no packet can have: RFC 1122 §3.2.1.3, RFC 6890; our own address from outside is a LAND attack.</summary>
    private bool IsMartianSource(NetworkInterface link, IPv4Address source)
    {
        if (!source.IsUnicast || link.IsBroadcast(source))
        {
            return true;
        }

        return !link.IsLoopback && (source.IsLoopback || host.AddressTable.FindOwn(source) is { IsUsable: true });
    }

    /// <summary>A querier or a switch without an address asks from 0.0.0.0, and a host without one reports so (RFC 3376 §4.2.13, RFC 4541 §2.1.1).</summary>
    private static bool IsFromNobodyYet(in IPv4View ip) => ip.Source.IsUnspecified && ip.Protocol == IpProtocol.Igmp && ip.Destination.IsMulticast;

    private DropReason Classify(in InboundPacket inbound, IPv4Address destination, out bool isGroup)
    {
        var link = inbound.Interface;
        isGroup = false;
        if (destination.IsLoopback)
        {
            return link.IsLoopback ? DropReason.None : DropReason.MartianDestination;
        }

        if (destination.IsMulticast)
        {
            isGroup = true;
            return link.Groups.Contains(destination) ? DropReason.None : DropReason.NotOurAddress;
        }

        if (link.IsBroadcast(destination))
        {
            isGroup = true;
            return DropReason.None;
        }

        if (host.AddressTable.FindUsable(destination, link) is null && !(link.TakesAnyAddress && destination.IsUnicast))
        {
            return DropReason.NotOurAddress; // RFC 1122 §3.2.1.3
        }

        return inbound.LinkBroadcast ? DropReason.LinkBroadcastOnly : DropReason.None; // RFC 1122 §3.3.6
    }

    private DropReason CheckOptions(in InboundPacket packet, ReadOnlySpan<byte> bytes, Instant now)
    {
        var options = new IPv4Options(bytes);
        while (options.MoveNext())
        {
            if (options.Current.Type is IPv4OptionType.LooseSourceRoute or IPv4OptionType.StrictSourceRoute)
            {
                return DropReason.SourceRouted; // RFC 7126 §4.3, §4.4
            }
        }

        if (options.IsMalformed)
        {
            host.IcmpErrors.SendIPv4(packet, Icmpv4Type.ParameterProblem, 0, (uint)options.ErrorPointer << 24, now); // RFC 1122 §3.2.2.5
            return DropReason.BadExtensionHeaders;
        }

        return DropReason.None; // the others are ignored, known or not (RFC 1122 §3.2.1.8)
    }
}
