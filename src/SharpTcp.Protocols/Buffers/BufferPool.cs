using System;
using System.Collections.Generic;

namespace SharpTcp.Protocols;

/// <summary>
/// The slab of a shard: pinned chunks of two sizes, handed out and taken back, charged to the budget of the host. Pinned, because a device reads
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

    /// <summary>Makes a pool whose chunks are charged to <paramref name="budget"/> while they are out.</summary>
    public BufferPool(MemoryBudget budget) => Budget = budget;

    /// <summary>What the chunks are charged to.</summary>
    public MemoryBudget Budget { get; }

    /// <summary>What is handed out now, in bytes of whole chunks.</summary>
    public long Used { get; private set; }

    /// <summary>Hands out a chunk, or null if the budget refuses it.</summary>
    /// <param name="large">Which of the two sizes.</param>
    /// <param name="use">What for.</param>
    /// <param name="held">Bytes of chunks that who asks holds already.</param>
    public byte[]? TryRent(bool large, MemoryUse use, long held = 0)
    {
        var size = large ? LargeChunk : SmallChunk;
        if (!Budget.TryCharge(use, size, held))
        {
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
        Budget.Release(chunk.Length);
        if (_kept + chunk.Length > KeptBytes)
        {
            return;
        }

        _kept += chunk.Length;
        (chunk.Length == LargeChunk ? _large : _small).Push(chunk);
    }
}
