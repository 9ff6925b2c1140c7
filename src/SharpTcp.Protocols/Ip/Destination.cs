using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// An entry of the destination cache (RFC 4861 §5.1): how packets from <see cref="Source"/> reach <see cref="Address"/>. Transports keep a reference and ask
/// for a new entry when <see cref="IsStale"/>.
/// </summary>
public sealed partial class Destination
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
}
