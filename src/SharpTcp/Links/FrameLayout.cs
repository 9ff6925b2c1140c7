using SharpTcp.Protocols;

namespace SharpTcp.Links;

/// <summary>The sizes of frames that all links share.</summary>
internal static class FrameLayout
{
    /// <summary>Destination, source and type of Ethernet II.</summary>
    public const int EthernetHeader = 14;

    /// <summary>A VLAN tag, which a device may leave in place.</summary>
    public const int VlanTag = 4;

    /// <summary>The longest frame that any link carries: a full IP packet behind a tagged Ethernet header.</summary>
    public const int LargestFrame = LinkCapabilities.LargestSuperPacket + EthernetHeader + VlanTag;

    /// <summary>Where IP begins.</summary>
    public static int HeaderLength(LinkMedium medium) => medium == LinkMedium.Ethernet ? EthernetHeader : 0;

    /// <summary>The longest frame of a link, super-frames included where it has them.</summary>
    public static int LongestFrame(in LinkCapabilities link)
    {
        const LinkOffloads cutting = LinkOffloads.TcpIPv4 | LinkOffloads.TcpIPv6 | LinkOffloads.Udp;
        var packet = (link.Offloads & cutting) != 0 ? LinkCapabilities.LargestSuperPacket : link.Mtu;
        return packet + LongestLinkHeader(link.Medium);
    }

    /// <summary>The most bytes that may come before IP.</summary>
    public static int LongestLinkHeader(LinkMedium medium) => medium == LinkMedium.Ethernet ? EthernetHeader + VlanTag : 0;

    /// <summary>The offload without which a frame is to be cut before a link can take it.</summary>
    public static LinkOffloads OffloadOf(Segmentation segmentation) => segmentation switch
    {
        Segmentation.TcpIPv4 => LinkOffloads.TcpIPv4,
        Segmentation.TcpIPv6 => LinkOffloads.TcpIPv6,
        Segmentation.Udp => LinkOffloads.Udp,
        _ => LinkOffloads.None,
    };
}
