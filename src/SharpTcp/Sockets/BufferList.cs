using System;
using System.Buffers;
using System.Collections.Generic;

namespace SharpTcp.Sockets;

/// <summary>Several pieces of memory as one, by a copy in between: what a call with a list of pieces sends or receives.</summary>
internal readonly struct BufferList : IDisposable
{
    /// <summary>The most that one call receives into a list: the send or receive buffers hold little more, and a datagram less.</summary>
    private const int LargestReceive = 128 * 1024;

    private readonly IList<ArraySegment<byte>> _pieces;
    private readonly byte[] _staging;
    private readonly int _length;

    private BufferList(IList<ArraySegment<byte>> pieces, int length)
    {
        _pieces = pieces;
        _length = length;
        _staging = ArrayPool<byte>.Shared.Rent(length);
    }

    /// <summary>What was gathered.</summary>
    public ReadOnlyMemory<byte> Data => _staging.AsMemory(0, _length);

    /// <summary>Where to receive.</summary>
    public Memory<byte> Buffer => _staging.AsMemory(0, _length);

    /// <summary>Copies the pieces together.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static BufferList Gather(IList<ArraySegment<byte>> buffers)
    {
        var list = new BufferList(buffers, Measure(buffers));
        var at = 0;
        for (var i = 0; i < buffers.Count; i++)
        {
            buffers[i].AsSpan().CopyTo(list._staging.AsSpan(at));
            at += buffers[i].Count;
        }

        return list;
    }

    /// <summary>Makes room for what the pieces hold.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static BufferList Stage(IList<ArraySegment<byte>> buffers) => new(buffers, Math.Min(Measure(buffers), LargestReceive));

    /// <summary>Copies received bytes to the pieces.</summary>
    public void Scatter(int count)
    {
        var received = _staging.AsSpan(0, Math.Min(count, _length));
        for (var i = 0; i < _pieces.Count && !received.IsEmpty; i++)
        {
            var part = received[..Math.Min(received.Length, _pieces[i].Count)];
            part.CopyTo(_pieces[i]);
            received = received[part.Length..];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_staging);

    private static int Measure(IList<ArraySegment<byte>> buffers)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        if (buffers.Count == 0)
        {
            throw new ArgumentException("The list of buffers must not be empty.", nameof(buffers));
        }

        var length = 0;
        for (var i = 0; i < buffers.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(buffers[i].Array, "segment");
            length = checked(length + buffers[i].Count);
        }

        return length;
    }
}
