using System;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>Routers that advertise by radvd, and DHCPv6 by dnsmasq.</summary>
public sealed class RouterAdvertisementTests
{
    private static readonly InterfaceSettings Settings = new() { RouterDiscovery = true, DhcpV6 = new DhcpV6Settings(), IdentifierMode = InterfaceIdentifierMode.Temporary };

    [Fact]
    [Rfc("8504", "N6-23")]
    [Rfc("8504", "N6-27")]
    public async Task Radvd_gives_addresses_a_route_and_resolvers_and_takes_them_back()
    {
        await using var lab = await LinkLab.CreateAsync();
        var router = await lab.AddHostAsync("2001:db8:1::1/64", "fe80::1/64", "2001:db8:ffff::1/128");
        await lab.StartRadvdAsync(
            router,
            "AdvDefaultLifetime 30; prefix 2001:db8:1::/64 { AdvValidLifetime 7300; AdvPreferredLifetime 3600; }; "
            + "RDNSS 2001:db8:1::53 { AdvRDNSSLifetime 30; }; DNSSL example.org { AdvDNSSLLifetime 30; };");
        await using var stack = await lab.StartStackAsync(Settings);
        await LinkLab.EventuallyAsync(() => stack.GetAddresses().Count(address => address.IsUsable && address.Prefix.Address.ToString().StartsWith("2001:db8:1:", StringComparison.Ordinal)) == 2, "there are two addresses");
        Assert.Equal(
            [AddressOrigin.Slaac, AddressOrigin.Temporary],
            stack.GetAddresses().Where(address => address.Prefix.Address.IsIPv6 && !address.Prefix.Address.IsLinkLocal && !address.Interface.IsLoopback).Select(address => address.Origin));
        await stack.PingAsync(IPAddress.Parse("2001:db8:ffff::1"), new byte[8], CancellationToken.None);
        foreach (var address in stack.GetAddresses().Where(address => address.Origin is AddressOrigin.Slaac or AddressOrigin.Temporary))
            (await router.RunAsync(new Command("ping", "-n", "-c", "1", "-W", "5", $"{address.Prefix.Address}"))).MustSucceed();
        Assert.Equal(["example.org"], stack.Dns.GetSearchDomains());
        Assert.Contains(stack.GetRoutes(), route => route.Destination.Length == 0 && $"{route.Gateway}" == "fe80::1");

        // The program says goodbye when it ends: no default route, no resolver. An address lives two hours all the same.
        await lab.EndRadvdAsync(router);
        await LinkLab.EventuallyAsync(() => !stack.GetRoutes().Any(route => route.Destination.Length == 0), "the default route is gone");
        Assert.Equal(2, stack.GetAddresses().Count(address => address.Origin is AddressOrigin.Slaac or AddressOrigin.Temporary));
    }

    [Fact]
    [Rfc("4862", "5.5.4")]
    public async Task A_prefix_that_radvd_lets_run_out_is_deprecated_and_what_is_on_the_link_ends()
    {
        await using var lab = await LinkLab.CreateAsync();
        var router = await lab.AddHostAsync("2001:db8:1::1/64", "fe80::1/64");
        var radvd = await lab.StartRadvdAsync(router, "AdvDefaultLifetime 4; prefix 2001:db8:1::/64 { AdvValidLifetime 12; AdvPreferredLifetime 6; };");
        await using var stack = await lab.StartStackAsync(Settings with { IdentifierMode = InterfaceIdentifierMode.Stable });
        AddressState? State() => stack.GetAddresses().Where(address => address.Origin == AddressOrigin.Slaac).Select(address => (AddressState?)address.State).FirstOrDefault();
        await LinkLab.EventuallyAsync(() => State() == AddressState.Preferred, "there is an address");
        radvd.Dispose(); // killed: it says nothing more
        await LinkLab.EventuallyAsync(() => State() == AddressState.Deprecated, "the address is deprecated");
        await LinkLab.EventuallyAsync(() => State() is null, "the address is gone");
        await LinkLab.EventuallyAsync(() => !stack.GetRoutes().Any(route => route.Destination.IsIPv6 && route.Destination.Length is 0), "no route is left");
    }

    [Fact]
    [Rfc("4861", "6.3.6")]
    [Rfc("1122", "IP-110")]
    public async Task When_one_of_two_routers_dies_the_other_is_taken()
    {
        await using var lab = await LinkLab.CreateAsync();
        var first = await lab.AddHostAsync("2001:db8:1::1/64", "fe80::1/64", "2001:db8:ffff::1/128");
        var second = await lab.AddHostAsync("2001:db8:1::2/64", "fe80::2/64", "2001:db8:ffff::1/128");
        await lab.StartRadvdAsync(first, "AdvDefaultLifetime 9000; AdvDefaultPreference high; prefix 2001:db8:1::/64 { };");
        await lab.StartRadvdAsync(second, "AdvDefaultLifetime 9000; prefix 2001:db8:1::/64 { };");
        await using var stack = await lab.StartStackAsync(Settings with { IdentifierMode = InterfaceIdentifierMode.Stable });
        await LinkLab.EventuallyAsync(() => stack.GetRoutes().Count(route => route.Destination is { IsIPv6: true, Length: 0 }) == 2, "there are two routers");
        await LinkLab.EventuallyAsync(() => stack.GetAddresses().Any(address => address is { IsUsable: true, Origin: AddressOrigin.Slaac }), "there is an address");
        var far = IPAddress.Parse("2001:db8:ffff::1");
        await stack.PingAsync(far, new byte[8], CancellationToken.None);
        Assert.Equal(1, await CountAsync(first));
        Assert.Equal(0, await CountAsync(second));
        await first.IpAsync("link set eth0 down");
        await LinkLab.EventuallyAsync(() => AnswersAsync(stack, far), "the second router brings packets there");
        Assert.True(await CountAsync(second) > 0);
    }

