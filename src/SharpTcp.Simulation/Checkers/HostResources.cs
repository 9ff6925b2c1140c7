using SharpTcp.Protocols;

namespace SharpTcp.Simulation;

/// <summary>What a host holds: when all its sockets are closed and TIME-WAIT is over, as much as before they were opened.</summary>
/// <param name="BufferBytes">Bytes charged to its memory budget: buffers, queues and connections.</param>
/// <param name="Connections">TCP connections, those half open and in TIME-WAIT counted.</param>
/// <param name="Reassemblies">Datagrams of which fragments wait.</param>
/// <param name="ResolvingNeighbors">Neighbours that are being asked for.</param>
/// <param name="Timers">Timers that run.</param>
public readonly record struct HostResources(long BufferBytes, int Connections, int Reassemblies, int ResolvingNeighbors, int Timers)
{
    internal static HostResources Of(HostCore host) =>
        new(host.Memory.Used, host.Tcp.ConnectionCount, host.Reassembly.Count, host.Neighbors.ResolvingCount, host.Timers.Count);
}
