using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>The first look at a received frame: whether it is for us, and who takes it.</summary>
internal sealed class EthernetInput(HostCore host)
{
    /// <summary>Takes a frame of either medium.</summary>
    public DropReason Receive(NetworkInterface link, ReadOnlySpan<byte> frame, in FrameMeta meta, Instant now)
    {
        if (!link.IsEthernet)
        {
            return ReceiveIp(link, frame, meta, now);
        }

        if (frame.Length < EthernetView.HeaderLength)
        {
            return DropReason.BadFrame;
        }

        if (!EthernetView.TryParse(frame, out var ethernet))
        {
            return DropReason.UnknownEtherType; // an IEEE 802.3 length
        }

        if (ethernet.Source.IsMulticast)
        {
            return DropReason.GroupSourceMac;
        }

        var destination = ethernet.Destination;
        var isGroup = destination.IsMulticast;
        if (destination != link.HardwareAddress && !(isGroup && (destination.IsBroadcast || link.Groups.AcceptsMac(destination))))
        {
            return DropReason.OtherStation;
        }

        switch (ethernet.EtherType)
        {
            case EtherType.IPv4:
                return host.IPv4Input.Receive(Packet(link, ethernet.Payload, meta, isGroup), now);
            case EtherType.IPv6:
                return host.IPv6Input.Receive(Packet(link, ethernet.Payload, meta, isGroup), now);
            case EtherType.Arp:
                return host.ArpInput.Receive(link, ethernet, now);
            default:
                return DropReason.UnknownEtherType;
        }
    }

    private DropReason ReceiveIp(NetworkInterface link, ReadOnlySpan<byte> frame, in FrameMeta meta, Instant now)
    {
        if (frame.IsEmpty)
        {
            return DropReason.BadFrame;
        }

        return (frame[0] >> 4) switch
        {
            4 => host.IPv4Input.Receive(Packet(link, frame, meta, false), now),
            6 => host.IPv6Input.Receive(Packet(link, frame, meta, false), now),
            _ => DropReason.BadIpHeader, // RFC 1122 §3.2.1.1
        };
    }

    private static InboundPacket Packet(NetworkInterface link, ReadOnlySpan<byte> packet, in FrameMeta meta, bool isGroup) =>
        new() { Packet = packet, Interface = link, Meta = meta, LinkBroadcast = isGroup };
}
