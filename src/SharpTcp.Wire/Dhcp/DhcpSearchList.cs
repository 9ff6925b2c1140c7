using System;

namespace SharpTcp.Wire;

/// <summary>
/// The names of a domain search option (RFC 3397), one after the other. They are in DNS form, with compression pointers that count from the beginning of the option; a pointer
/// must go back before what it was reached from, so that every name ends.
/// </summary>
/// <param name="list">The value of the option.</param>
public ref struct DhcpSearchList(ReadOnlySpan<byte> list)
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxNameLength = 253;

    private const int PointerMark = 0xC0;

    private readonly ReadOnlySpan<byte> _list = list;
    private int _next;

    /// <summary>Takes the next name.</summary>
    /// <param name="destination">Room for <see cref="MaxNameLength"/> characters.</param>
    /// <param name="length">How many it takes; 0 for a name that no host has, which is passed over.</param>
    /// <returns>False at the end, and where the list is broken: what follows cannot be told.</returns>
    public bool TryTake(scoped Span<char> destination, out int length)
    {
        length = 0;
        var at = _next;
        var lowest = at; // where a pointer may not reach any more
        var isInPlace = true;
        var isPlain = true;
        if (at >= _list.Length)
            return false;
        while (at < _list.Length)
        {
            var size = _list[at];
            if (size == 0)
            {
                _next = isInPlace ? at + 1 : _next;
                length = isPlain ? length : 0;
                return true;
            }
            if (size >= PointerMark)
            {
                if (at + 1 >= _list.Length)
                    return false;
                var target = (size & ~PointerMark) << 8 | _list[at + 1];
                if (target >= lowest)
                    return false;
                _next = isInPlace ? at + 2 : _next;
                (isInPlace, lowest, at) = (false, target, target);
                continue;
            }
            if (size > 63 || at + 1 + size > _list.Length || !TryAppend(_list.Slice(at + 1, size), destination, ref length, ref isPlain))
                return false;
            at += 1 + size;
        }
        return false;
    }

    private static bool TryAppend(ReadOnlySpan<byte> label, scoped Span<char> destination, ref int length, ref bool isPlain)
    {
        var dot = length == 0 ? 0 : 1;
        if (length + dot + label.Length > Math.Min(destination.Length, MaxNameLength))
            return false;
        if (dot != 0)
            destination[length++] = '.';
        foreach (var letter in label)
        {
            isPlain &= DhcpText.IsNameLetter(letter) && letter != (byte)'.';
            destination[length++] = (char)letter;
        }
        return true;
    }
}
