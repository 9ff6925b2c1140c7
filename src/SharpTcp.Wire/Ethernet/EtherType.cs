namespace SharpTcp.Wire;

/// <summary>What an Ethernet frame carries (IANA "IEEE 802 Numbers"). Any value from 0x0600 on may come over the wire.</summary>
public enum EtherType : ushort
{
    /// <summary>No type.</summary>
    None = 0,

    /// <summary>IPv4.</summary>
    IPv4 = 0x0800,

    /// <summary>ARP.</summary>
    Arp = 0x0806,

    /// <summary>A VLAN tag (IEEE 802.1Q).</summary>
    Vlan = 0x8100,

    /// <summary>IPv6.</summary>
    IPv6 = 0x86DD,
}
