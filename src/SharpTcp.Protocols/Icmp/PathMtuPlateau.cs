using System;

namespace SharpTcp.Protocols;

/// <summary>Likely MTUs, for routers that say that a packet is too big and not what fits (RFC 1191 §7.1).</summary>
internal static class PathMtuPlateau
{
    private static ReadOnlySpan<ushort> Plateaus => [32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68];

    /// <summary>The next plateau below the length of a packet that did not fit.</summary>
    public static int Below(int length)
    {
        foreach (var plateau in Plateaus)
        {
            if (plateau < length)
            {
                return plateau;
            }
        }

        return Plateaus[^1];
    }
}
