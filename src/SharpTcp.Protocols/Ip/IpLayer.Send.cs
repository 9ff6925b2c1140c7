using System;
using System.Buffers.Binary;
using System.Diagnostics;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <content>Sending: one packet, a super-packet, or fragments.</content>
internal sealed partial class IpLayer
{
    // Before the transport header: Ethernet 14, IPv6 40, fragment header 8.
    private const int HeaderRoom = 64;

    private readonly byte[] _scratch = GC.AllocateArray<byte>(HeaderRoom + IIpOutput.TransportHeaderCapacity, pinned: true);

    private byte[]? _whole;

    /// <inheritdoc/>
    public Span<byte> TransportHeader => _scratch.AsSpan(HeaderRoom, IIpOutput.TransportHeaderCapacity);

    /// <inheritdoc/>
    public SendStatus Send(Destination destination, ref TransportPacket packet, Instant now)
    {
        packet.SentPayload = 0;
        if (!destination.Origin!.IsUsable)
        {
            return SendStatus.Unavailable; // RFC 1122 §3.2.1.3: the source must be the host's own address
        }

        ForgetOldPathMtu(destination, now);
        if (destination.Avoided is { } avoided && DeadGateways.MayAsk(avoided, now))
        {
            _host.Neighbors.Ask(avoided.Interface, avoided.Address, destination.Origin, now);
        }

        var upper = packet.HeaderLength + packet.PayloadLength;
        if (upper + (destination.Address.IsIPv4 && !packet.IsWhole ? IPv4View.MinHeaderLength : 0) > ushort.MaxValue)
        {
            return SendStatus.TooBig;
        }

        var isSuper = packet.SegmentSize != 0 && packet.PayloadLength > packet.SegmentSize;
        var length = packet.IsWhole ? upper : destination.NetworkHeaderLength + (isSuper ? packet.HeaderLength + packet.SegmentSize : upper);
        var fits = length <= destination.PathMtu;
        if (!fits && (packet.DontFragment || packet.IsWhole || isSuper))
        {
            return SendStatus.TooBig;
        }

        if (!TryFindLinkAddress(destination, packet, now, out var mac, out var status))
        {
            packet.IsWaiting = status == SendStatus.Sent;
            return status;
        }

        CountTransport(packet.Protocol);
        return packet.IsWhole ? SendAsItIs(destination, mac, packet)
            : !fits ? SendFragments(destination, mac, packet)
            : isSuper ? SendSuper(destination, mac, ref packet)
            : SendWhole(destination, mac, packet);
    }

    /// <summary>Room for a packet that is made by hand; free again when <see cref="Send"/> returns.</summary>
    public Span<byte> WholePacket => _whole ??= GC.AllocateUninitializedArray<byte>(ushort.MaxValue, pinned: true);

    /// <summary>An identification for a packet to a destination.</summary>
    public ushort NextIdentification(Destination destination) => (ushort)_identification.Next(destination.Identification);

    /// <summary>Sends a packet that waited for its neighbour.</summary>
    public void SendPending(PendingPacket pending, Instant now)
    {
        pending.Header.CopyTo(TransportHeader);
        var packet = new TransportPacket
        {
            HeaderLength = pending.HeaderLength,
            First = pending.Payload,
            Protocol = pending.Protocol,
            HopLimit = pending.HopLimit,
            TrafficClass = pending.TrafficClass,
            DontFragment = pending.DontFragment,
            SegmentSize = pending.SegmentSize,
            IsSummed = pending.IsSummed,
            IsWhole = pending.IsWhole,
        };
        Send(pending.Destination!, ref packet, now);
    }

    /// <summary>Finds the MAC of the next hop; where it is not known, parks the packet or its sender and says so.</summary>
    private bool TryFindLinkAddress(Destination destination, in TransportPacket packet, Instant now, out MacAddress mac, out SendStatus status)
    {
        status = SendStatus.Sent;
        mac = default;
        if (!destination.Interface.IsEthernet)
        {
            return true;
        }

        if (destination.Address.IsMulticast)
        {
            mac = MacAddress.ForMulticast(destination.Address); // RFC 1112 §6.4, RFC 2464 §7
            return true;
        }

        if (destination.IsBroadcast)
        {
            mac = MacAddress.Broadcast; // RFC 1122 §3.3.6
            return true;
        }

        if (_host.Neighbors.TryUse(destination, now, out mac))
        {
            return true;
        }

        status = _host.Neighbors.Wait(destination, packet, TransportHeader, now);
        return false;
    }

