using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using SharpTcp.Links;
using SharpTcp.Protocols;
using Xunit;

namespace SharpTcp.Tests.Sockets;

/// <summary>A stack that configures itself.</summary>
public sealed class AutomaticTests
{
    private static readonly InterfaceSettings Quick = InterfaceSettings.Automatic with { AddressConflictDetection = false, DuplicateAddressDetection = false };

    [Fact]
    public async Task It_gets_an_address_from_a_server_renews_it_and_gives_it_back()
    {
        DhcpLink? server = null;
        using var stacks = new TwoStacks(client: Quick, around: link => server = new DhcpLink(link));
        List<StackLease> leases = [];
        List<string> routes = [];
        stacks.Client.LeaseChanged += leases.Add;
        stacks.Client.RouteChanged += (route, isThere) => routes.Add($"{(isThere ? '+' : '-')} {route.Destination} via {route.Gateway}");
        await Finish(stacks, stacks.Client.WaitReadyAsync());

        var link = Assert.Single(stacks.Client.GetAddresses(), address => address.Origin == AddressOrigin.Dhcp && address.IsUsable).Interface;
        var lease = stacks.Client.GetLease(link)!.Value;
        Assert.Equal(["10.0.0.2"], lease.Lease!.DnsServers.Select(address => address.ToString()));
        Assert.Equal(TimeSpan.FromSeconds(600), lease.Expires!.Value - stacks.Time.GetUtcNow());
        Assert.Contains(stacks.Client.GetRoutes(), route => $"{route.Gateway}" == "10.0.0.2");
        await Finish(stacks, stacks.Client.PingAsync(TwoStacks.ServerAddress, new byte[8]).AsTask());

        stacks.Pass(TimeSpan.FromSeconds(301));
        Assert.Equal(lease.Lease.Address, Assert.Single(leases).Lease!.Address);
        Assert.True(leases[0].Expires > lease.Expires);
        stacks.Run(stacks.Client.ReleaseLeasesAsync(TimeSpan.FromSeconds(1)));
        Assert.Null(leases[1].Lease);
        Assert.Null(stacks.Client.GetLease(link));
        Assert.Equal(["- 10.0.0.0/24 via ", "- 0.0.0.0/0 via 10.0.0.2"], routes);
        stacks.Settle();
        Assert.Equal("Discover Request Request Release", string.Join(' ', server!.Seen));
    }

    [Fact]
    public async Task Without_a_server_it_is_ready_with_an_address_of_the_link()
    {
        using var stacks = new TwoStacks(client: Quick);
        var ready = stacks.Client.WaitReadyAsync();
        stacks.Pass(TimeSpan.FromSeconds(5));
        Assert.False(ready.IsCompleted);
        stacks.Pass(TimeSpan.FromSeconds(8));
        await Finish(stacks, ready);
        Assert.Contains(stacks.Client.GetAddresses(), address => address.Prefix.IsIPv4 && address.Origin == AddressOrigin.LinkLocal && address.IsUsable);
    }

    [Fact]
    public async Task One_call_starts_it()
    {
        var (first, _) = MemoryLink.CreatePair(new LinkCapabilities(LinkMedium.Ethernet, 1500));
        var server = new DhcpLink(first, answersArp: true);
        await using (var stack = await NetworkStack.StartAsync(server, cancellationToken: TestContext.Current.CancellationToken))
        {
            Assert.True(stack.IsRunning);
            Assert.Contains(stack.GetAddresses(), address => address.Origin == AddressOrigin.Dhcp && address.IsUsable);
        }

        Assert.Contains(Wire.DhcpMessageType.Release, server.Seen);
    }

    // A task that is not the stack's own may be continued on another thread, for which virtual time does not wait.
    private static Task Finish(TwoStacks stacks, Task task)
    {
        stacks.Settle();
        return task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
