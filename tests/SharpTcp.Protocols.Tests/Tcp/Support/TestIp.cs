using System;
using System.Collections.Generic;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>An IP layer that keeps what it is given: final segments go to <see cref="Sent"/>. It can refuse in every way that a real one can.</summary>
internal sealed class TestIp(int mtu = 1500) : IIpOutput
{
    private readonly byte[] _header = new byte[IIpOutput.TransportHeaderCapacity];
    private readonly Dictionary<IpAddress, Destination> _destinations = [];

    /// <summary>Takes every segment that leaves.</summary>
    public Action<SentSegment>? Sent { get; set; }

    /// <summary>What <see cref="Send"/> answers; anything but <see cref="SendStatus.Sent"/> sends nothing.</summary>
    public SendStatus Status { get; set; } = SendStatus.Sent;

    /// <summary>How many more packets the link takes before it says that it is full; −1 for any number.</summary>
    public int Room { get; set; } = -1;

    /// <summary>What <see cref="Resolve"/> answers.</summary>
    public SocketError Route { get; set; } = SocketError.Success;

    /// <summary>Whether super-segments are handed over whole.</summary>
    public bool KeepsSuperSegments { get; set; }

    public IpAddress LocalIPv4 { get; init; } = IPv4Address.Parse("10.0.0.7");

    public IpAddress LocalIPv6 { get; init; } = IPv6Address.Parse("2001:db8::7");

    public INeighborWaiter? Waiter { get; private set; }

    public int Advised { get; private set; }

    public int Confirmed { get; private set; }

    public int SuperSegments { get; private set; }

    public NetworkInterface Interface { get; } = new(
        1,
        new InterfaceOptions { Name = "test0", Capabilities = new LinkCapabilities(LinkMedium.Ethernet, mtu, LinkOffloads.All) },
        null!);

    public Span<byte> TransportHeader => _header;

    public SocketError Resolve(IpAddress source, IpAddress destination, int interfaceIndex, Instant now, out Destination? entry)
    {
        entry = null;
        if (Route != SocketError.Success)
        {
            return Route;
        }

        var local = destination.IsIPv4 ? LocalIPv4 : LocalIPv6;
        if (!source.IsUnspecified && source != local)
        {
            return SocketError.AddressNotAvailable;
        }

        entry = DestinationOf(destination);
        return SocketError.Success;
    }

    public Destination DestinationOf(IpAddress destination)
    {
        if (!_destinations.TryGetValue(destination, out var entry) || entry.IsStale)
        {
            entry = new Destination
            {
                Source = destination.IsIPv4 ? LocalIPv4 : LocalIPv6,
                Address = destination,
                Interface = Interface,
                NextHop = destination,
            };
            entry.PathMtu = Interface.Mtu;
            _destinations[destination] = entry;
        }

        return entry;
    }

    public SendStatus Send(Destination destination, ref TransportPacket packet, Instant now)
    {
        if (Status == SendStatus.NeighborPending)
        {
            Waiter = packet.Waiter;
        }

        if (Status != SendStatus.Sent)
        {
            return Status;
        }

        if (Room == 0)
        {
            return SendStatus.LinkFull;
        }

        packet.SentPayload = 0;
        var bytes = new byte[packet.HeaderLength + packet.PayloadLength];
        _header.AsSpan(0, packet.HeaderLength).CopyTo(bytes);
        packet.First.CopyTo(bytes.AsSpan(packet.HeaderLength));
        packet.Second.CopyTo(bytes.AsSpan(packet.HeaderLength + packet.First.Length));
        packet.Third.CopyTo(bytes.AsSpan(packet.HeaderLength + packet.First.Length + packet.Second.Length));
        _header.AsSpan().Fill(0xDD);
        var network = destination.Address.IsIPv4 ? 20 : 40;
        var onWire = network + packet.HeaderLength + (packet.SegmentSize > 0 ? packet.SegmentSize : packet.PayloadLength);
        if (onWire > destination.PathMtu)
        {
            throw new InvalidOperationException($"a packet of {onWire} bytes for a path MTU of {destination.PathMtu}");
        }

        if (bytes.Length + network > LinkCapabilities.LargestSuperPacket)
        {
            throw new InvalidOperationException($"a super-packet of {bytes.Length + network} bytes");
        }

        SuperSegments += packet.SegmentSize > 0 ? 1 : 0;
        return Deliver(destination, bytes, ref packet, now);
    }

    public void ConfirmReachable(Destination destination, Instant now) => Confirmed++;

    public void AdviseFailure(Destination destination, Instant now) => Advised++;

    public bool ReducePathMtu(Destination destination, int mtu, Instant now)
    {
        if (mtu < (destination.Address.IsIPv4 ? 68 : 1280) || mtu >= destination.PathMtu)
        {
            return false;
        }

        destination.PathMtu = mtu;
        return true;
    }

    private SendStatus Deliver(Destination destination, byte[] bytes, ref TransportPacket packet, Instant now)
    {
        var headerLength = packet.HeaderLength;
        var payload = bytes.Length - headerLength;
        var size = packet.SegmentSize == 0 || KeepsSuperSegments ? Math.Max(payload, 1) : packet.SegmentSize;
        var offset = 0;
        do
        {
            if (Room == 0)
            {
                // A link without offload: what went before it was full is gone.
                packet.SentPayload = offset;
                return SendStatus.LinkFull;
            }

            Room -= Room > 0 ? 1 : 0;
            var length = Math.Min(size, payload - offset);
            var segment = new byte[headerLength + length];
            bytes.AsSpan(0, headerLength).CopyTo(segment);
            bytes.AsSpan(headerLength + offset, length).CopyTo(segment.AsSpan(headerLength));
            var last = offset + length == payload;
            WriteSequence(segment, offset, last);
            TcpWriter.WriteChecksum(segment, destination.Source, destination.Address);
            Sent?.Invoke(new SentSegment(segment, destination.Source, destination.Address, now)
            {
                SegmentSize = packet.SegmentSize,
                HopLimit = packet.HopLimit,
                TrafficClass = packet.TrafficClass,
                DontFragment = packet.DontFragment,
            });
            offset += length;
        }
        while (offset < payload);
        return SendStatus.Sent;
    }

    /// <summary>What a device does that cuts a super-segment: the sequence number moves on, PSH and FIN are the last one's.</summary>
    private static void WriteSequence(byte[] segment, int offset, bool last)
    {
        var sequence = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(segment.AsSpan(4)) + (uint)offset;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), sequence);
        if (!last)
        {
            segment[13] &= 0xFF - (int)(TcpFlags.Fin | TcpFlags.Psh);
        }
    }
}
