using System;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Random numbers from a seed (SplitMix64), so that a failure can be repeated.</summary>
internal sealed class TestEntropy(ulong seed) : IEntropy
{
    private ulong _state = seed;

    public void Fill(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var value = Next();
            var bytes = BitConverter.GetBytes(value).AsSpan();
            var count = Math.Min(8, destination.Length);
            bytes[..count].CopyTo(destination);
            destination = destination[count..];
        }
    }

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>True with the given probability.</summary>
    public bool Chance(double probability) => probability > 0 && (Next() >> 11) * (1.0 / (1UL << 53)) < probability;
}
