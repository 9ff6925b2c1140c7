using System;
using System.Net.Sockets;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>An IP layer and a wire that allocate nothing: packets wait in a ring of buffers for the other side to take them.</summary>
internal sealed class SteadyLink : IIpOutput
{
    private const int Slots = 256;

    private readonly byte[] _header = new byte[IIpOutput.TransportHeaderCapacity];
    private readonly byte[] _scratch = new byte[TcpView.MaxHeaderLength];
    private readonly byte[][] _packets = new byte[Slots][];
    private readonly (int Length, ushort SegmentSize)[] _meta = new (int, ushort)[Slots];
    private readonly NetworkInterface _interface = new(
        1,
        new InterfaceOptions { Name = "steady0", Capabilities = new LinkCapabilities(LinkMedium.Ethernet, 1500, LinkOffloads.All) },
        null!);

    private readonly Destination _destination;
    private int _first;
    private int _count;

    public SteadyLink(IpAddress local, IpAddress remote)
    {
        for (var i = 0; i < Slots; i++)
        {
            _packets[i] = GC.AllocateUninitializedArray<byte>(66_000);
        }

        _destination = new Destination { Source = local, Address = remote, Interface = _interface, NextHop = remote };
        _destination.PathMtu = 1500;
    }

    /// <summary>Segments carried, those of super-segments counted one by one.</summary>
    public long Segments { get; private set; }

    public Span<byte> TransportHeader => _header;

    public SocketError Resolve(IpAddress source, IpAddress destination, int interfaceIndex, Instant now, out Destination? entry)
    {
        entry = _destination;
        return SocketError.Success;
    }

    public SendStatus Send(Destination destination, ref TransportPacket packet, Instant now)
    {
        if (_count == Slots)
        {
            return SendStatus.LinkFull;
        }

        var slot = (_first + _count++) % Slots;
        var bytes = _packets[slot].AsSpan();
        _header.AsSpan(0, packet.HeaderLength).CopyTo(bytes);
        bytes = bytes[packet.HeaderLength..];
        packet.First.CopyTo(bytes);
        packet.Second.CopyTo(bytes[packet.First.Length..]);
        packet.Third.CopyTo(bytes[(packet.First.Length + packet.Second.Length)..]);
        _meta[slot] = (packet.HeaderLength + packet.PayloadLength, packet.SegmentSize);
        Segments += packet.SegmentSize == 0 ? 1 : (packet.PayloadLength + packet.SegmentSize - 1) / packet.SegmentSize;
        return SendStatus.Sent;
    }

    public void ConfirmReachable(Destination destination, Instant now)
    {
    }

    public void AdviseFailure(Destination destination, Instant now)
    {
    }

    public bool ReducePathMtu(Destination destination, int mtu, Instant now) => false;

    /// <summary>Gives what waits to the other side; with <paramref name="cut"/> super-segments packet by packet.</summary>
    public void DeliverTo(TcpLayer layer, bool cut, Instant now)
    {
        for (; _count > 0; _count--, _first = (_first + 1) % Slots)
        {
            var (length, size) = _meta[_first];
            var packet = _packets[_first].AsSpan(0, length);
            if (!cut || size == 0)
            {
                Deliver(layer, packet, size, now);
                continue;
            }

            // The headers of each packet overwrite the end of the one before, which is delivered already.
            var header = (packet[12] >> 4) * 4;
            packet[..header].CopyTo(_scratch);
            var sequence = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
            for (var offset = 0; header + offset < length; offset += size)
            {
                var piece = packet[offset..Math.Min(length, offset + header + size)];
                _scratch.AsSpan(0, header).CopyTo(piece);
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(piece[4..], sequence + (uint)offset);
                Deliver(layer, piece, 0, now);
            }
        }
    }

    private void Deliver(TcpLayer layer, ReadOnlySpan<byte> packet, ushort segmentSize, Instant now)
    {
        if (!TcpView.TryParse(packet, out var view))
        {
            throw new InvalidOperationException("a packet does not parse");
        }

        layer.Input(view, new IpMeta
        {
            Source = _destination.Source,
            Destination = _destination.Address,
            Interface = _interface,
            ChecksumVouched = true,
            SegmentSize = segmentSize,
        }, now);
    }
}
