using System;
using System.Linq;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>DHCP servers as they are installed.</summary>
public sealed class DhcpTests
{
    private const string Range = "--dhcp-range=10.77.0.50,10.77.0.59,255.255.255.0,2m";

    [Fact]
    [Rfc("2131", "4.4.1")]
    [Rfc("2131", "4.4.6")]
    public async Task Dnsmasq_leases_an_address_with_everything_and_gets_it_back()
    {
        await using var lab = await DhcpLab.CreateAsync();
        await lab.StartDnsmasqAsync(
            Range, "--domain=example.com", "--dhcp-option=option:ntp-server,10.77.0.1", "--dhcp-option=option:dns-server,10.77.0.1,10.77.0.2", "--dhcp-option=26,1400",
            "--dhcp-option=119,eng.example.com,example.com", "--dhcp-option=121,192.0.2.0/24,10.77.0.9,0.0.0.0/0,10.77.0.1", "--dhcp-option=option:router,10.77.0.3");
        await using (var stack = await lab.StartStackAsync(new DhcpOptions { HostName = "seven" }))
        {
            var lease = DhcpLab.LeaseOf(stack)!.Value;
            Assert.InRange((lease.Expires!.Value - DateTimeOffset.UtcNow).TotalSeconds, 60, 120);
            var given = lease.Lease!;
            Assert.True(Prefix.Parse("10.77.0.0/24").Contains(given.Address));
            Assert.Equal((24, "10.77.0.1", 120u, "example.com", (int?)1400), (given.Address.Length, $"{given.Server}", given.Seconds, given.DomainName, given.Mtu));
            Assert.Equal(["10.77.0.1", "10.77.0.2"], given.DnsServers.Select(server => $"{server}"));
            Assert.Equal(["10.77.0.1"], given.NtpServers.Select(server => $"{server}"));
            Assert.Equal(["eng.example.com", "example.com"], given.SearchDomains);
            Assert.Equal(["192.0.2.0/24 via 10.77.0.9", "0.0.0.0/0 via 10.77.0.1"], given.Routes.Select(route => $"{route.Destination} via {route.Gateway}"));
            Assert.Contains(stack.GetRoutes(), route => $"{route.Destination} via {route.Gateway}" == "0.0.0.0/0 via 10.77.0.1");
            Assert.DoesNotContain(stack.GetRoutes(), route => $"{route.Gateway}" == "10.77.0.3");
            (await lab.Near.RunAsync(new Command("ping", "-n", "-c", "1", "-W", "5", $"{given.Address.Address}"))).MustSucceed();
            Assert.Contains(lab.Log, line => line.Contains("client provides name: seven", StringComparison.Ordinal));
        }
        await lab.EventuallyAsync(() => lab.Messages.Contains("DHCPRELEASE", StringComparison.Ordinal), "the lease was given back");
        Assert.Equal("DHCPDISCOVER DHCPOFFER DHCPREQUEST DHCPACK DHCPRELEASE", lab.Messages);
    }

    [Fact]
    [Rfc("2131", "4.3.2")]
    public async Task After_a_restart_dnsmasq_confirms_the_address_without_a_search()
    {
        await using var lab = await DhcpLab.CreateAsync();
        await lab.StartDnsmasqAsync(Range);
        DhcpLease lease;
        await using (var stack = await lab.StartStackAsync(new DhcpOptions { KeepLease = true }))
            lease = DhcpLab.LeaseOf(stack)!.Value.Lease!;
        await using var again = await lab.StartStackAsync(new DhcpOptions { Previous = lease, PreviousFor = TimeSpan.FromSeconds(100) });
        Assert.Equal(lease.Address, DhcpLab.LeaseOf(again)!.Value.Lease!.Address);
        Assert.Equal("DHCPDISCOVER DHCPOFFER DHCPREQUEST DHCPACK DHCPREQUEST DHCPACK", lab.Messages);
    }

