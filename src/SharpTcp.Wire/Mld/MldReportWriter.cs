using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>
/// Writes one MLDv2 report, record by record, until it is full (RFC 3810 §5.2). The packet around it has hop limit 1, a router alert
/// (<see cref="IPv6ExtensionWriter.WriteRouterAlert"/>) and goes to <see cref="IPv6Address.MldV2Routers"/>.
/// </summary>
public ref struct MldReportWriter
{
    /// <summary>The hop limit of every MLD packet.</summary>
    public const byte HopLimit = MldEnvelope.HopLimit;

    private readonly Span<byte> _destination;

    /// <summary>Begins a report.</summary>
    /// <param name="destination">Room for the report, no longer than the MTU allows.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has less than 8 bytes.</exception>
    public MldReportWriter(Span<byte> destination)
    {
        _destination = destination;
        WriterGuard.Take(destination, MldReportView.HeaderLength).Clear();
        Length = MldReportView.HeaderLength;
    }

    /// <summary>How many records are written.</summary>
    public int Count { get; private set; }

    /// <summary>The length written so far.</summary>
    public int Length { get; private set; }

    /// <summary>How many sources a record added now could have; negative if there is no room for any record.</summary>
    public readonly int SourceRoom => _destination.Length - Length < MldRecord.HeaderLength
        ? -1
        : Math.Min((_destination.Length - Length - MldRecord.HeaderLength) / IPv6Address.Length, ushort.MaxValue);

    /// <summary>Adds a record.</summary>
    /// <returns>False if it does not fit; then nothing is written.</returns>
    public bool TryAdd(MulticastRecordType type, IPv6Address group, scoped ReadOnlySpan<IPv6Address> sources = default)
    {
        if (sources.Length > SourceRoom || Count == ushort.MaxValue)
            return false;
        var record = _destination[Length..];
        record[0] = (byte)type;
        record[1] = 0; // no auxiliary data (RFC 3810 §5.2.11)
        BinaryPrimitives.WriteUInt16BigEndian(record[2..], (ushort)sources.Length);
        group.Write(record[4..]);
        for (var i = 0; i < sources.Length; i++)
            sources[i].Write(record[(MldRecord.HeaderLength + i * IPv6Address.Length)..]);
        Length += MldRecord.HeaderLength + sources.Length * IPv6Address.Length;
        Count++;
        return true;
    }

    /// <summary>Ends the report: number of records and checksum.</summary>
    /// <param name="source">The packet's source: link-local, or unspecified as long as there is no such address.</param>
    /// <param name="target">The packet's destination.</param>
    /// <returns>The length of the message.</returns>
    public readonly int Finish(IPv6Address source, IPv6Address target)
    {
        var message = _destination[..Length];
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], (ushort)Count);
        return Icmpv6Writer.Finish(message, source, target, Icmpv6Type.MldV2Report);
    }
}
