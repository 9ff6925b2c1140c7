using System.Collections.Generic;

namespace SharpTcp.Protocols.Tcp;

/// <content>Writers whom the memory budget refused, and whom no acknowledgment of their own will wake.</content>
public sealed partial class TcpLayer
{
    private readonly List<TcpConnection> _waitingForMemory = [];

    /// <summary>The user of <paramref name="connection"/> hears of it when there are buffers again.</summary>
    internal void AwaitMemory(TcpConnection connection)
    {
        if (!connection.Has(TcpConnectionFlags.WaitsForMemory))
        {
            connection.Set(TcpConnectionFlags.WaitsForMemory);
            _waitingForMemory.Add(connection);
        }
    }

    private void OfferMemory()
    {
        if (_waitingForMemory.Count == 0 || _buffers.Used + BufferPool.LargeChunk > _buffers.Limit)
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
