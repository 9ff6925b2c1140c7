using System;
using System.Buffers.Binary;
using SharpTcp.Protocols;

namespace SharpTcp.Links;

/// <summary>
/// The header that Linux puts before each frame of a TAP or TUN device with IFF_VNET_HDR (struct virtio_net_hdr, little endian), to and from
/// <see cref="FrameMeta"/>.
/// </summary>
internal static class VirtioNetHeader
{
    /// <summary>The shortest form; the longer one has two more bytes that mean nothing here.</summary>
    public const int ShortLength = 10;

    /// <summary>With the number of buffers at its end (virtio_net_hdr_mrg_rxbuf).</summary>
    public const int LongLength = 12;

    private const byte NeedsChecksum = 1;
    private const byte DataValid = 2;
    private const byte GsoNone = 0;
    private const byte GsoTcpIPv4 = 1;
    private const byte GsoTcpIPv6 = 4;
    private const byte GsoUdp = 5;
    private const byte GsoEcn = 0x80;

    /// <summary>Writes the header of a frame that is sent.</summary>
    /// <param name="destination">As long as the device wants it.</param>
    /// <param name="meta">What to say.</param>
    public static void Write(Span<byte> destination, in FrameMeta meta)
    {
        destination.Clear();
        if ((meta.Flags & FrameFlags.NeedsChecksum) != 0)
        {
            destination[0] = NeedsChecksum;
            BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], meta.ChecksumStart);
            BinaryPrimitives.WriteUInt16LittleEndian(destination[8..], meta.ChecksumOffset);
        }
        if (meta.Segmentation == Segmentation.None)
            return;
        destination[1] = meta.Segmentation switch
        {
            Segmentation.TcpIPv4 => GsoTcpIPv4,
            Segmentation.TcpIPv6 => GsoTcpIPv6,
            _ => GsoUdp,
        };
        if ((meta.Flags & FrameFlags.CongestionWindowReduced) != 0)
            destination[1] |= GsoEcn;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], meta.HeaderLength);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[4..], meta.SegmentSize);
    }

    /// <summary>Reads the header of a received frame and holds it against the frame.</summary>
    /// <returns>False if it contradicts the frame or itself: the frame is to be dropped.</returns>
    public static bool TryRead(ReadOnlySpan<byte> header, ReadOnlySpan<byte> frame, out FrameMeta meta)
    {
        meta = default;
        var flags = FrameFlags.None;
        ushort start = 0;
        ushort offset = 0;
        if ((header[0] & NeedsChecksum) != 0)
        {
            flags = FrameFlags.NeedsChecksum;
            start = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
            offset = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
            if (start + offset + 2 > frame.Length)
                return false;
        }
        else if ((header[0] & DataValid) != 0)
        {
            flags = FrameFlags.ChecksumValid;
        }

        var gso = header[1] & ~GsoEcn;
        if (gso == GsoNone)
        {
            meta = new FrameMeta(flags, ChecksumStart: start, ChecksumOffset: offset);
            return true;
        }
        if ((header[1] & GsoEcn) != 0)
            flags |= FrameFlags.CongestionWindowReduced;
        var size = BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
        meta = new FrameMeta(flags, SegmentationOf(gso), size, 0, start, offset);
        // The header's own hdr_len is a hint that may count payload too, so the headers are measured.
        if (meta.Segmentation == Segmentation.None || size == 0 || (flags & FrameFlags.NeedsChecksum) == 0
            || !SuperFrame.TryMeasureHeaders(frame, start, meta, out var headers))
            return false;
        meta = meta with { HeaderLength = (ushort)headers };
        return true;
    }

    private static Segmentation SegmentationOf(int gso) => gso switch
    {
        GsoTcpIPv4 => Segmentation.TcpIPv4,
        GsoTcpIPv6 => Segmentation.TcpIPv6,
        GsoUdp => Segmentation.Udp,
        _ => Segmentation.None,
    };
}
