using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>The addresses of a host: how they come up, who finds them, how they go.</summary>
internal sealed class AddressTable(HostCore host)
{
    /// <summary>The most addresses a host has.</summary>
    public const int Capacity = 1024;

    private readonly List<InterfaceAddress> _all = [];
    private readonly Dictionary<(IpAddress Address, int Zone), InterfaceAddress> _index = [];

    /// <summary>All addresses, also those not usable yet.</summary>
    public IReadOnlyList<InterfaceAddress> All => _all;

    /// <summary>Puts an address on an interface; an IPv6 one is first asked for on the link.</summary>
    /// <exception cref="ArgumentException">The address cannot be an interface's, or is there already.</exception>
    public InterfaceAddress Add(NetworkInterface link, Prefix prefix, AddressOrigin origin, Instant now) =>
        Add(new InterfaceAddress(link, prefix, origin), now, now);

    /// <summary>Puts an address on its interface, and asks for it from some moment on.</summary>
    /// <exception cref="ArgumentException">The address cannot be an interface's, or is there already.</exception>
    public InterfaceAddress Add(InterfaceAddress address, Instant detectFrom, Instant now)
    {
        var (link, prefix) = (address.Interface, address.Prefix);
        Check(address);
        _all.Add(address);
        link.AddressList.Add(address);
        _index.Add(Key(prefix.Address, link), address);
        if (prefix.IsIPv6)
        {
            link.Groups.Join(prefix.Address.ToIPv6().ToSolicitedNode(), now); // RFC 4861 §7.2.1, RFC 4862 §5.4.2
        }

        Detect(address, detectFrom, now);
        return address;
    }

    /// <summary>Takes an address off its interface.</summary>
    public void Remove(InterfaceAddress address, Instant now)
    {
        if (address.State == AddressState.Removed)
        {
            return;
        }

        Withdraw(address, now);
        address.State = AddressState.Removed;
        _all.Remove(address);
        address.Interface.AddressList.Remove(address);
        _index.Remove(Key(address.Address, address.Interface));
        host.Ip.Invalidate();
        host.Observer?.OnAddressChanged(address);
    }

    /// <summary>Nobody else has the address: it may be used.</summary>
    public void OnUnique(InterfaceAddress address, Instant now)
    {
        var wasOptimistic = address.State == AddressState.Optimistic;
        address.Detection = null;
        address.State = address.IsPastPreferred(now) ? AddressState.Deprecated : AddressState.Preferred;
        if (wasOptimistic)
        {
            host.Ip.Invalidate();
            if (address.Address.IsLinkLocal)
            {
                address.Interface.Groups.OnLinkLocalUsable(now);
            }

            host.Observer?.OnAddressChanged(address);
            return;
        }

        Begin(address, now);
    }

    /// <summary>An address is in use from now on.</summary>
    private void Begin(InterfaceAddress address, Instant now)
    {
        var prefix = address.Prefix;
        if (address.IsPrefixOnLink && prefix.Length < prefix.Address.BitLength)
        {
            address.ConnectedRoute = new Route(prefix.ToNetwork(), null, address.Interface, 0);
            host.RouteTable.Add(address.ConnectedRoute);
        }

        if (address.Gateway is { } gateway)
        {
            address.GatewayRoute = new Route(new Prefix(prefix.IsIPv4 ? default(IPv4Address) : default(IPv6Address), 0), gateway, address.Interface, 0);
            host.RouteTable.Add(address.GatewayRoute);
        }

        host.Ip.Invalidate();
        if (prefix.IsIPv4)
        {
            host.LinkControl.AnnounceArp(address.Interface, prefix.Address.ToIPv4());
            address.ConflictDetection?.OnAnnounced(now);
        }
        else if (prefix.Address.IsLinkLocal)
        {
            address.Interface.Groups.OnLinkLocalUsable(now);
        }

        host.Observer?.OnAddressChanged(address);
        address.Owner?.OnUsable(address, now);
    }

    /// <summary>Another station has the address: it is not used any more (RFC 4862 §5.4.5, RFC 5227 §2.4).</summary>
    public void OnDuplicate(InterfaceAddress address, Instant now)
    {
        host.Counters.Add(Counter.DuplicateAddresses);
        Withdraw(address, now);
        address.State = AddressState.Duplicate;
        host.Ip.Invalidate();
        host.Observer?.OnAddressChanged(address);
        address.Owner?.OnDuplicate(address, now);
    }

    /// <summary>An address in use is past its preferred lifetime, or no longer (RFC 4862 §5.5.4).</summary>
    public void SetDeprecated(InterfaceAddress address, bool isDeprecated)
    {
        var state = isDeprecated ? AddressState.Deprecated : AddressState.Preferred;
        if (address.State != state && !address.IsBeingDetected)
        {
            address.State = state;
            host.Ip.Invalidate();
            host.Observer?.OnAddressChanged(address);
        }
    }

