using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Names;

/// <summary>
/// The addresses of a name, each family as soon as it is known. Both are asked for at the same time, for one name of the search list after the other, until one has addresses.
/// </summary>
internal sealed class NameLookup
{
    private readonly DnsClient _client;
    private readonly TaskCompletionSource<FamilyAnswer> _ipv6 = new();
    private readonly TaskCompletionSource<FamilyAnswer> _ipv4 = new();

    private NameLookup(DnsClient client) => _client = client;

    /// <summary>The IPv6 addresses.</summary>
    public Task<FamilyAnswer> IPv6 => _ipv6.Task;

    /// <summary>The IPv4 addresses.</summary>
    public Task<FamilyAnswer> IPv4 => _ipv4.Task;

    /// <summary>A lookup whose addresses are known.</summary>
    public static NameLookup Known(DnsClient client, IReadOnlyList<IpAddress> addresses)
    {
        var lookup = new NameLookup(client);
        List<IpAddress> ipv6 = [], ipv4 = [];
        foreach (var address in addresses)
        {
            (address.IsIPv4 ? ipv4 : ipv6).Add(address);
        }

        lookup._ipv6.SetResult(new FamilyAnswer(ipv6.Count > 0 ? DnsOutcome.Found : DnsOutcome.NoData, ipv6, null));
        lookup._ipv4.SetResult(new FamilyAnswer(ipv4.Count > 0 ? DnsOutcome.Found : DnsOutcome.NoData, ipv4, null));
        return lookup;
    }

    /// <summary>Begins to ask.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="names">The names to ask for, the first that has addresses ends it.</param>
    /// <param name="family">One family, or <see cref="AddressFamily.Unspecified"/> for both.</param>
    public static NameLookup Start(DnsClient client, IReadOnlyList<DnsName> names, AddressFamily family)
    {
        var lookup = new NameLookup(client);
        _ = lookup.RunAsync(names, family);
        return lookup;
    }

    private async Task RunAsync(IReadOnlyList<DnsName> names, AddressFamily family)
    {
        var nothing = new FamilyAnswer(DnsOutcome.NoName, [], null);
        foreach (var name in names)
        {
            var ipv6 = AskAsync(name, DnsType.Aaaa, family != AddressFamily.InterNetwork);
            var ipv4 = AskAsync(name, DnsType.A, family != AddressFamily.InterNetworkV6);
            await Task.WhenAny(ipv6, ipv4).ConfigureAwait(false);
            // What is found is told at once; what is not, only when the other family has nothing either.
            if (ipv6.IsCompleted && ipv6.Result.Outcome == DnsOutcome.Found)
            {
                _ipv6.TrySetResult(ipv6.Result);
            }
            else if (ipv4.IsCompleted && ipv4.Result.Outcome == DnsOutcome.Found)
            {
                _ipv4.TrySetResult(ipv4.Result);
            }

            var (six, four) = (await ipv6.ConfigureAwait(false), await ipv4.ConfigureAwait(false));
            if (six.Outcome == DnsOutcome.Found || four.Outcome == DnsOutcome.Found)
            {
                _ipv6.TrySetResult(six);
                _ipv4.TrySetResult(four);
                return;
            }

            nothing = new FamilyAnswer(Worse(nothing.Outcome, Worse(six.Outcome, four.Outcome)), [], null);
        }

        _ipv6.TrySetResult(nothing);
        _ipv4.TrySetResult(nothing);
    }

    // The one that tells more: no answer at all, then a name without addresses, then no name.
    private static DnsOutcome Worse(DnsOutcome left, DnsOutcome right) =>
        left == DnsOutcome.Failed || right == DnsOutcome.Failed ? DnsOutcome.Failed
        : left == DnsOutcome.NoData || right == DnsOutcome.NoData ? DnsOutcome.NoData
        : DnsOutcome.NoName;

    private async Task<FamilyAnswer> AskAsync(DnsName name, DnsType type, bool isWanted)
    {
        if (!isWanted)
        {
            return new FamilyAnswer(DnsOutcome.NoName, [], null);
        }

        var answer = await _client.AskAsync(name, type).ConfigureAwait(false);
        return new FamilyAnswer(answer.Outcome, answer.Addresses, answer.CanonicalName);
    }
}

/// <summary>The addresses of one family.</summary>
internal readonly record struct FamilyAnswer(DnsOutcome Outcome, IReadOnlyList<IpAddress> Addresses, DnsName? CanonicalName);
