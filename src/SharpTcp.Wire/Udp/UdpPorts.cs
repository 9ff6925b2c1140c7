namespace SharpTcp.Wire;

/// <summary>UDP ports that protocols of the stack itself use.</summary>
public static class UdpPorts
{
    /// <summary>Where DHCP servers and relays listen (RFC 2131 §4.1).</summary>
    public const ushort DhcpServer = 67;

    /// <summary>Where DHCP clients listen.</summary>
    public const ushort DhcpClient = 68;

    /// <summary>Where DHCPv6 clients listen (RFC 8415 §7.2).</summary>
    public const ushort DhcpV6Client = 546;

    /// <summary>Where DHCPv6 servers and relays listen.</summary>
    public const ushort DhcpV6Server = 547;
}