    [Fact]
    [Rfc("8504", "N6-S12")]
    public async Task Dnsmasq_leases_an_address_over_DHCPv6_and_gets_it_back()
    {
        await using var lab = await LinkLab.CreateAsync();
        var server = await lab.AddHostAsync("2001:db8:5::1/64", "fe80::1/64");
        await lab.StartDnsmasqAsync(
            server, "--dhcp-range=2001:db8:5::50,2001:db8:5::59,64,2m", "--dhcp-option=option6:dns-server,[2001:db8:5::53]", "--dhcp-option=option6:domain-search,example.org");
        DhcpV6Lease lease;
        await using (var stack = await lab.StartStackAsync(Settings))
        {
            await LinkLab.EventuallyAsync(() => stack.GetDhcpV6Lease(LinkLab.InterfaceOf(stack)) is not null, "there is a lease");
            lease = stack.GetDhcpV6Lease(LinkLab.InterfaceOf(stack))!.Value.Lease!;
            Assert.StartsWith("2001:db8:5::5", $"{lease.Address}", StringComparison.Ordinal);
            Assert.Equal(["2001:db8:5::53"], lease.DnsServers.Select(one => $"{one}"));
            Assert.Equal(["example.org"], lease.SearchDomains);
            Assert.Equal(120u, lease.ValidSeconds);
            (await server.RunAsync(new Command("ping", "-n", "-c", "1", "-W", "5", $"{lease.Address}"))).MustSucceed();
        }

        // The DUID is of the MAC: another run gets the same address, be it confirmed or asked for anew.
        await using var again = await lab.StartStackAsync(Settings with { DhcpV6 = new DhcpV6Settings { Previous = lease, PreviousFor = TimeSpan.FromSeconds(60) } });
        await LinkLab.EventuallyAsync(() => again.GetDhcpV6Lease(LinkLab.InterfaceOf(again)) is { } now && now.Lease!.Address == lease.Address, "the address is leased again");
    }

    [Fact]
    [Rfc("8504", "N6-28")]
    public async Task Dnsmasq_tells_resolvers_alone_where_addresses_are_made_of_the_prefix()
    {
        await using var lab = await LinkLab.CreateAsync();
        var server = await lab.AddHostAsync("2001:db8:5::1/64", "fe80::1/64");
        await lab.StartDnsmasqAsync(server, "--dhcp-range=2001:db8:5::,ra-stateless,64,10m", "--dhcp-option=option6:dns-server,[2001:db8:5::53]");
        await using var stack = await lab.StartStackAsync(Settings);
        await LinkLab.EventuallyAsync(() => stack.GetDhcpV6Lease(LinkLab.InterfaceOf(stack)) is not null, "there is an answer");
        var lease = stack.GetDhcpV6Lease(LinkLab.InterfaceOf(stack))!.Value.Lease!;
        Assert.Null(lease.Address);
        Assert.Equal(["2001:db8:5::53"], lease.DnsServers.Select(one => $"{one}"));
        await LinkLab.EventuallyAsync(() => stack.GetAddresses().Any(address => address.Origin == AddressOrigin.Slaac), "an address is made of the prefix");
    }

    [Fact]
    [Rfc("8504", "N6-16")]
    [Rfc("4861", "7.2.4")]
    public async Task Ndisc6_finds_the_stack()
    {
        Requirements.SkipUnlessProgram("ndisc6", "ndisc6");
        await using var lab = await LinkLab.CreateAsync();
        var host = await lab.AddHostAsync("2001:db8:1::1/64");
        await using var stack = await lab.StartStackAsync(new InterfaceSettings { Addresses = ["2001:db8:1::7/64"] });
        var answer = (await host.RunAsync(new Command("ndisc6", "-1", "-w", "5000", "2001:db8:1::7", "eth0"))).MustSucceed();
        Assert.Contains("02:00:5E:10:00:02", answer.Text, StringComparison.OrdinalIgnoreCase);
        Assert.NotEqual(0, (await host.RunAsync(new Command("ndisc6", "-1", "-r", "1", "-w", "500", "2001:db8:1::99", "eth0"))).ExitCode);
    }

    private static async Task<bool> AnswersAsync(NetworkStack stack, IPAddress address)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await stack.PingAsync(address, new byte[8], limit.Token);
            return true;
        }
        catch (Exception exception) when (exception is OperationCanceledException or System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    /// <summary>How many echo requests the kernel of a host has answered.</summary>
    private static async Task<int> CountAsync(NetNamespace host)
    {
        var lines = (await host.RunAsync(new Command("cat", "/proc/thread-self/net/snmp6"))).MustSucceed().Text.Split('\n');
        return int.Parse(lines.Single(line => line.StartsWith("Icmp6InEchos", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
