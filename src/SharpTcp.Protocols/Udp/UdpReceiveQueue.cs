using System;
using System.Buffers.Binary;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// The datagrams that wait on a port: a queue of bytes in which each datagram follows a record of what is known of it. An empty one holds no memory.
/// </summary>
internal sealed class UdpReceiveQueue(BufferPool buffers)
{
    private const int RecordLength = 44;

    private readonly ChunkQueue _bytes = new(buffers, MemoryUse.Datagram, MemoryUse.Datagram);

    public bool IsEmpty => _bytes.Length == 0;

    /// <summary>Payload bytes of the first datagram, or 0.</summary>
    public int NextLength { get; private set; }

    /// <summary>Adds a datagram; false if the queue would hold more than <paramref name="limit"/> bytes, or the host has no memory.</summary>
    public bool TryAdd(ReadOnlySpan<byte> payload, ushort sourcePort, in IpMeta meta, int limit)
    {
        var length = RecordLength + payload.Length;
        if (_bytes.Length + length > limit)
        {
            return false;
        }

        Span<byte> record = stackalloc byte[RecordLength];
        BinaryPrimitives.WriteInt32LittleEndian(record, payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], meta.Interface.Index);
        BinaryPrimitives.WriteUInt16LittleEndian(record[8..], sourcePort);
        record[10] = meta.TrafficClass;
        record[11] = meta.HopLimit;
        meta.Source.ToIPv6().Write(record[12..]);
        meta.Destination.ToIPv6().Write(record[28..]);
        if (_bytes.WriteAt(_bytes.Length, record) < RecordLength || _bytes.WriteAt(_bytes.Length + RecordLength, payload) < payload.Length)
        {
            _bytes.ReleaseIfEmpty();
            return false;
        }

        NextLength = IsEmpty ? payload.Length : NextLength;
        _bytes.Commit(length);
        return true;
    }

    /// <summary>Copies the first datagram out, as far as it fits, and takes it off unless it is only looked at.</summary>
    public bool TryTake(Span<byte> buffer, out UdpDatagram datagram, bool peek)
    {
        datagram = default;
        if (IsEmpty)
        {
            return false;
        }

        Span<byte> record = stackalloc byte[RecordLength];
        Copy(0, record);
        var length = BinaryPrimitives.ReadInt32LittleEndian(record);
        IpAddress source = new IPv6Address(record[12..]);
        var interfaceIndex = BinaryPrimitives.ReadInt32LittleEndian(record[4..]);
        datagram = new UdpDatagram
        {
            Length = length,
            Interface = interfaceIndex,
            Source = new TransportEndpoint(source, BinaryPrimitives.ReadUInt16LittleEndian(record[8..]), source.IsIPv6 && source.IsLinkLocal ? interfaceIndex : 0),
            Destination = new IPv6Address(record[28..]),
            TrafficClass = record[10],
            HopLimit = record[11],
        };
        Copy(RecordLength, buffer[..Math.Min(length, buffer.Length)]);
        if (!peek)
        {
            _bytes.Consume(RecordLength + length);
            _bytes.ReleaseIfEmpty();
            NextLength = IsEmpty ? 0 : PeekLength();
        }

        return true;
    }

    public void Clear()
    {
        _bytes.Clear();
        NextLength = 0;
    }

    private int PeekLength()
    {
        Span<byte> length = stackalloc byte[4];
        Copy(0, length);
        return BinaryPrimitives.ReadInt32LittleEndian(length);
    }

    private void Copy(int offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var piece = _bytes.Slice(offset, destination.Length);
            piece.CopyTo(destination);
            destination = destination[piece.Length..];
            offset += piece.Length;
        }
    }
}
