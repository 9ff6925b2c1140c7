namespace SharpTcp.Wire;

/// <summary>
/// What the validity of a Neighbor Discovery or MLD message depends on beside the message: how it came. Their views take it, so that no
/// caller can forget a rule.
/// </summary>
/// <param name="Source">The packet's source.</param>
/// <param name="Destination">The packet's destination.</param>
/// <param name="HopLimit">The hop limit as received.</param>
/// <param name="HasFragment">True if the packet carried a Fragment header or was put together from fragments.</param>
/// <param name="HasRouterAlert">True if a hop-by-hop header carried a router alert.</param>
public readonly record struct IPv6Envelope(IPv6Address Source, IPv6Address Destination, byte HopLimit, bool HasFragment, bool HasRouterAlert)
{
    /// <summary>Takes it from a packet and its extension headers.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="chain">Its extension headers.</param>
    /// <param name="reassembled">True if it was put together from fragments.</param>
    public static IPv6Envelope From(scoped in IPv6View packet, scoped in IPv6ExtensionChain chain, bool reassembled = false) =>
        new(packet.Source, packet.Destination, packet.HopLimit, reassembled || chain.HasFragment, chain.RouterAlert is not null);
}
