using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>The part of a line that describes an ICMP message of either family, or an IGMP message.</summary>
internal static class IcmpFormatter
{
    public static void AddIcmpv4(ref LineBuilder line, scoped in Icmpv4View message)
    {
        line.Add("ICMP ");
        switch (message.Type)
        {
            case Icmpv4Type.EchoRequest or Icmpv4Type.EchoReply:
                AddEcho(ref line, message.Type == Icmpv4Type.EchoRequest, message.Identifier, message.Sequence);
                return;
            case Icmpv4Type.DestinationUnreachable:
                AddUnreachable4(ref line, message);
                return;
            case Icmpv4Type.TimeExceeded:
                line.Add(message.Code == (byte)IcmpTimeExceededCode.Reassembly ? "ip reassembly time exceeded" : "time exceeded in-transit");
                break;
            case Icmpv4Type.ParameterProblem:
                line.Add("parameter problem - octet ");
                line.Add(message.Pointer);
                break;
            case Icmpv4Type.Redirect:
                line.Add("redirect to ");
                line.Add(message.Gateway);
                break;
            default:
                AddNumbers(ref line, (byte)message.Type, message.Code);
                return;
        }
        if (QuotedPacket.TryParse(message, out var quoted))
            AddConcerns(ref line, quoted);
    }

    public static void AddIcmpv6(ref LineBuilder line, scoped in Icmpv6View message)
    {
        line.Add("ICMP6, ");
        switch (message.Type)
        {
            case Icmpv6Type.EchoRequest or Icmpv6Type.EchoReply:
                AddEcho(ref line, message.Type == Icmpv6Type.EchoRequest, message.Identifier, message.Sequence);
                return;
            case Icmpv6Type.DestinationUnreachable:
                line.Add("destination unreachable, ");
                line.Add(UnreachableText(message.Code));
                break;
            case Icmpv6Type.PacketTooBig:
                line.Add("packet too big, mtu ");
                line.Add(message.Mtu);
                break;
            case Icmpv6Type.TimeExceeded:
                line.Add(message.Code == (byte)IcmpTimeExceededCode.Reassembly ? "time exceeded (reassembly)" : "time exceeded in-transit");
                break;
            case Icmpv6Type.ParameterProblem:
                line.Add("parameter problem, code ");
                line.Add(message.Code);
                line.Add(" - octet ");
                line.Add(message.Pointer);
                break;
            default:
                AddLinkMessage(ref line, message);
                return;
        }
        if (QuotedPacket.TryParse(message, out var quoted))
            AddConcerns(ref line, quoted);
    }

    public static void AddIgmp(ref LineBuilder line, scoped in IgmpView message)
    {
        switch (message.Type)
        {
            case IgmpType.Query:
                line.Add("igmp query ");
                line.Add(message.Group);
                break;
            case IgmpType.V1Report or IgmpType.V2Report:
                line.Add("igmp report ");
                line.Add(message.Group);
                break;
            case IgmpType.V2Leave:
                line.Add("igmp leave ");
                line.Add(message.Group);
                break;
            case IgmpType.V3Report:
                line.Add("igmp v3 report, ");
                line.Add(message.RecordCount);
                line.Add(" group record(s)");
                break;
            default:
                line.Add("igmp ");
                AddNumbers(ref line, (byte)message.Type, message.Code);
                break;
        }
    }

