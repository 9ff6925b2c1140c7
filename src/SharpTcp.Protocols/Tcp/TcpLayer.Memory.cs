using System.Collections.Generic;

namespace SharpTcp.Protocols.Tcp;

/// <content>What happens when the memory budget refuses: writers wait, bytes that came out of order give way to those in order.</content>
public sealed partial class TcpLayer
{
    private readonly List<TcpConnection> _waitingForMemory = [];
    private readonly RecencyList<ReceiveState> _outOfOrderHolders = new();

    /// <summary>The user of <paramref name="connection"/>, which no acknowledgment of its own will wake, hears of it when there are buffers again.</summary>
    internal void AwaitMemory(TcpConnection connection)
    {
        if (!connection.Has(TcpConnectionFlags.WaitsForMemory))
        {
            connection.Set(TcpConnectionFlags.WaitsForMemory);
            _waitingForMemory.Add(connection);
        }
    }

    /// <summary>Remembers who holds bytes out of order; the longest holder gives them up first.</summary>
    internal void NoteOutOfOrder(ReceiveState receive)
    {
        var holds = receive.OutOfOrder.Count > 0;
        if (holds == receive.IsHolder)
        {
            return;
        }

        receive.IsHolder = holds;
        if (holds)
        {
            _outOfOrderHolders.AddNewest(receive);
        }
        else
        {
            _outOfOrderHolders.Remove(receive);
        }
    }

    /// <summary>
    /// Makes room for bytes in order by dropping such as are out of order, which a receiver may do (RFC 2018 §8): first those of the same stream, or it would wait for ever
    /// for the memory that they take; those of another only for a stream that holds nothing.
    /// </summary>
    internal bool GiveUpOutOfOrder(ReceiveState wanting)
    {
        var victim = wanting.IsHolder ? wanting : wanting.Data.Charged == 0 ? _outOfOrderHolders.Oldest : null;
        if (victim is null)
        {
            return false;
        }

        Counters.OutOfOrderGivenUp++;
        victim.DropOutOfOrder();
        NoteOutOfOrder(victim);
        return true;
    }

    internal void ReturnReceive(ReceiveState receive)
    {
        ReceiveStates.Return(receive);
        NoteOutOfOrder(receive);
    }

    private void OfferMemory()
    {
        if (_waitingForMemory.Count == 0 || Memory.Free(MemoryUse.Progress) < BufferPool.SmallChunk)
        {
            return;
        }

        // All are told: who comes too late is refused again, and waits again.
        foreach (var connection in _waitingForMemory)
        {
            connection.Clear(TcpConnectionFlags.WaitsForMemory);
            if (connection.CanSend && connection.Has(TcpConnectionFlags.WantsRoom))
            {
                connection.Clear(TcpConnectionFlags.WantsRoom);
                connection.Notify(TcpEvents.Writable);
            }
        }

        _waitingForMemory.Clear();
    }
}
