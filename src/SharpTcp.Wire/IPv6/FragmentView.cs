using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>An IPv6 Fragment header (RFC 8200 §4.5).</summary>
/// <param name="NextHeader">The first header of the fragmentable part.</param>
/// <param name="Offset">Where this fragment's bytes belong, in bytes from the start of the fragmentable part.</param>
/// <param name="More">True unless it is the last fragment.</param>
/// <param name="Identification">The same for all fragments of one packet.</param>
public readonly record struct FragmentView(byte NextHeader, int Offset, bool More, uint Identification)
{
    /// <summary>The header's length.</summary>
    public const int HeaderLength = 8;

    /// <summary>True if it holds a whole packet and is processed by itself (RFC 6946).</summary>
    public bool IsAtomic => Offset == 0 && !More;

    /// <summary>Reads the header at the start of <paramref name="data"/>.</summary>
    /// <returns>False if it is cut off.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, out FragmentView view)
    {
        view = default;
        if (data.Length < HeaderLength)
            return false;
        var field = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        view = new FragmentView(data[0], field & 0xFFF8, (field & 1) != 0, BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
        return true;
    }
}
