using System;
using System.Buffers;
using SharpTcp.Protocols;

namespace SharpTcp.Simulation;

/// <summary>A packet between the ends of a link; the event is its arrival.</summary>
internal sealed class PacketUnderWay(LinkPath path) : VirtualEvent
{
    private byte[] _buffer = [];
    private int _length;

    public ReadOnlySpan<byte> Frame => _buffer.AsSpan(0, _length);

    public FrameMeta Meta { get; private set; }

    internal override bool MayTouchHosts => false;

    public void Fill(ReadOnlySpan<byte> frame, in FrameMeta meta, int flippedBit)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(frame.Length);
        _length = frame.Length;
        Meta = meta;
        frame.CopyTo(_buffer);
        if (flippedBit != BitError.None)
        {
            _buffer[flippedBit / 8] ^= (byte)(1 << (flippedBit % 8));
        }
    }

    public void Free()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    protected internal override void Occur() => path.Arrive(this);
}
