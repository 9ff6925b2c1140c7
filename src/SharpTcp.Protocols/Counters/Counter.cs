namespace SharpTcp.Protocols;

/// <summary>What a host counts beside its drops.</summary>
public enum Counter : byte
{
    /// <summary>Frames received.</summary>
    FramesIn,

    /// <summary>Frames that a protocol took; the others are counted by <see cref="DropReason"/>.</summary>
    FramesDelivered,

    /// <summary>Frames that links took.</summary>
    FramesOut,

    /// <summary>Frames that links refused because they were full.</summary>
    FramesRefused,

    /// <summary>Exceptions in handlers.</summary>
    Faults,

    /// <summary>ARP requests sent.</summary>
    ArpRequestsOut,

    /// <summary>ARP replies sent.</summary>
    ArpRepliesOut,

    /// <summary>ARP packets in which another station used an address of ours.</summary>
    ArpConflicts,

    /// <summary>Neighbour solicitations sent.</summary>
    NeighborSolicitationsOut,

    /// <summary>Neighbour advertisements sent.</summary>
    NeighborAdvertisementsOut,

    /// <summary>Neighbours that did not answer.</summary>
    NeighborFailures,

    /// <summary>Packets that waited for a neighbour and were given up.</summary>
    NeighborQueueDrops,

    /// <summary>MLD messages sent.</summary>
    MldReportsOut,

    /// <summary>IGMP messages sent.</summary>
    IgmpReportsOut,

    /// <summary>Fragments received.</summary>
    FragmentsIn,

    /// <summary>Datagrams reassembled.</summary>
    Reassembled,

    /// <summary>Datagrams whose fragments did not all come in time.</summary>
    ReassemblyTimeouts,

    /// <summary>Datagrams whose fragments were given up to make room.</summary>
    ReassemblyEvictions,

    /// <summary>Fragments sent.</summary>
    FragmentsOut,

    /// <summary>Packets cut out of super-packets in software.</summary>
    SegmentsCut,

    /// <summary>Echo requests received and answered.</summary>
    EchoRepliesOut,

    /// <summary>Echo requests sent.</summary>
    EchoRequestsOut,

    /// <summary>Echo replies received.</summary>
    EchoRepliesIn,

    /// <summary>ICMP errors received.</summary>
    IcmpErrorsIn,

    /// <summary>ICMP errors sent.</summary>
    IcmpErrorsOut,

    /// <summary>ICMP errors not sent because of the rate limit.</summary>
    IcmpErrorsLimited,

    /// <summary>UDP datagrams received by a port.</summary>
    UdpIn,

    /// <summary>UDP datagrams sent.</summary>
    UdpOut,

    /// <summary>TCP segments handed to TCP (a super-segment counts as one).</summary>
    TcpIn,

    /// <summary>TCP segments taken from TCP (a super-segment counts as one).</summary>
    TcpOut,

    /// <summary>Path MTU values lowered by a router's message.</summary>
    PathMtuReduced,

    /// <summary>DHCPv6 messages sent.</summary>
    DhcpV6Out,

    /// <summary>DHCPv6 messages received that were for us.</summary>
    DhcpV6In,

    /// <summary>Redirects received and believed.</summary>
    RedirectsIn,

    /// <summary>Addresses that were found to be in use by another station.</summary>
    DuplicateAddresses,

    /// <summary>Router solicitations sent.</summary>
    RouterSolicitationsOut,

    /// <summary>DHCP messages sent.</summary>
    DhcpOut,

    /// <summary>DHCP messages received that answer a question of ours.</summary>
    DhcpIn,
}
