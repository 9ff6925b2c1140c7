namespace SharpTcp.Wire;

/// <summary>The fields of an IPv4 header to be sent (RFC 791 §3.1). Lengths and checksum are the writer's.</summary>
public struct IPv4Header
{
    /// <summary>DSCP and ECN together.</summary>
    public byte TrafficClass { get; set; }

    /// <summary>What the fragments of a datagram have in common.</summary>
    public ushort Identification { get; set; }

    /// <summary>Whether routers must not cut the packet.</summary>
    public bool DontFragment { get; set; }

    /// <summary>Whether this is a fragment and not the last one.</summary>
    public bool MoreFragments { get; set; }

    /// <summary>Where this fragment's payload belongs in the datagram, in octets: a multiple of 8, at most 65,528.</summary>
    public int FragmentOffset { get; set; }

    /// <summary>The hops left.</summary>
    public byte TimeToLive { get; set; }

    /// <summary>What the payload is: a number of <see cref="IpProtocol"/>.</summary>
    public byte Protocol { get; set; }

    /// <summary>The source address.</summary>
    public IPv4Address Source { get; set; }

    /// <summary>The destination address.</summary>
    public IPv4Address Destination { get; set; }
}
