using System;
using System.Collections.Generic;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// How many connections of a listener were opened by their SYN and wait for its acknowledgment (PendingFastOpenRequests, RFC 7413 §5.1): each costs a whole connection, and whoever stole a
/// cookie can begin many.
/// </summary>
internal sealed class FastOpenQueue
{
    /// <summary>How long a place stays taken after a reset, as long as Linux has it: a SYN-ACK to a forged address is answered by one.</summary>
    private static readonly TimeSpan HeldAfterReset = TimeSpan.FromMinutes(1);

    private readonly Queue<Instant> _held = new();

    public int Pending { get; private set; }

    public bool HasRoom(int limit, Instant now)
    {
        while (_held.TryPeek(out var until) && until <= now)
        {
            _held.Dequeue();
            Pending--;
        }

        return Pending < limit;
    }

    public void Enter() => Pending++;

    public void Leave(bool byReset, Instant now)
    {
        if (byReset)
        {
            _held.Enqueue(now + HeldAfterReset);
        }
        else
        {
            Pending--;
        }
    }
}
