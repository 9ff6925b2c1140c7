using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp;

/// <summary>What interfaces get from the network: leases, and routes.</summary>
public sealed partial class NetworkStack
{
    /// <summary>
    /// A DHCP server leased an address or went on with it, and what came with it is in effect; or the lease is over. Raised after the fact, in the completion scheduler, without any lock.
    /// </summary>
    public event Action<StackLease>? LeaseChanged;

    /// <summary>
    /// A DHCPv6 server leased an address, went on with it or told the rest of the configuration; or it is over. Raised after the fact, in the completion scheduler, without any lock.
    /// </summary>
    public event Action<StackDhcpV6Lease>? DhcpV6LeaseChanged;

    /// <summary>A route came (true) or went (false). Raised after the fact, in the completion scheduler, without any lock.</summary>
    public event Action<Route, bool>? RouteChanged;

    /// <summary>
    /// Starts a stack that configures itself on a link by <see cref="InterfaceSettings.Automatic"/>, and waits until it has done so or found nobody to help.
    /// </summary>
    /// <param name="link">The link, which from now on belongs to the stack.</param>
    /// <param name="options">How the stack is set up; null takes the defaults.</param>
    /// <param name="cancellationToken">Gives up, and disposes the stack.</param>
    public static async Task<NetworkStack> StartAsync(ILink link, NetworkStackOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(link);
        var stack = new NetworkStack(options);
        try
        {
            stack.AddInterface(link, InterfaceSettings.Automatic);
            stack.Start();
            await stack.WaitReadyAsync(cancellationToken).ConfigureAwait(false);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The lease of an interface as it is now.</summary>
    /// <param name="networkInterface">The interface.</param>
    /// <returns>The lease; null if there is none.</returns>
    public StackLease? GetLease(NetworkInterface networkInterface)
    {
        ArgumentNullException.ThrowIfNull(networkInterface);
        var now = Shard.Enter();
        var found = Shard.Host.GetLease(networkInterface);
        Shard.ExitUnchanged();
        return found is { } lease ? new StackLease(networkInterface, lease.Lease, EndsAt(lease.Expires, now)) : null;
    }

    /// <summary>What DHCPv6 servers gave an interface, as it is now.</summary>
    /// <param name="networkInterface">The interface.</param>
    /// <returns>The lease; null if there is none.</returns>
    public StackDhcpV6Lease? GetDhcpV6Lease(NetworkInterface networkInterface)
    {
        ArgumentNullException.ThrowIfNull(networkInterface);
        var now = Shard.Enter();
        var found = Shard.Host.GetDhcpV6Lease(networkInterface);
        Shard.ExitUnchanged();
        return found is { } lease ? new StackDhcpV6Lease(networkInterface, lease.Lease, EndsAt(lease.Expires, now)) : null;
    }

    /// <summary>Sets the MAC of a neighbour by hand; it is never asked for and never forgotten.</summary>
    /// <param name="networkInterface">The interface that it is behind.</param>
    /// <param name="address">Its IP address.</param>
    /// <param name="mac">Its MAC address.</param>
    public void AddNeighbor(NetworkInterface networkInterface, IpAddress address, MacAddress mac)
    {
        ArgumentNullException.ThrowIfNull(networkInterface);
        var now = Shard.Enter();
        Shard.Host.AddNeighbor(networkInterface, address, mac, now);
        Shard.Exit(now);
    }

    /// <summary>Forgets all neighbours of an interface but those set by hand: they are asked for anew (RFC 1122 §2.3.2.1).</summary>
    /// <param name="networkInterface">The interface.</param>
    public void FlushNeighbors(NetworkInterface networkInterface)
    {
        ArgumentNullException.ThrowIfNull(networkInterface);
        var now = Shard.Enter();
        Shard.Host.FlushNeighbors(networkInterface, now);
        Shard.Exit(now);
    }

    /// <summary>The routes as they are now, best first.</summary>
    public IReadOnlyList<Route> GetRoutes()
    {
        Shard.Enter();
        Route[] routes = [.. Shard.Host.Routes];
        Shard.ExitUnchanged();
        return routes;
    }

    /// <summary>
    /// Ends the DHCP clients of all interfaces: their addresses are gone, and given back to the servers unless <see cref="DhcpOptions.KeepLease"/> forbids it. The stack must run or be
    /// pumped meanwhile. <see cref="DisposeAsync"/> does it too.
    /// </summary>
    /// <param name="timeout">How long it may take to find the servers' MAC addresses; by itself it is given up after a second.</param>
    public Task ReleaseLeasesAsync(TimeSpan timeout)
    {
        var now = Shard.Enter();
        StopDhcp(now);
        var end = new ReleaseTimer(this, now + timeout);
        end.OnTimer(now);
        Shard.Exit(now);
        return end.Task;
    }

    /// <inheritdoc/>
    void IHostObserver.OnLeaseChanged(NetworkInterface link, DhcpLease? lease, Instant expires) =>
        Shard.Complete(new LeaseChange(this, new StackLease(link, lease, EndsAt(expires, Shard.Now))));

    /// <inheritdoc/>
    void IHostObserver.OnDhcpV6LeaseChanged(NetworkInterface link, DhcpV6Lease? lease, Instant expires) =>
        Shard.Complete(new DhcpV6LeaseChange(this, new StackDhcpV6Lease(link, lease, EndsAt(expires, Shard.Now))));

    /// <inheritdoc/>
    void IHostObserver.OnConfigurationSettled(NetworkInterface link)
    {
        if (TakeReady() is { } ready)
        {
            Shard.Complete(new Done(ready));
        }
    }

    /// <inheritdoc/>
    void IHostObserver.OnRouteChanged(Route route, bool isThere) => Shard.Complete(new RouteChange(this, route, isThere));

    private void StopDhcp(Instant now)
    {
        foreach (var networkInterface in Shard.Host.Interfaces)
        {
            Shard.Host.StopDhcp(networkInterface, now);
        }
    }

    private DateTimeOffset? EndsAt(Instant expires, Instant now) => expires.IsNever ? null : _options.TimeProvider.GetUtcNow() + (expires - now);

    private sealed class LeaseChange(NetworkStack stack, StackLease lease) : Completion
    {
        public override void Execute() => stack.LeaseChanged?.Invoke(lease);
    }

    private sealed class DhcpV6LeaseChange(NetworkStack stack, StackDhcpV6Lease lease) : Completion
    {
        public override void Execute() => stack.DhcpV6LeaseChanged?.Invoke(lease);
    }

    private sealed class RouteChange(NetworkStack stack, Route route, bool isThere) : Completion
    {
        public override void Execute() => stack.RouteChanged?.Invoke(route, isThere);
    }

    /// <summary>Looks from time to time whether the leases are given back.</summary>
    private sealed class ReleaseTimer(NetworkStack stack, Instant end) : TimerEntry
    {
        private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(2);

        private readonly TaskCompletionSource _done = new();

        public Task Task => _done.Task;

        protected internal override void OnTimer(Instant now)
        {
            if (IsReleasing() && now < end)
            {
                stack.Shard.Host.Timers.Schedule(this, Instant.Min(now + Interval, end));
            }
            else
            {
                stack.Shard.Complete(new Done(_done));
            }
        }

        private bool IsReleasing()
        {
            foreach (var networkInterface in stack.Shard.Host.Interfaces)
            {
                if (stack.Shard.Host.GetDhcpState(networkInterface) == DhcpState.Releasing)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
