using System;

namespace SharpTcp.Protocols;

/// <summary>How a super-frame is to be cut into packets.</summary>
public enum Segmentation : byte
{
    /// <summary>The frame is one packet.</summary>
    None,

    /// <summary>TCP over IPv4, <see cref="FrameMeta.SegmentSize"/> payload bytes a packet.</summary>
    TcpIPv4,

    /// <summary>TCP over IPv6, <see cref="FrameMeta.SegmentSize"/> payload bytes a packet.</summary>
    TcpIPv6,

    /// <summary>UDP over either family, <see cref="FrameMeta.SegmentSize"/> payload bytes a packet.</summary>
    Udp,
}

/// <summary>What a device says, or is told, about the checksum of a frame.</summary>
[Flags]
public enum FrameFlags : byte
{
    /// <summary>Nothing is known: sums are complete and unverified.</summary>
    None = 0,

    /// <summary>The transport checksum field holds only the folded pseudo-header sum; the rest is to be summed by who cuts or sends the frame.</summary>
    NeedsChecksum = 1,

    /// <summary>The device vouches for the transport checksum.</summary>
    ChecksumValid = 2,

    /// <summary>The super-frame carries CWR: only its first packet may.</summary>
    CongestionWindowReduced = 4,
}

/// <summary>
/// What goes with a frame over a link that can take super-frames and leave checksums to the other side. It says what Linux's
/// <c>virtio_net_hdr</c> says. Offsets count from the first byte of the frame.
/// </summary>
/// <param name="Flags">What is known of the checksum.</param>
/// <param name="Segmentation">How to cut the frame.</param>
/// <param name="SegmentSize">Payload bytes of each packet of a super-frame; 0 if it is one packet.</param>
/// <param name="HeaderLength">Bytes of all headers of a super-frame.</param>
/// <param name="ChecksumStart">Where summing begins, if <see cref="FrameFlags.NeedsChecksum"/>.</param>
/// <param name="ChecksumOffset">Where the sum goes, from <paramref name="ChecksumStart"/>.</param>
public readonly record struct FrameMeta(
    FrameFlags Flags = FrameFlags.None,
    Segmentation Segmentation = Segmentation.None,
    ushort SegmentSize = 0,
    ushort HeaderLength = 0,
    ushort ChecksumStart = 0,
    ushort ChecksumOffset = 0)
{
    /// <summary>Whether the transport checksum needs no verification: the device checked it, or it never crossed a wire.</summary>
    public bool ChecksumVouched => (Flags & (FrameFlags.NeedsChecksum | FrameFlags.ChecksumValid)) != 0;
}
