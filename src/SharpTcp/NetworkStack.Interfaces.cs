using System;
using System.Collections.Generic;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp;

/// <summary>Interfaces, addresses and routes.</summary>
public sealed partial class NetworkStack : IHostObserver
{
    private TaskCompletionSource? _ready;

    /// <summary>
    /// The state of an address changed: usable now, found to be another station's, gone. Raised after the fact, in the completion scheduler, without any lock.
    /// </summary>
    public event Action<StackAddress>? AddressChanged;

    /// <summary>Attaches the stack to a link, which from now on belongs to it.</summary>
    /// <param name="link">The link.</param>
    /// <param name="settings">Addresses, gateways and more; null takes the link's own settings and no addresses but IPv6's link-local one.</param>
    /// <exception cref="FormatException">An address or gateway cannot be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The MTU is not from 68 to the link's.</exception>
    public NetworkInterface AddInterface(ILink link, InterfaceSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(link);
        ThrowIfDisposed();
        settings ??= new InterfaceSettings();
        var addresses = new List<(Prefix Prefix, IpAddress? Gateway)>();
        foreach (var address in settings.Addresses)
        {
            var parts = address.Split(",gw=");
            addresses.Add((Prefix.Parse(parts[0]), parts.Length == 1 ? null : parts.Length == 2 ? IpAddress.Parse(parts[1]) : throw new FormatException($"\"{address}\" has two gateways.")));
        }

        var gateways = new List<IpAddress>();
        foreach (var gateway in settings.Gateways)
        {
            gateways.Add(IpAddress.Parse(gateway));
        }

        var options = ToOptions(link, settings);
        var now = Shard.Enter();
        try
        {
            var added = Shard.AddLink(link, options, now);
            foreach (var (prefix, gateway) in addresses)
            {
                _ = gateway is { } own ? Shard.Host.AddAddress(added, prefix, own, now) : Shard.Host.AddAddress(added, prefix, now);
            }

            foreach (var gateway in gateways)
            {
                Shard.Host.AddRoute(DefaultRoute(gateway), gateway, added);
            }

            return added;
        }
        finally
        {
            Shard.Exit(now);
        }
    }

    /// <summary>Gives an interface one more address; it is usable when it turned out to be nobody else's.</summary>
    /// <param name="networkInterface">The interface.</param>
    /// <param name="address">The address with the length of its prefix.</param>
    public void AddAddress(NetworkInterface networkInterface, Prefix address)
    {
        ArgumentNullException.ThrowIfNull(networkInterface);
        var now = Shard.Enter();
        try
        {
            Shard.Host.AddAddress(networkInterface, address, now);
        }
        finally
        {
            Shard.Exit(now);
        }
    }

    /// <summary>Adds a route.</summary>
    /// <param name="destination">The network; of length 0 for the default route.</param>
    /// <param name="gateway">The router, or null if the network is on the link.</param>
    /// <param name="networkInterface">The interface to leave by.</param>
    public void AddRoute(Prefix destination, IpAddress? gateway, NetworkInterface networkInterface)
    {
        ArgumentNullException.ThrowIfNull(networkInterface);
        var now = Shard.Enter();
        try
        {
            Shard.Host.AddRoute(destination, gateway, networkInterface);
        }
        finally
        {
            Shard.Exit(now);
        }
    }

    /// <summary>
    /// Puts the addresses of a peer, as a resolver gave them, in the order in which they are to be tried: first what can be reached, in the scope and by the kind of address that fits
    /// (RFC 6724 §6).
    /// </summary>
    /// <param name="addresses">The addresses; they are not changed.</param>
    /// <returns>The same addresses, the best first.</returns>
    public IPAddress[] OrderDestinations(IEnumerable<IPAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        var list = new List<IpAddress>();
        foreach (var address in addresses)
        {
            list.Add(IpAddress.From(address));
        }

        var now = Shard.Enter();
        Shard.Host.SortDestinations(list, now);
        Shard.ExitUnchanged();
        return list.ConvertAll(address => address.ToIPAddress()).ToArray();
    }

