using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>The secrets of TCP, fresh at every start: what outsiders must not predict is a keyed function of what they know.</summary>
internal sealed class TcpSecrets(IEntropy entropy)
{
    private readonly SipHash _sequence = new(entropy);
    private readonly SipHash _timestamp = new(entropy);

    /// <summary>Hashes the connection table.</summary>
    public SipHash Table { get; } = new(entropy);

    /// <summary>RFC 6528 §3, MUST-8, MUST-9, SHLD-1: ISN = M + F(tuple, secret), where M ticks every 4 µs.</summary>
    public SequenceNumber InitialSequence(in FourTuple tuple, Instant now) =>
        new((uint)(now.Ticks / 40) + (uint)tuple.Hash(_sequence));

    /// <summary>RFC 7323 §5.4: an offset of its own for each connection, the same while its tuple lives (so that RFC 6191 works).</summary>
    public uint TimestampOffset(in FourTuple tuple) => (uint)tuple.Hash(_timestamp);
}
