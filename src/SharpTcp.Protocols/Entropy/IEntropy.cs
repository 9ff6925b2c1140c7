using System;
using System.Runtime.InteropServices;

namespace SharpTcp.Protocols;

/// <summary>
/// The only source of randomness in the protocols. In a running stack it is the operating system's generator; in a simulation
/// it is seeded, so that a run can be repeated.
/// </summary>
public interface IEntropy
{
    /// <summary>Fills <paramref name="destination"/> with random bytes.</summary>
    void Fill(Span<byte> destination);
}

/// <summary>Numbers out of an <see cref="IEntropy"/>.</summary>
public static class EntropyExtensions
{
    /// <summary>A random 32-bit number.</summary>
    public static uint NextUInt32(this IEntropy entropy)
    {
        uint value = 0;
        entropy.Fill(MemoryMarshal.AsBytes(new Span<uint>(ref value)));
        return value;
    }

    /// <summary>A random 64-bit number.</summary>
    public static ulong NextUInt64(this IEntropy entropy)
    {
        ulong value = 0;
        entropy.Fill(MemoryMarshal.AsBytes(new Span<ulong>(ref value)));
        return value;
    }

    /// <summary>A random number from 0 to <paramref name="bound"/> − 1. The bias is below <paramref name="bound"/> / 2⁶⁴.</summary>
    public static uint NextBelow(this IEntropy entropy, uint bound) =>
        (uint)Math.BigMul(entropy.NextUInt64(), bound, out _);

    /// <summary>A random duration from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public static TimeSpan NextBetween(this IEntropy entropy, TimeSpan from, TimeSpan to) =>
        from + new TimeSpan((long)Math.BigMul(entropy.NextUInt64(), (ulong)(to - from).Ticks + 1, out _));
}
