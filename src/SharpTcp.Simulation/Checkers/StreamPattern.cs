using System;
using System.Buffers.Binary;

namespace SharpTcp.Simulation;

/// <summary>An endless stream of bytes that follow from a key and their position: sender and receiver need no store to compare what was sent with what came.</summary>
/// <param name="key">The key: different streams have different ones, so that bytes of one never pass for the other's.</param>
public readonly struct StreamPattern(ulong key)
{
    private const int WordSize = sizeof(ulong);

    /// <summary>Writes the bytes from a position on.</summary>
    /// <param name="position">The position in the stream of the first byte; not negative.</param>
    /// <param name="destination">Where to.</param>
    public void Fill(long position, Span<byte> destination)
    {
        while (!destination.IsEmpty && position % WordSize != 0)
        {
            destination[0] = this[position++];
            destination = destination[1..];
        }

        while (destination.Length >= WordSize)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination, Word(position));
            position += WordSize;
            destination = destination[WordSize..];
        }

        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = this[position + i];
        }
    }

    /// <summary>Where bytes first differ from those at a position.</summary>
    /// <param name="position">The position in the stream of the first byte; not negative.</param>
    /// <param name="bytes">The bytes.</param>
    /// <returns>The index of the first wrong byte, or -1.</returns>
    public int FindDifference(long position, ReadOnlySpan<byte> bytes)
    {
        Span<byte> expected = stackalloc byte[256];
        for (var done = 0; done < bytes.Length; done += expected.Length)
        {
            var part = bytes[done..Math.Min(bytes.Length, done + expected.Length)];
            Fill(position + done, expected[..part.Length]);
            var same = part.CommonPrefixLength(expected[..part.Length]);
            if (same < part.Length)
            {
                return done + same;
            }
        }

        return -1;
    }

    /// <summary>The byte at a position.</summary>
    /// <param name="position">The position; not negative.</param>
    public byte this[long position] => (byte)(Word(position) >> (int)(position % WordSize * 8));

    private ulong Word(long position) => SeededEntropy.Mix(key + (ulong)(position / WordSize) * 0x9E37_79B9_7F4A_7C15);
}
