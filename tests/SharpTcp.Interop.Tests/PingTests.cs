using System;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Interop.Tests;

/// <summary>Echo requests both ways, of all sizes: most of them travel as fragments.</summary>
public sealed class PingTests
{
    private static readonly int[] Sizes = [0, 1, 8, 56, 1431, 1432, 1433, 1452, 1453, 1471, 1472, 1473, 2944, 4095, 9000, 20_011, 32_768, 60_000, 65_506, 65_507];

    [Fact]
    public Task The_kernels_ping_is_answered() => NetLab.RunInBothFamiliesAsync(new LabOptions(), async (lab, family) =>
    {
        Requirements.SkipUnlessProgram("ping", "iputils-ping");
        foreach (var size in Sizes)
        {
            // A pattern that changes with the place shows also a fragment in the wrong one; ping says "wrong data byte" then.
            var result = await lab.Peer.RunAsync(new Command(
                "ping", "-n", "-c", "1", "-W", "5", "-s", size.ToString(CultureInfo.InvariantCulture), $"{NetLab.StackAddress(family)}"));
            result.MustSucceed();
            Assert.Contains("1 received", result.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong", result.Text, StringComparison.Ordinal);
        }
    });

    [Fact]
    public Task A_flood_of_pings_is_answered() => NetLab.RunInBothFamiliesAsync(new LabOptions(), async (lab, family) =>
    {
        Requirements.SkipUnlessProgram("ping", "iputils-ping");
        var result = await lab.Peer.RunAsync(new Command("ping", "-n", "-f", "-c", "500", "-s", "3000", $"{NetLab.StackAddress(family)}"));
        Assert.Contains("500 received", result.MustSucceed().Text, StringComparison.Ordinal);
    });

    [Fact]
    public Task The_kernel_answers_our_ping() => NetLab.RunInBothFamiliesAsync(new LabOptions(), async (lab, family) =>
    {
        // The stack compares what comes back with what it sent.
        foreach (var size in Sizes)
            await lab.Stack.PingAsync(lab.PeerAddress(family), Pattern.Bytes((ulong)size, size), lab.Cancellation);
    });

    [Fact]
    public Task The_link_local_address_answers() => NetLab.RunAsync(async lab =>
    {
        Requirements.SkipUnlessProgram("ping", "iputils-ping");
        var linkLocal = lab.Stack.GetAddresses().Single(address => address.Prefix.Address.IsIPv6 && address.Prefix.Address.ToIPv6().IsLinkLocal);
        var result = await lab.Peer.RunAsync(new Command("ping", "-n", "-c", "1", "-W", "5", $"{linkLocal.Prefix.Address}%tap0"));
        Assert.Contains("1 received", result.MustSucceed().Text, StringComparison.Ordinal);
    });
}
