using System;
using Xunit;

namespace SharpTcp.Wire.Tests;

/// <summary>What a parser must live through: every prefix and every change of one octet of something valid.</summary>
internal static class Hostile
{
    /// <summary>Parses, and if that succeeds reads everything there is.</summary>
    /// <returns>A digest of all that was read, or null if the data was refused.</returns>
    internal delegate int? Reader(ReadOnlySpan<byte> data);

    /// <summary>Gives a reader every prefix, and the whole with each octet replaced by each of the 255 other values.</summary>
    internal static void Try(ReadOnlySpan<byte> valid, Reader read)
    {
        Assert.NotNull(ReadTwice(valid, read));
        for (var length = 0; length < valid.Length; length++)
            ReadTwice(valid[..length], read);

        var changed = valid.ToArray();
        for (var i = 0; i < changed.Length; i++)
        {
            for (var value = 0; value < 256; value++)
            {
                changed[i] = (byte)value;
                ReadTwice(changed, read);
            }

            changed[i] = valid[i];
        }
    }

    // What stands around the data must not make a difference: then nothing outside was read.
    private static int? ReadTwice(ReadOnlySpan<byte> data, Reader read)
    {
        var first = read(Surrounded(data, 0x00));
        var second = read(Surrounded(data, 0xFF));
        Assert.Equal(first, second);
        return first;
    }

    private static ReadOnlySpan<byte> Surrounded(ReadOnlySpan<byte> data, byte guard)
    {
        const int Margin = 64;
        var memory = new byte[data.Length + 2 * Margin];
        Array.Fill(memory, guard);
        data.CopyTo(memory.AsSpan(Margin));
        return memory.AsSpan(Margin, data.Length);
    }
}
