namespace SharpTcp.Wire;

/// <summary>The types of ICMPv4 messages that a host knows (RFC 792). Any other octet may come over the wire.</summary>
public enum Icmpv4Type : byte
{
    /// <summary>Echo reply.</summary>
    EchoReply = 0,

    /// <summary>Destination unreachable.</summary>
    DestinationUnreachable = 3,

    /// <summary>Source quench, to be ignored (RFC 6633).</summary>
    SourceQuench = 4,

    /// <summary>Redirect.</summary>
    Redirect = 5,

    /// <summary>Echo request.</summary>
    EchoRequest = 8,

    /// <summary>Router advertisement (RFC 1256).</summary>
    RouterAdvertisement = 9,

    /// <summary>Router solicitation (RFC 1256).</summary>
    RouterSolicitation = 10,

    /// <summary>Time exceeded.</summary>
    TimeExceeded = 11,

    /// <summary>Parameter problem.</summary>
    ParameterProblem = 12,

    /// <summary>Timestamp request.</summary>
    TimestampRequest = 13,

    /// <summary>Timestamp reply.</summary>
    TimestampReply = 14,
}

/// <summary>The codes of an ICMPv4 Destination Unreachable (RFC 792, RFC 1122 §3.2.2.1).</summary>
public enum Icmpv4UnreachableCode : byte
{
    /// <summary>Network unreachable.</summary>
    Network = 0,

    /// <summary>Host unreachable.</summary>
    Host = 1,

    /// <summary>Protocol unreachable.</summary>
    Protocol = 2,

    /// <summary>Port unreachable.</summary>
    Port = 3,

    /// <summary>Fragmentation needed and DF set; the message names the next hop's MTU (RFC 1191).</summary>
    FragmentationNeeded = 4,

    /// <summary>Source route failed.</summary>
    SourceRouteFailed = 5,

    /// <summary>Communication administratively prohibited (RFC 1812).</summary>
    Prohibited = 13,
}

/// <summary>The types of ICMPv6 messages that a host knows. Below 128 they are errors (RFC 4443 §2.1). Any other octet may come over the wire.</summary>
public enum Icmpv6Type : byte
{
    /// <summary>Destination unreachable.</summary>
    DestinationUnreachable = 1,

    /// <summary>Packet too big.</summary>
    PacketTooBig = 2,

    /// <summary>Time exceeded.</summary>
    TimeExceeded = 3,

    /// <summary>Parameter problem.</summary>
    ParameterProblem = 4,

    /// <summary>Echo request.</summary>
    EchoRequest = 128,

    /// <summary>Echo reply.</summary>
    EchoReply = 129,

    /// <summary>MLD query, of version 1 or 2.</summary>
    MldQuery = 130,

    /// <summary>MLDv1 report.</summary>
    MldV1Report = 131,

    /// <summary>MLDv1 done.</summary>
    MldV1Done = 132,

    /// <summary>Router solicitation.</summary>
    RouterSolicitation = 133,

    /// <summary>Router advertisement.</summary>
    RouterAdvertisement = 134,

    /// <summary>Neighbor solicitation.</summary>
    NeighborSolicitation = 135,

    /// <summary>Neighbor advertisement.</summary>
    NeighborAdvertisement = 136,

    /// <summary>Redirect.</summary>
    Redirect = 137,

    /// <summary>MLDv2 report.</summary>
    MldV2Report = 143,
}

/// <summary>The codes of an ICMPv6 Destination Unreachable (RFC 4443 §3.1).</summary>
public enum Icmpv6UnreachableCode : byte
{
    /// <summary>No route to destination.</summary>
    NoRoute = 0,

    /// <summary>Communication administratively prohibited.</summary>
    Prohibited = 1,

    /// <summary>Beyond scope of source address.</summary>
    BeyondScope = 2,

    /// <summary>Address unreachable.</summary>
    Address = 3,

    /// <summary>Port unreachable.</summary>
    Port = 4,

    /// <summary>Source address failed ingress or egress policy.</summary>
    PolicyFailed = 5,

    /// <summary>Reject route to destination.</summary>
    RejectRoute = 6,
}

/// <summary>The codes of a Time Exceeded of either family.</summary>
public enum IcmpTimeExceededCode : byte
{
    /// <summary>The TTL or hop limit ran out on the way.</summary>
    HopLimit = 0,

    /// <summary>Reassembly took too long.</summary>
    Reassembly = 1,
}
