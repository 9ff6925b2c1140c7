using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>The types of IGMP messages. Any other octet may come over the wire.</summary>
public enum IgmpType : byte
{
    /// <summary>A query of any version.</summary>
    Query = 0x11,

    /// <summary>Version 1 report (RFC 1112).</summary>
    V1Report = 0x12,

    /// <summary>Version 2 report (RFC 2236).</summary>
    V2Report = 0x16,

    /// <summary>Version 2 leave (RFC 2236).</summary>
    V2Leave = 0x17,

    /// <summary>Version 3 report (RFC 3376).</summary>
    V3Report = 0x22,
}

/// <summary>A received IGMP message (RFC 2236 §2, RFC 3376 §4) with TTL 1 and a right checksum.</summary>
public readonly ref struct IgmpView
{
    /// <summary>The length of every message but those of version 3, and the least of those.</summary>
    public const int HeaderLength = 8;

    /// <summary>The TTL of every IGMP packet.</summary>
    public const byte TimeToLive = 1;

    private readonly ReadOnlySpan<byte> _message;

    private IgmpView(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>Proves TTL, length and checksum.</summary>
    /// <param name="data">The payload of the IPv4 packet.</param>
    /// <param name="timeToLive">The packet's TTL; one that is not 1 came from elsewhere.</param>
    /// <param name="view">The message.</param>
    /// <returns>False if it is to be dropped in silence.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, byte timeToLive, out IgmpView view)
    {
        view = default;
        if (data.Length < HeaderLength || timeToLive != TimeToLive || InternetChecksum.Finish(InternetChecksum.Add(data)) != 0)
            return false;
        view = new IgmpView(data);
        return true;
    }

    /// <summary>The type.</summary>
    public IgmpType Type => (IgmpType)_message[0];

    /// <summary>The maximum response code of a query.</summary>
    public byte Code => _message[1];

    /// <summary>The group of a query, of a report of versions 1 and 2, or of a leave.</summary>
    public IPv4Address Group => new(_message[4..8]);

    /// <summary>The whole message.</summary>
    public ReadOnlySpan<byte> Message => _message;

    /// <summary>The two bytes behind the checksum of a version 3 report, and the last ones of a group elsewhere.</summary>
    internal int RecordCount => BinaryPrimitives.ReadUInt16BigEndian(_message[6..]);
}
