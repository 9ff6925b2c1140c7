using System;
using System.Collections.Generic;

namespace SharpTcp.Protocols;

/// <summary>
/// The slab of a shard: pinned chunks of two sizes, handed out and taken back, charged to one budget. Pinned, because a device reads
/// payload straight out of them.
/// </summary>
public sealed class BufferPool
{
    /// <summary>Bytes of a small chunk: the first of a queue that holds little.</summary>
    public const int SmallChunk = 4 * 1024;

    /// <summary>Bytes of a large chunk.</summary>
    public const int LargeChunk = 64 * 1024;

    private const int KeptBytes = 64 * 1024 * 1024;

    private readonly Stack<byte[]> _small = new();
    private readonly Stack<byte[]> _large = new();
    private long _kept;

    /// <summary>Makes a pool that hands out at most <paramref name="limit"/> bytes at a time.</summary>
    public BufferPool(long limit) => Limit = limit;

    /// <summary>The most that may be handed out, in bytes.</summary>
    public long Limit { get; set; }

    /// <summary>What is handed out now, in bytes of whole chunks.</summary>
    public long Used { get; private set; }

    /// <summary>How often the limit refused a chunk.</summary>
    public long Refused { get; private set; }

    /// <summary>Hands out a chunk, or null if the budget is spent.</summary>
    public byte[]? TryRent(bool large)
    {
        var size = large ? LargeChunk : SmallChunk;
        if (Used + size > Limit)
        {
            Refused++;
            return null;
        }

        Used += size;
        if ((large ? _large : _small).TryPop(out var chunk))
        {
            _kept -= size;
            return chunk;
        }

        return GC.AllocateUninitializedArray<byte>(size, pinned: true);
    }

    /// <summary>Takes a chunk back.</summary>
    public void Return(byte[] chunk)
    {
        Used -= chunk.Length;
        if (_kept + chunk.Length > KeptBytes)
        {
            return;
        }

        _kept += chunk.Length;
        (chunk.Length == LargeChunk ? _large : _small).Push(chunk);
    }
}
