namespace SharpTcp.Protocols.Tcp;

/// <summary>When TCP finds out by probes which segments pass (RFC 4821), beside what routers tell (RFC 1191, RFC 8201).</summary>
public enum PathMtuProbing : byte
{
    /// <summary>Never: only routers are believed.</summary>
    Off,

    /// <summary>Once full segments were sent again and again without an answer, so that a router seems to drop them in silence.</summary>
    AfterBlackHole,

    /// <summary>On every connection, from small segments up.</summary>
    Always,
}
