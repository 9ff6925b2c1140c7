using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>A record of a DNS message (RFC 1035 §4.1.3).</summary>
public readonly ref struct DnsRecord
{
    /// <summary>The fields behind the name: type, class, time to live, length of the data.</summary>
    internal const int FixedLength = 10;

    /// <summary>The class of the Internet.</summary>
    public const ushort Internet = 1;

    private const int SoaNumbers = 20;

    private readonly ReadOnlySpan<byte> _message;
    private readonly int _nameAt;
    private readonly int _fieldsAt;

    internal DnsRecord(ReadOnlySpan<byte> message, int nameAt, int fieldsAt, DnsSection section)
    {
        _message = message;
        _nameAt = nameAt;
        _fieldsAt = fieldsAt;
        Section = section;
    }

    /// <summary>The part of the message that it stands in.</summary>
    public DnsSection Section { get; }

    /// <summary>What it is about.</summary>
    public DnsType Type => (DnsType)BinaryPrimitives.ReadUInt16BigEndian(_message[_fieldsAt..]);

    /// <summary>Its class, <see cref="Internet"/> in general.</summary>
    public ushort Class => BinaryPrimitives.ReadUInt16BigEndian(_message[(_fieldsAt + 2)..]);

    /// <summary>Seconds for which it may be remembered; one with the highest bit set is 0 (RFC 2181 §8).</summary>
    public uint TimeToLive => BinaryPrimitives.ReadUInt32BigEndian(_message[(_fieldsAt + 4)..]) is var seconds and <= int.MaxValue ? seconds : 0;

    /// <summary>Its data, without anything decoded.</summary>
    public ReadOnlySpan<byte> Data => _message.Slice(DataAt, DataLength);

    private int DataAt => _fieldsAt + FixedLength;

    private int DataLength => BinaryPrimitives.ReadUInt16BigEndian(_message[(_fieldsAt + 8)..]);

    /// <summary>Its name.</summary>
    /// <param name="name">Room for <see cref="DnsNameReader.MaxLength"/> bytes.</param>
    /// <returns>The bytes of <paramref name="name"/> that are the name.</returns>
    public int ReadName(scoped Span<byte> name)
    {
        DnsNameReader.TryRead(_message, _nameAt, name, out var length, out _);
        return length;
    }

    /// <summary>The name that is all of its data: of a canonical name, a pointer, a name server.</summary>
    /// <param name="name">Room for <see cref="DnsNameReader.MaxLength"/> bytes.</param>
    /// <param name="length">The bytes of <paramref name="name"/> that are the name.</param>
    /// <returns>False if the data are no name, or more than one.</returns>
    public bool TryReadDataName(scoped Span<byte> name, out int length) =>
        DnsNameReader.TryRead(_message[..(DataAt + DataLength)], DataAt, name, out length, out var next) && next == DataAt + DataLength;

    /// <summary>The time in a start of authority for which the lack of something may be remembered: the lesser of its own time to live and the field MINIMUM (RFC 2308 §5).</summary>
    /// <param name="seconds">The time.</param>
    /// <returns>False if it is no start of authority, or not a whole one.</returns>
    public bool TryReadNegativeTime(out uint seconds)
    {
        seconds = 0;
        var message = _message[..(DataAt + DataLength)];
        Span<byte> name = stackalloc byte[DnsNameReader.MaxLength];
        if (Type != DnsType.StartOfAuthority
            || !DnsNameReader.TryRead(message, DataAt, name, out _, out var at) || !DnsNameReader.TryRead(message, at, name, out _, out at)
            || message.Length - at != SoaNumbers)
            return false;
        seconds = Math.Min(TimeToLive, BinaryPrimitives.ReadUInt32BigEndian(message[(at + SoaNumbers - 4)..]));
        return true;
    }
}
