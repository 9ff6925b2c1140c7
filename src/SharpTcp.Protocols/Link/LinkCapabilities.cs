using System;

namespace SharpTcp.Protocols;

/// <summary>What the frames of a link begin with.</summary>
public enum LinkMedium : byte
{
    /// <summary>Ethernet II: frames begin with the destination MAC address; neighbours are resolved.</summary>
    Ethernet,

    /// <summary>Bare IP packets on a point-to-point link: no neighbours.</summary>
    Ip,
}

/// <summary>What a link can do beyond carrying single packets.</summary>
[Flags]
public enum LinkOffloads : byte
{
    /// <summary>Frames carry final checksums and one packet each.</summary>
    None = 0,

    /// <summary>The link completes transport checksums (<see cref="FrameFlags.NeedsChecksum"/>).</summary>
    Checksum = 1,

    /// <summary>The link cuts TCP super-frames over IPv4.</summary>
    TcpIPv4 = 2,

    /// <summary>The link cuts TCP super-frames over IPv6.</summary>
    TcpIPv6 = 4,

    /// <summary>The link cuts UDP super-frames.</summary>
    Udp = 8,

    /// <summary>Everything above.</summary>
    All = Checksum | TcpIPv4 | TcpIPv6 | Udp,
}

/// <summary>The capabilities of a link.</summary>
/// <param name="Medium">What its frames begin with.</param>
/// <param name="Mtu">Largest IP packet that crosses it, in bytes: 68 to 65,535 (at least 1,280 for IPv6).</param>
/// <param name="Offloads">What it does for the stack.</param>
public readonly record struct LinkCapabilities(LinkMedium Medium, int Mtu, LinkOffloads Offloads = LinkOffloads.None)
{
    /// <summary>Largest IP packet of a super-frame: what the length fields of IP can say.</summary>
    public const int LargestSuperPacket = 65_535;
}
