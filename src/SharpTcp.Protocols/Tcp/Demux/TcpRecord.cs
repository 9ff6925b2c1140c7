using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// An entry of the connection table: a whole connection, or one of the small records that stand for it at its beginning (SYN-RECEIVED) and its end (TIME-WAIT).
/// </summary>
public abstract class TcpRecord : TimerEntry
{
    /// <summary>What a record of SYN-RECEIVED or TIME-WAIT costs: 128 bytes and its places in the table.</summary>
    internal const int SmallRecordCost = 192;

    /// <summary>What an idle connection costs, with its options and its places in the table.</summary>
    internal const int ConnectionCost = 1024;

    private readonly IpAddress _localAddress;
    private readonly IpAddress _remoteAddress;
    private readonly ushort _localPort;
    private readonly ushort _remotePort;

    // Two fields of TIME-WAIT, here because they fit beside the ports into what would be padding: that keeps its record at 128 bytes.
    private protected ushort TimeWaitWindow;
    private protected bool TimeWaitTimestamps;

    private protected TcpRecord(in FourTuple tuple)
    {
        (_localAddress, _remoteAddress, _localPort, _remotePort) = tuple;
    }

    /// <summary>Our address and port.</summary>
    public TransportEndpoint Local => new(_localAddress, _localPort);

    /// <summary>The peer's address and port.</summary>
    public TransportEndpoint Remote => new(_remoteAddress, _remotePort);

    /// <summary>Bytes that the record and its place in the table are charged with; a test of sizes holds them true.</summary>
    internal abstract int MemoryCost { get; }

    internal FourTuple Tuple => new(_localAddress, _remoteAddress, _localPort, _remotePort);

    internal IpAddress LocalAddress => _localAddress;

    internal IpAddress RemoteAddress => _remoteAddress;

    internal ushort LocalPort => _localPort;

    internal ushort RemotePort => _remotePort;

    internal bool Matches(in FourTuple tuple) =>
        _localPort == tuple.LocalPort && _remotePort == tuple.RemotePort
        && _remoteAddress == tuple.RemoteAddress && _localAddress == tuple.LocalAddress;

    /// <summary>Takes a segment that belongs to this record; its checksum is good.</summary>
    internal abstract void OnSegment(in TcpView segment, in IpMeta meta, Instant now);

    /// <summary>Takes an ICMP error that quotes a segment of this record.</summary>
    internal abstract void OnIcmpError(in IcmpErrorReport error, Instant now);
}