    /// <summary>The entry of one of our addresses, usable or not; a link-local one is only found on its own interface, or with index 0 on any.</summary>
    public InterfaceAddress? FindOwn(IpAddress address, int interfaceIndex = 0)
    {
        if (!IsZoned(address))
        {
            return _index.TryGetValue((address, 0), out var own) ? own : null;
        }

        if (interfaceIndex != 0)
        {
            return _index.TryGetValue((address, interfaceIndex), out var own) ? own : null;
        }

        foreach (var candidate in _all)
        {
            if (candidate.Address == address)
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>The entry of an address of this very interface, usable or not.</summary>
    public InterfaceAddress? FindOn(NetworkInterface link, IpAddress address) =>
        _index.TryGetValue((address, IsZoned(address) ? link.Index : 0), out var own) && own.Interface == link ? own : null;

    /// <summary>An address of ours that packets may come from and go to over an interface (the weak model of RFC 1122 §3.3.4.2, but for link-local addresses).</summary>
    public InterfaceAddress? FindUsable(IpAddress address, NetworkInterface link) =>
        _index.TryGetValue((address, IsZoned(address) ? link.Index : 0), out var own) && own.IsUsable ? own : IsZoned(address) && link.IsLoopback ? FindOwn(address) : null;

    /// <summary>The address that a question for a neighbour comes from: that of the packet which caused it, if the interface has it, else any of its own (RFC 4861 §7.2.2).</summary>
    public static InterfaceAddress? SolicitSource(NetworkInterface link, IpAddress target, InterfaceAddress? preferred)
    {
        if (preferred is { IsUsable: true, IsBeingDetected: false } && preferred.Interface == link && preferred.Address.IsIPv4 == target.IsIPv4)
        {
            return preferred;
        }

        foreach (var address in link.AddressList)
        {
            // An optimistic address asks nobody: the question would carry our MAC into others' caches (RFC 4429 §3.2).
            if (address.IsUsable && !address.IsBeingDetected && address.Address.IsIPv4 == target.IsIPv4)
            {
                return address;
            }
        }

        return null;
    }

    private static bool IsZoned(IpAddress address) => address.IsIPv6 && address.IsLinkLocal;

    private static (IpAddress Address, int Zone) Key(IpAddress address, NetworkInterface link) => (address, IsZoned(address) ? link.Index : 0);

    private void Detect(InterfaceAddress address, Instant from, Instant now)
    {
        var link = address.Interface;
        if (!link.IsEthernet || link.IsLoopback)
        {
            OnUnique(address, now);
        }
        else if (address.Address.IsIPv4 && (link.Options.AddressConflictDetection || address.IsAlwaysDetected))
        {
            address.State = AddressState.Tentative;
            address.ConflictDetection = new AddressConflictDetection(host, address);
            address.ConflictDetection.Start(from);
        }
        else if (address.Address.IsIPv6 && link.Options.DuplicateAddressDetectTransmits > 0)
        {
            var isOptimistic = link.Options.OptimisticDetection && address.Origin is not AddressOrigin.Static; // RFC 4429 §3.1
            address.State = isOptimistic ? AddressState.Optimistic : AddressState.Tentative;
            address.Detection = new DuplicateAddressDetection(host, address);
            address.Detection.Start(from);
            if (isOptimistic)
            {
                Begin(address, now);
            }
        }
        else
        {
            OnUnique(address, now);
        }
    }

    private void Withdraw(InterfaceAddress address, Instant now)
    {
        address.Detection?.Stop();
        address.Detection = null;
        address.ConflictDetection?.Stop();
        address.ConflictDetection = null;
        if (address.Address.IsIPv6 && address.State != AddressState.Duplicate)
        {
            address.Interface.Groups.Leave(address.Address.ToIPv6().ToSolicitedNode(), now);
        }

        WithdrawRoute(address.ConnectedRoute, address);
        WithdrawRoute(address.GatewayRoute, address);
        (address.ConnectedRoute, address.GatewayRoute) = (null, null);
    }

    private void WithdrawRoute(Route? route, InterfaceAddress address)
    {
        if (route is not null && !IsRouteShared(route, address))
        {
            host.RouteTable.Remove(route);
        }
    }

    private bool IsRouteShared(Route route, InterfaceAddress address)
    {
        foreach (var other in _all)
        {
            if (other != address && (other.ConnectedRoute == route || other.GatewayRoute == route))
            {
                return true;
            }
        }

        return false;
    }

    private void Check(InterfaceAddress own)
    {
        var (link, prefix, address) = (own.Interface, own.Prefix, own.Address);
        if (!address.IsUnicast || (address.IsLoopback != link.IsLoopback && address.IsLoopback))
        {
            throw new ArgumentException($"{address} cannot be the address of {link.Name}: pass a unicast address.", nameof(own));
        }

        if (prefix.Broadcast is { } broadcast && (address == (IpAddress)broadcast || address == prefix.Network))
        {
            throw new ArgumentException($"{prefix} is the network or broadcast address itself: pass the address of a host.", nameof(own));
        }

        if (own.Gateway is { } gateway
            && (gateway.IsIPv4 != address.IsIPv4 || !gateway.IsUnicast || gateway == address || !(prefix.Contains(gateway) || (gateway.IsIPv6 && gateway.IsLinkLocal))))
        {
            throw new ArgumentException($"{gateway} cannot be the gateway of {prefix}: pass another address of its network.", nameof(own));
        }

        if (address.IsIPv6 && !link.SpeaksIPv6)
        {
            throw new ArgumentException($"{link.Name} has an MTU of {link.Mtu}; IPv6 needs at least {NetworkInterface.IPv6MinimumMtu}.", nameof(own));
        }

        if (_index.ContainsKey(Key(address, link)))
        {
            throw new ArgumentException($"{address} is an address of this host already.", nameof(own));
        }

        if (_all.Count == Capacity)
        {
            throw new ArgumentException($"The host has {Capacity} addresses already: remove one first.", nameof(own));
        }
    }
}
