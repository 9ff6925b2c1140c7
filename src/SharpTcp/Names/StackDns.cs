using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Names;

/// <summary>
/// The names of a <see cref="NetworkStack"/>'s network, with the members of <see cref="System.Net.Dns"/>: asked for by the stack, over the stack, at the servers of
/// <see cref="DnsSettings"/>, of DHCP and of router advertisements.
/// </summary>
public sealed class StackDns
{
    private const string Localhost = "localhost";

    private readonly NetworkStack _stack;
    private readonly DnsClient _client;
    private readonly DnsSettings _settings;
    private readonly Dictionary<string, List<IpAddress>> _hosts;

    internal StackDns(NetworkStack stack, DnsSettings settings)
    {
        _stack = stack;
        _settings = settings;
        _hosts = settings.ParseHosts();
        _client = new DnsClient(stack, settings);
    }

    /// <summary>The addresses of a name. Both families are asked for at the same time.</summary>
    /// <param name="hostNameOrAddress">A name; or an address, which is its own answer; or nothing, for the stack's own addresses.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>At least one address, IPv6 first if the stack has an IPv6 address that leads beyond its link.</returns>
    /// <exception cref="SocketException">
    /// <see cref="SocketError.HostNotFound"/>: there is no such name; <see cref="SocketError.NoData"/>: it has no address; <see cref="SocketError.TryAgain"/>: no server answered.
    /// </exception>
    public Task<IPAddress[]> GetHostAddressesAsync(string hostNameOrAddress, CancellationToken cancellationToken = default) =>
        GetHostAddressesAsync(hostNameOrAddress, AddressFamily.Unspecified, cancellationToken);

    /// <inheritdoc cref="GetHostAddressesAsync(string, CancellationToken)"/>
    /// <param name="hostNameOrAddress">A name; or an address, which is its own answer; or nothing, for the stack's own addresses.</param>
    /// <param name="family">The family of the addresses; <see cref="AddressFamily.Unspecified"/> for both.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<IPAddress[]> GetHostAddressesAsync(string hostNameOrAddress, AddressFamily family, CancellationToken cancellationToken = default)
    {
        var lookup = Look(hostNameOrAddress, family);
        var (ipv6, ipv4) = await BothAsync(lookup, cancellationToken).ConfigureAwait(false);
        return Addresses(hostNameOrAddress, family, ipv6, ipv4);
    }

    /// <summary>The addresses of a name, and the name that they are those of.</summary>
    /// <inheritdoc cref="GetHostAddressesAsync(string, CancellationToken)"/>
    public async Task<IPHostEntry> GetHostEntryAsync(string hostNameOrAddress, CancellationToken cancellationToken = default)
    {
        if (IPAddress.TryParse(hostNameOrAddress, out var address))
        {
            return await GetHostEntryAsync(address, cancellationToken).ConfigureAwait(false);
        }

        var (ipv6, ipv4) = await BothAsync(Look(hostNameOrAddress, AddressFamily.Unspecified), cancellationToken).ConfigureAwait(false);
        return new IPHostEntry
        {
            HostName = (ipv6.CanonicalName ?? ipv4.CanonicalName)?.Text ?? hostNameOrAddress,
            AddressList = Addresses(hostNameOrAddress, AddressFamily.Unspecified, ipv6, ipv4),
            Aliases = [],
        };
    }

    /// <summary>The name of an address (RFC 1035 §3.5).</summary>
    /// <param name="address">The address.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="SocketException"><see cref="SocketError.HostNotFound"/>: it has no name; <see cref="SocketError.TryAgain"/>: no server answered.</exception>
    public async Task<IPHostEntry> GetHostEntryAsync(IPAddress address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        var answer = await _client.AskAsync(DnsName.ForAddress(IpAddress.From(address)), DnsType.Pointer).WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer.Outcome == DnsOutcome.Found
            ? new IPHostEntry { HostName = answer.Names[0].Text, AddressList = [address], Aliases = [] }
            : throw Failure(answer.Outcome == DnsOutcome.NoData ? DnsOutcome.NoName : answer.Outcome, address.ToString());
    }

    /// <summary>The servers that would be asked now, the best first.</summary>
    public IReadOnlyList<IPEndPoint> GetServers() =>
        _client.GetServers().ConvertAll(server => EndPoints.ToIPEndPoint(server, server.Address.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6));

