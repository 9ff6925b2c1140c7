using System;

namespace SharpTcp.Wire;

/// <summary>Names in DHCP options: what a server says goes to screens and files, so only what a name of a host consists of is let through.</summary>
public static class DhcpText
{
    /// <summary>Reads a name out of an option that is text, such as the host or domain name (RFC 2132 §3.14, §3.17).</summary>
    /// <returns>The name without zeros and dots at its end; null if it is empty or has other letters than names of hosts have.</returns>
    public static string? ReadName(ReadOnlySpan<byte> value)
    {
        value = value.TrimEnd((byte)0).TrimEnd((byte)'.');
        if (value.IsEmpty || value.Length > DhcpSearchList.MaxNameLength)
            return null;
        Span<char> text = stackalloc char[value.Length];
        for (var i = 0; i < value.Length; i++)
        {
            if (!IsNameLetter(value[i]))
                return null;
            text[i] = (char)value[i];
        }
        return new string(text);
    }

    internal static bool IsNameLetter(byte letter) => char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'-' or (byte)'_' or (byte)'.';
}
