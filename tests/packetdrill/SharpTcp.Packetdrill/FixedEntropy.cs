using System;
using SharpTcp.Protocols;

namespace SharpTcp.Packetdrill;

/// <summary>The same numbers in every run (SplitMix64), so that a failure repeats.</summary>
internal sealed class FixedEntropy : IEntropy
{
    private ulong _state = 0x5EED;

    /// <inheritdoc/>
    public void Fill(Span<byte> destination)
    {
        foreach (ref var octet in destination)
        {
            _state += 0x9E37_79B9_7F4A_7C15;
            var mixed = (_state ^ (_state >> 30)) * 0xBF58_476D_1CE4_E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
            octet = (byte)(mixed >> 56);
        }
    }
}
