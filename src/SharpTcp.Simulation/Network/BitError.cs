using System;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Simulation;

/// <summary>Where a bit of a packet may flip: in IP and behind it, which the checksums of IP and the transports cover.</summary>
internal static class BitError
{
    /// <summary>No bit.</summary>
    public const int None = -1;

    /// <summary>Finds the bit that lies at <paramref name="share"/> of the packet; false for a frame that is not IP.</summary>
    public static bool TryPlace(ReadOnlySpan<byte> frame, LinkMedium medium, double share, out int bit)
    {
        bit = None;
        var start = FrameLayout.HeaderLength(medium);
        if (frame.Length <= start || (medium == LinkMedium.Ethernet && !IsIp(frame)))
        {
            return false;
        }

        bit = (start * 8) + (int)(share * (frame.Length - start) * 8);
        return true;
    }

    private static bool IsIp(ReadOnlySpan<byte> frame) =>
        EthernetView.TryParse(frame, out var ethernet) && ethernet.EtherType is EtherType.IPv4 or EtherType.IPv6;
}
