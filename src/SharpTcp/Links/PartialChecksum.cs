using System;
using System.Buffers.Binary;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Links;

/// <summary>Completes a transport checksum that was left to the link.</summary>
internal static class PartialChecksum
{
    private const int UdpChecksumOffset = 6;

    /// <summary>Whether the sum of a frame can be completed: it is left to the link, and its place lies in the frame.</summary>
    public static bool IsPending(int length, in FrameMeta meta) =>
        (meta.Flags & FrameFlags.NeedsChecksum) != 0 && meta.ChecksumStart + meta.ChecksumOffset + 2 <= length;

    /// <summary>Completes the sum of a frame, if it is pending.</summary>
    /// <returns>What there is to know of the frame then.</returns>
    public static FrameMeta Complete(Span<byte> frame, in FrameMeta meta)
    {
        if (IsPending(frame.Length, meta))
        {
            var covered = frame[meta.ChecksumStart..];
            Store(covered, meta.ChecksumOffset, InternetChecksum.Add(covered));
        }
        return meta with { Flags = meta.Flags & ~(FrameFlags.NeedsChecksum | FrameFlags.ChecksumValid), ChecksumStart = 0, ChecksumOffset = 0 };
    }

    /// <summary>Puts a sum into its place.</summary>
    public static void Store(Span<byte> transport, int offset, uint sum)
    {
        var checksum = InternetChecksum.Finish(sum);
        // RFC 768: a sum of zero is sent as all ones, since zero says that there is none. TCP's field is never at this offset.
        if (checksum == 0 && offset == UdpChecksumOffset)
            checksum = 0xFFFF;
        BinaryPrimitives.WriteUInt16BigEndian(transport[offset..], checksum);
    }
}
