using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tests.FrameTests;

/// <summary>
/// Blanks what a stack may choose, so that frames can be compared: IPv4 identification and header checksum, the IPv6 fragment identification. With other stacks' frames
/// also DF, the hop limit, and what of TCP is their choice.
/// </summary>
internal static class FrameMask
{
    public static byte[] Apply(byte[] frame, bool otherStack)
    {
        var masked = (byte[])frame.Clone();
        if (!EthernetView.TryParse(masked, out var ethernet))
        {
            return masked;
        }

        var packet = masked.AsSpan(EthernetView.HeaderLength);
        if (ethernet.EtherType == EtherType.IPv4)
        {
            packet.Slice(4, 2).Clear();
            packet.Slice(10, 2).Clear();
            if (otherStack)
            {
                packet[6] &= 0xBF;
                packet[8] = 0;
                MaskTransport(packet[9], packet[20..]);
            }
        }
        else if (ethernet.EtherType == EtherType.IPv6)
        {
            if (packet[6] == IpProtocol.Ipv6Fragment)
            {
                packet.Slice(44, 4).Clear();
            }

            if (otherStack)
            {
                packet[7] = 0;
                MaskTransport(packet[6], packet[40..]);
            }
        }

        return masked;
    }

    private static void MaskTransport(byte protocol, Span<byte> transport)
    {
        if (protocol == IpProtocol.Tcp && (transport[13] & 0x14) == 0x14)
        {
            transport.Slice(4, 4).Clear(); // the sequence number of RST+ACK
            transport.Slice(14, 4).Clear(); // window and checksum
        }
        else if (protocol == IpProtocol.Icmpv6 && transport[0] == (byte)Icmpv6Type.NeighborAdvertisement)
        {
            transport.Slice(2, 3).Clear(); // checksum and flags: RFC 4861 §7.2.4 has Override set where that stack does not
        }
    }
}
