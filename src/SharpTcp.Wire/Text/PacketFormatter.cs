using System;

namespace SharpTcp.Wire;

/// <summary>
/// Describes a packet in one line, in the manner of tcpdump. Any bytes can be described, checksums are not looked at, and nothing is
/// believed that the bytes only claim.
/// </summary>
public static class PacketFormatter
{
    /// <summary>Room enough for every line.</summary>
    public const int MaxLineLength = 1024;

    /// <summary>Describes a packet.</summary>
    /// <param name="packet">The bytes.</param>
    /// <param name="linkType">What they begin with.</param>
    /// <param name="destination">Takes the line; what does not fit is left out.</param>
    /// <param name="segmentSize">With a super-frame: the payload of each of its segments. 0 if it is none.</param>
    /// <returns>The characters written.</returns>
    public static int Format(ReadOnlySpan<byte> packet, PcapLinkType linkType, Span<char> destination, int segmentSize = 0)
    {
        var line = new LineBuilder(destination);
        if (linkType == PcapLinkType.Ethernet)
            AddEthernet(ref line, packet, segmentSize);
        else if (!packet.IsEmpty && packet[0] >> 4 == 4)
            IpFormatter.AddIPv4(ref line, packet, segmentSize);
        else if (!packet.IsEmpty && packet[0] >> 4 == 6)
            IpFormatter.AddIPv6(ref line, packet, segmentSize);
        else
            AddUnknown(ref line, "no IP packet", packet.Length);
        return line.Length;
    }

    /// <summary>Describes a packet as a string.</summary>
    /// <param name="packet">The bytes.</param>
    /// <param name="linkType">What they begin with.</param>
    /// <param name="segmentSize">With a super-frame: the payload of each of its segments. 0 if it is none.</param>
    public static string ToString(ReadOnlySpan<byte> packet, PcapLinkType linkType, int segmentSize = 0)
    {
        Span<char> line = stackalloc char[MaxLineLength];
        return new string(line[..Format(packet, linkType, line, segmentSize)]);
    }

    private static void AddEthernet(ref LineBuilder line, ReadOnlySpan<byte> frame, int segmentSize)
    {
        if (!EthernetView.TryParse(frame, out var ethernet))
        {
            AddUnknown(ref line, "no Ethernet II frame", frame.Length);
            return;
        }
        switch (ethernet.EtherType)
        {
            case EtherType.Arp:
                AddArp(ref line, ethernet.Payload);
                break;
            case EtherType.IPv4:
                IpFormatter.AddIPv4(ref line, ethernet.Payload, segmentSize);
                break;
            case EtherType.IPv6:
                IpFormatter.AddIPv6(ref line, ethernet.Payload, segmentSize);
                break;
            default:
                line.Add(ethernet.Source);
                line.Add(" > ");
                line.Add(ethernet.Destination);
                line.Add(", ethertype 0x");
                line.Add((ushort)ethernet.EtherType, "x4");
                line.AddLength(frame.Length);
                break;
        }
    }

    private static void AddArp(ref LineBuilder line, ReadOnlySpan<byte> packet)
    {
        if (!ArpView.TryParse(packet, out var arp))
        {
            AddUnknown(ref line, "ARP, not for IPv4 on Ethernet", packet.Length);
            return;
        }
        switch (arp.Operation)
        {
            case ArpOperation.Request:
                line.Add("ARP, Request who-has ");
                line.Add(arp.TargetAddress);
                line.Add(" tell ");
                line.Add(arp.SenderAddress);
                break;
            case ArpOperation.Reply:
                line.Add("ARP, Reply ");
                line.Add(arp.SenderAddress);
                line.Add(" is-at ");
                line.Add(arp.SenderMac);
                break;
            default:
                line.Add("ARP, operation ");
                line.Add((ushort)arp.Operation);
                break;
        }
        line.AddLength(ArpView.Length);
    }

    private static void AddUnknown(ref LineBuilder line, string what, int length)
    {
        line.Add(what);
        line.AddLength(length);
    }
}
