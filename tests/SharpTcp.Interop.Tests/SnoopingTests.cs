using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>A kernel bridge that asks for groups and sends them only where they are wanted.</summary>
public sealed class SnoopingTests
{
    [Theory]
    [InlineData("239.1.2.3", "mcast_igmp_version 3 mcast_mld_version 2")]
    [InlineData("239.1.2.3", "mcast_igmp_version 2 mcast_mld_version 1")]
    [InlineData("ff05::1:3", "mcast_igmp_version 3 mcast_mld_version 2")]
    [InlineData("ff05::1:3", "mcast_igmp_version 2 mcast_mld_version 1")]
    [Rfc("3376", "5.2")]
    [Rfc("3810", "6.2")]
    [Rfc("1122", "IP-146")]
    [Rfc("defect", "15")]
    public async Task The_bridge_learns_of_a_group_keeps_it_by_its_queries_and_forgets_it(string text, string versions)
    {
        Requirements.SkipUnlessProgram("bridge", "iproute2");
        // Queries each second, answers within one; without an answer a group is forgotten after three.
        await using var lab = await LinkLab.CreateAsync(
            $"mcast_snooping 1 mcast_querier 1 {versions} mcast_query_interval 100 mcast_query_response_interval 50 mcast_startup_query_interval 50 "
            + "mcast_membership_interval 300 mcast_last_member_interval 20");
        var group = IPAddress.Parse(text);
        var isIPv4 = group.AddressFamily == AddressFamily.InterNetwork;
        var host = await lab.AddHostAsync("10.0.0.1/24", "2001:db8:1::1/64");
        await using var stack = await lab.StartStackAsync(new InterfaceSettings { Addresses = ["10.0.0.7/24", "2001:db8:1::7/64"] });
        using var receiver = new StackSocket(stack, group.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(isIPv4 ? IPAddress.Any : IPAddress.IPv6Any, 5000));
        receiver.JoinGroup(group, LinkLab.InterfaceOf(stack).Index);
        await LinkLab.EventuallyAsync(() => KnowsAsync(lab, text), "the bridge knows the group");
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken); // longer than a group lives without answers
        Assert.True(await KnowsAsync(lab, text), "the bridge has forgotten the group");

        var buffer = new byte[10];
        var received = receiver.ReceiveFromAsync(buffer, new IPEndPoint(isIPv4 ? IPAddress.Any : IPAddress.IPv6Any, 0));
        using var sender = await host.SocketAsync(group.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        sender.Bind(new IPEndPoint(isIPv4 ? IPAddress.Parse("10.0.0.1") : IPAddress.Parse("2001:db8:1::1"), 0));
        if (isIPv4)
            sender.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.Parse("10.0.0.1").GetAddressBytes());
        await sender.SendToAsync(new byte[3], new IPEndPoint(group, 5000), TestContext.Current.CancellationToken);
        Assert.Equal(3, (await received.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).ReceivedBytes);

        receiver.LeaveGroup(group, LinkLab.InterfaceOf(stack).Index);
        await LinkLab.EventuallyAsync(async () => !await KnowsAsync(lab, text), "the bridge has forgotten the group");
    }

    private static async Task<bool> KnowsAsync(LinkLab lab, string group) =>
        (await lab.Bridge.RunAsync(new Command("bridge", "mdb", "show", "dev", "br0"))).MustSucceed().Text.Contains($"port tap0 grp {group} ", StringComparison.Ordinal);
}