    private SendStatus SendAsItIs(Destination destination, MacAddress mac, in TransportPacket packet)
    {
        var start = HeaderRoom;
        if (destination.Interface.IsEthernet)
        {
            start -= EthernetView.HeaderLength;
            EthernetWriter.Write(
                _scratch.AsSpan(start), mac, destination.Interface.HardwareAddress, destination.Address.IsIPv4 ? EtherType.IPv4 : EtherType.IPv6);
        }

        return Emit(destination.Interface, new OutboundFrame(HeaderBlock(start, 0), default, packet.First));
    }

    private SendStatus SendWhole(Destination destination, MacAddress mac, in TransportPacket packet)
    {
        var link = destination.Interface;
        var payload = new PayloadSlices(packet);
        var offload = !packet.IsSummed && packet.Protocol is IpProtocol.Tcp or IpProtocol.Udp && (link.Capabilities.Offloads & LinkOffloads.Checksum) != 0;
        WriteTransportChecksum(destination, packet, payload, offload);
        var start = WriteHeaders(destination, mac, packet, packet.HeaderLength + payload.Length, new FragmentPosition(_identification.Next(destination.Identification)));
        var meta = offload ? ChecksumMeta(start, packet.Protocol) : default;
        return Emit(link, new OutboundFrame(HeaderBlock(start, packet.HeaderLength), meta, payload.First, payload.Second, payload.Third));
    }

    private SendStatus SendSuper(Destination destination, MacAddress mac, ref TransportPacket packet)
    {
        var link = destination.Interface;
        var payload = new PayloadSlices(packet);
        var segments = (payload.Length + packet.SegmentSize - 1) / packet.SegmentSize;
        WriteTransportChecksum(destination, packet, payload, leaveToLink: true);
        var start = WriteHeaders(
            destination, mac, packet, packet.HeaderLength + payload.Length, new FragmentPosition(_identification.Next(destination.Identification, segments)));
        var headers = HeaderBlock(start, packet.HeaderLength);
        var kind = packet.Protocol == IpProtocol.Udp ? Segmentation.Udp : destination.Address.IsIPv4 ? Segmentation.TcpIPv4 : Segmentation.TcpIPv6;
        if ((link.Capabilities.Offloads & Needed(kind)) == Needed(kind))
        {
            var meta = ChecksumMeta(start, packet.Protocol) with
            {
                Segmentation = kind,
                SegmentSize = packet.SegmentSize,
                HeaderLength = (ushort)headers.Length,
                Flags = FrameFlags.NeedsChecksum | (CarriesCwr(packet) ? FrameFlags.CongestionWindowReduced : FrameFlags.None),
            };
            return Emit(link, new OutboundFrame(headers, meta, payload.First, payload.Second, payload.Third));
        }

        var cut = new SoftwareSegmentation(headers, link.LinkHeaderLength, packet.HeaderLength, packet.Protocol, packet.SegmentSize, payload);
        while (cut.MoveNext())
        {
            if (Emit(link, cut.Current) == SendStatus.LinkFull)
            {
                return SendStatus.LinkFull;
            }

            packet.SentPayload += cut.CurrentPayload;
            _host.Counters.Add(Counter.SegmentsCut);
        }

        return SendStatus.Sent;
    }

    /// <summary>Hands a frame to a link and counts it.</summary>
    internal SendStatus Emit(NetworkInterface link, in OutboundFrame frame)
    {
        var taken = link.TrySend(frame);
        _host.Counters.Add(taken ? Counter.FramesOut : Counter.FramesRefused);
        return taken ? SendStatus.Sent : SendStatus.LinkFull;
    }

    private Span<byte> HeaderBlock(int start, int transportHeader) => _scratch.AsSpan(start, HeaderRoom - start + transportHeader);

    private static FrameMeta ChecksumMeta(int start, byte protocol) =>
        new(FrameFlags.NeedsChecksum, ChecksumStart: (ushort)(HeaderRoom - start), ChecksumOffset: (ushort)ChecksumOffset(protocol));

    private bool CarriesCwr(in TransportPacket packet) =>
        packet.Protocol == IpProtocol.Tcp && (TransportHeader[13] & (byte)TcpFlags.Cwr) != 0;

    private static LinkOffloads Needed(Segmentation kind) => LinkOffloads.Checksum | kind switch
    {
        Segmentation.TcpIPv4 => LinkOffloads.TcpIPv4,
        Segmentation.TcpIPv6 => LinkOffloads.TcpIPv6,
        _ => LinkOffloads.Udp,
    };

