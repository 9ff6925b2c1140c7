using System;
using System.Buffers.Binary;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// A key of Fast Open cookies (RFC 7413 §4.1.2): the cookie is SipHash-2-4 of the addresses of client and server, which is cheap, proves that the client receives at its address, and tells
/// nothing of the key. It is the function of Linux, so that both can stand behind one address with one key.
/// </summary>
public readonly struct FastOpenKey : IEquatable<FastOpenKey>
{
    /// <summary>The length of a key in octets.</summary>
    public const int Length = 16;

    private readonly ulong _low;
    private readonly ulong _high;

    /// <summary>Takes a key of 16 octets.</summary>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public FastOpenKey(ReadOnlySpan<byte> octets)
    {
        if (octets.Length != Length)
        {
            throw new ArgumentException($"A Fast Open key has {Length} octets, not {octets.Length}.", nameof(octets));
        }

        _low = BinaryPrimitives.ReadUInt64LittleEndian(octets);
        _high = BinaryPrimitives.ReadUInt64LittleEndian(octets[8..]);
    }

    internal FastOpenKey(IEntropy entropy)
    {
        _low = entropy.NextUInt64();
        _high = entropy.NextUInt64();
    }

    /// <summary>Whether two keys are the same.</summary>
    public static bool operator ==(FastOpenKey left, FastOpenKey right) => left.Equals(right);

    /// <summary>Whether two keys differ.</summary>
    public static bool operator !=(FastOpenKey left, FastOpenKey right) => !left.Equals(right);

    /// <summary>Writes the key's 16 octets.</summary>
    /// <exception cref="ArgumentException">There is no room for them.</exception>
    public void Write(Span<byte> destination)
    {
        if (destination.Length < Length)
        {
            throw new ArgumentException($"A Fast Open key needs {Length} octets, there are {destination.Length}.", nameof(destination));
        }

        BinaryPrimitives.WriteUInt64LittleEndian(destination, _low);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], _high);
    }

    /// <inheritdoc/>
    public bool Equals(FastOpenKey other) => ((_low ^ other._low) | (_high ^ other._high)) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FastOpenKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)_low;

    /// <summary>Not the key: it is secret.</summary>
    public override string ToString() => "Fast Open key";

    /// <summary>The cookie, its eight octets as a little-endian number.</summary>
    internal ulong Cookie(IpAddress client, IpAddress server)
    {
        Span<byte> octets = stackalloc byte[2 * IPv6Address.Length];
        var length = client.Write(octets);
        length += server.Write(octets[length..]);
        Span<ulong> words = stackalloc ulong[4];
        for (var i = 0; i < length / 8; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(octets[(8 * i)..]);
        }

        return new SipHash(_low, _high).ComputeStrong(words[..(length / 8)]);
    }
}
