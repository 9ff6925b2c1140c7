using System;

namespace SharpTcp.Protocols;

/// <summary>The packets that wait for neighbours: at most three for each, and a cap on them all.</summary>
internal sealed class PendingPackets(HostCore host)
{
    /// <summary>The most packets that wait for one neighbour; the oldest gives way, for the latest is worth most (RFC 1122 §2.3.2.2).</summary>
    public const int PerNeighbor = 3;

    /// <summary>The most bytes of buffers that all of them take.</summary>
    public const int MemoryLimit = 2 * 1024 * 1024;

    private PendingPacket? _free;

    /// <summary>Bytes of buffers taken now.</summary>
    public int Memory { get; private set; }

    /// <summary>Copies a packet into the queue of a neighbour; false if there is no room.</summary>
    public bool TryAdd(NeighborEntry neighbor, Destination destination, in TransportPacket packet, ReadOnlySpan<byte> header)
    {
        if (neighbor.PendingCount == PerNeighbor)
        {
            Drop(TakeFirst(neighbor)!);
        }

        var length = packet.HeaderLength + packet.PayloadLength;
        var large = length > BufferPool.SmallChunk;
        if (Memory + (large ? BufferPool.LargeChunk : BufferPool.SmallChunk) > MemoryLimit || host.Buffers.TryRent(large, MemoryUse.Waiting) is not { } data)
        {
            return false;
        }

        Memory += data.Length;
        var pending = _free ?? new PendingPacket();
        _free = pending.Next;
        pending.Next = null;
        pending.Data = data;
        pending.Length = length;
        pending.Destination = destination;
        pending.HeaderLength = packet.HeaderLength;
        pending.Protocol = packet.Protocol;
        pending.HopLimit = packet.HopLimit;
        pending.TrafficClass = packet.TrafficClass;
        pending.DontFragment = packet.DontFragment;
        pending.SegmentSize = packet.SegmentSize;
        pending.IsSummed = packet.IsSummed;
        pending.IsWhole = packet.IsWhole;
        var block = new OutboundFrame(header[..packet.HeaderLength], default, packet.First, packet.Second, packet.Third);
        block.CopyTo(data);
        Append(neighbor, pending);
        return true;
    }

    /// <summary>Takes the first packet of a neighbour's queue.</summary>
    public static PendingPacket? TakeFirst(NeighborEntry neighbor)
    {
        var first = neighbor.Pending;
        if (first is not null)
        {
            neighbor.Pending = first.Next;
            neighbor.PendingCount--;
            first.Next = null;
        }

        return first;
    }

    /// <summary>Gives a packet up.</summary>
    public void Drop(PendingPacket pending)
    {
        host.Counters.Add(Counter.NeighborQueueDrops);
        Release(pending);
    }

    /// <summary>Gives the memory of a packet back.</summary>
    public void Release(PendingPacket pending)
    {
        Memory -= pending.Data.Length;
        host.Buffers.Return(pending.Data);
        pending.Data = [];
        pending.Destination = null;
        pending.Next = _free;
        _free = pending;
    }

    private static void Append(NeighborEntry neighbor, PendingPacket pending)
    {
        neighbor.PendingCount++;
        if (neighbor.Pending is null)
        {
            neighbor.Pending = pending;
            return;
        }

        var last = neighbor.Pending;
        while (last.Next is not null)
        {
            last = last.Next;
        }

        last.Next = pending;
    }
}