    /// <summary>The domains in which short names would be looked for now.</summary>
    public IReadOnlyList<string> GetSearchDomains() => _client.GetSearchDomains();

    /// <summary>Forgets all answers.</summary>
    public void ClearCache() => _client.Clear();

    /// <summary>Begins to look for the addresses of a name.</summary>
    internal NameLookup Look(string host, AddressFamily family)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (host.Length == 0)
        {
            return NameLookup.Known(_client, OwnAddresses());
        }

        if (IPAddress.TryParse(host, out var literal))
        {
            return NameLookup.Known(_client, [IpAddress.From(literal)]);
        }

        var names = SearchNames.Of(ToAscii(host), _client.GetSearchDomains(), _settings.Resolver.Dots);
        foreach (var name in names)
        {
            if (_hosts.TryGetValue(name.Text, out var given))
            {
                return NameLookup.Known(_client, given);
            }

            // RFC 6761 §6.3: the name of this host is no question for servers.
            if (name.Text == Localhost || name.Text.EndsWith("." + Localhost, StringComparison.Ordinal))
            {
                return NameLookup.Known(_client, [IPv6Address.Loopback, IPv4Address.Loopback]);
            }
        }

        return NameLookup.Start(_client, names, family);
    }

    /// <summary>The exception for a name whose addresses could not be learnt.</summary>
    internal SocketException Failure(DnsOutcome outcome, string host) => outcome switch
    {
        DnsOutcome.NoName => SocketErrors.Create(SocketError.HostNotFound, $"There is no host of the name {host}."),
        DnsOutcome.Failed when _client.GetServers().Count == 0 => SocketErrors.Create(
            SocketError.TryAgain, $"The name {host} cannot be resolved, for no DNS server is known: give one in NetworkStackOptions.Dns, or let the interface learn one by DHCP or router discovery."),
        DnsOutcome.Failed => SocketErrors.Create(SocketError.TryAgain, $"No DNS server answered for the name {host}."),
        _ => SocketErrors.Create(SocketError.NoData, $"The host {host} has no address of the family."),
    };

    private static async Task<(FamilyAnswer IPv6, FamilyAnswer IPv4)> BothAsync(NameLookup lookup, CancellationToken cancellation)
    {
        var ipv6 = await lookup.IPv6.WaitAsync(cancellation).ConfigureAwait(false);
        return (ipv6, await lookup.IPv4.WaitAsync(cancellation).ConfigureAwait(false));
    }

    private static string ToAscii(string host)
    {
        try
        {
            return System.Text.Ascii.IsValid(host) ? host : new IdnMapping().GetAscii(host);
        }
        catch (ArgumentException)
        {
            // It is no name; nothing will be found.
            return host;
        }
    }

    private IPAddress[] Addresses(string host, AddressFamily family, FamilyAnswer ipv6, FamilyAnswer ipv4)
    {
        List<IPAddress> six = family == AddressFamily.InterNetwork ? [] : [.. Convert(ipv6.Addresses)];
        List<IPAddress> four = family == AddressFamily.InterNetworkV6 ? [] : [.. Convert(ipv4.Addresses)];
        if (six.Count + four.Count == 0)
        {
            var outcome = family == AddressFamily.InterNetwork ? ipv4.Outcome : ipv6.Outcome;
            throw Failure(outcome == DnsOutcome.Found ? DnsOutcome.NoData : outcome, host);
        }

        return LeadsBeyondTheLink(AddressFamily.InterNetworkV6) ? [.. six, .. four] : [.. four, .. six];
    }

    private static IEnumerable<IPAddress> Convert(IReadOnlyList<IpAddress> addresses)
    {
        foreach (var address in addresses)
        {
            yield return address.ToIPAddress();
        }
    }

    private List<IpAddress> OwnAddresses()
    {
        List<IpAddress> own = [];
        foreach (var address in _stack.GetAddresses())
        {
            if (address.IsUsable && !address.Interface.IsLoopback)
            {
                own.Add(address.Prefix.Address);
            }
        }

        return own;
    }

    private bool LeadsBeyondTheLink(AddressFamily family)
    {
        foreach (var address in OwnAddresses())
        {
            if (address.IsIPv4 == (family == AddressFamily.InterNetwork) && !address.IsLinkLocal)
            {
                return true;
            }
        }

        return false;
    }
}
