using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Received ARP (RFC 826).</summary>
internal sealed class ArpInput(HostCore host)
{
    public DropReason Receive(NetworkInterface link, in EthernetView frame, Instant now)
    {
        if (!ArpView.TryParse(frame.Payload, out var arp) || arp.Operation is not (ArpOperation.Request or ArpOperation.Reply))
        {
            return DropReason.BadArp;
        }

        if (!arp.SenderMac.IsUnicast || !(arp.SenderAddress.IsUnicast || arp.SenderAddress.IsUnspecified) || arp.SenderAddress.IsLoopback)
        {
            return DropReason.BadArp;
        }

        if (arp.SenderMac == link.HardwareAddress)
        {
            return DropReason.ArpNotForUs; // our own, come back
        }

        if (FindConflict(link, arp) is { } own)
        {
            host.Counters.Add(Counter.ArpConflicts);
            host.Observer?.OnAddressConflict(own, arp.SenderMac);
            own.ConflictDetection?.OnConflict(now);
            return DropReason.ArpConflict; // RFC 5227 §2.4; above all no entry for our own address
        }

        var forUs = host.AddressTable.FindOn(link, arp.TargetAddress) is { IsUsable: true };
        return arp.Operation == ArpOperation.Request ? ReceiveRequest(link, arp, forUs, now) : ReceiveReply(link, frame, arp, forUs, now);
    }

    /// <summary>Our address that the sender has too, or that it asks for at the same time as we do (RFC 5227 §2.1.1).</summary>
    private InterfaceAddress? FindConflict(NetworkInterface link, in ArpView arp)
    {
        if (host.AddressTable.FindOn(link, arp.SenderAddress) is { State: not AddressState.Duplicate } own)
        {
            return own;
        }

        var isProbe = arp.Operation == ArpOperation.Request && arp.SenderAddress.IsUnspecified;
        return isProbe && host.AddressTable.FindOn(link, arp.TargetAddress) is { State: AddressState.Tentative } wanted ? wanted : null;
    }

    private DropReason ReceiveRequest(NetworkInterface link, in ArpView arp, bool forUs, Instant now)
    {
        // A probe (RFC 5227 §2.1.1) has no sender address: nothing to learn. Who asks for us will be talked to: worth an entry, if it is on this link.
        var known = false;
        if (!arp.SenderAddress.IsUnspecified)
        {
            var create = forUs && host.RouteTable.IsOnLink(arp.SenderAddress, link);
            known = host.Neighbors.Learn(link, arp.SenderAddress, arp.SenderMac, create, now);
        }

        if (!forUs)
        {
            return known ? DropReason.None : DropReason.ArpNotForUs;
        }

        host.LinkControl.SendArpReply(link, arp.TargetAddress, arp.SenderMac, arp.SenderAddress);
        return DropReason.None;
    }

    private DropReason ReceiveReply(NetworkInterface link, in EthernetView frame, in ArpView arp, bool forUs, Instant now)
    {
        // Whether we asked is known to the entry: only one that is being asked for takes the answer as proof that the neighbour is there.
        var asked = forUs && frame.Destination == link.HardwareAddress
            && host.Neighbors.Find(link, arp.SenderAddress) is { State: NeighborState.Incomplete or NeighborState.Probe };
        return host.Neighbors.Advertise(link, arp.SenderAddress, arp.SenderMac, asked, isOverride: true, isRouter: null, now)
            ? DropReason.None
            : DropReason.ArpNotForUs; // an answer that nobody asked for makes no entry
    }
}
