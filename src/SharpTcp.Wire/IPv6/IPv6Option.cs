namespace SharpTcp.Wire;

/// <summary>The types of hop-by-hop and destination options that a host knows.</summary>
internal static class IPv6Option
{
    public const byte Pad1 = 0;
    public const byte PadN = 1;
    public const byte RouterAlert = 5;
}
