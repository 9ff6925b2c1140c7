using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>The records of a DNS message, one after the other.</summary>
public ref struct DnsRecords
{
    private readonly ReadOnlySpan<byte> _message;
    private readonly int _authoritiesFrom;
    private readonly int _additionalsFrom;
    private readonly int _count;
    private int _index;
    private int _nameAt;
    private int _fieldsAt;
    private int _next;

    internal DnsRecords(ReadOnlySpan<byte> message, int at, int answers, int authorities, int additionals)
    {
        _message = message;
        _next = at;
        _index = -1;
        _authoritiesFrom = answers;
        _additionalsFrom = answers + authorities;
        _count = answers + authorities + additionals;
    }

    /// <summary>The record that <see cref="MoveNext"/> went to.</summary>
    public readonly DnsRecord Current =>
        new(_message, _nameAt, _fieldsAt, _index < _authoritiesFrom ? DnsSection.Answer : _index < _additionalsFrom ? DnsSection.Authority : DnsSection.Additional);

    /// <summary>Itself, for <c>foreach</c>.</summary>
    public readonly DnsRecords GetEnumerator() => this;

    /// <summary>Goes to the next record.</summary>
    /// <returns>False at the end.</returns>
    public bool MoveNext()
    {
        if (_index + 1 >= _count)
            return false;
        _index++;
        _nameAt = _next;
        Span<byte> name = stackalloc byte[DnsNameReader.MaxLength];
        TrySkip(_message, ref _next, name);
        DnsNameReader.TryRead(_message, _nameAt, name, out _, out _fieldsAt);
        return true;
    }

    /// <summary>Proves that a whole record stands at a place, and goes behind it.</summary>
    internal static bool TrySkip(ReadOnlySpan<byte> message, ref int at, scoped Span<byte> name)
    {
        if (!DnsNameReader.TryRead(message, at, name, out _, out var fields) || message.Length - fields < DnsRecord.FixedLength)
            return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(message[(fields + 8)..]);
        if (length > message.Length - fields - DnsRecord.FixedLength)
            return false;
        at = fields + DnsRecord.FixedLength + length;
        return true;
    }
}
