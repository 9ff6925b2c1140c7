using System;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Interop.Tests;

/// <summary>Long streams through a connection.</summary>
internal static class Flow
{
    private const int Piece = 128 * 1024;

    /// <summary>Sends the first bytes of a <see cref="Pattern"/>.</summary>
    public static async Task SendAsync(Stream stream, ulong seed, long length, CancellationToken cancellation)
    {
        var pattern = new Pattern(seed);
        var buffer = new byte[Piece];
        for (var left = length; left > 0; left -= buffer.Length)
        {
            var part = buffer.AsMemory(0, (int)Math.Min(left, Piece));
            pattern.Fill(part.Span);
            await stream.WriteAsync(part, cancellation);
        }
    }

    /// <summary>Reads to the end of the stream, or up to a length.</summary>
    /// <returns>How many bytes came and their SHA-256 in hexadecimal.</returns>
    public static async Task<(long Length, string Digest)> ReceiveAsync(Stream stream, CancellationToken cancellation, long most = long.MaxValue)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Piece];
        long length = 0;
        while (length < most)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(most - length, Piece)), cancellation);
            if (count == 0)
                break;
            hash.AppendData(buffer.AsSpan(0, count));
            length += count;
        }
        return (length, Convert.ToHexString(hash.GetHashAndReset()));
    }
}
