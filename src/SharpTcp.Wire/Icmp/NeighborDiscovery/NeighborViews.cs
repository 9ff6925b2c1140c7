namespace SharpTcp.Wire;

/// <summary>A valid Neighbor Solicitation (RFC 4861 §4.3, §7.1.1).</summary>
public readonly ref struct NeighborSolicitationView
{
    internal const int MinLength = 24;

    private NeighborSolicitationView(IPv6Address target, NdOptions options)
    {
        Target = target;
        Options = options;
    }

    /// <summary>The address whose owner is asked for; never multicast.</summary>
    public IPv6Address Target { get; }

    /// <summary>The options.</summary>
    public NdOptions Options { get; }

    /// <summary>Applies all rules of RFC 4861 §7.1.1 but the checksum's.</summary>
    /// <returns>False if the message is to be dropped in silence.</returns>
    public static bool TryParse(scoped in Icmpv6View message, scoped in IPv6Envelope envelope, out NeighborSolicitationView view)
    {
        view = default;
        if (!NdMessage.TryParse(message, envelope, Icmpv6Type.NeighborSolicitation, MinLength, out var options))
            return false;
        var target = new IPv6Address(message.Message[8..24]);
        if (target.IsMulticast)
            return false;
        // The sender looks for a duplicate of its address: it has none to be answered at.
        if (envelope.Source.IsUnspecified && (!envelope.Destination.IsSolicitedNode || options.SourceLinkLayerAddress is not null))
            return false;
        view = new NeighborSolicitationView(target, options);
        return true;
    }
}

/// <summary>A valid Neighbor Advertisement (RFC 4861 §4.4, §7.1.2).</summary>
public readonly ref struct NeighborAdvertisementView
{
    internal const int MinLength = 24;
    internal const byte RouterFlag = 0x80;
    internal const byte SolicitedFlag = 0x40;
    internal const byte OverrideFlag = 0x20;

    private readonly byte _flags;

    private NeighborAdvertisementView(byte flags, IPv6Address target, NdOptions options)
    {
        _flags = flags;
        Target = target;
        Options = options;
    }

    /// <summary>The sender is a router.</summary>
    public bool IsRouter => (_flags & RouterFlag) != 0;

    /// <summary>It answers a solicitation.</summary>
    public bool IsSolicited => (_flags & SolicitedFlag) != 0;

    /// <summary>It may replace a MAC already known.</summary>
    public bool IsOverride => (_flags & OverrideFlag) != 0;

    /// <summary>The address that is spoken for; never multicast.</summary>
    public IPv6Address Target { get; }

    /// <summary>The options.</summary>
    public NdOptions Options { get; }

    /// <summary>Applies all rules of RFC 4861 §7.1.2 but the checksum's.</summary>
    /// <returns>False if the message is to be dropped in silence.</returns>
    public static bool TryParse(scoped in Icmpv6View message, scoped in IPv6Envelope envelope, out NeighborAdvertisementView view)
    {
        view = default;
        if (!NdMessage.TryParse(message, envelope, Icmpv6Type.NeighborAdvertisement, MinLength, out var options))
            return false;
        var candidate = new NeighborAdvertisementView(message.Message[4], new IPv6Address(message.Message[8..24]), options);
        if (candidate.Target.IsMulticast || (envelope.Destination.IsMulticast && candidate.IsSolicited))
            return false;
        view = candidate;
        return true;
    }
}
