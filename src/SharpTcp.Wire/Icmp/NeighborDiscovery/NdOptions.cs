using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>
/// The options of a Neighbor Discovery message (RFC 4861 §4.6), proved in one bounded pass. Of an option that may occur once the first one
/// counts; those that may occur several times are gone over with <see cref="All{T}"/>. Unknown options are skipped, and so are known ones of
/// a length that is not theirs.
/// </summary>
public readonly ref struct NdOptions
{
    /// <summary>The most options that a message may have: more than an MTU of 1500 holds.</summary>
    public const int MaxCount = 256;

    private readonly ReadOnlySpan<byte> _bytes;

    private NdOptions(ReadOnlySpan<byte> bytes, out bool valid)
    {
        _bytes = bytes;
        valid = false;
        var rest = bytes;
        for (var count = 0; !rest.IsEmpty; count++)
        {
            if (count == MaxCount || !NdOption.TryTake(ref rest, out var option))
                return;
            var body = option.Bytes;
            switch (option.Type)
            {
                case NdOptionType.SourceLinkLayerAddress when IsMac(option):
                    SourceLinkLayerAddress ??= new MacAddress(body[2..8]);
                    break;
                case NdOptionType.TargetLinkLayerAddress when IsMac(option):
                    TargetLinkLayerAddress ??= new MacAddress(body[2..8]);
                    break;
                case NdOptionType.Mtu when body.Length == 8:
                    Mtu ??= BinaryPrimitives.ReadUInt32BigEndian(body[4..]);
                    break;
                case NdOptionType.Nonce when Nonce.IsEmpty:
                    Nonce = body[NdOption.HeaderLength..];
                    break;
                case NdOptionType.RedirectedHeader when RedirectedPacket.IsEmpty:
                    RedirectedPacket = body[8..];
                    break;
                default:
                    break;
            }
        }
        valid = true;
    }

    /// <summary>Goes over all options.</summary>
    /// <returns>False if one of them has length 0 or reaches past the end: the whole message is then dropped in silence.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, out NdOptions options)
    {
        options = new NdOptions(data, out var valid);
        if (!valid)
            options = default;
        return valid;
    }

    /// <summary>The sender's MAC, or null.</summary>
    public MacAddress? SourceLinkLayerAddress { get; }

    /// <summary>The target's MAC, or null.</summary>
    public MacAddress? TargetLinkLayerAddress { get; }

    /// <summary>The link's MTU, or null. Whether it is sane is for the receiver to judge.</summary>
    public uint? Mtu { get; }

    /// <summary>The nonce of a solicitation, at least 6 bytes, or empty (RFC 3971 §5.3.2).</summary>
    public ReadOnlySpan<byte> Nonce { get; }

    /// <summary>The packet that caused a redirect, as much as is there, perhaps with padding behind it; or empty.</summary>
    public ReadOnlySpan<byte> RedirectedPacket { get; }

    /// <summary>The options as bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>All options of a kind, in the order of the message.</summary>
    /// <typeparam name="T"><see cref="PrefixInformation"/>, <see cref="RouteInformation"/>, <see cref="RecursiveDnsServers"/> or <see cref="DnsSearchList"/>.</typeparam>
    public NdOptionEnumerator<T> All<T>()
        where T : INdOption<T>, allows ref struct => new(_bytes);

    // On Ethernet the address fills one unit (RFC 2464 §6).
    private static bool IsMac(NdOption option) => option.Length == 8;
}

/// <summary>Goes over the options of one kind.</summary>
/// <typeparam name="T">The kind.</typeparam>
public ref struct NdOptionEnumerator<T>
    where T : INdOption<T>, allows ref struct
{
    private ReadOnlySpan<byte> _rest;
    private T _current;

    internal NdOptionEnumerator(ReadOnlySpan<byte> options)
    {
        _rest = options;
        _current = default!;
    }

    /// <summary>The option that the last <see cref="MoveNext"/> found.</summary>
    public readonly T Current => _current;

    /// <summary>Itself, for <c>foreach</c>.</summary>
    public readonly NdOptionEnumerator<T> GetEnumerator() => this;

    /// <summary>Goes to the next option of the kind.</summary>
    public bool MoveNext()
    {
        while (NdOption.TryTake(ref _rest, out var option))
        {
            if (T.TryParse(option, out _current))
                return true;
        }
        return false;
    }
}
