using System;

namespace SharpTcp.Wire;

/// <summary>
/// What the extension headers of a packet for this host lead to (RFC 8200 §4). One bounded pass, in the order of the packet. Unknown upper
/// layers are for the caller to refuse, with code 1 and <see cref="ProtocolFieldOffset"/> as the pointer.
/// </summary>
public readonly ref struct IPv6ExtensionChain
{
    /// <summary>What to do with the packet.</summary>
    public IPv6ChainVerdict Verdict { get; internal init; }

    /// <summary>With <see cref="IPv6ChainVerdict.ParameterProblem"/>: the code.</summary>
    public Icmpv6ParameterProblemCode ProblemCode { get; internal init; }

    /// <summary>With <see cref="IPv6ChainVerdict.ParameterProblem"/>: the offending byte, counted from the start of the IPv6 header.</summary>
    public int ProblemPointer { get; internal init; }

    /// <summary>
    /// With <see cref="IPv6ChainVerdict.Deliver"/>: the protocol of <see cref="UpperLayer"/>, which may be one that the host does not know.
    /// With <see cref="IpProtocol.NoNext"/> there is nothing to process (RFC 8200 §4.7).
    /// </summary>
    public byte Protocol { get; internal init; }

    /// <summary>Where the upper layer's header begins, counted from the start of the IPv6 header.</summary>
    public int UpperLayerOffset { get; internal init; }

    /// <summary>Where the Next Header field stands that names <see cref="Protocol"/>, counted from the start of the IPv6 header.</summary>
    public int ProtocolFieldOffset { get; internal init; }

    /// <summary>The upper layer's header and data.</summary>
    public ReadOnlySpan<byte> UpperLayer { get; internal init; }

    /// <summary>True if there is a Fragment header, atomic or not.</summary>
    public bool HasFragment { get; internal init; }

    /// <summary>The Fragment header, if there is one.</summary>
    public FragmentView Fragment { get; internal init; }

    /// <summary>Where the Fragment header begins: the length of the unfragmentable part.</summary>
    public int FragmentHeaderOffset { get; internal init; }

    /// <summary>
    /// Where the Next Header field stands that names the Fragment header. In the reassembled packet it holds the fragment's
    /// <see cref="FragmentView.NextHeader"/>.
    /// </summary>
    public int FragmentProtocolFieldOffset { get; internal init; }

    /// <summary>With <see cref="IPv6ChainVerdict.Fragment"/>: the bytes of this fragment.</summary>
    public ReadOnlySpan<byte> FragmentData { get; internal init; }

    /// <summary>The value of a router alert in the hop-by-hop header (RFC 2711), or null if there is none.</summary>
    public ushort? RouterAlert { get; internal init; }

    /// <summary>Goes over the extension headers of <paramref name="packet"/> with the limits of <see cref="IPv6ExtensionLimits.Default"/>.</summary>
    public static IPv6ExtensionChain Parse(scoped in IPv6View packet) => Parse(packet, IPv6ExtensionLimits.Default);

    /// <summary>Goes over the extension headers of <paramref name="packet"/>.</summary>
    public static IPv6ExtensionChain Parse(scoped in IPv6View packet, IPv6ExtensionLimits limits) => new IPv6ChainWalker(packet, limits).Walk();
}
