using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>Writes a DNS message: the header, one question, records in the order of their sections. Names are not compressed.</summary>
public ref struct DnsWriter
{
    private readonly Span<byte> _message;
    private int _length;

    /// <summary>Writes the header.</summary>
    /// <param name="destination">Room for the message.</param>
    /// <param name="header">The fixed fields.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than a header.</exception>
    public DnsWriter(Span<byte> destination, DnsHeader header)
    {
        _message = destination;
        WriterGuard.Take(destination, DnsView.HeaderLength).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(destination, header.Id);
        var flags = (header.IsResponse ? 0x8000 : 0) | ((header.Opcode & 0xF) << 11) | (header.IsTruncated ? 0x0200 : 0) | (header.RecursionDesired ? 0x0100 : 0)
            | (header.RecursionAvailable ? 0x0080 : 0) | ((int)header.ResponseCode & 0xF);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)flags);
        _length = DnsView.HeaderLength;
    }

    /// <summary>The length of the message so far.</summary>
    public readonly int Length => _length;

    /// <summary>Writes the question.</summary>
    /// <exception cref="ArgumentException">It does not fit.</exception>
    public void AddQuestion(DnsName name, DnsType type)
    {
        ArgumentNullException.ThrowIfNull(name);
        var room = Take(name.Wire.Length + 4);
        name.Wire.CopyTo(room);
        BinaryPrimitives.WriteUInt16BigEndian(room[name.Wire.Length..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(room[(name.Wire.Length + 2)..], DnsRecord.Internet);
        Count(4);
    }

    /// <summary>Writes a record. Those of a section stand behind those of the sections before it.</summary>
    /// <exception cref="ArgumentException">It does not fit, or its data are longer than 65,535 bytes.</exception>
    public void Add(DnsSection section, DnsName name, DnsType type, uint timeToLive, scoped ReadOnlySpan<byte> data)
    {
        ArgumentNullException.ThrowIfNull(name);
        Add(section, name.Wire, type, DnsRecord.Internet, timeToLive, data);
    }

    /// <summary>Says how long a datagram the sender takes (RFC 6891 §6.1.2).</summary>
    /// <exception cref="ArgumentException">It does not fit.</exception>
    public void AddOptions(ushort payloadSize) => Add(DnsSection.Additional, [0], DnsType.Options, payloadSize, 0, []);

    private void Add(DnsSection section, scoped ReadOnlySpan<byte> name, DnsType type, ushort value, uint timeToLive, scoped ReadOnlySpan<byte> data)
    {
        if (data.Length > ushort.MaxValue)
            throw new ArgumentException($"The data have {data.Length} bytes: a record holds 65,535.", nameof(data));
        var room = Take(name.Length + DnsRecord.FixedLength + data.Length);
        name.CopyTo(room);
        var fields = room[name.Length..];
        BinaryPrimitives.WriteUInt16BigEndian(fields, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(fields[2..], value);
        BinaryPrimitives.WriteUInt32BigEndian(fields[4..], timeToLive);
        BinaryPrimitives.WriteUInt16BigEndian(fields[8..], (ushort)data.Length);
        data.CopyTo(fields[DnsRecord.FixedLength..]);
        Count(6 + 2 * (int)section);
    }

    private Span<byte> Take(int length)
    {
        var room = WriterGuard.Take(_message[_length..], length);
        _length += length;
        return room;
    }

    private readonly void Count(int offset) =>
        BinaryPrimitives.WriteUInt16BigEndian(_message[offset..], (ushort)(BinaryPrimitives.ReadUInt16BigEndian(_message[offset..]) + 1));
}
