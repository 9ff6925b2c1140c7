using System;
using System.Runtime.InteropServices;

namespace SharpTcp.Posix;

/// <summary>struct iovec: a piece of memory of the caller.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct IoVector
{
    /// <summary>Its first byte; null is told by EFAULT as soon as it must be touched.</summary>
    public byte* Base;

    /// <summary>Its bytes.</summary>
    public nuint Length;

    /// <summary>Makes one.</summary>
    public IoVector(void* start, nuint length)
    {
        Base = (byte*)start;
        Length = length;
    }
}

/// <summary>Walks over the pieces of an iovec array.</summary>
internal ref struct IoCursor(ReadOnlySpan<IoVector> vectors)
{
    private readonly ReadOnlySpan<IoVector> _vectors = vectors;
    private int _index;
    private nuint _offset;

    /// <summary>Bytes in front of the cursor.</summary>
    public long Done { get; private set; }

    /// <summary>Bytes of all pieces, at most what fits a result.</summary>
    public readonly long Total
    {
        get
        {
            long total = 0;
            foreach (ref readonly var vector in _vectors)
            {
                total += (long)Math.Min(vector.Length, (nuint)int.MaxValue);
            }

            return Math.Min(total, int.MaxValue);
        }
    }

    /// <summary>The next piece of at most <paramref name="wanted"/> bytes; false at the end. <paramref name="isFault"/> says that the piece has no memory.</summary>
    public unsafe bool TryNext(int wanted, out Span<byte> piece, out bool isFault)
    {
        isFault = false;
        while (_index < _vectors.Length)
        {
            ref readonly var vector = ref _vectors[_index];
            if (_offset >= vector.Length)
            {
                _index++;
                _offset = 0;
                continue;
            }

            isFault = vector.Base is null;
            piece = isFault ? default : new Span<byte>(vector.Base + _offset, (int)Math.Min(vector.Length - _offset, (nuint)wanted));
            return !isFault;
        }

        piece = default;
        return false;
    }

    /// <summary>Moves on.</summary>
    public void Advance(int count)
    {
        _offset += (nuint)count;
        Done += count;
    }
}
