using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// An entry of the destination cache (RFC 4861 §5.1): how packets from <see cref="Source"/> reach <see cref="Address"/>. Transports keep a reference and ask
/// for a new entry when <see cref="IsStale"/>.
/// </summary>
public sealed partial class Destination : IRecencyNode<Destination>
{
    /// <summary>The source address for this destination.</summary>
    public required IpAddress Source { get; init; }

    /// <summary>Where to.</summary>
    public required IpAddress Address { get; init; }

    /// <summary>The interface that packets leave by.</summary>
    public required NetworkInterface Interface { get; init; }

    /// <summary>The next hop: the destination itself if it is on-link, else a gateway.</summary>
    public required IpAddress NextHop { get; init; }

    /// <summary>Largest IP packet, in bytes, that is believed to reach the destination unfragmented (RFC 1191, RFC 8201).</summary>
    public int PathMtu { get; internal set; }

    /// <summary>Whether addresses or routes changed since this was found.</summary>
    public bool IsStale { get; internal set; }

    /// <summary>Whether it is a broadcast address of the interface.</summary>
    public bool IsBroadcast { get; internal init; }

    /// <summary>Whether packets reach many stations at once.</summary>
    public bool IsGroup => IsBroadcast || Address.IsMulticast;

    /// <summary>Our address that <see cref="Source"/> is; null for the unspecified one.</summary>
    internal InterfaceAddress? Origin { get; init; }

    /// <summary>What it was asked for by.</summary>
    internal DestinationKey Key { get; init; }

    /// <summary>The gateway that packets would rather go by, were it not dead.</summary>
    internal DeadGateway? Avoided { get; init; }

    /// <summary>The neighbour that is the next hop, once it was looked for.</summary>
    internal NeighborEntry? Neighbor { get; set; }

    /// <summary>When a lowered path MTU is forgotten.</summary>
    internal Instant PathMtuExpires { get; set; } = Instant.Never;

    /// <summary>Where its packet identifications begin, and which counter they add (RFC 7739 §5.3).</summary>
    internal PacketIdentificationSeed Identification { get; init; }

    internal Destination? Older { get; private set; }

    Destination? IRecencyNode<Destination>.Newer { get; set; }

    Destination? IRecencyNode<Destination>.Older
    {
        get => Older;
        set => Older = value;
    }

    internal int NetworkHeaderLength => Address.IsIPv4 ? IPv4View.MinHeaderLength : IPv6View.HeaderLength;
}

/// <summary>What a destination is asked for by.</summary>
internal readonly record struct DestinationKey(IpAddress Source, IpAddress Address, int Interface);