    // Neighbor Discovery and MLD. The views' rules about how a packet came do not matter here, so the fields are read by themselves.
    private static void AddLinkMessage(ref LineBuilder line, scoped in Icmpv6View message)
    {
        var bytes = message.Message;
        switch (message.Type)
        {
            case Icmpv6Type.RouterSolicitation:
                line.Add("router solicitation");
                break;
            case Icmpv6Type.RouterAdvertisement:
                line.Add("router advertisement");
                break;
            case Icmpv6Type.NeighborSolicitation when bytes.Length >= NeighborSolicitationView.MinLength:
                line.Add("neighbor solicitation, who has ");
                line.Add(new IPv6Address(bytes[8..24]));
                break;
            case Icmpv6Type.NeighborAdvertisement when bytes.Length >= NeighborAdvertisementView.MinLength:
                line.Add("neighbor advertisement, tgt is ");
                line.Add(new IPv6Address(bytes[8..24]));
                break;
            case Icmpv6Type.Redirect when bytes.Length >= RedirectView.MinLength:
                line.Add("redirect, ");
                line.Add(new IPv6Address(bytes[24..40]));
                line.Add(" to ");
                line.Add(new IPv6Address(bytes[8..24]));
                break;
            case Icmpv6Type.MldQuery:
                line.Add(bytes.Length >= MldQueryView.Version2MinLength ? "multicast listener query v2" : "multicast listener query");
                break;
            case Icmpv6Type.MldV1Report:
                line.Add("multicast listener report");
                break;
            case Icmpv6Type.MldV1Done:
                line.Add("multicast listener done");
                break;
            case Icmpv6Type.MldV2Report:
                line.Add("multicast listener report v2, ");
                line.Add(BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]));
                line.Add(" group record(s)");
                break;
            default:
                AddNumbers(ref line, (byte)message.Type, message.Code);
                break;
        }
    }

    private static void AddUnreachable4(ref LineBuilder line, scoped in Icmpv4View message)
    {
        if (!QuotedPacket.TryParse(message, out var quoted))
        {
            line.Add("unreachable, code ");
            line.Add(message.Code);
            return;
        }
        switch ((Icmpv4UnreachableCode)message.Code)
        {
            case Icmpv4UnreachableCode.Network:
                line.Add("net ");
                line.Add(quoted.Destination);
                line.Add(" unreachable");
                break;
            case Icmpv4UnreachableCode.Host:
                line.Add("host ");
                line.Add(quoted.Destination);
                line.Add(" unreachable");
                break;
            case Icmpv4UnreachableCode.Protocol:
                line.Add(quoted.Destination);
                line.Add(" protocol ");
                line.Add(quoted.Protocol);
                line.Add(" unreachable");
                break;
            case Icmpv4UnreachableCode.Port:
                AddPort(ref line, quoted);
                line.Add(" unreachable");
                break;
            case Icmpv4UnreachableCode.FragmentationNeeded:
                line.Add(quoted.Destination);
                line.Add(" unreachable - need to frag (mtu ");
                line.Add(message.NextHopMtu);
                line.Add(")");
                break;
            default:
                line.Add(quoted.Destination);
                line.Add(" unreachable, code ");
                line.Add(message.Code);
                break;
        }
    }

    private static string UnreachableText(byte code) => (Icmpv6UnreachableCode)code switch
    {
        Icmpv6UnreachableCode.NoRoute => "unreachable route",
        Icmpv6UnreachableCode.Prohibited => "unreachable prohibited",
        Icmpv6UnreachableCode.BeyondScope => "beyond scope of source",
        Icmpv6UnreachableCode.Address => "unreachable address",
        Icmpv6UnreachableCode.Port => "unreachable port",
        Icmpv6UnreachableCode.PolicyFailed => "source policy failed",
        Icmpv6UnreachableCode.RejectRoute => "reject route",
        _ => "unknown code",
    };

    private static void AddEcho(ref LineBuilder line, bool request, ushort identifier, ushort sequence)
    {
        line.Add(request ? "echo request, id " : "echo reply, id ");
        line.Add(identifier);
        line.Add(", seq ");
        line.Add(sequence);
    }

    private static void AddConcerns(ref LineBuilder line, QuotedPacket quoted)
    {
        line.Add(" for ");
        AddPort(ref line, quoted);
    }

    private static void AddPort(ref LineBuilder line, QuotedPacket quoted)
    {
        line.Add(quoted.Destination);
        line.Add(" ");
        IpFormatter.AddProtocol(ref line, quoted.Protocol, bad: false);
        if (!quoted.HasPorts)
            return;
        line.Add(" port ");
        line.Add(quoted.DestinationPort);
    }

    private static void AddNumbers(ref LineBuilder line, byte type, byte code)
    {
        line.Add("type ");
        line.Add(type);
        line.Add(", code ");
        line.Add(code);
    }
}
