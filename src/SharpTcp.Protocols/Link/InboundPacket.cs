using System;

namespace SharpTcp.Protocols;

/// <summary>An IP packet on its way up, with what the link said of it.</summary>
internal readonly ref struct InboundPacket
{
    /// <summary>The packet, perhaps with link padding behind it.</summary>
    public required ReadOnlySpan<byte> Packet { get; init; }

    /// <summary>Where it came in.</summary>
    public required NetworkInterface Interface { get; init; }

    /// <summary>What the link said.</summary>
    public FrameMeta Meta { get; init; }

    /// <summary>Whether the frame went to all stations or to a group.</summary>
    public bool LinkBroadcast { get; init; }

    /// <summary>Whether it was put together from fragments: then nobody vouches for its checksum.</summary>
    public bool Reassembled { get; init; }

    /// <summary>Whether the device vouches for the transport checksum. It never does for a reassembled datagram.</summary>
    public bool ChecksumVouched => !Reassembled && Meta.ChecksumVouched;
}