    [Fact]
    [Rfc("2131", "3.2")]
    public async Task In_another_network_dnsmasq_refuses_the_old_address_and_gives_a_new_one()
    {
        await using var lab = await DhcpLab.CreateAsync();
        await lab.StartDnsmasqAsync(Range, "--dhcp-authoritative");
        var old = new DhcpLease { Address = Prefix.Parse("10.99.0.7/24"), Server = IPv4Address.Parse("10.99.0.1"), Seconds = 3600 };
        await using var stack = await lab.StartStackAsync(new DhcpOptions { Previous = old, PreviousFor = TimeSpan.FromHours(1) });
        Assert.True(Prefix.Parse("10.77.0.0/24").Contains(DhcpLab.LeaseOf(stack)!.Value.Lease!.Address));
        Assert.StartsWith("DHCPREQUEST DHCPNAK DHCPDISCOVER DHCPOFFER DHCPREQUEST DHCPACK", lab.Messages, StringComparison.Ordinal);
    }

    [Fact]
    [Rfc("2131", "3.1")]
    [Rfc("exam", "78")]
    public async Task An_address_that_a_Linux_host_has_is_declined_and_another_one_leased()
    {
        await using var lab = await DhcpLab.CreateAsync();
        // The kernel answers for every address that it has anywhere, also for one of which the server knows nothing.
        await lab.Near.IpAsync("addr add 10.77.0.50/32 dev lo");
        await lab.StartDnsmasqAsync("--dhcp-range=10.77.0.50,10.77.0.51,255.255.255.0,2m", "--dhcp-sequential-ip");
        await using var stack = await lab.StartStackAsync(conflictDetection: true);
        await lab.EventuallyAsync(() => DhcpLab.LeaseOf(stack) is not null, "there is a lease");
        Assert.Equal("10.77.0.51", $"{DhcpLab.LeaseOf(stack)!.Value.Lease!.Address.Address}");
        Assert.StartsWith("DHCPDISCOVER DHCPOFFER DHCPREQUEST DHCPACK DHCPDECLINE DHCPDISCOVER", lab.Messages, StringComparison.Ordinal);
    }

    [Fact]
    [Rfc("defect", "19")]
    [Rfc("2131", "4.4.5")]
    public async Task A_short_lease_of_udhcpd_is_renewed_and_ends_when_the_server_is_gone()
    {
        await using var lab = await DhcpLab.CreateAsync();
        await lab.StartUdhcpdAsync(leaseSeconds: 12);
        await using var stack = await lab.StartStackAsync();
        var first = DhcpLab.LeaseOf(stack)!.Value;
        await lab.EventuallyAsync(() => DhcpLab.LeaseOf(stack) is { } now && now.Lease != first.Lease, "the lease was renewed");
        var second = DhcpLab.LeaseOf(stack)!.Value;
        Assert.Equal(first.Lease!.Address, second.Lease!.Address);
        Assert.InRange((second.Expires!.Value - first.Expires!.Value).TotalSeconds, 4, 9);
        lab.StopServer();
        await lab.EventuallyAsync(() => DhcpLab.LeaseOf(stack) is null, "the lease ended");
        Assert.DoesNotContain(stack.GetAddresses(), address => address.Prefix.IsIPv4 && !address.Interface.IsLoopback);
        Assert.InRange((DateTimeOffset.UtcNow - second.Expires.Value).TotalSeconds, -0.1, 5);
    }

    /// <summary>Takes more than a minute, and runs only if SHARPTCP_LONG_TESTS is set: <c>eng/long-tests</c>.</summary>
    [Fact]
    [Rfc("2131", "4.4.5")]
    public async Task A_lease_of_a_minute_is_renewed_twice_and_the_address_stays_reachable()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("SHARPTCP_LONG_TESTS") is "1", "It takes more than a minute: run eng/long-tests.");
        await using var lab = await DhcpLab.CreateAsync();
        await lab.StartUdhcpdAsync(leaseSeconds: 60);
        await using var stack = await lab.StartStackAsync();
        var first = DhcpLab.LeaseOf(stack)!.Value;
        for (var i = 0; i < 2; i++)
        {
            var current = DhcpLab.LeaseOf(stack)!.Value.Lease;
            await lab.EventuallyAsync(() => DhcpLab.LeaseOf(stack) is { } now && now.Lease != current, "the lease was renewed");
            (await lab.Near.RunAsync(new Command("ping", "-n", "-c", "1", "-W", "5", $"{first.Lease!.Address.Address}"))).MustSucceed();
        }
        Assert.Equal(first.Lease!.Address, DhcpLab.LeaseOf(stack)!.Value.Lease!.Address);
        Assert.InRange((DhcpLab.LeaseOf(stack)!.Value.Expires!.Value - first.Expires!.Value).TotalSeconds, 50, 70);
    }
}
