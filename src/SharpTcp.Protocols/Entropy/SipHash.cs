using System;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace SharpTcp.Protocols;

/// <summary>
/// SipHash-1-3 (Aumasson and Bernstein): the keyed function behind everything that an outsider must neither predict nor collide: hash tables,
/// initial sequence numbers, timestamp offsets, ports, fragment identifiers.
/// </summary>
public readonly struct SipHash
{
    private readonly ulong _k0;
    private readonly ulong _k1;

    /// <summary>Takes a fresh key from <paramref name="entropy"/>.</summary>
    public SipHash(IEntropy entropy)
        : this(entropy.NextUInt64(), entropy.NextUInt64())
    {
    }

    /// <summary>Uses the given key.</summary>
    public SipHash(ulong k0, ulong k1)
    {
        _k0 = k0;
        _k1 = k1;
    }

    /// <summary>The hash of a few words.</summary>
    public ulong Compute(ulong a, ulong b, ulong c, ulong d, ulong e)
    {
        var state = new State(_k0, _k1);
        state.Absorb(a);
        state.Absorb(b);
        state.Absorb(c);
        state.Absorb(d);
        state.Absorb(e);
        return state.Finish(5);
    }

    /// <summary>The hash of any number of words.</summary>
    public ulong Compute(ReadOnlySpan<ulong> words)
    {
        var state = new State(_k0, _k1);
        foreach (var word in words)
        {
            state.Absorb(word);
        }

        return state.Finish(words.Length);
    }

    /// <summary>
    /// SipHash-2-4, the form with a margin: for what an outsider sees whole and may try to forge, and where other systems have to come to the same value.
    /// </summary>
    public ulong ComputeStrong(ReadOnlySpan<ulong> words)
    {
        var state = new State(_k0, _k1);
        foreach (var word in words)
        {
            state.AbsorbTwice(word);
        }

        return state.FinishStrong(words.Length);
    }

    private struct State(ulong k0, ulong k1)
    {
        private ulong _v0 = k0 ^ 0x736f6d6570736575UL;
        private ulong _v1 = k1 ^ 0x646f72616e646f6dUL;
        private ulong _v2 = k0 ^ 0x6c7967656e657261UL;
        private ulong _v3 = k1 ^ 0x7465646279746573UL;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Absorb(ulong word)
        {
            _v3 ^= word;
            Round();
            _v0 ^= word;
        }

        public ulong Finish(int words)
        {
            Absorb((ulong)words << 59);
            _v2 ^= 0xff;
            Round();
            Round();
            Round();
            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        public void AbsorbTwice(ulong word)
        {
            _v3 ^= word;
            Round();
            Round();
            _v0 ^= word;
        }

        public ulong FinishStrong(int words)
        {
            AbsorbTwice((ulong)words << 59);
            _v2 ^= 0xff;
            for (var i = 0; i < 4; i++)
            {
                Round();
            }

            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Round()
        {
            _v0 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
            _v0 = BitOperations.RotateLeft(_v0, 32);
            _v2 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
            _v0 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
            _v2 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
            _v2 = BitOperations.RotateLeft(_v2, 32);
        }
    }
}
