namespace SharpTcp.Wire;

/// <summary>Numbers of the protocols that follow an IPv4 or IPv6 header (IANA "Protocol Numbers").</summary>
/// <remarks>Constants and not an enumeration: any octet may come over the wire, and the numbers go into sums and headers as octets.</remarks>
public static class IpProtocol
{
    /// <summary>Hop-by-hop options of IPv6.</summary>
    public const byte HopByHop = 0;

    /// <summary>ICMP for IPv4.</summary>
    public const byte Icmp = 1;

    /// <summary>IGMP.</summary>
    public const byte Igmp = 2;

    /// <summary>IPv4 inside of another header.</summary>
    public const byte IPv4 = 4;

    /// <summary>TCP.</summary>
    public const byte Tcp = 6;

    /// <summary>UDP.</summary>
    public const byte Udp = 17;

    /// <summary>IPv6 inside of another header.</summary>
    public const byte IPv6 = 41;

    /// <summary>Routing header of IPv6.</summary>
    public const byte Routing = 43;

    /// <summary>Fragment header of IPv6.</summary>
    public const byte Ipv6Fragment = 44;

    /// <summary>Encapsulating security payload.</summary>
    public const byte Esp = 50;

    /// <summary>Authentication header.</summary>
    public const byte Ah = 51;

    /// <summary>ICMPv6.</summary>
    public const byte Icmpv6 = 58;

    /// <summary>Nothing follows the IPv6 header.</summary>
    public const byte NoNext = 59;

    /// <summary>Destination options of IPv6.</summary>
    public const byte DestinationOptions = 60;

    /// <summary>Mobility header of IPv6.</summary>
    public const byte Mobility = 135;

    /// <summary>Host identity protocol.</summary>
    public const byte Hip = 139;

    /// <summary>Shim6.</summary>
    public const byte Shim6 = 140;

    /// <summary>For experiments (RFC 3692).</summary>
    public const byte Experiment1 = 253;

    /// <summary>For experiments (RFC 3692).</summary>
    public const byte Experiment2 = 254;

    /// <summary>Reserved; raw sockets take it for "no protocol of their own".</summary>
    public const byte Reserved = 255;
}
