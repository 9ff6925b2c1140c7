using System;
using System.Buffers.Binary;

namespace SharpTcp.Protocols.Tests;

/// <summary>Repeatable "randomness": SplitMix64 from a seed.</summary>
internal sealed class SeededEntropy(ulong seed) : IEntropy
{
    private ulong _state = seed;

    public void Fill(Span<byte> destination)
    {
        Span<byte> word = stackalloc byte[8];
        while (!destination.IsEmpty)
        {
            _state += 0x9E37_79B9_7F4A_7C15;
            var z = _state;
            z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
            z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
            BinaryPrimitives.WriteUInt64LittleEndian(word, z ^ (z >> 31));
            var length = Math.Min(8, destination.Length);
            word[..length].CopyTo(destination);
            destination = destination[length..];
        }
    }
}
