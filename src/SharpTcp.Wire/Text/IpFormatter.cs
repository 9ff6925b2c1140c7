using System;

namespace SharpTcp.Wire;

/// <summary>The part of a line from the IP header on.</summary>
internal static class IpFormatter
{
    public static void AddIPv4(ref LineBuilder line, ReadOnlySpan<byte> data, int segmentSize)
    {
        if (!IPv4View.TryParse(data, out var packet))
        {
            line.Add("IP, bad header or cut off");
            line.AddLength(data.Length);
            return;
        }
        line.Add("IP ");
        if (packet.IsFragment)
        {
            AddAddresses(ref line, packet.Source, packet.Destination);
            AddFragment(ref line, packet.Protocol, packet.Identification, packet.Payload.Length, packet.FragmentOffset, packet.MoreFragments);
        }
        else
        {
            AddUpperLayer(ref line, packet.Source, packet.Destination, packet.Protocol, packet.Payload, segmentSize);
        }
    }

    public static void AddIPv6(ref LineBuilder line, ReadOnlySpan<byte> data, int segmentSize)
    {
        if (!IPv6View.TryParse(data, out var packet))
        {
            line.Add("IP6, bad header or cut off");
            line.AddLength(data.Length);
            return;
        }
        line.Add("IP6 ");
        var chain = IPv6ExtensionChain.Parse(packet);
        switch (chain.Verdict)
        {
            case IPv6ChainVerdict.Deliver:
                if (chain.RouterAlert is not null)
                    line.Add("HBH ");
                AddUpperLayer(ref line, packet.Source, packet.Destination, chain.Protocol, chain.UpperLayer, segmentSize);
                break;
            case IPv6ChainVerdict.Fragment:
                var fragment = chain.Fragment;
                AddAddresses(ref line, packet.Source, packet.Destination);
                AddFragment(
                    ref line, fragment.NextHeader, fragment.Identification, chain.FragmentData.Length, fragment.Offset, fragment.More);
                break;
            case IPv6ChainVerdict.ParameterProblem:
                AddAddresses(ref line, packet.Source, packet.Destination);
                line.Add("extension header problem, code ");
                line.Add((byte)chain.ProblemCode);
                line.Add(" at octet ");
                line.Add(chain.ProblemPointer);
                line.AddLength(packet.PayloadLength);
                break;
            default:
                AddAddresses(ref line, packet.Source, packet.Destination);
                line.Add("extension headers to drop");
                line.AddLength(packet.PayloadLength);
                break;
        }
    }

    private static void AddUpperLayer(
        ref LineBuilder line, IpAddress source, IpAddress destination, byte protocol, ReadOnlySpan<byte> data, int segmentSize)
    {
        if (protocol == IpProtocol.Tcp && TcpView.TryParse(data, out var tcp))
        {
            AddEndpoints(ref line, source, tcp.SourcePort, destination, tcp.DestinationPort);
            TcpFormatter.Add(ref line, tcp);
            AddSegments(ref line, tcp.Payload.Length, segmentSize);
        }
        else if (protocol == IpProtocol.Udp && UdpView.TryParse(data, out var udp))
        {
            AddEndpoints(ref line, source, udp.SourcePort, destination, udp.DestinationPort);
            line.Add("UDP");
            line.AddLength(udp.Payload.Length);
            AddSegments(ref line, udp.Payload.Length, segmentSize);
        }
        else
        {
            AddAddresses(ref line, source, destination);
            if (protocol == IpProtocol.Icmp && source.IsIPv4 && Icmpv4View.TryParse(data, out var icmp4))
                IcmpFormatter.AddIcmpv4(ref line, icmp4);
            else if (protocol == IpProtocol.Icmpv6 && source.IsIPv6 && Icmpv6View.TryParse(data, out var icmp6))
                IcmpFormatter.AddIcmpv6(ref line, icmp6);
            else if (protocol == IpProtocol.Igmp && IgmpView.TryParse(data, IgmpView.TimeToLive, out var igmp))
                IcmpFormatter.AddIgmp(ref line, igmp);
            else
                AddProtocol(ref line, protocol, bad: protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Icmp or IpProtocol.Icmpv6);
            line.AddLength(data.Length);
        }
    }

    private static void AddEndpoints(ref LineBuilder line, IpAddress source, int sourcePort, IpAddress destination, int destinationPort)
    {
        line.AddEndpoint(source, sourcePort);
        line.Add(" > ");
        line.AddEndpoint(destination, destinationPort);
        line.Add(": ");
    }

    private static void AddAddresses(ref LineBuilder line, IpAddress source, IpAddress destination)
    {
        line.Add(source);
        line.Add(" > ");
        line.Add(destination);
        line.Add(": ");
    }

    private static void AddFragment(ref LineBuilder line, byte protocol, uint identification, int length, int offset, bool more)
    {
        line.Add("frag (");
        AddProtocol(ref line, protocol, bad: false);
        line.Add(", id ");
        line.Add(identification);
        line.Add(", ");
        line.Add(length);
        line.Add("@");
        line.Add(offset);
        line.Add(more ? "+)" : ")");
    }

    internal static void AddProtocol(ref LineBuilder line, byte protocol, bool bad)
    {
        if (bad)
            line.Add("bad ");
        var name = protocol switch
        {
            IpProtocol.Tcp => "tcp",
            IpProtocol.Udp => "udp",
            IpProtocol.Icmp => "icmp",
            IpProtocol.Igmp => "igmp",
            IpProtocol.Icmpv6 => "icmp6",
            IpProtocol.NoNext => "no next header",
            _ => "",
        };
        line.Add(name);
        if (name.Length > 0)
            return;
        line.Add("ip-proto-");
        line.Add(protocol);
    }

    private static void AddSegments(ref LineBuilder line, int payload, int segmentSize)
    {
        if (segmentSize <= 0 || payload <= segmentSize)
            return;
        line.Add(" (");
        line.Add(1 + (payload - 1) / segmentSize);
        line.Add(" x ");
        line.Add(segmentSize);
        line.Add(")");
    }
}
