namespace SharpTcp.Wire;

/// <summary>Kinds of TCP options (IANA "TCP Option Kind Numbers").</summary>
public static class TcpOptionKind
{
    /// <summary>Nothing follows; one octet.</summary>
    public const byte End = 0;

    /// <summary>For alignment; one octet.</summary>
    public const byte Nop = 1;

    /// <summary>Maximum segment size (RFC 9293 §3.2).</summary>
    public const byte MaximumSegmentSize = 2;

    /// <summary>Window scale (RFC 7323 §2.2).</summary>
    public const byte WindowScale = 3;

    /// <summary>SACK permitted (RFC 2018 §2).</summary>
    public const byte SackPermitted = 4;

    /// <summary>Selective acknowledgment (RFC 2018 §3).</summary>
    public const byte Sack = 5;

    /// <summary>Timestamps (RFC 7323 §3.2).</summary>
    public const byte Timestamps = 8;

    /// <summary>User timeout (RFC 5482 §2).</summary>
    public const byte UserTimeout = 28;

    /// <summary>Fast open cookie (RFC 7413 §4.1.1).</summary>
    public const byte FastOpen = 34;

    /// <summary>Shared by experiments, which tell themselves apart by the two octets after the length (RFC 6994 §3.1).</summary>
    public const byte Experiment = 254;
}
