using System;
using System.Diagnostics;

namespace SharpTcp.Protocols;

/// <summary>
/// One account for all that peers and programs can make a host hold: buffers, fragments, queues, half-open, idle and ended connections. When it runs short it
/// refuses in the order of <see cref="MemoryUse"/>, and who holds much before who holds little.
/// </summary>
/// <remarks>
/// Fairness is that of a shared-memory switch with dynamic thresholds (Choudhury and Hahne 1998): nobody may hold more than what is still free. So one greedy stream gets
/// half of the memory, two get a third each, and n leave a part of n + 1 for who comes next. There is nothing to tune and nothing to remember.
/// </remarks>
public sealed class MemoryBudget
{
    private static readonly int UseCount = Enum.GetValues<MemoryUse>().Length;

    private readonly long[] _refused = new long[UseCount];

    /// <summary>Makes an account of <paramref name="limit"/> bytes.</summary>
    public MemoryBudget(long limit) => Limit = limit;

    /// <summary>The most that may be held, in bytes.</summary>
    public long Limit { get; set; }

    /// <summary>What is held now, in bytes.</summary>
    public long Used { get; private set; }

    /// <summary>The most that was ever held, in bytes.</summary>
    public long Peak { get; private set; }

    /// <summary>How often memory for <paramref name="use"/> was refused.</summary>
    public long Refused(MemoryUse use) => _refused[(int)use];

    /// <summary>Bytes that can still be had for <paramref name="use"/>; also the most that one stream may hold of it.</summary>
    public long Free(MemoryUse use) => Math.Max(0, Ceiling(use) - Used);

    /// <summary>Charges <paramref name="bytes"/>, or refuses.</summary>
    /// <param name="use">What for.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="held">What the stream or queue that asks holds already.</param>
    public bool TryCharge(MemoryUse use, int bytes, long held = 0)
    {
        var free = Ceiling(use) - Used;
        if (bytes > free || held > free)
        {
            _refused[(int)use]++;
            return false;
        }

        Charge(bytes);
        return true;
    }

    /// <summary>Charges what belongs to something that was granted before and is small beside it.</summary>
    public void Charge(int bytes)
    {
        Used += bytes;
        Peak = Math.Max(Peak, Used);
    }

    /// <summary>Gives <paramref name="bytes"/> back.</summary>
    public void Release(int bytes)
    {
        Used -= bytes;
        Debug.Assert(Used >= 0, "nobody gives back more than he took");
    }

    private long Ceiling(MemoryUse use) => use switch
    {
        MemoryUse.Waiting => Limit / 4 * 3,
        MemoryUse.Datagram => Limit / 16 * 13,
        MemoryUse.Growth => Limit / 8 * 7,
        MemoryUse.Connection => Limit / 16 * 15,
        _ => Limit,
    };
}
