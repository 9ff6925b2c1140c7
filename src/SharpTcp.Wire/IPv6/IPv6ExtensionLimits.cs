namespace SharpTcp.Wire;

/// <summary>How much of extension headers a host takes before it drops the packet in silence (RFC 8504 §5.3).</summary>
/// <param name="MaxHeaders">Extension headers in one packet.</param>
/// <param name="MaxOptions">Options that are not padding, in one hop-by-hop or destination options header.</param>
/// <param name="MaxPadding">Bytes of padding in a row, in Pad1 and PadN options together.</param>
public readonly record struct IPv6ExtensionLimits(int MaxHeaders, int MaxOptions, int MaxPadding)
{
    /// <summary>10 headers, and the numbers that RFC 8504 §5.3 names: 8 options, 7 bytes of padding.</summary>
    public static IPv6ExtensionLimits Default => new(MaxHeaders: 10, MaxOptions: 8, MaxPadding: 7);
}
