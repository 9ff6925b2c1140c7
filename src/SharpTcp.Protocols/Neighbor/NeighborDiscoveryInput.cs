using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Received Neighbor Solicitations and Advertisements (RFC 4861 §7.2).</summary>
internal sealed class NeighborDiscoveryInput(HostCore host)
{
    public DropReason ReceiveSolicitation(NetworkInterface link, in Icmpv6View message, in IPv6Envelope envelope, Instant now)
    {
        if (!NeighborSolicitationView.TryParse(message, envelope, out var solicitation))
        {
            return DropReason.BadNeighborDiscovery;
        }

        if (host.AddressTable.FindOn(link, solicitation.Target) is not { } own)
        {
            return DropReason.NeighborDiscoveryNotForUs;
        }

        if (own.State == AddressState.Tentative || (own.State == AddressState.Optimistic && envelope.Source.IsUnspecified))
        {
            // RFC 4862 §5.4.3: no answer; a question from the unspecified address is another's probe, unless it is our own come back.
            if (envelope.Source.IsUnspecified && own.Detection is { } detection && !detection.IsOwnProbe(solicitation.Options.Nonce))
            {
                host.AddressTable.OnDuplicate(own, now);
            }

            return DropReason.None;
        }

        if (!own.IsUsable)
        {
            return DropReason.NeighborDiscoveryNotForUs;
        }

        if (envelope.Source.IsUnspecified)
        {
            // RFC 4861 §7.2.4: to all nodes, not as an answer.
            host.LinkControl.SendNeighborAdvertisement(
                link, solicitation.Target, IPv6Address.AllNodes, MacAddress.ForMulticast(IPv6Address.AllNodes), NeighborAdvertisementFlags.Override);
            return DropReason.None;
        }

        return Answer(link, own, solicitation, envelope, now);
    }

    public DropReason ReceiveAdvertisement(NetworkInterface link, in Icmpv6View message, in IPv6Envelope envelope, Instant now)
    {
        if (!NeighborAdvertisementView.TryParse(message, envelope, out var advertisement))
        {
            return DropReason.BadNeighborDiscovery;
        }

        if (host.AddressTable.FindOn(link, advertisement.Target) is { } own)
        {
            if (own.IsBeingDetected)
            {
                host.AddressTable.OnDuplicate(own, now); // RFC 4862 §5.4.4
            }
            else if (own.IsUsable)
            {
                host.Observer?.OnAddressConflict(own, advertisement.Options.TargetLinkLayerAddress ?? MacAddress.Unspecified);
            }

            return DropReason.None;
        }

        var mac = advertisement.Options.TargetLinkLayerAddress;
        if (mac is { IsUnicast: false })
        {
            return DropReason.BadNeighborDiscovery;
        }

        return host.Neighbors.Advertise(
                link, advertisement.Target, mac, advertisement.IsSolicited, advertisement.IsOverride, advertisement.IsRouter, now)
            ? DropReason.None
            : DropReason.NeighborDiscoveryNotForUs;
    }

    private DropReason Answer(NetworkInterface link, InterfaceAddress own, in NeighborSolicitationView solicitation, in IPv6Envelope envelope, Instant now)
    {
        if (solicitation.Options.SourceLinkLayerAddress is { } mac)
        {
            if (!mac.IsUnicast)
            {
                return DropReason.BadNeighborDiscovery;
            }

            host.Neighbors.Learn(link, envelope.Source, mac, create: true, now); // RFC 4861 §7.2.3
        }
        else if (host.Neighbors.Find(link, envelope.Source) is { State: not NeighborState.Incomplete } known)
        {
            mac = known.Mac;
        }
        else
        {
            return DropReason.NeighborDiscoveryNotForUs; // a unicast question without its MAC, from whom we do not know
        }

        // RFC 4429 §3.2: an optimistic address must not push another's out of a cache.
        var flags = NeighborAdvertisementFlags.Solicited | (own.IsBeingDetected ? NeighborAdvertisementFlags.None : NeighborAdvertisementFlags.Override);
        host.LinkControl.SendNeighborAdvertisement(link, solicitation.Target, envelope.Source, mac, flags);
        return DropReason.None;
    }
}
