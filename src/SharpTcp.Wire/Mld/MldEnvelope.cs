namespace SharpTcp.Wire;

/// <summary>How every MLD message comes (RFC 3810 §5).</summary>
internal static class MldEnvelope
{
    /// <summary>The hop limit of every MLD packet.</summary>
    public const byte HopLimit = 1;

    /// <summary>Hop limit and router alert; the source depends on the message.</summary>
    public static bool IsValid(scoped in IPv6Envelope envelope) => envelope.HopLimit == HopLimit && envelope.HasRouterAlert;
}
