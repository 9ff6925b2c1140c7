using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using SharpTcp.Protocols;

namespace SharpTcp.Cli;

/// <summary>
/// Tells on standard output of addresses, leases and routes: first of all that are there, then of each change. A line that begins with <c>gone</c> says that what follows is no more.
/// It always compares what is there with what it told, so nothing is told twice or in a wrong order.
/// </summary>
internal sealed class NetworkReport : IDisposable
{
    private readonly Lock _lock = new();
    private readonly NetworkStack _stack;
    private readonly IReadOnlyList<NetworkInterface> _interfaces;
    private readonly TextWriter _output;
    private readonly Action<StackAddress, bool> _onAddress;
    private readonly List<StackAddress> _addresses = [];
    private readonly List<Route> _routes = [];
    private readonly DhcpLease?[] _leases;
    private readonly DhcpV6Lease?[] _leasesV6;
    private bool _isOver;

    /// <summary>Begins to tell, at once of what is there.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="interfaces">The interfaces to tell of.</param>
    /// <param name="output">Where to.</param>
    /// <param name="onAddress">Told of each address that is usable now, or no longer.</param>
    public NetworkReport(NetworkStack stack, IReadOnlyList<NetworkInterface> interfaces, TextWriter output, Action<StackAddress, bool> onAddress)
    {
        (_stack, _interfaces, _output, _onAddress) = (stack, interfaces, output, onAddress);
        _leases = new DhcpLease?[interfaces.Count];
        _leasesV6 = new DhcpV6Lease?[interfaces.Count];
        stack.AddressChanged += OnAddressChanged;
        stack.LeaseChanged += OnLeaseChanged;
        stack.DhcpV6LeaseChanged += OnLeaseChanged;
        stack.RouteChanged += OnRouteChanged;
        Update();
    }

    /// <summary>How an origin is called.</summary>
    public static string OriginName(AddressOrigin origin) => origin switch
    {
        AddressOrigin.Static => "static",
        AddressOrigin.LinkLocal => "link-local",
        AddressOrigin.Slaac => "slaac",
        AddressOrigin.Temporary => "temporary",
        AddressOrigin.Dhcp => "dhcp",
        _ => throw new NotSupportedException($"The origin {origin} has no name yet."),
    };

    /// <summary>The line that tells of a lease: what it is about, then words with their values.</summary>
    public static string LeaseLine(NetworkInterface link, DhcpLease lease)
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"lease {lease.Address} {link.Name} server {lease.Server} seconds {(lease.Seconds == DhcpLease.Forever ? "forever" : lease.Seconds)}");
        Append("dns", string.Join(',', lease.DnsServers));
        Append("domain", lease.DomainName);
        Append("search", string.Join(',', lease.SearchDomains));
        Append("ntp", string.Join(',', lease.NtpServers));
        Append("hostname", lease.HostName);
        Append("mtu", lease.Mtu);
        return line.ToString();

        void Append(string word, object? value) => line.Append(value is null or "" ? "" : string.Create(CultureInfo.InvariantCulture, $" {word} {value}"));
    }

    /// <summary>The line that tells of what a DHCPv6 server gave: as of a lease of IPv4, with a hyphen for the address if there is none.</summary>
    public static string LeaseLine(NetworkInterface link, DhcpV6Lease lease)
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"lease {Subject(lease)} {link.Name} server {lease.Server} seconds {(lease.ValidSeconds == DhcpV6Lease.Forever ? "forever" : lease.ValidSeconds)}");
        line.Append(lease.DnsServers.Count > 0 ? $" dns {string.Join(',', lease.DnsServers)}" : "");
        line.Append(lease.SearchDomains.Count > 0 ? $" search {string.Join(',', lease.SearchDomains)}" : "");
        return line.ToString();
    }

    private static string Subject(DhcpV6Lease lease) => lease.Address is { } address ? $"{address}/128" : "-";

    /// <inheritdoc/>
    public void Dispose()
    {
        _stack.AddressChanged -= OnAddressChanged;
        _stack.LeaseChanged -= OnLeaseChanged;
        _stack.DhcpV6LeaseChanged -= OnLeaseChanged;
        _stack.RouteChanged -= OnRouteChanged;
        lock (_lock)
            _isOver = true;
    }

    private void OnAddressChanged(StackAddress address) => Update();

    private void OnLeaseChanged(StackLease lease) => Update();

    private void OnLeaseChanged(StackDhcpV6Lease lease) => Update();

    private void OnRouteChanged(Route route, bool isThere) => Update();

    private void Update()
    {
        lock (_lock)
        {
            if (_isOver)
                return;
            UpdateAddresses();
            UpdateLeases();
            UpdateRoutes();
            _output.Flush();
        }
    }

    private void UpdateAddresses()
    {
        var now = _stack.GetAddresses().Where(address => address.IsUsable && _interfaces.Contains(address.Interface)).ToList();
        foreach (var gone in _addresses.Where(told => !now.Exists(address => IsSame(address, told))).ToList())
        {
            _addresses.Remove(gone);
            _output.WriteLine($"gone address {gone.Prefix} {gone.Interface.Name} {OriginName(gone.Origin)}");
            _onAddress(gone, false);
        }
        foreach (var address in now.Where(address => !_addresses.Exists(told => IsSame(address, told))))
        {
            _addresses.Add(address);
            _output.WriteLine($"address {address.Prefix} {address.Interface.Name} {OriginName(address.Origin)}");
            _onAddress(address, true);
        }

        static bool IsSame(StackAddress one, StackAddress other) => one.Interface == other.Interface && one.Prefix == other.Prefix && one.Origin == other.Origin;
    }

    private void UpdateLeases()
    {
        for (var i = 0; i < _leases.Length; i++)
        {
            var now = _stack.GetLease(_interfaces[i])?.Lease;
            if (ReferenceEquals(now, _leases[i]))
                continue; // each acknowledgment of a server is a lease of its own
            if (now is not null)
                _output.WriteLine(LeaseLine(_interfaces[i], now));
            else
                _output.WriteLine($"gone lease {_leases[i]!.Address} {_interfaces[i].Name}");
            _leases[i] = now;
        }
        for (var i = 0; i < _leasesV6.Length; i++)
        {
            var now = _stack.GetDhcpV6Lease(_interfaces[i])?.Lease;
            if (ReferenceEquals(now, _leasesV6[i]))
                continue;
            _output.WriteLine(now is not null ? LeaseLine(_interfaces[i], now) : $"gone lease {Subject(_leasesV6[i]!)} {_interfaces[i].Name}");
            _leasesV6[i] = now;
        }
    }

    private void UpdateRoutes()
    {
        var own = _stack.GetAddresses();
        var now = _stack.GetRoutes().Where(route => IsWorthALine(route, own)).ToList();
        foreach (var gone in _routes.Except(now).ToList())
        {
            _routes.Remove(gone);
            _output.WriteLine($"gone {RouteLine(gone)}");
        }
        foreach (var route in now.Except(_routes).ToList())
        {
            _routes.Add(route);
            _output.WriteLine(RouteLine(route));
        }
    }

    // That the network of an address is on its link goes without saying.
    private bool IsWorthALine(Route route, IReadOnlyList<StackAddress> own) =>
        _interfaces.Contains(route.Interface)
        && (route.Gateway is not null || !own.Any(address => address.Interface == route.Interface && address.Prefix.ToNetwork() == route.Destination));

    private static string RouteLine(Route route) => $"route {route.Destination} {route.Interface.Name} {(route.Gateway is { } gateway ? $"via {gateway}" : "on-link")}";
}
