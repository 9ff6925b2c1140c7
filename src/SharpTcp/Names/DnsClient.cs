using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Names;

/// <summary>Asks servers for what is not remembered. A question that is under way already is not asked a second time, which would double a forger's chances (RFC 5452 §5).</summary>
internal sealed partial class DnsClient
{
    /// <summary>Most questions under way.</summary>
    private const int MaxPending = 1024;

    private const ushort Port = 53;

    private readonly NetworkStack _stack;
    private readonly DnsSettings _settings;
    private readonly List<TransportEndpoint> _configured;
    private readonly DnsCache _cache;
    private readonly Dictionary<(DnsName Name, DnsType Type), List<TaskCompletionSource<DnsAnswer>>> _pending = [];

    public DnsClient(NetworkStack stack, DnsSettings settings)
    {
        settings.Check();
        _stack = stack;
        _settings = settings;
        _configured = settings.ParseServers();
        _cache = new DnsCache(settings.Resolver);
    }

    private Shard Shard => _stack.Shard;

    /// <summary>Asks, or remembers.</summary>
    public Task<DnsAnswer> AskAsync(DnsName name, DnsType type)
    {
        var now = Shard.Enter();
        if (_cache.Find(name, type, now) is { } known)
        {
            Shard.ExitUnchanged();
            return Task.FromResult(known);
        }

        // Each waiter has a task of its own: of several that wait for one, the runtime sends all but the first to the thread pool.
        var answered = new TaskCompletionSource<DnsAnswer>();
        if (_pending.TryGetValue((name, type), out var waiters))
        {
            waiters.Add(answered);
            Shard.ExitUnchanged();
            return answered.Task;
        }

        if (_pending.Count >= MaxPending)
        {
            Shard.ExitUnchanged();
            return Task.FromResult(DnsAnswer.Failure);
        }

        _pending.Add((name, type), [answered]);
        var exchange = new DnsExchange(name, type, ServersLocked(), _settings.Resolver, Shard.Host.Entropy);
        Shard.ExitUnchanged();
        _ = CarryOutAsync(exchange, name, type);
        return answered.Task;
    }

    /// <summary>The servers that would be asked now, the best first.</summary>
    public List<TransportEndpoint> GetServers()
    {
        Shard.Enter();
        var servers = ServersLocked();
        Shard.ExitUnchanged();
        return servers;
    }

    /// <summary>The domains in which short names would be looked for now.</summary>
    public List<string> GetSearchDomains()
    {
        if (_settings.SearchDomains.Count > 0)
        {
            return [.. _settings.SearchDomains];
        }

        List<string> domains = [];
        Shard.Enter();
        foreach (var link in _settings.UseAdvertised ? Shard.Host.Interfaces : [])
        {
            var lease = Shard.Host.GetLease(link)?.Lease;
            AddNew(domains, lease?.SearchDomains ?? []);
            AddNew(domains, lease is { SearchDomains.Count: 0, DomainName: { } domain } ? [domain] : []);
            AddNew(domains, Shard.Host.GetDhcpV6Lease(link)?.Lease.SearchDomains ?? []);
            AddNew(domains, Shard.Host.GetAdvertisedDomains(link));
        }

        Shard.ExitUnchanged();
        return domains;
    }

    /// <summary>Forgets all answers.</summary>
    public void Clear()
    {
        Shard.Enter();
        _cache.Clear();
        Shard.ExitUnchanged();
    }

    private static void AddNew<T>(List<T> list, IReadOnlyList<T> values)
    {
        foreach (var value in values)
        {
            if (!list.Contains(value))
            {
                list.Add(value);
            }
        }
    }

    private List<TransportEndpoint> ServersLocked()
    {
        if (_configured.Count > 0 || !_settings.UseAdvertised)
        {
            return [.. _configured];
        }

        List<TransportEndpoint> servers = [];
        foreach (var link in Shard.Host.Interfaces)
        {
            foreach (var server in Shard.Host.GetLease(link)?.Lease.DnsServers ?? [])
            {
                AddNew(servers, [new TransportEndpoint(server, Port)]);
            }

            foreach (var server in Shard.Host.GetDhcpV6Lease(link)?.Lease.DnsServers ?? [])
            {
                AddNew(servers, [new TransportEndpoint(server, Port, server.IsLinkLocal ? link.Index : 0)]);
            }

            foreach (var server in Shard.Host.GetAdvertisedServers(link))
            {
                AddNew(servers, [new TransportEndpoint(server, Port, server.IsLinkLocal ? link.Index : 0)]);
            }
        }

        return servers;
    }

    private async Task CarryOutAsync(DnsExchange exchange, DnsName name, DnsType type)
    {
        var answer = DnsAnswer.Failure;
        try
        {
            answer = await RunAsync(exchange).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Shard.ReportFault(exception, "the resolver");
        }
        finally
        {
            var now = Shard.Enter();
            _cache.Add(name, type, answer, now);
            _pending.Remove((name, type), out var waiters);
            Shard.ExitUnchanged();
            foreach (var waiter in waiters ?? [])
            {
                waiter.SetResult(answer);
            }
        }
    }
}
