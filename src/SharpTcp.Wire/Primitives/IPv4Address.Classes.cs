namespace SharpTcp.Wire;

/// <content>What kind of address it is (RFC 6890 and the IANA registry of special-purpose addresses).</content>
public readonly partial struct IPv4Address
{
    /// <summary>0.0.0.0: no address, or any address of this host.</summary>
    public static IPv4Address Unspecified => default;

    /// <summary>127.0.0.1.</summary>
    public static IPv4Address Loopback => new(0x7F00_0001);

    /// <summary>255.255.255.255: all hosts of the link.</summary>
    public static IPv4Address Broadcast => new(uint.MaxValue);

    /// <summary>224.0.0.1: the group of all hosts of the link.</summary>
    public static IPv4Address AllHosts => new(0xE000_0001);

    /// <summary>224.0.0.2: the group of all routers of the link.</summary>
    public static IPv4Address AllRouters => new(0xE000_0002);

    /// <summary>224.0.0.22: where IGMPv3 reports go (RFC 3376 §4.2.14).</summary>
    public static IPv4Address IgmpV3Routers => new(0xE000_0016);

    /// <summary>0.0.0.0 itself.</summary>
    public bool IsUnspecified => Value == 0;

    /// <summary>0.0.0.0/8: a host on this network, only ever a source (RFC 1122 §3.2.1.3).</summary>
    public bool IsThisNetwork => Value >> 24 == 0;

    /// <summary>127.0.0.0/8 (RFC 1122 §3.2.1.3).</summary>
    public bool IsLoopback => Value >> 24 == 127;

    /// <summary>10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 (RFC 1918).</summary>
    public bool IsPrivate => Value >> 24 == 10 || Value >> 20 == 0xAC1 || Value >> 16 == 0xC0A8;

    /// <summary>100.64.0.0/10: shared between a carrier and its customers (RFC 6598).</summary>
    public bool IsShared => Value >> 22 == 0x6440_0000 >> 22;

    /// <summary>169.254.0.0/16 (RFC 3927).</summary>
    public bool IsLinkLocal => Value >> 16 == 0xA9FE;

    /// <summary>192.0.0.0/24: protocol assignments of the IETF (RFC 6890 §2.1).</summary>
    public bool IsProtocolAssignment => Value >> 8 == 0xC0_0000;

    /// <summary>192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 (RFC 5737) or 233.252.0.0/24 (RFC 6676).</summary>
    public bool IsDocumentation => Value >> 8 is 0xC0_0002 or 0xC6_3364 or 0xCB_0071 or 0xE9_FC00;

    /// <summary>198.18.0.0/15: for benchmarks of network devices (RFC 2544).</summary>
    public bool IsBenchmarking => Value >> 17 == 0xC612_0000 >> 17;

    /// <summary>224.0.0.0/4 (RFC 5771).</summary>
    public bool IsMulticast => Value >> 28 == 14;

    /// <summary>224.0.0.0/24: groups that no router forwards (RFC 5771 §4).</summary>
    public bool IsLinkLocalMulticast => Value >> 8 == 0xE0_0000;

    /// <summary>240.0.0.0/4 without the limited broadcast address (RFC 1112 §4).</summary>
    public bool IsReserved => Value >> 28 == 15 && !IsLimitedBroadcast;

    /// <summary>255.255.255.255 (RFC 919 §7).</summary>
    public bool IsLimitedBroadcast => Value == uint.MaxValue;

    /// <summary>Can name one host: not in 0.0.0.0/8, no group, not reserved, not the limited broadcast. A directed broadcast is known only to a <see cref="Prefix"/>.</summary>
    public bool IsUnicast => !IsThisNetwork && Value >> 28 < 14;

    /// <summary>A unicast address that the Internet routes, by the IANA registry.</summary>
    public bool IsGlobal => IsUnicast && !IsLoopback && !IsPrivate && !IsShared && !IsLinkLocal && !IsDocumentation && !IsBenchmarking
        && (!IsProtocolAssignment || Value is 0xC000_0009 or 0xC000_000A); // RFC 7723, RFC 8155: anycast addresses for PCP and TURN
}
