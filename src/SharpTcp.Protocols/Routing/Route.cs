using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>A way to a network.</summary>
/// <param name="Destination">The network; length 0 is the default route.</param>
/// <param name="Gateway">The router to send to, or null if the network is on the link.</param>
/// <param name="Interface">The interface to leave by.</param>
/// <param name="Metric">Among routes to the same network the lowest is taken.</param>
public sealed record Route(Prefix Destination, IpAddress? Gateway, NetworkInterface Interface, int Metric);
