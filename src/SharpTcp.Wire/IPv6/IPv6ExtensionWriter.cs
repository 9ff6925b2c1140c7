using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>Writes the extension headers that a host sends.</summary>
public static class IPv6ExtensionWriter
{
    /// <summary>The length of the header that <see cref="WriteRouterAlert"/> writes.</summary>
    public const int RouterAlertLength = 8;

    /// <summary>Writes a Fragment header (RFC 8200 §4.5).</summary>
    /// <param name="destination">Room for 8 bytes.</param>
    /// <param name="nextHeader">The first header of the fragmentable part.</param>
    /// <param name="offset">Where the fragment belongs, in bytes, a multiple of 8 up to 65,528.</param>
    /// <param name="more">True unless it is the last fragment.</param>
    /// <param name="identification">The same for all fragments of the packet.</param>
    /// <returns>8.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short, or the offset is none.</exception>
    public static int WriteFragment(Span<byte> destination, byte nextHeader, int offset, bool more, uint identification)
    {
        if (offset is < 0 or > 0xFFF8 || offset % 8 != 0)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "A fragment offset is a multiple of 8 from 0 to 65,528.");
        var header = WriterGuard.Take(destination, FragmentView.HeaderLength);
        header[0] = nextHeader;
        header[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(offset | (more ? 1 : 0)));
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], identification);
        return FragmentView.HeaderLength;
    }

    /// <summary>Writes a hop-by-hop header with nothing but a router alert, as MLD messages carry it (RFC 2711, RFC 3810 §5).</summary>
    /// <param name="destination">Room for 8 bytes.</param>
    /// <param name="nextHeader">What follows.</param>
    /// <param name="value">What the alert is for; 0 is MLD.</param>
    /// <returns>8.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteRouterAlert(Span<byte> destination, byte nextHeader, ushort value = 0)
    {
        var header = WriterGuard.Take(destination, RouterAlertLength);
        header[0] = nextHeader;
        header[1] = 0; // eight bytes
        header[2] = IPv6Option.RouterAlert;
        header[3] = 2;
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], value);
        header[6] = IPv6Option.PadN;
        header[7] = 0;
        return RouterAlertLength;
    }
}
