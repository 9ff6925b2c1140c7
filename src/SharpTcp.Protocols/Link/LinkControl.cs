using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// Sends what neighbours say to each other about the link itself: ARP, Neighbor Discovery, IGMP and MLD. It passes the destination cache and the neighbour table by, and has a
/// buffer of its own, for it is called while a transport's packet lies in the scratch of the IP layer.
/// </summary>
internal sealed class LinkControl(HostCore host)
{
    private const int MaxMessage = 1280 - IPv6View.HeaderLength - IPv6ExtensionWriter.RouterAlertLength;
    private const int MessageStart = EthernetView.HeaderLength + IPv6View.HeaderLength + IPv6ExtensionWriter.RouterAlertLength;

    private const int IgmpHeaderLength = IPv4View.MinHeaderLength + 4;
    private const byte InternetworkControl = 0xC0; // RFC 3376 §4

    private readonly byte[] _frame = GC.AllocateArray<byte>(MessageStart + MaxMessage, pinned: true);

    private static ReadOnlySpan<byte> IPv4RouterAlert => [IPv4OptionType.RouterAlert, 4, 0, 0]; // RFC 2113

    private Span<byte> Message => _frame.AsSpan(MessageStart);

    /// <summary>Room for one IGMP or MLD message that fits the link, for <see cref="SendGroupMessage"/>.</summary>
    public Span<byte> GroupMessage(NetworkInterface link, bool isIPv6) => isIPv6 ? Message : Message[..Math.Min(MaxMessage, link.Mtu - IgmpHeaderLength)];

    /// <summary>Asks who has an IPv4 address: everybody, or only who is believed to have it.</summary>
    public void SendArpRequest(NetworkInterface link, IPv4Address source, IPv4Address target, MacAddress? to)
    {
        host.Counters.Add(Counter.ArpRequestsOut);
        SendArp(link, to ?? MacAddress.Broadcast, ArpOperation.Request, source, MacAddress.Unspecified, target);
    }

    /// <summary>Tells everybody of an IPv4 address of ours (RFC 5227 §2.3).</summary>
    public void AnnounceArp(NetworkInterface link, IPv4Address address) => SendArpRequest(link, address, address, null);

    /// <summary>Answers an ARP request.</summary>
    public void SendArpReply(NetworkInterface link, IPv4Address own, MacAddress askerMac, IPv4Address asker)
    {
        host.Counters.Add(Counter.ArpRepliesOut);
        SendArp(link, askerMac, ArpOperation.Reply, own, askerMac, asker);
    }

    /// <summary>Asks for the MAC of a neighbour, by its solicited-node group or, to see whether it is still there, by unicast (RFC 4861 §7.2.2, §7.3.3).</summary>
    public void SendNeighborSolicitation(NetworkInterface link, IPv6Address source, IPv6Address target, MacAddress? to)
    {
        Span<byte> options = stackalloc byte[NdOptionWriter.LinkLayerAddressLength];
        NdOptionWriter.WriteLinkLayerAddress(options, NdOptionType.SourceLinkLayerAddress, link.HardwareAddress);
        SendSolicitation(link, source, target, to, options);
    }

    /// <summary>Asks whether anybody has an address that we want to use (RFC 4862 §5.4.2), with a nonce by which we know our own question (RFC 7527).</summary>
    public void SendDuplicateProbe(NetworkInterface link, IPv6Address target, ReadOnlySpan<byte> nonce)
    {
        Span<byte> options = stackalloc byte[2 + nonce.Length];
        NdOptionWriter.WriteNonce(options, nonce);
        SendSolicitation(link, IPv6Address.Unspecified, target, null, options);
    }

    /// <summary>Asks for routers, from an address if there is one already (RFC 4861 §4.1).</summary>
    public void SendRouterSolicitation(NetworkInterface link)
    {
        host.Counters.Add(Counter.RouterSolicitationsOut);
        var source = AddressTable.SolicitSource(link, IPv6Address.AllRouters, null)?.Address.ToIPv6() ?? IPv6Address.Unspecified;
        Span<byte> options = stackalloc byte[NdOptionWriter.LinkLayerAddressLength];
        NdOptionWriter.WriteLinkLayerAddress(options, NdOptionType.SourceLinkLayerAddress, link.HardwareAddress);
        var length = NdWriter.WriteRouterSolicitation(Message, source, IPv6Address.AllRouters, source.IsUnspecified ? default : options);
        SendIcmpv6(link, MacAddress.ForMulticast(IPv6Address.AllRouters), source, IPv6Address.AllRouters, NdWriter.HopLimit, length, routerAlert: false);
    }

    /// <summary>Answers a solicitation, or tells everybody of an address of ours (RFC 4861 §7.2.4).</summary>
    public void SendNeighborAdvertisement(NetworkInterface link, IPv6Address own, IPv6Address destination, MacAddress to, NeighborAdvertisementFlags flags)
    {
        host.Counters.Add(Counter.NeighborAdvertisementsOut);
        Span<byte> options = stackalloc byte[NdOptionWriter.LinkLayerAddressLength];
        NdOptionWriter.WriteLinkLayerAddress(options, NdOptionType.TargetLinkLayerAddress, link.HardwareAddress);
        var length = NdWriter.WriteNeighborAdvertisement(Message, own, destination, own, flags, options);
        SendIcmpv6(link, to, own, destination, NdWriter.HopLimit, length, routerAlert: false);
    }

