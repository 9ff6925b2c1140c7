using System;
using System.Buffers;

namespace SharpTcp.Exec;

/// <summary>Bytes that one side gave and the other could not take yet.</summary>
internal struct Leftover
{
    private readonly byte[]? _bytes;
    private readonly int _end;
    private int _start;

    private Leftover(ReadOnlySpan<byte> data)
    {
        _bytes = ArrayPool<byte>.Shared.Rent(data.Length);
        _end = data.Length;
        data.CopyTo(_bytes);
    }

    /// <summary>Keeps a copy of bytes; of none, nothing.</summary>
    public static Leftover Of(ReadOnlySpan<byte> data) => data.IsEmpty ? default : new Leftover(data);

    public readonly bool IsEmpty => _bytes is null;

    public readonly Span<byte> Span => _bytes.AsSpan(_start, _end - _start);

    public void Advance(int count)
    {
        _start += count;
        if (_start == _end)
        {
            Release();
        }
    }

    public void Release()
    {
        if (_bytes is not null)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        this = default;
    }
}
