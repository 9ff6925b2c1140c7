using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>Payload in up to three slices, cut into pieces from the front without copying.</summary>
internal ref struct PayloadSlices
{
    public ReadOnlySpan<byte> First;
    public ReadOnlySpan<byte> Second;
    public ReadOnlySpan<byte> Third;

    public PayloadSlices(in TransportPacket packet)
        : this(packet.First, packet.Second, packet.Third)
    {
    }

    public PayloadSlices(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        First = first;
        Second = second;
        Third = third;
        Compact();
    }

    public readonly int Length => First.Length + Second.Length + Third.Length;

    /// <summary>Cuts <paramref name="count"/> bytes off the front.</summary>
    public PayloadSlices Take(int count)
    {
        var first = Cut(ref First, ref count);
        var second = Cut(ref Second, ref count);
        var third = Cut(ref Third, ref count);
        Compact();
        return new PayloadSlices(first, second, third);
    }

    /// <summary>The checksum's partial sum of all slices, as they follow something of even length.</summary>
    public readonly uint Sum(uint sum)
    {
        sum = InternetChecksum.Add(First, sum);
        var odd = (First.Length & 1) != 0;
        sum = InternetChecksum.Combine(sum, InternetChecksum.Add(Second), odd);
        odd ^= (Second.Length & 1) != 0;
        return InternetChecksum.Combine(sum, InternetChecksum.Add(Third), odd);
    }

    private static ReadOnlySpan<byte> Cut(scoped ref ReadOnlySpan<byte> slice, scoped ref int count)
    {
        var length = Math.Min(slice.Length, count);
        var piece = slice[..length];
        slice = slice[length..];
        count -= length;
        return piece;
    }

    private void Compact()
    {
        if (First.IsEmpty)
        {
            First = Second;
            Second = Third;
            Third = default;
        }

        if (First.IsEmpty)
        {
            First = Second;
            Second = default;
        }

        if (Second.IsEmpty)
        {
            Second = Third;
            Third = default;
        }
    }
}
