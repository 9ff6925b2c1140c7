using System;
using System.Buffers.Binary;

namespace SharpTcp.Wire;

/// <summary>A valid Router Solicitation (RFC 4861 §4.1, §6.1.1).</summary>
public readonly ref struct RouterSolicitationView
{
    internal const int MinLength = 8;

    private RouterSolicitationView(NdOptions options) => Options = options;

    /// <summary>The options.</summary>
    public NdOptions Options { get; }

    /// <summary>Applies all rules of RFC 4861 §6.1.1 but the checksum's.</summary>
    /// <returns>False if the message is to be dropped in silence.</returns>
    public static bool TryParse(scoped in Icmpv6View message, scoped in IPv6Envelope envelope, out RouterSolicitationView view)
    {
        view = default;
        if (!NdMessage.TryParse(message, envelope, Icmpv6Type.RouterSolicitation, MinLength, out var options))
            return false;
        if (envelope.Source.IsUnspecified && options.SourceLinkLayerAddress is not null)
            return false;
        view = new RouterSolicitationView(options);
        return true;
    }
}

/// <summary>A valid Router Advertisement (RFC 4861 §4.2, §6.1.2). What it advertises may still be nonsense.</summary>
public readonly ref struct RouterAdvertisementView
{
    internal const int MinLength = 16;
    internal const byte ManagedFlag = 0x80;
    internal const byte OtherFlag = 0x40;

    private readonly ReadOnlySpan<byte> _message;

    private RouterAdvertisementView(ReadOnlySpan<byte> message, NdOptions options)
    {
        _message = message;
        Options = options;
    }

    /// <summary>The hop limit for packets to send; 0 leaves it as it is.</summary>
    public byte CurrentHopLimit => _message[4];

    /// <summary>Addresses come from DHCPv6.</summary>
    public bool Managed => (_message[5] & ManagedFlag) != 0;

    /// <summary>Other configuration comes from DHCPv6.</summary>
    public bool OtherConfiguration => (_message[5] & OtherFlag) != 0;

    /// <summary>How the router ranks; the reserved value counts as medium (RFC 4191 §2.2).</summary>
    public RouterPreference Preference => RouterLifetime == 0 || !RouteInformation.TryPreference(_message[5], out var preference)
        ? RouterPreference.Medium
        : preference;

    /// <summary>Seconds for which it is a default router; 0 if it is none.</summary>
    public ushort RouterLifetime => BinaryPrimitives.ReadUInt16BigEndian(_message[6..]);

    /// <summary>Milliseconds for which a neighbour is held reachable; 0 leaves it as it is.</summary>
    public uint ReachableTime => BinaryPrimitives.ReadUInt32BigEndian(_message[8..]);

    /// <summary>Milliseconds between solicitations; 0 leaves it as it is.</summary>
    public uint RetransTimer => BinaryPrimitives.ReadUInt32BigEndian(_message[12..]);

    /// <summary>The options.</summary>
    public NdOptions Options { get; }

    /// <summary>Applies all rules of RFC 4861 §6.1.2 but the checksum's.</summary>
    /// <returns>False if the message is to be dropped in silence.</returns>
    public static bool TryParse(scoped in Icmpv6View message, scoped in IPv6Envelope envelope, out RouterAdvertisementView view)
    {
        view = default;
        if (!envelope.Source.IsLinkLocal
            || !NdMessage.TryParse(message, envelope, Icmpv6Type.RouterAdvertisement, MinLength, out var options))
            return false;
        view = new RouterAdvertisementView(message.Message, options);
        return true;
    }
}
