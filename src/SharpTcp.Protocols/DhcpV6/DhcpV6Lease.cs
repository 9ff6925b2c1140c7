using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>
/// What a DHCPv6 server told (RFC 8415), as plain data: an address with its lifetimes, or none if only the rest was asked for; DNS servers and domains (RFC 3646).
/// </summary>
public sealed record DhcpV6Lease
{
    /// <summary>A lifetime that never ends (RFC 8415 §7.7).</summary>
    public const uint Forever = uint.MaxValue;

    /// <summary>The address; null in a stateless answer.</summary>
    public IPv6Address? Address { get; init; }

    /// <summary>The server's DUID, in hexadecimal digits.</summary>
    public required string Server { get; init; }

    /// <summary>Seconds for which the address is preferred, or <see cref="Forever"/>.</summary>
    public uint PreferredSeconds { get; init; }

    /// <summary>Seconds for which the address may be used, or <see cref="Forever"/>; in a stateless answer: after which it is asked for anew.</summary>
    public uint ValidSeconds { get; init; }

    /// <summary>Seconds until it is to be renewed with its server (T1).</summary>
    public uint RenewalSeconds { get; init; }

    /// <summary>Seconds until any server may renew it (T2).</summary>
    public uint RebindingSeconds { get; init; }

    /// <summary>The DNS servers, best first.</summary>
    public IReadOnlyList<IPv6Address> DnsServers { get; init; } = [];

    /// <summary>The domains to search names in.</summary>
    public IReadOnlyList<string> SearchDomains { get; init; } = [];
}

/// <summary>How a DHCPv6 client of an interface is set up. It does what routers say (RFC 4861 §4.2): with the flag M it asks for an address, with O alone for the rest.</summary>
public sealed record DhcpV6Settings
{
    /// <summary>Takes two messages instead of four where the server agrees (RFC 8415 §18.2.1). Default: yes.</summary>
    public bool RapidCommit { get; init; } = true;

    /// <summary>The lease of an earlier run, which is asked about with Confirm (RFC 8415 §18.2.3).</summary>
    public DhcpV6Lease? Previous { get; init; }

    /// <summary>How much longer <see cref="Previous"/> lasts.</summary>
    public TimeSpan PreviousFor { get; init; }

    /// <summary>Keeps the lease when the client stops. Default: no, it is given back (RFC 8415 §18.2.7).</summary>
    public bool KeepLease { get; init; }
}

/// <summary>Where a DHCPv6 client stands.</summary>
public enum DhcpV6State : byte
{
    /// <summary>No router asked for it yet, or it is over.</summary>
    Stopped,

    /// <summary>Asks whether the address of an earlier run fits the link.</summary>
    Confirming,

    /// <summary>Looks for servers.</summary>
    Soliciting,

    /// <summary>Takes an offer.</summary>
    Requesting,

    /// <summary>Has an address.</summary>
    Bound,

    /// <summary>Goes on with its server.</summary>
    Renewing,

    /// <summary>Goes on with any server.</summary>
    Rebinding,

    /// <summary>Gives the address of another station back as unusable.</summary>
    Declining,

    /// <summary>Gives the address back.</summary>
    Releasing,

    /// <summary>Asks for all but an address.</summary>
    Informing,

    /// <summary>Has all but an address.</summary>
    Informed,
}
