namespace SharpTcp.Protocols;

/// <summary>Why a received packet came to nothing. Each received frame is counted once: as delivered, or under one of these.</summary>
public enum DropReason : byte
{
    /// <summary>Not dropped: a protocol took it (a fragment: reassembly took it).</summary>
    None,

    /// <summary>A handler threw; the exception went to <see cref="HostOptions.OnFault"/>.</summary>
    Fault,

    /// <summary>Shorter than its link header, or longer than the link carries.</summary>
    BadFrame,

    /// <summary>The destination MAC is neither ours, nor broadcast, nor that of a joined group.</summary>
    OtherStation,

    /// <summary>The source MAC is a group's.</summary>
    GroupSourceMac,

    /// <summary>An EtherType that the host does not speak.</summary>
    UnknownEtherType,

    /// <summary>An ARP packet that is malformed or of another kind than IPv4 over Ethernet.</summary>
    BadArp,

    /// <summary>ARP that concerns neither our addresses nor our cache.</summary>
    ArpNotForUs,

    /// <summary>ARP in which another station uses an address of ours (RFC 5227 §2.4).</summary>
    ArpConflict,

    /// <summary>An IP header with a wrong version, header length or total length.</summary>
    BadIpHeader,

    /// <summary>A wrong IPv4 header checksum (RFC 1122 §3.2.1.2).</summary>
    BadIpChecksum,

    /// <summary>A source address that no packet on this interface can have (RFC 1122 §3.2.1.3).</summary>
    MartianSource,

    /// <summary>A destination address that no packet on this interface can have.</summary>
    MartianDestination,

    /// <summary>The destination address is not ours.</summary>
    NotOurAddress,

    /// <summary>A unicast packet in a frame to all stations (RFC 1122 §3.3.6).</summary>
    LinkBroadcastOnly,

    /// <summary>Arrived with time to live 0.</summary>
    TimeToLiveZero,

    /// <summary>Source routed (RFC 7126 §4.3).</summary>
    SourceRouted,

    /// <summary>Malformed options or extension headers, or more of them than we look at.</summary>
    BadExtensionHeaders,

    /// <summary>A malformed fragment: length, end beyond 65,535, or a first one that hides the transport header (RFC 7112).</summary>
    BadFragment,

    /// <summary>A fragment that was there already.</summary>
    DuplicateFragment,

    /// <summary>A fragment that overlaps another, or belongs to a datagram discarded for that (RFC 5722).</summary>
    OverlappingFragment,

    /// <summary>A fragment for which there was no room.</summary>
    ReassemblyFull,

    /// <summary>An upper protocol that the host does not speak.</summary>
    UnknownProtocol,

    /// <summary>A transport header that is cut off or lies about its length.</summary>
    BadTransportHeader,

    /// <summary>A wrong transport checksum.</summary>
    BadTransportChecksum,

    /// <summary>Nobody listens on the port.</summary>
    NoPort,

    /// <summary>The receive buffer of the port is full.</summary>
    ReceiveBufferFull,

    /// <summary>An ICMP message of a type or code that the host does not act on.</summary>
    IgnoredIcmp,

    /// <summary>An ICMP error whose quote is garbled or names nothing of ours.</summary>
    BadIcmpQuote,

    /// <summary>An echo request to a broadcast or multicast address.</summary>
    GroupEcho,

    /// <summary>A neighbour discovery message that breaks a rule of RFC 4861 §7.1 or came in fragments (RFC 6980).</summary>
    BadNeighborDiscovery,

    /// <summary>A neighbour discovery message about an address that concerns us not.</summary>
    NeighborDiscoveryNotForUs,

    /// <summary>A Redirect that is malformed, not from the present first hop, or to nowhere (RFC 1122 §3.2.2.2, RFC 4861 §8.1).</summary>
    BadRedirect,

    /// <summary>An IGMP message that breaks a rule of RFC 3376.</summary>
    BadIgmp,

    /// <summary>An MLD message that breaks a rule of RFC 3810.</summary>
    BadMld,

    /// <summary>A DHCP message that is malformed, no server's, or leases nothing that a host could use.</summary>
    BadDhcp,

    /// <summary>A DHCP message of another transaction, client or server, or that nobody asked for.</summary>
    DhcpNotForUs,

    /// <summary>The interface does not speak the family.</summary>
    FamilyDisabled,
}
