using System;

namespace SharpTcp.Wire;

/// <summary>The types of Neighbor Discovery options that a host knows.</summary>
public enum NdOptionType : byte
{
    /// <summary>Source link-layer address (RFC 4861 §4.6.1).</summary>
    SourceLinkLayerAddress = 1,

    /// <summary>Target link-layer address (RFC 4861 §4.6.1).</summary>
    TargetLinkLayerAddress = 2,

    /// <summary>Prefix information (RFC 4861 §4.6.2).</summary>
    PrefixInformation = 3,

    /// <summary>Redirected header (RFC 4861 §4.6.3).</summary>
    RedirectedHeader = 4,

    /// <summary>MTU (RFC 4861 §4.6.4).</summary>
    Mtu = 5,

    /// <summary>Nonce (RFC 3971 §5.3.2, RFC 7527).</summary>
    Nonce = 14,

    /// <summary>Route information (RFC 4191 §2.3).</summary>
    RouteInformation = 24,

    /// <summary>Recursive DNS servers (RFC 8106 §5.1).</summary>
    RecursiveDnsServers = 25,

    /// <summary>DNS search list (RFC 8106 §5.2).</summary>
    DnsSearchList = 31,
}

/// <summary>One option of a Neighbor Discovery message, of known type or not.</summary>
public readonly ref struct NdOption
{
    /// <summary>Options come in units of this many bytes.</summary>
    public const int Unit = 8;

    /// <summary>Type and length.</summary>
    internal const int HeaderLength = 2;

    private readonly ReadOnlySpan<byte> _option;

    private NdOption(ReadOnlySpan<byte> option) => _option = option;

    /// <summary>The type.</summary>
    public NdOptionType Type => (NdOptionType)_option[0];

    /// <summary>The option's length with type and length field, a multiple of 8.</summary>
    public int Length => _option.Length;

    /// <summary>The whole option; at least 8 bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _option;

    /// <summary>Takes the first option off <paramref name="rest"/>. False if there is none, or one of length 0 or past the end.</summary>
    internal static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out NdOption option)
    {
        option = default;
        if (rest.Length < Unit)
            return false;
        var length = rest[1] * Unit;
        if (length == 0 || length > rest.Length) // RFC 4861 §4.6: a length of 0 condemns the packet
            return false;
        option = new NdOption(rest[..length]);
        rest = rest[length..];
        return true;
    }
}

/// <summary>The payload of an option that may occur several times in a message.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface INdOption<TSelf>
    where TSelf : INdOption<TSelf>, allows ref struct
{
    /// <summary>Reads the option. False if it is of another type, or says nothing that a host may use; then it is skipped.</summary>
    static abstract bool TryParse(NdOption option, out TSelf value);
}
