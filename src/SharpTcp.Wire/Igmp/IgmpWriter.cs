using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>
/// Writes IGMP messages of 8 bytes: queries, reports and leaves of versions 1 and 2. The packet around them has TTL 1 and a router alert.
/// </summary>
public static class IgmpWriter
{
    /// <summary>Writes a message.</summary>
    /// <param name="destination">Room for 8 bytes.</param>
    /// <param name="type">The type.</param>
    /// <param name="group">The group, or unspecified in a general query.</param>
    /// <param name="maxResponseCode">In a query: tenths of a second.</param>
    /// <returns>8.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int Write(Span<byte> destination, IgmpType type, IPv4Address group, byte maxResponseCode = 0)
    {
        var message = WriterGuard.Take(destination, IgmpView.HeaderLength);
        message[0] = (byte)type;
        message[1] = maxResponseCode;
        group.Write(message[4..]);
        return Finish(message);
    }

    /// <summary>Fills in the checksum of a message whose other bytes are written.</summary>
    internal static int Finish(Span<byte> message)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Finish(InternetChecksum.Add(message)));
        return message.Length;
    }
}

/// <summary>
/// Writes one IGMPv3 report, record by record, until it is full (RFC 3376 §4.2). The packet around it has TTL 1, a router alert and goes to
/// <see cref="IPv4Address.IgmpV3Routers"/>.
/// </summary>
public ref struct IgmpReportWriter
{
    private readonly Span<byte> _destination;

    /// <summary>Begins a report.</summary>
    /// <param name="destination">Room for the report, no longer than the MTU allows.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has less than 8 bytes.</exception>
    public IgmpReportWriter(Span<byte> destination)
    {
        _destination = destination;
        WriterGuard.Take(destination, IgmpView.HeaderLength).Clear();
        Length = IgmpView.HeaderLength;
    }

    /// <summary>How many records are written.</summary>
    public int Count { get; private set; }

    /// <summary>The length written so far.</summary>
    public int Length { get; private set; }

    /// <summary>How many sources a record added now could have; negative if there is no room for any record.</summary>
    public readonly int SourceRoom => _destination.Length - Length < IgmpRecord.HeaderLength
        ? -1
        : Math.Min((_destination.Length - Length - IgmpRecord.HeaderLength) / IPv4Address.Length, ushort.MaxValue);

    /// <summary>Adds a record.</summary>
    /// <returns>False if it does not fit; then nothing is written.</returns>
    public bool TryAdd(MulticastRecordType type, IPv4Address group, scoped ReadOnlySpan<IPv4Address> sources = default)
    {
        if (sources.Length > SourceRoom || Count == ushort.MaxValue)
            return false;
        var record = _destination[Length..];
        record[0] = (byte)type;
        record[1] = 0; // no auxiliary data (RFC 3376 §4.2.10)
        BinaryPrimitives.WriteUInt16BigEndian(record[2..], (ushort)sources.Length);
        group.Write(record[4..]);
        for (var i = 0; i < sources.Length; i++)
            sources[i].Write(record[(IgmpRecord.HeaderLength + i * IPv4Address.Length)..]);
        Length += IgmpRecord.HeaderLength + sources.Length * IPv4Address.Length;
        Count++;
        return true;
    }

    /// <summary>Ends the report: type, number of records and checksum.</summary>
    /// <returns>The length of the message.</returns>
    public readonly int Finish()
    {
        var message = _destination[..Length];
        message[0] = (byte)IgmpType.V3Report;
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], (ushort)Count);
        return IgmpWriter.Finish(message);
    }
}