    /// <summary>Where the checksum lies in a transport header, or −1 if the protocol has none that IP knows of.</summary>
    private static int ChecksumOffset(byte protocol) => protocol switch
    {
        IpProtocol.Tcp => TcpView.ChecksumOffset,
        IpProtocol.Udp => UdpView.ChecksumOffset,
        IpProtocol.Icmp or IpProtocol.Icmpv6 => Icmpv6View.ChecksumOffset,
        _ => -1,
    };

    private void WriteTransportChecksum(Destination destination, in TransportPacket packet, in PayloadSlices payload, bool leaveToLink)
    {
        var offset = ChecksumOffset(packet.Protocol);
        if (offset < 0 || packet.IsSummed)
        {
            return;
        }

        Debug.Assert(packet.HeaderLength % 2 == 0, "the payload of every transport begins at an even offset");
        var header = _scratch.AsSpan(HeaderRoom, packet.HeaderLength);
        BinaryPrimitives.WriteUInt16BigEndian(header[offset..], 0);
        var sum = packet.Protocol == IpProtocol.Icmp
            ? 0
            : InternetChecksum.AddPseudoHeader(destination.Source, destination.Address, packet.Protocol, (uint)(packet.HeaderLength + payload.Length));
        ushort value;
        if (leaveToLink)
        {
            value = InternetChecksum.Fold(sum);
        }
        else
        {
            value = InternetChecksum.Finish(payload.Sum(InternetChecksum.Add(header, sum)));
            if (value == 0 && packet.Protocol == IpProtocol.Udp)
            {
                value = ushort.MaxValue; // RFC 768: zero says that there is no checksum
            }
        }

        BinaryPrimitives.WriteUInt16BigEndian(header[offset..], value);
    }

    /// <summary>Writes network and link headers so that they end where the transport header begins; returns where they start.</summary>
    private int WriteHeaders(Destination destination, MacAddress mac, in TransportPacket packet, int length, in FragmentPosition fragment)
    {
        var advertised = destination.Address.IsIPv6 ? destination.Interface.IPv6HopLimit : (byte)0;
        var hopLimit = packet.HopLimit != 0 ? packet.HopLimit : advertised != 0 ? advertised : _host.Options.HopLimit;
        int start;
        if (destination.Address.IsIPv4)
        {
            start = HeaderRoom - IPv4View.MinHeaderLength;
            IPv4Writer.Write(_scratch.AsSpan(start), new IPv4Header
            {
                TrafficClass = packet.TrafficClass,
                Identification = (ushort)fragment.Identification,
                DontFragment = packet.DontFragment,
                MoreFragments = fragment.More,
                FragmentOffset = fragment.Offset,
                TimeToLive = hopLimit,
                Protocol = packet.Protocol,
                Source = destination.Source.ToIPv4(),
                Destination = destination.Address.ToIPv4(),
            }, length);
        }
        else
        {
            var protocol = packet.Protocol;
            var end = HeaderRoom;
            if (fragment.IsFragment)
            {
                end -= FragmentView.HeaderLength;
                length += FragmentView.HeaderLength;
                IPv6ExtensionWriter.WriteFragment(_scratch.AsSpan(end), protocol, fragment.Offset, fragment.More, fragment.Identification);
                protocol = IpProtocol.Ipv6Fragment;
            }

            start = end - IPv6View.HeaderLength;
            IPv6Writer.Write(
                _scratch.AsSpan(start), destination.Source.ToIPv6(), destination.Address.ToIPv6(), protocol, length, hopLimit, packet.TrafficClass);
        }

        if (destination.Interface.IsEthernet)
        {
            start -= EthernetView.HeaderLength;
            EthernetWriter.Write(
                _scratch.AsSpan(start), mac, destination.Interface.HardwareAddress, destination.Address.IsIPv4 ? EtherType.IPv4 : EtherType.IPv6);
        }

        return start;
    }

    private void CountTransport(byte protocol)
    {
        if (protocol == IpProtocol.Tcp)
        {
            _host.Counters.Add(Counter.TcpOut);
        }
        else if (protocol == IpProtocol.Udp)
        {
            _host.Counters.Add(Counter.UdpOut);
        }
    }
}

/// <summary>Where a packet stands in the datagram that it is a fragment of; alone if <see cref="IsFragment"/> is not set.</summary>
internal readonly record struct FragmentPosition(uint Identification, bool IsFragment = false, int Offset = 0, bool More = false);
