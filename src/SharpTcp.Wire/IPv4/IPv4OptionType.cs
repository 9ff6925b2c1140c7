namespace SharpTcp.Wire;

/// <summary>Types of IPv4 options (IANA "IP Option Numbers").</summary>
public static class IPv4OptionType
{
    /// <summary>Nothing follows; one octet.</summary>
    public const byte End = 0;

    /// <summary>For alignment; one octet.</summary>
    public const byte Nop = 1;

    /// <summary>Record route (RFC 791).</summary>
    public const byte RecordRoute = 7;

    /// <summary>Internet timestamp (RFC 791).</summary>
    public const byte Timestamp = 68;

    /// <summary>Security (RFC 1108).</summary>
    public const byte Security = 130;

    /// <summary>Loose source and record route (RFC 791).</summary>
    public const byte LooseSourceRoute = 131;

    /// <summary>Stream identifier, withdrawn (RFC 6814).</summary>
    public const byte StreamId = 136;

    /// <summary>Strict source and record route (RFC 791).</summary>
    public const byte StrictSourceRoute = 137;

    /// <summary>Router alert (RFC 2113).</summary>
    public const byte RouterAlert = 148;
}
