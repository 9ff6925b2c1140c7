using System.Collections.Generic;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Cli;

/// <summary>What <c>up</c> was asked for, checked.</summary>
internal sealed record UpOptions
{
    /// <summary>The TAP device.</summary>
    public required string Tap { get; init; }

    /// <summary>Our MAC address, or null for one of the stack's choice.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>The IPv4 addresses with their prefix lengths.</summary>
    public IReadOnlyList<Prefix> IPv4 { get; init; } = [];

    /// <summary>The routers that addresses have of their own.</summary>
    public IReadOnlyDictionary<IpAddress, IpAddress> OwnGateways { get; init; } = new Dictionary<IpAddress, IpAddress>();

    /// <summary>The IPv4 default router.</summary>
    public IpAddress? GatewayV4 { get; init; }

    /// <summary>The IPv6 addresses with their prefix lengths, beside the link-local one.</summary>
    public IReadOnlyList<Prefix> IPv6 { get; init; } = [];

    /// <summary>The IPv6 default router.</summary>
    public IpAddress? GatewayV6 { get; init; }

    /// <summary>Largest IP packet, or null for the device's.</summary>
    public int? Mtu { get; init; }

    /// <summary>Leaves out duplicate address detection.</summary>
    public bool NoDad { get; init; }

    /// <summary>Leaves out IPv4 address conflict detection.</summary>
    public bool NoConflictDetection { get; init; }

    /// <summary>Leaves IPv4 off.</summary>
    public bool NoIPv4 { get; init; }

    /// <summary>Takes an IPv4 link-local address while no DHCP server answers.</summary>
    public bool IPv4LinkLocal { get; init; }

    /// <summary>The name that DHCP servers are told, or null.</summary>
    public string? HostName { get; init; }

    /// <summary>The file that keeps the DHCP lease, or null for the usual one.</summary>
    public string? LeaseFile { get; init; }

    /// <summary>Keeps the DHCP lease at the end instead of giving it back.</summary>
    public bool KeepLease { get; init; }

    /// <summary>Leaves IPv6 off.</summary>
    public bool NoIPv6 { get; init; }

    /// <summary>How the addresses that IPv6 makes itself end.</summary>
    public InterfaceIdentifierMode Identifiers { get; init; }

    /// <summary>The services to offer.</summary>
    public Services Services { get; init; }

    /// <summary>The file that gets every frame, or null.</summary>
    public string? Capture { get; init; }

    /// <summary>What happens to frames on the way, or null for nothing.</summary>
    public FaultOptions? Fault { get; init; }

    /// <summary>Logs every packet.</summary>
    public bool Verbose { get; init; }

    /// <summary>Whether IPv4 is configured by DHCP: nobody said how else.</summary>
    public bool HasDhcp => !NoIPv4 && IPv4.Count == 0;

    /// <summary>Whether there is IPv6: it was not left off, and the link can carry it (RFC 8200 §5).</summary>
    public bool HasIPv6 => !NoIPv6 && (Mtu is null or >= 1280);
}
