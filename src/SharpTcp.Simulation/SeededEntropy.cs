using System;
using System.Buffers.Binary;
using SharpTcp.Protocols;

namespace SharpTcp.Simulation;

/// <summary>
/// Random numbers that depend on their seed alone, on every machine and version (SplitMix64). They are predictable: for simulations only. Not safe for several threads at once.
/// </summary>
public sealed class SeededEntropy : IEntropy
{
    private const ulong Step = 0x9E37_79B9_7F4A_7C15;

    private ulong _state;

    /// <summary>Makes a generator.</summary>
    /// <param name="seed">Where the numbers start.</param>
    public SeededEntropy(ulong seed)
    {
        Seed = seed;
        _state = Mix(seed);
    }

    /// <summary>Where the numbers start.</summary>
    public ulong Seed { get; }

    /// <summary>
    /// A generator of its own for a part of the simulation. It depends on the seed and the number of the part, not on what was drawn before: one more part does not change the others.
    /// </summary>
    /// <param name="part">The number of the part.</param>
    public SeededEntropy Fork(ulong part) => new(Mix(Seed ^ Mix(part + 1)));

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        _state += Step;
        return Mix(_state);
    }

    /// <summary>A number from 0 to below 1.</summary>
    public double NextShare() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Whether what happens with this probability happened.</summary>
    /// <param name="probability">From 0 to 1.</param>
    public bool Chance(double probability) => probability > 0 && NextShare() < probability;

    /// <summary>A whole number from <paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    /// <param name="from">The least.</param>
    /// <param name="to">The most.</param>
    public int Between(int from, int to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);
        return from + (int)this.NextBelow((uint)(to - from) + 1);
    }

    /// <summary>One of some things, each as likely as the others.</summary>
    /// <param name="choices">The things; one may be there several times to be likelier.</param>
    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Between(0, choices.Length - 1)];

    /// <inheritdoc/>
    public void Fill(Span<byte> destination)
    {
        while (destination.Length >= sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination, Next());
            destination = destination[sizeof(ulong)..];
        }

        if (destination.IsEmpty)
        {
            return;
        }

        Span<byte> rest = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(rest, Next());
        rest[..destination.Length].CopyTo(destination);
    }

    /// <summary>Spreads the bits of a number over all of its bits.</summary>
    internal static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