    /// <summary>Sends the IGMP or MLD message that lies in <see cref="GroupMessage"/>: time to live or hop limit 1, with router alert (RFC 3376 §4, RFC 3810 §5).</summary>
    public void SendGroupMessage(NetworkInterface link, IpAddress source, IpAddress destination, int length)
    {
        if (destination.IsIPv6)
        {
            host.Counters.Add(Counter.MldReportsOut);
            SendIcmpv6(link, MacAddress.ForMulticast(destination), source.ToIPv6(), destination.ToIPv6(), MldWriter.HopLimit, length, routerAlert: true);
            return;
        }

        host.Counters.Add(Counter.IgmpReportsOut);
        var start = MessageStart - IgmpHeaderLength;
        var header = new IPv4Header
        {
            TrafficClass = InternetworkControl,
            DontFragment = true,
            TimeToLive = IgmpView.TimeToLive,
            Protocol = IpProtocol.Igmp,
            Source = source.ToIPv4(),
            Destination = destination.ToIPv4(),
        };
        IPv4Writer.Write(_frame.AsSpan(start), header, length, IPv4RouterAlert);
        EmitFrame(link, MacAddress.ForMulticast(destination), EtherType.IPv4, start, length);
    }

    /// <summary>Sends a DHCPv6 message to all servers and relays of the link (RFC 8415 §7.1).</summary>
    public void SendDhcpV6(NetworkInterface link, IPv6Address source, ReadOnlySpan<byte> message)
    {
        var length = UdpView.HeaderLength + message.Length;
        var datagram = Message[..length];
        UdpWriter.Write(datagram, UdpPorts.DhcpV6Client, UdpPorts.DhcpV6Server, message.Length);
        message.CopyTo(datagram[UdpView.HeaderLength..]);
        UdpWriter.WriteChecksum(datagram, source, IPv6Address.DhcpServers);
        var start = MessageStart - IPv6View.HeaderLength;
        IPv6Writer.Write(_frame.AsSpan(start), source, IPv6Address.DhcpServers, IpProtocol.Udp, length, host.Options.HopLimit);
        EmitFrame(link, MacAddress.ForMulticast(IPv6Address.DhcpServers), EtherType.IPv6, start, length);
    }

    /// <summary>Sends a DHCP message to all servers of the link, from an address or, as long as there is none, from 0.0.0.0 (RFC 2131 §4.1).</summary>
    public void SendDhcp(NetworkInterface link, IPv4Address source, ReadOnlySpan<byte> message)
    {
        var length = UdpView.HeaderLength + message.Length;
        var start = EthernetWriter.Write(_frame, MacAddress.Broadcast, link.HardwareAddress, EtherType.IPv4);
        start += IPv4Writer.Write(
            _frame.AsSpan(start),
            new IPv4Header
            {
                Identification = (ushort)host.Entropy.NextUInt32(),
                TimeToLive = host.Options.HopLimit,
                Protocol = IpProtocol.Udp,
                Source = source,
                Destination = IPv4Address.Broadcast,
            },
            length);
        var datagram = _frame.AsSpan(start, length);
        UdpWriter.Write(datagram, UdpPorts.DhcpClient, UdpPorts.DhcpServer, message.Length);
        message.CopyTo(datagram[UdpView.HeaderLength..]);
        UdpWriter.WriteChecksum(datagram, source, IPv4Address.Broadcast);
        host.Ip.Emit(link, new OutboundFrame(_frame.AsSpan(0, start + length)));
    }

    private void SendSolicitation(NetworkInterface link, IPv6Address source, IPv6Address target, MacAddress? to, ReadOnlySpan<byte> options)
    {
        host.Counters.Add(Counter.NeighborSolicitationsOut);
        var destination = to is null ? target.ToSolicitedNode() : target;
        var length = NdWriter.WriteNeighborSolicitation(Message, source, destination, target, options);
        SendIcmpv6(link, to ?? MacAddress.ForMulticast(destination), source, destination, NdWriter.HopLimit, length, routerAlert: false);
    }

    private void SendArp(
        NetworkInterface link, MacAddress to, ArpOperation operation, IPv4Address source, MacAddress targetMac, IPv4Address target)
    {
        if (!link.IsEthernet)
        {
            return;
        }

        to = source.IsLinkLocal ? MacAddress.Broadcast : to; // RFC 3927 §2.5: so that everybody sees a conflict
        var length = EthernetWriter.Write(_frame, to, link.HardwareAddress, EtherType.Arp);
        length += ArpWriter.Write(_frame.AsSpan(length), operation, link.HardwareAddress, source, targetMac, target);
        host.Ip.Emit(link, new OutboundFrame(_frame.AsSpan(0, length)));
    }

    private void SendIcmpv6(
        NetworkInterface link, MacAddress to, IPv6Address source, IPv6Address destination, byte hopLimit, int length, bool routerAlert)
    {
        var start = MessageStart;
        var payload = length;
        var protocol = IpProtocol.Icmpv6;
        if (routerAlert)
        {
            start -= IPv6ExtensionWriter.WriteRouterAlert(_frame.AsSpan(start - IPv6ExtensionWriter.RouterAlertLength), protocol);
            payload += IPv6ExtensionWriter.RouterAlertLength;
            protocol = IpProtocol.HopByHop;
        }

        start -= IPv6View.HeaderLength;
        IPv6Writer.Write(_frame.AsSpan(start), source, destination, protocol, payload, hopLimit);
        EmitFrame(link, to, EtherType.IPv6, start, length);
    }

    /// <summary>Sends the packet that begins at <paramref name="start"/> and ends with a message of some length.</summary>
    private void EmitFrame(NetworkInterface link, MacAddress to, EtherType type, int start, int length)
    {
        if (link.IsEthernet)
        {
            start -= EthernetView.HeaderLength;
            EthernetWriter.Write(_frame.AsSpan(start), to, link.HardwareAddress, type);
        }

        host.Ip.Emit(link, new OutboundFrame(_frame.AsSpan(start, MessageStart + length - start)));
    }
}
