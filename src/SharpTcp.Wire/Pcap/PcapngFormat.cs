namespace SharpTcp.Wire;

/// <summary>What the packets of a captured interface begin with (the LINKTYPE values of pcapng).</summary>
public enum PcapLinkType : ushort
{
    /// <summary>An Ethernet II frame without frame check sequence.</summary>
    Ethernet = 1,

    /// <summary>A bare IPv4 or IPv6 packet, told apart by the version nibble.</summary>
    Raw = 101,
}

/// <summary>Which way a captured packet went, as seen from the interface that recorded it.</summary>
public enum PcapDirection : byte
{
    /// <summary>Not recorded.</summary>
    Unknown = 0,

    /// <summary>Received by the interface.</summary>
    Inbound = 1,

    /// <summary>Sent by the interface.</summary>
    Outbound = 2,
}

/// <summary>The numbers of pcapng (draft-ietf-opsawg-pcapng) that the writer and the reader share.</summary>
internal static class PcapngFormat
{
    public const uint SectionHeaderBlock = 0x0A0D0D0A;
    public const uint InterfaceDescriptionBlock = 1;
    public const uint EnhancedPacketBlock = 6;
    public const uint ByteOrderMagic = 0x1A2B3C4D;

    /// <summary>Type and length in front, the length again behind.</summary>
    public const int BlockOverhead = 12;

    public const ushort OptionEnd = 0;
    public const ushort OptionComment = 1;
    public const ushort OptionInterfaceName = 2;
    public const ushort OptionPacketFlags = 2;
    public const ushort OptionUserApplication = 4;
    public const ushort OptionTimestampResolution = 9;
    public const ushort OptionTimestampOffset = 14;

    public static int Pad(int length) => (length + 3) & ~3;
}
