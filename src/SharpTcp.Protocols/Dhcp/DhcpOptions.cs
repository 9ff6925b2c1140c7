using System;

namespace SharpTcp.Protocols;

/// <summary>How a DHCP client says who it is (option 61).</summary>
public enum DhcpClientIdentifier : byte
{
    /// <summary>By the MAC's DUID and the interface (RFC 4361).</summary>
    Duid,

    /// <summary>By the MAC (RFC 2132 §9.14), for servers that know nothing newer.</summary>
    HardwareAddress,
}

/// <summary>How a DHCP client of an interface is set up.</summary>
public sealed record DhcpOptions
{
    /// <summary>How it says who it is.</summary>
    public DhcpClientIdentifier ClientIdentifier { get; init; }

    /// <summary>The name of the host that the server is told (option 12), 1 to 63 letters, digits and hyphens; null for none.</summary>
    public string? HostName { get; init; }

    /// <summary>
    /// The lease of an earlier run: while it lasts the client asks for it again at once (INIT-REBOOT, RFC 2131 §3.2), and afterwards wishes for its address.
    /// </summary>
    public DhcpLease? Previous { get; init; }

    /// <summary>How much longer <see cref="Previous"/> lasts; zero if it is over.</summary>
    public TimeSpan PreviousFor { get; init; }

    /// <summary>
    /// The longest random delay before the first message. RFC 2131 §4.4.1 wants 1 to 10 seconds, for networks whose hosts are all switched on together; the default is none, since a
    /// program that starts has waited for nobody's power.
    /// </summary>
    public TimeSpan StartDelay { get; init; }

    /// <summary>
    /// Asks servers to answer by broadcast (RFC 2131 §4.1), for links that do not bring a unicast packet to a host without an address. Default: no.
    /// </summary>
    public bool Broadcast { get; init; }

    /// <summary>
    /// Keeps the lease when the client stops, for a later run to come back to with <see cref="Previous"/>. Default: no, it is given back (RFC 2131 §4.4.6).
    /// </summary>
    public bool KeepLease { get; init; }
}
