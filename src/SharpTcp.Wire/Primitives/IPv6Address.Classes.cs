namespace SharpTcp.Wire;

/// <content>What kind of address it is (RFC 4291 §2.4 and the IANA registry of special-purpose addresses).</content>
public readonly partial struct IPv6Address
{
    private const ulong SolicitedNodeUpper = 0xFF02_0000_0000_0000;
    private const ulong SolicitedNodeLower = 0x0000_0001_FF00_0000;

    /// <summary>::, no address or any address of this host.</summary>
    public static IPv6Address Unspecified => default;

    /// <summary>::1.</summary>
    public static IPv6Address Loopback => new(0, 1);

    /// <summary>ff02::1, all nodes of the link.</summary>
    public static IPv6Address AllNodes => new(0xFF02_0000_0000_0000, 1);

    /// <summary>ff02::2, all routers of the link.</summary>
    public static IPv6Address AllRouters => new(0xFF02_0000_0000_0000, 2);

    /// <summary>ff02::1:2, all DHCPv6 servers and relays of the link (RFC 8415 §7.1).</summary>
    public static IPv6Address DhcpServers => new(0xFF02_0000_0000_0000, 0x1_0002);

    /// <summary>ff02::16, where MLDv2 reports go (RFC 3810 §5.2.14).</summary>
    public static IPv6Address MldV2Routers => new(0xFF02_0000_0000_0000, 0x16);

    /// <summary>:: itself.</summary>
    public bool IsUnspecified => (Upper | Lower) == 0;

    /// <summary>::1 itself.</summary>
    public bool IsLoopback => Upper == 0 && Lower == 1;

    /// <summary>::ffff:0:0/96 (RFC 4291 §2.5.5.2).</summary>
    public bool IsIPv4Mapped => Upper == 0 && Lower >> 32 == 0xFFFF;

    /// <summary>ff00::/8.</summary>
    public bool IsMulticast => Upper >> 56 == 0xFF;

    /// <summary>The scope of a group (RFC 7346), or <see cref="IPv6MulticastScope.None"/> if this is no group.</summary>
    public IPv6MulticastScope MulticastScope => IsMulticast ? (IPv6MulticastScope)(Upper >> 48 & 15) : IPv6MulticastScope.None;

    /// <summary>A group of this node only: ffx1::/16.</summary>
    public bool IsInterfaceLocalMulticast => MulticastScope == IPv6MulticastScope.InterfaceLocal;

    /// <summary>A group of this link only: ffx2::/16.</summary>
    public bool IsLinkLocalMulticast => MulticastScope == IPv6MulticastScope.LinkLocal;

    /// <summary>ff02::1:ff00:0/104 (RFC 4291 §2.7.1).</summary>
    public bool IsSolicitedNode => Upper == SolicitedNodeUpper && (Lower & ~0xFF_FFFFUL) == SolicitedNodeLower;

    /// <summary>fe80::/10.</summary>
    public bool IsLinkLocal => Upper >> 54 == 0xFE80 >> 6;

    /// <summary>fec0::/10: site-local, withdrawn by RFC 3879.</summary>
    public bool IsSiteLocal => Upper >> 54 == 0xFEC0 >> 6;

    /// <summary>fc00::/7 (RFC 4193).</summary>
    public bool IsUniqueLocal => Upper >> 57 == 0xFC >> 1;

    /// <summary>2001:db8::/32 (RFC 3849) or 3fff::/20 (RFC 9637).</summary>
    public bool IsDocumentation => Upper >> 32 == 0x2001_0DB8 || Upper >> 44 == 0x3FFF0;

    /// <summary>2001:2::/48: for benchmarks of network devices (RFC 5180).</summary>
    public bool IsBenchmarking => Upper >> 16 == 0x2001_0002_0000;

    /// <summary>100::/64: packets to it are discarded (RFC 6666).</summary>
    public bool IsDiscardOnly => Upper == 0x0100_0000_0000_0000;

    /// <summary>2002::/16 (RFC 3056).</summary>
    public bool Is6To4 => Upper >> 48 == 0x2002;

    /// <summary>2001::/32 (RFC 4380).</summary>
    public bool IsTeredo => Upper >> 32 == 0x2001_0000;

    /// <summary>64:ff9b::/96, the well-known prefix of translators (RFC 6052).</summary>
    public bool IsTranslated => Upper == 0x0064_FF9B_0000_0000 && Lower >> 32 == 0;

    /// <summary>Can name one interface: neither :: nor a group.</summary>
    public bool IsUnicast => !IsUnspecified && !IsMulticast;

    /// <summary>A unicast address that the Internet routes: everything that RFC 4291 §2.4 and the IANA registry do not set apart.</summary>
    public bool IsGlobal => IsUnicast && !IsLoopback && !IsIPv4Mapped && !IsLinkLocal && !IsSiteLocal && !IsUniqueLocal && !IsDocumentation
        && !IsDiscardOnly && !IsLocalTranslation && !IsSegmentIdentifier && (!IsProtocolAssignment || IsGlobalAssignment);

    // 64:ff9b:1::/48, RFC 8215.
    private bool IsLocalTranslation => Upper >> 16 == 0x0064_FF9B_0001;

    // 5f00::/16, RFC 9602.
    private bool IsSegmentIdentifier => Upper >> 48 == 0x5F00;

    // 2001::/23, RFC 2928.
    private bool IsProtocolAssignment => Upper >> 41 == 0x2001_0000_0000_0000 >> 41;

    private bool IsGlobalAssignment =>
        (Upper == 0x2001_0001_0000_0000 && Lower is 1 or 2 or 3) // PCP, TURN and DNS-SD anycast
        || Upper >> 32 == 0x2001_0003 // AMT, RFC 7450
        || Upper >> 16 == 0x2001_0004_0112 // AS112-v6, RFC 7535
        || Upper >> 36 is 0x200_1002 or 0x200_1003; // ORCHIDv2, RFC 7343; drone remote ID, RFC 9374
}
