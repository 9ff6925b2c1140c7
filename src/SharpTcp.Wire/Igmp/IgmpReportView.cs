using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>An IGMPv3 report (RFC 3376 §4.2).</summary>
public readonly ref struct IgmpReportView
{
    private readonly ReadOnlySpan<byte> _records;

    private IgmpReportView(int count, ReadOnlySpan<byte> records)
    {
        Count = count;
        _records = records;
    }

    /// <summary>How many records it has.</summary>
    public int Count { get; }

    /// <summary>Proves the type, and that every record lies within the message.</summary>
    /// <returns>False if the report is to be ignored.</returns>
    public static bool TryParse(scoped in IgmpView message, out IgmpReportView view)
    {
        view = default;
        if (message.Type != IgmpType.V3Report)
            return false;
        var records = message.Message[IgmpView.HeaderLength..];
        var rest = records;
        for (var i = 0; i < message.RecordCount; i++)
        {
            if (!IgmpRecord.TryTake(ref rest, out _))
                return false;
        }
        view = new IgmpReportView(message.RecordCount, records);
        return true;
    }

    /// <summary>Goes over the records; those of unknown type are to be ignored (RFC 3376 §4.2.12).</summary>
    public Enumerator GetEnumerator() => new(Count, _records);

    /// <summary>Goes over the records of a report.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;
        private int _left;
        private IgmpRecord _current;

        internal Enumerator(int count, ReadOnlySpan<byte> records)
        {
            _left = count;
            _rest = records;
        }

        /// <summary>The record that the last <see cref="MoveNext"/> found.</summary>
        public readonly IgmpRecord Current => _current;

        /// <summary>Goes to the next record.</summary>
        public bool MoveNext() => _left-- > 0 && IgmpRecord.TryTake(ref _rest, out _current);
    }
}

/// <summary>One record of an IGMPv3 report.</summary>
public readonly ref struct IgmpRecord
{
    /// <summary>The length of a record without sources.</summary>
    public const int HeaderLength = 8;

    private readonly ReadOnlySpan<byte> _record;

    private IgmpRecord(ReadOnlySpan<byte> record) => _record = record;

    /// <summary>The type, known or not.</summary>
    public MulticastRecordType Type => (MulticastRecordType)_record[0];

    /// <summary>The group, as the sender names it.</summary>
    public IPv4Address Group => new(_record[4..8]);

    /// <summary>How many sources the record has.</summary>
    public int SourceCount => BinaryPrimitives.ReadUInt16BigEndian(_record[2..]);

    /// <summary>The source at a place from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public IPv4Address GetSource(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)SourceCount, nameof(index));
        return new IPv4Address(_record[(HeaderLength + index * IPv4Address.Length)..]);
    }

    internal static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out IgmpRecord record)
    {
        record = default;
        if (rest.Length < HeaderLength)
            return false;
        // Auxiliary data is counted in 32-bit words and skipped (RFC 3376 §4.2.6).
        var length = HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) * IPv4Address.Length + rest[1] * 4;
        if (length > rest.Length)
            return false;
        record = new IgmpRecord(rest[..length]);
        rest = rest[length..];
        return true;
    }
}
