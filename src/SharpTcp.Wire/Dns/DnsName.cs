using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace SharpTcp.Wire;

/// <summary>A name of the DNS, in small letters. The longest has 255 bytes on the wire, each label at most 63.</summary>
public sealed class DnsName : IEquatable<DnsName>
{
    private readonly byte[] _wire;

    private DnsName(byte[] wire)
    {
        _wire = wire;
        Text = ToText(wire);
    }

    /// <summary>The name on the wire, without compression, with its root label.</summary>
    public ReadOnlySpan<byte> Wire => _wire;

    /// <summary>The name with dots between its labels and none at its end; <c>.</c> for the root. Bytes that are no visible ASCII stand as <c>\DDD</c> (RFC 1035 §5.1).</summary>
    public string Text { get; }

    /// <summary>Reads a name such as <c>www.example.org</c>; a dot at its end changes nothing.</summary>
    /// <param name="text">Labels of letters, digits, hyphens and underscores, with dots between them.</param>
    /// <param name="name">The name.</param>
    /// <returns>False if it is empty, has an empty or too long label or another letter, or is too long.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out DnsName? name)
    {
        name = null;
        if (text.EndsWith('.'))
            text = text[..^1];
        Span<byte> wire = stackalloc byte[DnsNameReader.MaxLength];
        var length = 0;
        foreach (var range in text.Split('.'))
        {
            var label = text[range];
            if (label.Length is 0 or > DnsNameReader.MaxLabelLength || length + 1 + label.Length + 1 > DnsNameReader.MaxLength)
                return false;
            wire[length++] = (byte)label.Length;
            foreach (var letter in label)
            {
                if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_'))
                    return false;
                wire[length++] = DnsNameReader.ToLower((byte)letter);
            }
        }

        wire[length++] = 0;
        name = new DnsName(wire[..length].ToArray());
        return true;
    }

    /// <summary>Takes a name as <see cref="DnsNameReader.TryRead"/> has read it.</summary>
    /// <param name="wire">The name without compression, with its root label.</param>
    /// <exception cref="ArgumentException">It is no name.</exception>
    public static DnsName FromWire(ReadOnlySpan<byte> wire)
    {
        var at = 0;
        while (at < wire.Length && wire[at] is var label and > 0 and <= DnsNameReader.MaxLabelLength)
            at += 1 + label;
        if (at != wire.Length - 1 || wire.Length > DnsNameReader.MaxLength || wire[at] != 0)
            throw new ArgumentException("These bytes are no name: give labels and the root label, as DnsNameReader reads them.", nameof(wire));
        var lower = wire.ToArray();
        for (var i = 0; i < lower.Length; i++)
            lower[i] = DnsNameReader.ToLower(lower[i]);
        return new DnsName(lower);
    }

    /// <summary>The name that asks for the name of an address (RFC 1035 §3.5, RFC 3596 §2.5).</summary>
    public static DnsName ForAddress(IpAddress address)
    {
        var text = new StringBuilder(80);
        Span<byte> bytes = stackalloc byte[IPv6Address.Length];
        address.Write(bytes);
        for (var i = (address.IsIPv4 ? IPv4Address.Length : IPv6Address.Length) - 1; i >= 0; i--)
        {
            if (address.IsIPv4)
                text.Append(CultureInfo.InvariantCulture, $"{bytes[i]}.");
            else
                text.Append(CultureInfo.InvariantCulture, $"{bytes[i] & 15:x}.{bytes[i] >> 4:x}.");
        }

        text.Append(address.IsIPv4 ? "in-addr.arpa" : "ip6.arpa");
        return TryParse(text.ToString(), out var name) ? name : throw new InvalidOperationException("A reverse name is a name.");
    }

    /// <summary>This name within a domain, <c>www</c> within <c>example.org</c> for example; null if that is too long.</summary>
    public DnsName? Within(DnsName domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return _wire.Length - 1 + domain._wire.Length > DnsNameReader.MaxLength ? null : new DnsName([.. _wire.AsSpan()[..^1], .. domain._wire]);
    }

    /// <inheritdoc/>
    public bool Equals(DnsName? other) => other is not null && _wire.AsSpan().SequenceEqual(other._wire);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DnsName);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary><see cref="Text"/>.</summary>
    public override string ToString() => Text;

    private static string ToText(ReadOnlySpan<byte> wire)
    {
        if (wire.Length == 1)
            return ".";
        var text = new StringBuilder(wire.Length);
        while (wire[0] != 0)
        {
            var label = wire.Slice(1, wire[0]);
            wire = wire[(1 + label.Length)..];
            foreach (var octet in label)
            {
                if (octet is <= (byte)' ' or >= 0x7F or (byte)'.' or (byte)'\\')
                    text.Append(CultureInfo.InvariantCulture, $"\\{octet:D3}");
                else
                    text.Append((char)octet);
            }

            text.Append(wire[0] == 0 ? "" : ".");
        }

        return text.ToString();
    }
}
