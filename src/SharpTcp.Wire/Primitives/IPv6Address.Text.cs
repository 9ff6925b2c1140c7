using System;

namespace SharpTcp.Wire;

/// <content>From and to text.</content>
public readonly partial struct IPv6Address
{
    internal const int MaxTextLength = 45;
    private const int Groups = 8;

    /// <summary>Reads any form of RFC 4291 §2.2: full, shortened by one <c>::</c>, or with an IPv4 address at the end. A zone (<c>%eth0</c>) is refused.</summary>
    /// <param name="text">The text, without blanks around it.</param>
    /// <param name="result">The address read.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out IPv6Address result)
    {
        result = default;
        Span<ushort> groups = stackalloc ushort[Groups];
        groups.Clear();
        if (!TryReadGroups(text, groups, out var count, out var gap))
            return false;

        if (gap < 0 ? count != Groups : count == Groups)
            return false;

        if (gap >= 0)
        {
            // The groups behind the :: belong at the end.
            var behind = count - gap;
            groups.Slice(gap, behind).CopyTo(groups[^behind..]);
            groups[gap..^behind].Clear();
        }

        result = new IPv6Address(Join(groups), Join(groups[4..]));
        return true;
    }

    private static ulong Join(ReadOnlySpan<ushort> four) => (ulong)four[0] << 48 | (ulong)four[1] << 32 | (ulong)four[2] << 16 | four[3];

    private static bool TryReadGroups(ReadOnlySpan<char> text, Span<ushort> groups, out int count, out int gap)
    {
        count = 0;
        gap = -1;
        if (text.StartsWith("::"))
        {
            gap = 0;
            text = text[2..];
        }

        while (!text.IsEmpty)
        {
            var digits = ReadHex(text, out var value);
            if (digits == 0 || count == Groups)
                return false;
            if (digits < text.Length && text[digits] == '.')
                return TryReadIPv4(text, groups, ref count);

            groups[count++] = value;
            text = text[digits..];
            if (text.IsEmpty)
                return true;
            if (text.Length == 1 || text[0] != ':')
                return false;
            text = text[1..];
            if (text[0] == ':')
            {
                if (gap >= 0)
                    return false;
                gap = count;
                text = text[1..];
            }
        }

        return gap >= 0;
    }

    private static bool TryReadIPv4(ReadOnlySpan<char> text, Span<ushort> groups, ref int count)
    {
        if (count > Groups - 2 || !IPv4Address.TryParse(text, out var embedded))
            return false;
        groups[count++] = (ushort)(embedded.Value >> 16);
        groups[count++] = (ushort)embedded.Value;
        return true;
    }

    private static int ReadHex(ReadOnlySpan<char> text, out ushort value)
    {
        var number = 0;
        var length = 0;
        while (length < text.Length && length < 4 && AddressText.HexValue(text[length]) is >= 0 and var digit)
        {
            number = number << 4 | digit;
            length++;
        }

        value = (ushort)number;
        return length;
    }

    /// <summary>Writes the canonical text. Only the IPv4-mapped prefix is written with dots (RFC 5952 §5).</summary>
    internal int Format(Span<byte> text)
    {
        if (IsIPv4Mapped)
        {
            "::ffff:"u8.CopyTo(text);
            return 7 + ToMappedIPv4().Format(text[7..]);
        }

        var (start, end) = LongestZeroRun();
        var length = 0;
        for (var i = 0; i < Groups; i++)
        {
            if (i == start)
            {
                text[length++] = (byte)':';
                text[length++] = (byte)':';
                i = end - 1;
                continue;
            }

            if (i > 0 && i != end)
                text[length++] = (byte)':';
            length += WriteHex(Group(i), text[length..]);
        }

        return length;
    }

    private uint Group(int index) => (uint)((index < 4 ? Upper : Lower) >> (48 - 16 * (index & 3))) & 0xFFFF;

    // RFC 5952 §4.2: the longest run, the first one among equals, and never a single group.
    private (int Start, int End) LongestZeroRun()
    {
        var best = (Start: -1, End: -1);
        var start = 0;
        for (var i = 0; i <= Groups; i++)
        {
            if (i < Groups && Group(i) == 0)
                continue;
            if (i - start > Math.Max(1, best.End - best.Start))
                best = (start, i);
            start = i + 1;
        }

        return best;
    }

    private static int WriteHex(uint group, Span<byte> text)
    {
        var length = 0;
        for (var shift = 12; shift >= 0; shift -= 4)
        {
            var digit = group >> shift & 15;
            if (digit != 0 || length > 0 || shift == 0)
                text[length++] = AddressText.HexDigit(digit);
        }

        return length;
    }
}
