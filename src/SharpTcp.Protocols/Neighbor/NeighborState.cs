namespace SharpTcp.Protocols;

/// <summary>How much is known of a neighbour's link address (RFC 4861 §7.3.2), for ARP and ND alike.</summary>
public enum NeighborState : byte
{
    /// <summary>Being resolved; no MAC is known.</summary>
    Incomplete,

    /// <summary>Known to have answered lately.</summary>
    Reachable,

    /// <summary>The MAC is known, but nothing says that it still holds; nothing is done until it is used.</summary>
    Stale,

    /// <summary>Used since it went stale; a transport has some seconds to confirm it.</summary>
    Delay,

    /// <summary>Asked by unicast whether it is still there.</summary>
    Probe,

    /// <summary>Set by hand: never asked for and never forgotten.</summary>
    Permanent,
}
