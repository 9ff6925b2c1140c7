namespace SharpTcp.Protocols.Tcp;

/// <summary>The timestamp clock of RFC 7323 §5.4: one tick a millisecond, shifted by an offset of the connection's own so that it tells nobody the time of start.</summary>
internal static class Timestamps
{
    public static uint Value(uint offset, Instant now) => (uint)now.Milliseconds + offset;
}
