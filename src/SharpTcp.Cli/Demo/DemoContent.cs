using System;
using System.Buffers;
using System.IO;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Cli;

/// <summary>What the demo sends: bytes that are cheap to make, never repeat, and whose digest both ends take.</summary>
internal static class DemoContent
{
    private const int BlockSize = 256 * 1024;

    /// <summary>Writes the content.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="length">How many bytes: a multiple of 8.</param>
    /// <param name="seed">Which content.</param>
    /// <param name="progress">Told how many bytes were written so far.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The SHA-256 of what was written.</returns>
    public static async Task<byte[]> WriteAsync(Stream stream, long length, ulong seed, Action<long>? progress, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            var state = seed;
            for (long done = 0; done < length;)
            {
                var part = block.AsMemory(0, (int)Math.Min(BlockSize, length - done));
                Fill(MemoryMarshal.Cast<byte, ulong>(part.Span), ref state);
                hash.AppendData(part.Span);
                await stream.WriteAsync(part, cancellation);
                done += part.Length;
                progress?.Invoke(done);
            }
            return hash.GetHashAndReset();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>Reads to the end of the stream.</summary>
    /// <returns>How much there was, and its SHA-256.</returns>
    public static async Task<(long Length, byte[] Digest)> ReadAsync(Stream stream, Action<long>? progress, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            long length = 0;
            while (await stream.ReadAsync(block.AsMemory(), cancellation) is > 0 and var count)
            {
                hash.AppendData(block.AsSpan(0, count));
                length += count;
                progress?.Invoke(length);
            }
            return (length, hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    // Knuth's linear congruential generator (The Art of Computer Programming, 3.3.4): 8 bytes a multiplication, period 2^64.
    private static void Fill(Span<ulong> words, ref ulong state)
    {
        var value = state;
        for (var index = 0; index < words.Length; index++)
        {
            value = unchecked((value * 6364136223846793005) + 1442695040888963407);
            words[index] = value;
        }
        state = value;
    }
}
