using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>
/// Writes one report of IGMPv3 (RFC 3376 §4.2) or MLDv2 (RFC 3810 §5.2), record by record, until it is full: the two differ in the length of an address and in the checksum. The
/// packet around it has time to live or hop limit 1, a router alert, and goes to <see cref="IPv4Address.IgmpV3Routers"/> or <see cref="IPv6Address.MldV2Routers"/>.
/// </summary>
public ref struct GroupReportWriter
{
    private const int HeaderLength = 8;
    private const int RecordStart = 4;

    private readonly Span<byte> _destination;
    private readonly bool _isIPv6;

    /// <summary>Begins a report.</summary>
    /// <param name="destination">Room for the report, no longer than the MTU allows.</param>
    /// <param name="isIPv6">MLDv2, not IGMPv3.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has less than 8 bytes.</exception>
    public GroupReportWriter(Span<byte> destination, bool isIPv6)
    {
        _destination = destination;
        _isIPv6 = isIPv6;
        WriterGuard.Take(destination, HeaderLength).Clear();
        Length = HeaderLength;
    }

    /// <summary>How many records are written.</summary>
    public int Count { get; private set; }

    /// <summary>The length written so far.</summary>
    public int Length { get; private set; }

    /// <summary>How many sources a record added now could have; negative if there is no room for any record.</summary>
    public readonly int SourceRoom
    {
        get
        {
            var room = _destination.Length - Length - RecordStart - AddressLength;
            return room < 0 ? -1 : Math.Min(room / AddressLength, ushort.MaxValue);
        }
    }

    private readonly int AddressLength => _isIPv6 ? IPv6Address.Length : IPv4Address.Length;

    /// <summary>Adds a record.</summary>
    /// <returns>False if it does not fit; then nothing is written.</returns>
    /// <exception cref="ArgumentException">An address is of the other family.</exception>
    public bool TryAdd(MulticastRecordType type, IpAddress group, scoped ReadOnlySpan<IpAddress> sources = default)
    {
        if (sources.Length > SourceRoom || Count == ushort.MaxValue)
            return false;
        var record = _destination[Length..];
        record[0] = (byte)type;
        record[1] = 0; // no auxiliary data (RFC 3376 §4.2.10, RFC 3810 §5.2.11)
        BinaryPrimitives.WriteUInt16BigEndian(record[2..], (ushort)sources.Length);
        var length = RecordStart + Write(group, record[RecordStart..]);
        foreach (var source in sources)
            length += Write(source, record[length..]);
        Length += length;
        Count++;
        return true;
    }

    /// <summary>Ends the report: type, number of records and checksum.</summary>
    /// <param name="source">The packet's source: in MLD link-local, or unspecified as long as there is no such address.</param>
    /// <param name="target">The packet's destination.</param>
    /// <returns>The length of the message.</returns>
    public readonly int Finish(IpAddress source, IpAddress target)
    {
        var message = _destination[..Length];
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], (ushort)Count);
        if (_isIPv6)
            return Icmpv6Writer.Finish(message, source.ToIPv6(), target.ToIPv6(), Icmpv6Type.MldV2Report);
        message[0] = (byte)IgmpType.V3Report;
        return IgmpWriter.Finish(message);
    }

    private readonly int Write(IpAddress address, Span<byte> destination) =>
        address.IsIPv6 == _isIPv6 ? address.Write(destination) : throw new ArgumentException($"{address} is of the other family than the report.", nameof(address));
}