    /// <summary>The addresses of all interfaces as they are now, also those that are not usable.</summary>
    public IReadOnlyList<StackAddress> GetAddresses()
    {
        var list = new List<StackAddress>();
        Shard.Enter();
        foreach (var networkInterface in Shard.Host.Interfaces)
        {
            foreach (var address in networkInterface.Addresses)
            {
                list.Add(Snapshot(address));
            }
        }

        Shard.ExitUnchanged();
        return list;
    }

    /// <summary>
    /// Waits until no address is being asked for any more: each is usable or known to be another station's, and DHCP servers gave one or did not answer at first.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task WaitReadyAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            ThrowIfDisposed();
            Task ready;
            Shard.Enter();
            var isReady = !IsConfiguring();
            ready = (_ready ??= new TaskCompletionSource()).Task;
            Shard.ExitUnchanged();
            if (isReady)
            {
                return;
            }

            await ready.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    void IHostObserver.OnAddressChanged(InterfaceAddress address)
    {
        Shard.Complete(new AddressChange(this, Snapshot(address), TakeReady()));
    }

    /// <inheritdoc/>
    void IHostObserver.OnAddressConflict(InterfaceAddress address, MacAddress other) =>
        Shard.Complete(new AddressChange(this, Snapshot(address), null));

    private static StackAddress Snapshot(InterfaceAddress address) => new(address.Interface, address.Prefix, address.Origin, address.State);

    private static Prefix DefaultRoute(IpAddress gateway) =>
        gateway.IsIPv4 ? new Prefix(new IPv4Address(0), 0) : new Prefix(default(IPv6Address), 0);

    private static InterfaceOptions ToOptions(ILink link, InterfaceSettings settings)
    {
        var capabilities = link.Capabilities;
        if (settings.Mtu is { } mtu)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(mtu, 68, nameof(settings));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(mtu, capabilities.Mtu, nameof(settings));
            capabilities = capabilities with { Mtu = mtu };
        }

        return new InterfaceOptions
        {
            Name = settings.Name ?? link.Name,
            HardwareAddress = settings.Mac ?? link.HardwareAddress,
            Capabilities = capabilities,
            IPv6LinkLocal = settings.IPv6LinkLocal,
            DuplicateAddressDetectTransmits = settings.DuplicateAddressDetection ? 1 : 0,
            AddressConflictDetection = settings.AddressConflictDetection,
            RouterDiscovery = settings.RouterDiscovery,
            IdentifierMode = settings.IdentifierMode,
            AnyAddress = settings.AnyAddress,
            OptimisticDetection = settings.OptimisticDuplicateAddressDetection,
            AcceptRedirects = settings.AcceptRedirects,
            Dhcp = settings.Dhcp,
            DhcpV6 = settings.DhcpV6,
            IPv4LinkLocal = settings.IPv4LinkLocal,
        };
    }

    /// <summary>Who waits for <see cref="WaitReadyAsync"/>, if there is nothing left to wait for.</summary>
    private TaskCompletionSource? TakeReady() => IsConfiguring() ? null : Interlocked.Exchange(ref _ready, null);

    private bool IsConfiguring()
    {
        foreach (var networkInterface in Shard.Host.Interfaces)
        {
            if (!Shard.Host.IsSettled(networkInterface))
            {
                return true;
            }

            foreach (var address in networkInterface.Addresses)
            {
                if (address.State == AddressState.Tentative)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Tells of an address after the release of the lock.</summary>
    private sealed class AddressChange(NetworkStack stack, StackAddress address, TaskCompletionSource? ready) : Completion
    {
        public override void Execute()
        {
            stack.AddressChanged?.Invoke(address);
            ready?.TrySetResult();
        }
    }
}
