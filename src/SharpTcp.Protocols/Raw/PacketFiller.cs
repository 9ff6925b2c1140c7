using System;
using System.Buffers.Binary;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>What the host fills into a packet that somebody made by hand.</summary>
[Flags]
public enum PacketFill
{
    /// <summary>Nothing: the packet leaves as it is, however wrong.</summary>
    None = 0,

    /// <summary>The source address, where it is the unspecified one.</summary>
    Source = 1,

    /// <summary>The length in the IP header.</summary>
    Length = 2,

    /// <summary>The identification of an IPv4 packet, where it is 0.</summary>
    Identification = 4,

    /// <summary>The checksum of the IPv4 header.</summary>
    HeaderChecksum = 8,

    /// <summary>The checksum of TCP, UDP, ICMP or ICMPv6, where the packet is no fragment.</summary>
    TransportChecksum = 16,

    /// <summary>A packet larger than the path's MTU is cut into fragments, where it may be.</summary>
    Fragments = 32,

    /// <summary>All of it.</summary>
    All = Source | Length | Identification | HeaderChecksum | TransportChecksum | Fragments,
}

/// <summary>Fills in what a packet lacks that somebody made or changed by hand.</summary>
internal static class PacketFiller
{
    /// <summary>Fills in a packet of either family.</summary>
    /// <returns>False if it is too short for its own headers.</returns>
    public static bool Fill(Span<byte> packet, IpAddress source, ushort identification, PacketFill fill)
    {
        if (packet.Length >= IPv4View.MinHeaderLength && packet[0] >> 4 == 4)
        {
            var length = (packet[0] & 15) * 4;
            if (length < IPv4View.MinHeaderLength || length > packet.Length || packet.Length > ushort.MaxValue)
            {
                return false;
            }

            FillIPv4(packet, source.IsIPv4 ? source.ToIPv4() : default, identification, fill);
            return true;
        }

        if (packet.Length < IPv6View.HeaderLength || packet[0] >> 4 != 6 || packet.Length - IPv6View.HeaderLength > ushort.MaxValue)
        {
            return false;
        }

        FillIPv6(packet, source, fill);
        return true;
    }

    /// <summary>Fills in an IPv4 packet whose header length was proved.</summary>
    public static void FillIPv4(Span<byte> packet, IPv4Address source, ushort identification, PacketFill fill)
    {
        var header = packet[..((packet[0] & 15) * 4)];
        if ((fill & PacketFill.Length) != 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)packet.Length);
        }

        if ((fill & PacketFill.Identification) != 0 && BinaryPrimitives.ReadUInt16BigEndian(header[4..]) == 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(header[4..], identification);
        }

        if ((fill & PacketFill.Source) != 0 && BinaryPrimitives.ReadUInt32BigEndian(header[12..]) == 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(header[12..], source.Value);
        }

        if ((fill & PacketFill.HeaderChecksum) != 0)
        {
            IPv4Writer.WriteChecksum(header);
        }

        var isFragment = (BinaryPrimitives.ReadUInt16BigEndian(header[6..]) & 0x3FFF) != 0;
        if ((fill & PacketFill.TransportChecksum) != 0 && !isFragment)
        {
            Sum(packet[header.Length..], header[9], new IPv4Address(header[12..16]), new IPv4Address(header[16..20]));
        }
    }

    private static void FillIPv6(Span<byte> packet, IpAddress source, PacketFill fill)
    {
        if ((fill & PacketFill.Length) != 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(packet.Length - IPv6View.HeaderLength));
        }

        if ((fill & PacketFill.Source) != 0 && new IPv6Address(packet[8..24]).IsUnspecified && source.IsIPv6)
        {
            source.ToIPv6().Write(packet[8..]);
        }

        if ((fill & PacketFill.TransportChecksum) == 0 || !IPv6View.TryParse(packet, out var ip))
        {
            return;
        }

        var chain = IPv6ExtensionChain.Parse(ip);
        if (chain.Verdict == IPv6ChainVerdict.Deliver && !chain.HasFragment)
        {
            Sum(packet[^chain.UpperLayer.Length..], chain.Protocol, new IPv6Address(packet[8..24]), new IPv6Address(packet[24..40]));
        }
    }

    private static void Sum(Span<byte> transport, byte protocol, IpAddress source, IpAddress destination)
    {
        var offset = protocol switch
        {
            IpProtocol.Tcp => TcpView.ChecksumOffset,
            IpProtocol.Udp => UdpView.ChecksumOffset,
            IpProtocol.Icmp or IpProtocol.Icmpv6 => Icmpv6View.ChecksumOffset,
            _ => int.MaxValue - 2,
        };
        if (offset + 2 > transport.Length)
        {
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(transport[offset..], 0);
        var sum = protocol == IpProtocol.Icmp ? 0 : InternetChecksum.AddPseudoHeader(source, destination, protocol, (uint)transport.Length);
        var value = InternetChecksum.Finish(InternetChecksum.Add(transport, sum));
        BinaryPrimitives.WriteUInt16BigEndian(transport[offset..], value == 0 && protocol == IpProtocol.Udp ? ushort.MaxValue : value);
    }
}
