using System;
using SharpTcp.Wire;

namespace SharpTcp.Links;

/// <summary>The checks that several links make of what they are given.</summary>
internal static class LinkArguments
{
    /// <summary>RFC 791: every internet module forwards 68 octets unfragmented.</summary>
    public const int SmallestMtu = 68;

    public const int LargestMtu = 65_535;

    public static void CheckMtu(int mtu, string parameter)
    {
        if (mtu is < SmallestMtu or > LargestMtu)
            throw new ArgumentOutOfRangeException(parameter, mtu, $"The MTU is {mtu}; it must be from {SmallestMtu} to {LargestMtu}.");
    }

    public static void CheckAddress(MacAddress address, string parameter)
    {
        if (!address.IsUnicast)
            throw new ArgumentException($"The MAC address {address} cannot be a station's: it is a group's or all zero.", parameter);
    }

    public static void CheckBuffer(int given, int needed)
    {
        if (given < needed)
            throw new ArgumentException($"The buffer has {given} bytes, the link needs {needed} (ReceiveBufferSize).", "buffer");
    }
}
