using System.Diagnostics;

namespace SharpTcp.Links;

/// <summary>A small generator whose sequence depends on its seed alone, on every machine and version (SplitMix64).</summary>
internal struct SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>From where the sequence goes on.</summary>
    public readonly ulong State => _state;

    /// <summary>64 bits.</summary>
    public ulong Next()
    {
        _state += 0x9E37_79B9_7F4A_7C15;
        var value = (_state ^ (_state >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }

    /// <summary>From 0 to below 1.</summary>
    public double NextShare() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>From 0 to below <paramref name="limit"/>.</summary>
    public int NextBelow(int limit)
    {
        Debug.Assert(limit > 0, "There is a number below the limit.");
        return (int)(NextShare() * limit);
    }
}
