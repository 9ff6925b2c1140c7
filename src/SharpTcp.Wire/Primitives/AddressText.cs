using System;
using System.Text;

namespace SharpTcp.Wire;

/// <summary>What the address types share when they read and write text. All their text is ASCII.</summary>
internal static class AddressText
{
    internal static bool TryCopy(ReadOnlySpan<byte> ascii, Span<byte> destination, out int written)
    {
        var fits = ascii.TryCopyTo(destination);
        written = fits ? ascii.Length : 0;
        return fits;
    }

    internal static bool TryCopy(ReadOnlySpan<byte> ascii, Span<char> destination, out int written)
    {
        if (ascii.Length > destination.Length)
        {
            written = 0;
            return false;
        }

        for (var i = 0; i < ascii.Length; i++)
            destination[i] = (char)ascii[i];
        written = ascii.Length;
        return true;
    }

    internal static string ToText(ReadOnlySpan<byte> ascii) => Encoding.ASCII.GetString(ascii);

    /// <summary>Writes a number below 1000 in decimal and returns the number of digits.</summary>
    internal static int WriteDecimal(uint value, Span<byte> destination)
    {
        var length = 0;
        if (value >= 100)
            destination[length++] = (byte)('0' + value / 100);
        if (value >= 10)
            destination[length++] = (byte)('0' + value / 10 % 10);
        destination[length++] = (byte)('0' + value % 10);
        return length;
    }

    internal static byte HexDigit(uint nibble) => (byte)(nibble < 10 ? '0' + nibble : 'a' + nibble - 10);

    /// <summary>The value of a hexadecimal digit, or -1.</summary>
    internal static int HexValue(char digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'a' and <= 'f' => digit - 'a' + 10,
        >= 'A' and <= 'F' => digit - 'A' + 10,
        _ => -1,
    };

    /// <summary>Reads one to three decimal digits at the start of the text. A leading zero is refused, because some programs read it as octal.</summary>
    /// <returns>The number of characters read, 0 if there is no such number.</returns>
    internal static int ReadDecimal(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        var length = 0;
        while (length < text.Length && length < 3 && char.IsAsciiDigit(text[length]))
            value = value * 10 + (text[length++] - '0');
        var leadingZero = length > 1 && text[0] == '0';
        var tooLong = length < text.Length && char.IsAsciiDigit(text[length]);
        return leadingZero || tooLong ? 0 : length;
    }

    internal static FormatException NotParsed(ReadOnlySpan<char> text, string what, string expected) =>
        new($"'{text}' is not {what}: {expected}.");

    internal static ArgumentException TooShort(string parameter, int needed, int length) =>
        new($"The span has {length} bytes, but {needed} are needed.", parameter);
}
