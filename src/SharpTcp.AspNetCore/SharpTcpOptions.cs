using System;
using System.Collections.Generic;
using SharpTcp.Links;

namespace SharpTcp.AspNetCore;

/// <summary>How the host sets up its stack; the section <c>SharpTcp</c> of the configuration is read into it.</summary>
public sealed class SharpTcpOptions
{
    private readonly List<(Func<ILink> Open, InterfaceSettings? Settings)> _links = [];

    /// <summary>The stack's interfaces on TAP and TUN devices.</summary>
    public IList<SharpTcpInterfaceOptions> Interfaces { get; } = [];

    /// <summary>DNS servers: <c>10.0.0.53</c>, <c>2001:db8::53</c>, <c>10.0.0.53:5353</c>. Without any those that DHCP and routers name.</summary>
    public IList<string> DnsServers { get; } = [];

    /// <summary>The domains in which short names are looked for. Without any those that DHCP and routers name.</summary>
    public IList<string> SearchDomains { get; } = [];

    /// <summary>How Kestrel uses the stack.</summary>
    public SharpTcpTransportOptions Transport { get; } = new();

    /// <summary>How long the start of the host waits for the addresses to be usable; what is not usable by then is logged. Default: 10 s.</summary>
    public TimeSpan ReadyTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the peers have to finish when the host has stopped, before their connections are reset. Default: 1 s.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(1);

    internal IReadOnlyList<(Func<ILink> Open, InterfaceSettings? Settings)> Links => _links;

    /// <summary>Gives the stack an interface on any link.</summary>
    /// <param name="open">Makes the link when the stack is started, which then owns it.</param>
    /// <param name="settings">Addresses, gateways and more.</param>
    public void AddInterface(Func<ILink> open, InterfaceSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(open);
        _links.Add((open, settings));
    }
}
