using System;
using System.Buffers.Binary;
using System.Net.Sockets;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Bench;

/// <summary>An IP layer that throws away what it is given, and remembers the sequence number of the last segment.</summary>
internal sealed class SinkOutput : IIpOutput
{
    private readonly byte[] _header = new byte[IIpOutput.TransportHeaderCapacity];
    private readonly NetworkInterface _interface = new(
        1, new InterfaceOptions { Name = "sink0", Capabilities = new LinkCapabilities(LinkMedium.Ethernet, 1500, LinkOffloads.All) }, null!);

    private readonly IpAddress _local;

    public SinkOutput(IpAddress local) => _local = local;

    /// <summary>Segments that were sent.</summary>
    public long Sent { get; private set; }

    /// <summary>The sequence number of the last of them.</summary>
    public SequenceNumber LastSequence { get; private set; }

    public Span<byte> TransportHeader => _header;

    /// <summary>What comes with a segment from a remote address, whose sum is said to be right.</summary>
    public IpMeta MetaFrom(IpAddress remote) => new() { Source = remote, Destination = _local, Interface = _interface, HopLimit = 64, ChecksumVouched = true };

    public SocketError Resolve(IpAddress source, IpAddress destination, int interfaceIndex, Instant now, out Destination? entry)
    {
        entry = new Destination { Source = _local, Address = destination, Interface = _interface, NextHop = destination, PathMtu = 1500 };
        return SocketError.Success;
    }

    public SendStatus Send(Destination destination, ref TransportPacket packet, Instant now)
    {
        Sent++;
        LastSequence = new SequenceNumber(BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(4)));
        return SendStatus.Sent;
    }

    public void ConfirmReachable(Destination destination, Instant now)
    {
    }

    public void AdviseFailure(Destination destination, Instant now)
    {
    }

    public bool ReducePathMtu(Destination destination, int mtu, Instant now) => false;
}
