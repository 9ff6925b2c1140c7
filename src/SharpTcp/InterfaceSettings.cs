using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp;

/// <summary>How an interface of a <see cref="NetworkStack"/> is set up.</summary>
public sealed class InterfaceSettings
{
    /// <summary>Its name; null takes the link's.</summary>
    public string? Name { get; init; }

    /// <summary>Its addresses with the lengths of their prefixes, of both families: <c>10.0.0.7/24</c>, <c>2001:db8::7/64</c>.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>Its default gateways, one a family: <c>10.0.0.1</c>, <c>fe80::1</c>.</summary>
    public IReadOnlyList<string> Gateways { get; init; } = [];

    /// <summary>Its MAC address; null takes the link's.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>Largest IP packet, in bytes, from 68 up to the link's own; null takes the link's.</summary>
    public int? Mtu { get; init; }

    /// <summary>Asks for each address on the link before it is used (RFC 4862 §5.4, RFC 5227). Default: yes.</summary>
    public bool DuplicateAddressDetection { get; init; } = true;

    /// <summary>Makes itself an IPv6 link-local address, on Ethernet. Default: yes.</summary>
    public bool IPv6LinkLocal { get; init; } = true;
}
