namespace SharpTcp.Protocols.Tcp;

/// <summary>When a listener answers a SYN without keeping anything of it (RFC 4987 §3.6).</summary>
public enum SynCookieMode : byte
{
    /// <summary>Never: what comes when the table of half-open connections is full is dropped.</summary>
    Off,

    /// <summary>When that table, or the memory budget, is full.</summary>
    UnderPressure,

    /// <summary>Always.</summary>
    Always,
}
