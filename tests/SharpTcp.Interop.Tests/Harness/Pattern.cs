using System;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SharpTcp.Interop.Tests;

/// <summary>A stream of bytes that both ends can make from a seed and that repeats nowhere, so that a byte lost, doubled or moved shows in the digest.</summary>
internal sealed class Pattern(ulong seed)
{
    private const ulong Step = 0x9E37_79B9_7F4A_7C15; // of SplitMix64

    private ulong _state = seed;
    private ulong _word;
    private int _left;

    /// <summary>Writes the next bytes of the stream.</summary>
    public void Fill(Span<byte> destination)
    {
        while (_left > 0 && !destination.IsEmpty)
        {
            destination[0] = (byte)(_word >> (8 * (8 - _left--)));
            destination = destination[1..];
        }
        for (; destination.Length >= sizeof(ulong); destination = destination[sizeof(ulong)..])
            BinaryPrimitives.WriteUInt64LittleEndian(destination, Next());
        if (destination.IsEmpty)
            return;
        _word = Next();
        _left = sizeof(ulong);
        Fill(destination);
    }

    /// <summary>The first bytes of the stream of a seed.</summary>
    public static byte[] Bytes(ulong seed, int length)
    {
        var bytes = new byte[length];
        new Pattern(seed).Fill(bytes);
        return bytes;
    }

    /// <summary>The SHA-256 of the first bytes of the stream of a seed, in hexadecimal.</summary>
    public static string Digest(ulong seed, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var pattern = new Pattern(seed);
        var buffer = new byte[64 * 1024];
        for (var left = length; left > 0; left -= buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            pattern.Fill(part);
            hash.AppendData(part);
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private ulong Next()
    {
        var word = _state += Step;
        word = (word ^ (word >> 30)) * 0xBF58_476D_1CE4_E5B9;
        word = (word ^ (word >> 27)) * 0x94D0_49BB_1331_11EB;
        return word ^ (word >> 31);
    }
}
