using System;
using System.Buffers.Binary;
using SharpTcp.Wire;

namespace SharpTcp.Packetdrill;

/// <summary>Verifies every checksum of what leaves, with arithmetic of its own: the stack's must not judge itself. A wrong one ends the run.</summary>
internal static class ChecksumProof
{
    private const int IPv4Source = 12;
    private const int IPv6Source = 8;
    private const int IPv6HeaderLength = 40;

    /// <summary>Whether the packet is one for the script: TCP, UDP or ICMP, but no neighbour discovery and no group membership.</summary>
    public static bool Check(ReadOnlySpan<byte> packet)
    {
        ReadOnlySpan<byte> addresses;
        ReadOnlySpan<byte> payload;
        byte protocol;
        if (packet[0] >> 4 == 4)
        {
            var header = packet[..((packet[0] & 0xF) * 4)];
            Demand(Sum(header, 0) == 0xFFFF, "IPv4 header", packet);
            Demand(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) == packet.Length, "IPv4 length (no checksum, but wrong too)", packet);
            protocol = packet[9];
            addresses = packet.Slice(IPv4Source, 8);
            payload = packet[header.Length..];
            if ((BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3FFF) != 0)
            {
                return true; // a fragment: only the whole has a sum
            }
        }
        else
        {
            protocol = packet[6];
            addresses = packet.Slice(IPv6Source, 32);
            payload = packet[IPv6HeaderLength..];
        }

        var pseudo = Sum(addresses, (uint)(protocol + payload.Length));
        switch (protocol)
        {
            case IpProtocol.Tcp:
                Demand(Sum(payload, pseudo) == 0xFFFF, "TCP", packet);
                return true;
            case IpProtocol.Udp:
                var none = payload[6] == 0 && payload[7] == 0;
                Demand(none ? packet[0] >> 4 == 4 : Sum(payload, pseudo) == 0xFFFF, "UDP", packet);
                return true;
            case IpProtocol.Icmp:
                Demand(Sum(payload, 0) == 0xFFFF, "ICMP", packet);
                return true;
            case IpProtocol.Icmpv6:
                Demand(Sum(payload, pseudo) == 0xFFFF, "ICMPv6", packet);
                return payload[0] < 130; // from 130 on: multicast listeners and neighbours
            default:
                return false;
        }
    }

    /// <summary>The one's complement sum, a word at a time.</summary>
    private static uint Sum(ReadOnlySpan<byte> data, uint sum)
    {
        for (var i = 0; i < data.Length; i += 2)
        {
            sum += (uint)(data[i] << 8 | (i + 1 < data.Length ? data[i + 1] : 0));
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (sum & 0xFFFF) + (sum >> 16);
    }

    private static void Demand(bool holds, string what, ReadOnlySpan<byte> packet)
    {
        if (!holds)
        {
            Native.Die($"bad outbound {what} checksum: {Convert.ToHexString(packet)}");
        }
    }
}
