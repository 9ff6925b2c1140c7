using System.Collections.Generic;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp;

/// <summary>What a <see cref="NetworkStack"/> had counted at some moment.</summary>
public sealed class StackCounters
{
    internal StackCounters(HostCore host, long faults)
    {
        Host = host.Counters.Snapshot();
        Tcp = host.Tcp.Counters.Snapshot();
        Faults = faults;
        Connections = host.Tcp.ConnectionCount;
        BufferBytes = host.Buffers.Used;
        var interfaces = new List<KeyValuePair<NetworkInterface, InterfaceCounters>>();
        foreach (var networkInterface in host.Interfaces)
        {
            interfaces.Add(new(networkInterface, networkInterface.Counters.Snapshot()));
        }

        Interfaces = interfaces;
    }

    /// <summary>Frames, IP, ICMP and UDP, and why packets were dropped.</summary>
    public HostCounters Host { get; }

    /// <summary>TCP.</summary>
    public TcpCounters Tcp { get; }

    /// <summary>Frames and bytes of each interface.</summary>
    public IReadOnlyList<KeyValuePair<NetworkInterface, InterfaceCounters>> Interfaces { get; }

    /// <summary>Exceptions that were contained.</summary>
    public long Faults { get; }

    /// <summary>TCP connections, half-open ones and those in TIME-WAIT included.</summary>
    public int Connections { get; }

    /// <summary>Bytes of the chunks that buffers hold.</summary>
    public long BufferBytes { get; }
}
