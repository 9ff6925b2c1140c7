using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>The types of the records of an MLDv2 or IGMPv3 report (RFC 3810 §5.2.12, RFC 3376 §4.2.12).</summary>
public enum MulticastRecordType : byte
{
    /// <summary>Current state: only these sources are wanted.</summary>
    ModeIsInclude = 1,

    /// <summary>Current state: all but these sources are wanted.</summary>
    ModeIsExclude = 2,

    /// <summary>From now on only these sources are wanted; without sources the group is left.</summary>
    ChangeToInclude = 3,

    /// <summary>From now on all but these sources are wanted; without sources the group is joined.</summary>
    ChangeToExclude = 4,

    /// <summary>These sources are wanted too.</summary>
    AllowNewSources = 5,

    /// <summary>These sources are no longer wanted.</summary>
    BlockOldSources = 6,
}

/// <summary>An MLDv2 report (RFC 3810 §5.2).</summary>
public readonly ref struct MldReportView
{
    /// <summary>The length of a report without records.</summary>
    public const int HeaderLength = 8;

    private readonly ReadOnlySpan<byte> _records;

    private MldReportView(int count, ReadOnlySpan<byte> records)
    {
        Count = count;
        _records = records;
    }

    /// <summary>How many records it has.</summary>
    public int Count { get; }

    /// <summary>
    /// Proves hop limit, router alert, a source that is link-local or unspecified (RFC 3810 §5.2.13), and that every record lies within the
    /// message.
    /// </summary>
    /// <returns>False if the report is to be ignored.</returns>
    public static bool TryParse(scoped in Icmpv6View message, scoped in IPv6Envelope envelope, out MldReportView view)
    {
        view = default;
        if (message.Type != Icmpv6Type.MldV2Report || !MldEnvelope.IsValid(envelope)
            || !(envelope.Source.IsLinkLocal || envelope.Source.IsUnspecified))
            return false;
        int count = BinaryPrimitives.ReadUInt16BigEndian(message.Message[6..]);
        var rest = message.Payload;
        for (var i = 0; i < count; i++)
        {
            if (!MldRecord.TryTake(ref rest, out _))
                return false;
        }
        view = new MldReportView(count, message.Payload);
        return true;
    }

    /// <summary>Goes over the records; those of unknown type are to be ignored (RFC 3810 §5.2.12).</summary>
    public Enumerator GetEnumerator() => new(Count, _records);

    /// <summary>Goes over the records of a report.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;
        private int _left;
        private MldRecord _current;

        internal Enumerator(int count, ReadOnlySpan<byte> records)
        {
            _left = count;
            _rest = records;
        }

        /// <summary>The record that the last <see cref="MoveNext"/> found.</summary>
        public readonly MldRecord Current => _current;

        /// <summary>Goes to the next record.</summary>
        public bool MoveNext() => _left-- > 0 && MldRecord.TryTake(ref _rest, out _current);
    }
}

/// <summary>One record of an MLDv2 report.</summary>
public readonly ref struct MldRecord
{
    /// <summary>The length of a record without sources.</summary>
    public const int HeaderLength = 20;

    private readonly ReadOnlySpan<byte> _record;

    private MldRecord(ReadOnlySpan<byte> record) => _record = record;

    /// <summary>The type, known or not.</summary>
    public MulticastRecordType Type => (MulticastRecordType)_record[0];

    /// <summary>The group, as the sender names it.</summary>
    public IPv6Address Group => new(_record[4..20]);

    /// <summary>How many sources the record has.</summary>
    public int SourceCount => BinaryPrimitives.ReadUInt16BigEndian(_record[2..]);

    /// <summary>The source at a place from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public IPv6Address GetSource(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)SourceCount, nameof(index));
        return new IPv6Address(_record[(HeaderLength + index * IPv6Address.Length)..]);
    }

    internal static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out MldRecord record)
    {
        record = default;
        if (rest.Length < HeaderLength)
            return false;
        // Auxiliary data is counted in 32-bit words and skipped (RFC 3810 §5.2.7).
        var length = HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) * IPv6Address.Length + rest[1] * 4;
        if (length > rest.Length)
            return false;
        record = new MldRecord(rest[..length]);
        rest = rest[length..];
        return true;
    }
}
