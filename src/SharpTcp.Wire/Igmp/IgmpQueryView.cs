using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>A query of IGMP version 1, 2 or 3 (RFC 3376 §4.1, §7.1).</summary>
public readonly ref struct IgmpQueryView
{
    /// <summary>The length of a version 3 query without sources.</summary>
    public const int Version3MinLength = 12;

    private readonly ReadOnlySpan<byte> _message;

    private IgmpQueryView(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>Proves type and length, and that the sources are there which it claims.</summary>
    /// <returns>False if the query is to be ignored.</returns>
    public static bool TryParse(scoped in IgmpView message, out IgmpQueryView view)
    {
        view = default;
        var bytes = message.Message;
        if (message.Type != IgmpType.Query || (bytes.Length != IgmpView.HeaderLength && bytes.Length < Version3MinLength))
            return false;
        if (!message.Group.IsUnspecified && !message.Group.IsMulticast)
            return false;
        if (bytes.Length >= Version3MinLength
            && Version3MinLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]) * IPv4Address.Length > bytes.Length)
            return false;
        view = new IgmpQueryView(bytes);
        return true;
    }

    /// <summary>1, 2 or 3: the length tells, and of the short ones a code of 0 (RFC 3376 §7.1).</summary>
    public int Version => _message.Length >= Version3MinLength ? 3 : _message[1] == 0 ? 1 : 2;

    /// <summary>The most milliseconds that an answer may wait: 10 s in version 1, decoded in version 3 (RFC 3376 §4.1.1).</summary>
    public int MaxResponseDelay => Version switch { 1 => 10_000, 2 => _message[1] * 100, _ => Decode(_message[1]) * 100 };

    /// <summary>The group that is asked about, or unspecified in a general query.</summary>
    public IPv4Address Group => new(_message[4..8]);

    /// <summary>True if all groups are asked about.</summary>
    public bool IsGeneral => Group.IsUnspecified;

    /// <summary>The flag S: routers do not refresh their timers. False before version 3.</summary>
    public bool SuppressRouterProcessing => Version == 3 && (_message[8] & 8) != 0;

    /// <summary>The querier's robustness variable; 0 if it does not tell.</summary>
    public int QuerierRobustness => Version == 3 ? _message[8] & 7 : 0;

    /// <summary>Seconds between queries, decoded (RFC 3376 §4.1.7); 0 if it does not tell.</summary>
    public int QuerierInterval => Version == 3 ? Decode(_message[9]) : 0;

    /// <summary>How many sources are asked about; 0 unless it is a query for group and sources.</summary>
    public int SourceCount => Version == 3 ? BinaryPrimitives.ReadUInt16BigEndian(_message[10..]) : 0;

    /// <summary>The source at a place from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public IPv4Address GetSource(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)SourceCount, nameof(index));
        return new IPv4Address(_message[(Version3MinLength + index * IPv4Address.Length)..]);
    }

    private static int Decode(byte code) => code < 128 ? code : ((code & 15) | 16) << (((code >> 4) & 7) + 3);
}
