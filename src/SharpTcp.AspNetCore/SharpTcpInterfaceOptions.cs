using System.Collections.Generic;

namespace SharpTcp.AspNetCore;

/// <summary>One interface as the configuration describes it: a TAP or a TUN device, and its addresses.</summary>
public sealed class SharpTcpInterfaceOptions
{
    /// <summary>The name of a TAP device, 1 to 15 characters: an Ethernet cable to this machine's kernel.</summary>
    public string? Tap { get; set; }

    /// <summary>The name of a TUN device, 1 to 15 characters: bare IP packets to and from this machine's kernel.</summary>
    public string? Tun { get; set; }

    /// <summary>Addresses with the lengths of their prefixes, of both families: <c>10.0.0.7/24</c>, <c>2001:db8::7/64</c>.</summary>
    public IList<string> Addresses { get; } = [];

    /// <summary>Default gateways, one a family: <c>10.0.0.1</c>, <c>fe80::1</c>.</summary>
    public IList<string> Gateways { get; } = [];

    /// <summary>Largest IP packet in bytes, from 68 up to the device's own; null takes the device's.</summary>
    public int? Mtu { get; set; }

    /// <summary>The MAC address on a TAP, for example <c>02:00:5e:10:00:07</c>; null takes one by chance.</summary>
    public string? Mac { get; set; }

    /// <summary>Asks for an IPv4 address by DHCP (RFC 2131). Default: no.</summary>
    public bool Dhcp { get; set; }

    /// <inheritdoc cref="InterfaceSettings.RouterDiscovery"/>
    public bool RouterDiscovery { get; set; }

    /// <inheritdoc cref="InterfaceSettings.AddressConflictDetection"/>
    public bool AddressConflictDetection { get; set; }
}
