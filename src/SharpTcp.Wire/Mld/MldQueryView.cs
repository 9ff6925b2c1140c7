using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>A valid MLD query of version 1 or 2 (RFC 2710, RFC 3810 §5.1).</summary>
public readonly ref struct MldQueryView
{
    /// <summary>The length of every version 1 message.</summary>
    public const int Version1Length = 24;

    /// <summary>The length of a version 2 query without sources.</summary>
    public const int Version2MinLength = 28;

    private readonly ReadOnlySpan<byte> _message;

    private MldQueryView(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>
    /// Applies all rules of RFC 3810 §5.1.14 and §8.1 but the checksum's: link-local source, hop limit 1, router alert, and a length of 24 or of
    /// 28 and more with room for the sources that it claims.
    /// </summary>
    /// <returns>False if the query is to be ignored.</returns>
    public static bool TryParse(scoped in Icmpv6View message, scoped in IPv6Envelope envelope, out MldQueryView view)
    {
        view = default;
        var bytes = message.Message;
        if (message.Type != Icmpv6Type.MldQuery || !MldEnvelope.IsValid(envelope) || !envelope.Source.IsLinkLocal)
            return false;
        if (bytes.Length != Version1Length && bytes.Length < Version2MinLength)
            return false;
        if (bytes.Length >= Version2MinLength
            && Version2MinLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[26..]) * IPv6Address.Length > bytes.Length)
            return false;
        var group = new IPv6Address(bytes[8..24]);
        if (!group.IsUnspecified && !group.IsMulticast)
            return false;
        view = new MldQueryView(bytes);
        return true;
    }

    /// <summary>1 or 2.</summary>
    public int Version => _message.Length == Version1Length ? 1 : 2;

    /// <summary>The most milliseconds that an answer may wait, decoded (RFC 3810 §5.1.3). 0 asks for an answer at once.</summary>
    public int MaxResponseDelay
    {
        get
        {
            int code = BinaryPrimitives.ReadUInt16BigEndian(_message[4..]);
            return Version == 1 || code < 0x8000 ? code : ((code & 0xFFF) | 0x1000) << (((code >> 12) & 7) + 3);
        }
    }

    /// <summary>The group that is asked about, or unspecified in a general query.</summary>
    public IPv6Address Group => new(_message[8..24]);

    /// <summary>True if all groups are asked about.</summary>
    public bool IsGeneral => Group.IsUnspecified;

    /// <summary>The flag S: routers do not refresh their timers. False in version 1.</summary>
    public bool SuppressRouterProcessing => Version == 2 && (_message[24] & 8) != 0;

    /// <summary>The querier's robustness variable; 0 if it does not tell.</summary>
    public int QuerierRobustness => Version == 2 ? _message[24] & 7 : 0;

    /// <summary>Seconds between queries, decoded (RFC 3810 §5.1.9); 0 if it does not tell.</summary>
    public int QuerierInterval
    {
        get
        {
            int code = Version == 2 ? _message[25] : 0;
            return code < 128 ? code : ((code & 15) | 16) << (((code >> 4) & 7) + 3);
        }
    }

    /// <summary>How many sources are asked about; 0 unless it is a query for group and sources.</summary>
    public int SourceCount => Version == 2 ? BinaryPrimitives.ReadUInt16BigEndian(_message[26..]) : 0;

    /// <summary>The source at a place from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public IPv6Address GetSource(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)SourceCount, nameof(index));
        return new IPv6Address(_message[(Version2MinLength + index * IPv6Address.Length)..]);
    }
}
