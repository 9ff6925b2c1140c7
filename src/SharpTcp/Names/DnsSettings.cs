using System;
using System.Collections.Generic;
using System.Net;
using SharpTcp.Protocols;

namespace SharpTcp.Names;

/// <summary>How a <see cref="NetworkStack"/> resolves names.</summary>
public sealed record DnsSettings
{
    private const int Port = 53;

    /// <summary>The DNS servers, the best first: <c>10.0.0.53</c>, <c>2001:db8::53</c>, <c>10.0.0.53:5353</c>. If there are any, none are taken from DHCP and routers.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>The domains in which short names are looked for. If there are any, none are taken from DHCP and routers.</summary>
    public IReadOnlyList<string> SearchDomains { get; init; } = [];

    /// <summary>Names that no server is asked for, with their addresses.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Hosts { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Uses the servers and domains that DHCP and router advertisements name. Default: yes.</summary>
    public bool UseAdvertised { get; init; } = true;

    /// <summary>Times, attempts and the size of the cache.</summary>
    public ResolverOptions Resolver { get; init; } = new();

    /// <summary>The servers.</summary>
    /// <exception cref="FormatException">One cannot be read.</exception>
    internal List<TransportEndpoint> ParseServers()
    {
        List<TransportEndpoint> servers = [];
        foreach (var text in Servers)
        {
            if (!IPEndPoint.TryParse(text, out var server))
            {
                throw new FormatException($"The DNS server \"{text}\" is no address: give one as 10.0.0.53, 2001:db8::53, 10.0.0.53:5353 or [2001:db8::53]:5353.");
            }

            var scope = server.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? (int)server.Address.ScopeId : 0;
            servers.Add(new TransportEndpoint(Wire.IpAddress.From(server.Address), (ushort)(server.Port == 0 ? Port : server.Port), scope));
        }

        return servers;
    }

    /// <summary>The hosts, by name in small letters.</summary>
    /// <exception cref="FormatException">A name or an address cannot be read.</exception>
    internal Dictionary<string, List<Wire.IpAddress>> ParseHosts()
    {
        Dictionary<string, List<Wire.IpAddress>> hosts = [];
        foreach (var (text, addresses) in Hosts)
        {
            if (!Wire.DnsName.TryParse(text, out var name))
            {
                throw new FormatException($"The host \"{text}\" is no name: give letters, digits, hyphens and dots.");
            }

            List<Wire.IpAddress> parsed = [];
            foreach (var address in addresses)
            {
                parsed.Add(Wire.IpAddress.TryParse(address, null, out var one)
                    ? one
                    : throw new FormatException($"The address \"{address}\" of the host \"{text}\" cannot be read: give one as 10.0.0.1 or 2001:db8::1."));
            }

            hosts[name.Text] = parsed;
        }

        return hosts;
    }

    /// <exception cref="ArgumentException">A time or a number is none.</exception>
    internal void Check()
    {
        if (Resolver.Timeout <= TimeSpan.Zero || Resolver.Attempts < 1 || Resolver.PayloadSize is < 512 or > ushort.MaxValue || Resolver.CacheEntries < 0)
        {
            throw new ArgumentException(
                "The settings of the resolver are wrong: Timeout must be positive, Attempts at least 1, PayloadSize from 512 to 65,535, CacheEntries not negative.", nameof(Resolver));
        }
    }
}
