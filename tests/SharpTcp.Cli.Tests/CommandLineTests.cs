using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;
using SharpTcp.Testing;
using Xunit;

namespace SharpTcp.Cli.Tests;

/// <summary>From the words of a command line to options, or to one sentence and status 2.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task UpTakesEveryOption()
    {
        var options = await ParseUp(
            "up --tap tap7 --mac 02:00:00:00:00:07 --ip4 10.0.0.7/24 --ip4 192.0.2.6/30 --gateway4 10.0.0.1 --ip6 2001:db8::7/64 --ip6 fd00::7/48 --gateway6 fe80::1 "
            + "--mtu 9000 --no-dad --no-acd --ip6-id eui64 --serve echo,discard --serve daytime,chargen --capture out.pcapng --fault loss=1%,delay=20ms,reorder=2% -v");
        Assert.Equal("tap7", options.Tap);
        Assert.Equal(MacAddress.Parse("02:00:00:00:00:07"), options.Mac);
        Assert.Equal(["10.0.0.7/24", "192.0.2.6/30"], options.IPv4.Select(prefix => prefix.ToString()));
        Assert.Equal(IpAddress.Parse("10.0.0.1"), options.GatewayV4);
        Assert.Equal(["2001:db8::7/64", "fd00::7/48"], options.IPv6.Select(prefix => prefix.ToString()));
        Assert.Equal(IpAddress.Parse("fe80::1"), options.GatewayV6);
        Assert.Equal(9000, options.Mtu);
        Assert.True(options.NoDad && options.NoConflictDetection);
        Assert.Equal(InterfaceIdentifierMode.Eui64, options.Identifiers);
        Assert.Equal(Services.Echo | Services.Discard | Services.Daytime | Services.Chargen, options.Services);
        Assert.Equal("out.pcapng", options.Capture);
        Assert.Equal((0.01, 0.02, TimeSpan.FromMilliseconds(20)), (options.Fault!.Loss, options.Fault.Reordering, options.Fault.Delay));
        Assert.True(options.Verbose);
    }

    [Fact]
    public async Task UpNeedsNothingButTheDevice()
    {
        var options = await ParseUp("up --tap tap7");
        Assert.Empty(options.IPv4);
        Assert.Empty(options.IPv6);
        Assert.Equal(Services.None, options.Services);
        Assert.Null(options.Mac);
        Assert.Null(options.Mtu);
        Assert.Null(options.Capture);
        Assert.Null(options.Fault);
        Assert.False(options.NoDad || options.NoConflictDetection || options.NoIPv6 || options.Verbose);
        Assert.Equal(InterfaceIdentifierMode.Stable, options.Identifiers);
        Assert.True(options.HasIPv6 && options.HasDhcp);
        Assert.False(options.IPv4LinkLocal || options.KeepLease || options.NoIPv4);
        Assert.Equal((null, null), (options.HostName, options.LeaseFile));
    }

    [Fact]
    public async Task AnAddressMayHaveARouterOfItsOwn()
    {
        var options = await ParseUp("up --tap t --ip4 10.0.0.7/24,gw=10.0.0.1 --ip4 10.1.0.7/24 --ip6 2001:db8::7/64,gw=fe80::1");
        Assert.Equal(["10.0.0.7 10.0.0.1", "2001:db8::7 fe80::1"], options.OwnGateways.Select(pair => $"{pair.Key} {pair.Value}").Order());
        Assert.Equal(["10.0.0.7/24", "10.1.0.7/24"], options.IPv4.Select(prefix => $"{prefix}"));
    }

    [Fact]
    public async Task WhatFollowsADeviceBelongsToIt()
    {
        var devices = await ParseDevices("up -v --tap a --ip4 10.0.0.7/24 --no-acd --tap=b --no-ip4 --serve echo --tap c --ip4ll --hostname seven --keep-lease --lease-file l");
        Assert.Equal(["a", "b", "c"], devices.Select(device => device.Tap));
        Assert.Equal([true, false, false], devices.Select(device => device.Verbose));
        Assert.Equal([true, false, false], devices.Select(device => device.NoConflictDetection));
        Assert.Equal([false, false, true], devices.Select(device => device.HasDhcp));
        Assert.Equal([Services.None, Services.Echo, Services.None], devices.Select(device => device.Services));
        Assert.True(devices[2].IPv4LinkLocal && devices[2].KeepLease);
        Assert.Equal(("seven", "l"), (devices[2].HostName, devices[2].LeaseFile));
    }

    [Theory]
    [InlineData("--mtu 1279", false)]
    [InlineData("--mtu 1280", true)]
    [Rfc("8200", "5")]
    public async Task ALinkTooSmallForIPv6HasNone(string words, bool hasIPv6) => Assert.Equal(hasIPv6, (await ParseUp($"up --tap tap7 {words}")).HasIPv6);

    [Theory]
    [InlineData("", "command")]
    [InlineData("frobnicate", "'frobnicate'")]
    [InlineData("up", "--tap")]
    [InlineData("up --tap", "--tap")]
    [InlineData("up --tap a --tap a", "--tap a is given twice")]
    [InlineData("up --tap a --ip4 10.0.0.7/24 --tap b --ip4 10.0.0.7/24", "10.0.0.7 is given twice")]
    [InlineData("up --tap a --tap b --frob", "--frob")]
    [InlineData("up --tap a --tap b --ip4 10.0.0.300/24", "--ip4")]
    [InlineData("up --tap t --ip4 10.0.0.7/24,gw=10.1.0.1", "--ip4 10.0.0.7/24,gw=")]
    [InlineData("up --tap t --ip4 10.0.0.7/24,gw=", "--ip4 10.0.0.7/24,gw=")]
    [InlineData("up --tap t --ip4 10.0.0.7/24,gw=10.0.0.7", "own address")]
    [InlineData("up --tap t --ip4 10.0.0.7/24,gateway=10.0.0.1", "--ip4")]
    [InlineData("up --tap t --no-ip4 --ip4 10.0.0.7/24", "--no-ip4")]
    [InlineData("up --tap t --ip4ll --ip4 10.0.0.7/24", "--ip4ll")]
    [InlineData("up --tap t --ip4ll --no-ip4", "--ip4ll")]
    [InlineData("up --tap t --hostname -a", "name of a host")]
    [InlineData("up --tap t --hostname a.b", "name of a host")]
    [InlineData("up --tap t --lease-file", "--lease-file")]
    [InlineData("up --tap tap7 --frob", "--frob")]
    [InlineData("up --tap tap7 extra", "'extra'")]
    [InlineData("up --tap abcdefghijklmnop", "device name")]
    [InlineData("up --tap a/b", "device name")]
    [InlineData("up --tap t --mac 01:00:5e:00:00:01", "MAC address")]
    [InlineData("up --tap t --mac 00:00:00:00:00:00", "MAC address")]
    [InlineData("up --tap t --mac nonsense", "MAC address")]
    [InlineData("up --tap t --ip4", "--ip4")]
    [InlineData("up --tap t --ip6-id random", "stable, eui64 or temporary")]
    [InlineData("up --tap t --no-ip6 --ip6 2001:db8::7/64", "exclude each other")]
    [InlineData("up --tap t --ip4 10.0.0.7", "prefix length")]
    [InlineData("up --tap t --ip4 10.0.0.7/33", "prefix length")]
    [InlineData("up --tap t --ip4 10.0.0.0/24", "network address")]
    [InlineData("up --tap t --ip4 10.0.0.255/24", "broadcast address")]
    [InlineData("up --tap t --ip4 224.0.0.1/24", "unicast")]
    [InlineData("up --tap t --ip4 127.0.0.1/8", "unicast")]
    [InlineData("up --tap t --ip4 2001:db8::7/64", "IPv4 address")]
    [InlineData("up --tap t --ip4 10.0.0.7/24 --ip4 10.0.0.7/16", "twice")]
    [InlineData("up --tap t --gateway4 10.0.0.1", "none of the networks")]
    [InlineData("up --tap t --ip4 10.0.0.7/24 --gateway4 10.0.1.1", "none of the networks")]
    [InlineData("up --tap t --ip4 10.0.0.7/24 --gateway4 10.0.0.7", "own address")]
    [InlineData("up --tap t --ip4 10.0.0.7/24 --gateway4 fe80::1", "IPv4 address")]
    [InlineData("up --tap t --ip6 10.0.0.7/24", "IPv6 address")]
    [InlineData("up --tap t --ip6 ff02::1/64", "unicast")]
    [InlineData("up --tap t --ip6 ::1/128", "unicast")]
    [InlineData("up --tap t --ip6 2001:db8::7/64 --gateway6 2001:db9::1", "none of the networks")]
    [InlineData("up --tap t --mtu 67", "MTU")]
    [InlineData("up --tap t --mtu 65522", "MTU")]
    [InlineData("up --tap t --mtu -1", "MTU")]
    [InlineData("up --tap t --mtu 1279 --ip6 2001:db8::7/64", "1280")]
    [InlineData("up --tap t --serve echo,finger", "\"finger\"")]
    [InlineData("up --tap t --serve Echo", "\"Echo\"")]
    [InlineData("up --tap t --fault loss", "loss")]
    [InlineData("up --tap t --fault loss=101%", "loss")]
    [InlineData("up --tap t --fault gremlins=1%", "gremlins")]
    [InlineData("demo extra", "'extra'")]
    [InlineData("link", "--between")]
    [InlineData("link --between a", "--between")]
    [InlineData("link --between a b c", "'c'")]
    [InlineData("link --between a a", "two ends")]
    [InlineData("link --between :a b", "network namespace")]
    [InlineData("link --between ..:a b", "network namespace")]
    [InlineData("link --between x/y:a b", "network namespace")]
    [InlineData("link --between n:a/b c", "device name")]
    [InlineData("link --between a b --loss 101%", "--loss \"101%\" is not understood: a share")]
    [InlineData("link --between a b --loss 1%/2%/3%", "more than two parts")]
    [InlineData("link --between a b --loss 1%/", "--loss \"1%/\"")]
    [InlineData("link --between a b --delay 20", "--delay \"20\" is not understood: a time")]
    [InlineData("link --between a b --jitter -1ms", "--jitter")]
    [InlineData("link --between a b --rate 0", "--rate \"0\" is not understood: bits a second")]
    [InlineData("link --between a b --queue 0", "--queue")]
    [InlineData("link --between a b --burst 1%", "--burst \"1%\" is not understood: the share of packets that begin a burst")]
    [InlineData("link --between a b --burst 1%:0.5", "--burst")]
    [InlineData("link --between a b --reorder x", "--reorder")]
    [InlineData("link --between a b --duplicate 2", "--duplicate")]
    [InlineData("link --between a b --corrupt NaN", "--corrupt")]
    [InlineData("link --between a b --seed 1/2", "--seed \"1/2\" is not understood: a whole number")]
    public async Task WhatIsWrongIsSaidInOneSentence(string words, string named)
    {
        var (status, output, error) = await Run(words);
        Assert.Equal(2, status);
        Assert.Empty(output);
        var line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("sharptcp: ", line, StringComparison.Ordinal);
        Assert.EndsWith(".", line, StringComparison.Ordinal);
        Assert.Contains(named, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LinkTakesEveryOption()
    {
        var options = await ParseLink(
            "link --between left:tap0 /proc/7/ns/net:tap1 --delay 20ms --jitter 1ms --rate 100mbit --queue 100 --loss 1% --burst 0.1%:10 --reorder 2% --duplicate 3% --corrupt 4% --seed 7");
        Assert.Equal((new CableEnd("left", "tap0"), new CableEnd("/proc/7/ns/net", "tap1")), (options.First, options.Second));
        Assert.Equal(
            FaultOptions.Parse("delay=20ms,jitter=1ms,rate=100mbit,queue=100,loss=1%,burst=0.1%:10,reorder=2%,dup=3%,corrupt=4%,seed=7"), options.There);
        Assert.Equal(options.There, options.Back);
    }

    [Fact]
    public async Task LinkTakesAValueForEachDirection()
    {
        var options = await ParseLink("link --between a b --delay 20ms/5ms --rate 100mbit/1mbit --loss 1%/0 --burst 0.1%:10/0:1 --queue 50");
        Assert.Equal((new CableEnd(null, "a"), new CableEnd(null, "b")), (options.First, options.Second));
        Assert.Equal(FaultOptions.Parse("delay=20ms,rate=100mbit,loss=1%,burst=0.1%:10,queue=50"), options.There);
        Assert.Equal(FaultOptions.Parse("delay=5ms,rate=1mbit,loss=0,burst=0:1,queue=50"), options.Back);
    }

    [Fact]
    public async Task AWordWithAnAtSignIsNoFile() =>
        Assert.Equal("@tap", (await ParseUp("up --tap @tap")).Tap);

    [Fact]
    public async Task VersionIsOneLine()
    {
        var (status, output, error) = await Run("--version");
        Assert.Equal((0, ""), (status, error));
        Assert.Matches(@"^sharptcp \d+\.\d+\.\d+\n$", output);
    }

    [Theory]
    [InlineData("--help", "sharptcp demo")]
    [InlineData("-h", "sharptcp demo")]
    [InlineData("up --help", "--gateway6 <ADDRESS>")]
    [InlineData("up --help", "sharptcp up --tap tap7 --ip4 10.0.0.7/24 --serve echo")]
    [InlineData("demo --help", "sharptcp demo -v")]
    [InlineData("link --help", "--burst <SHARE:FRAMES>")]
    [InlineData("link --help", "sharptcp link --between tap7 tap8 --delay 20ms --rate 100mbit --loss 1% --queue 100 --reorder 1% --seed 7")]
    public async Task HelpShowsWhatOneWouldType(string words, string line)
    {
        var (status, output, error) = await Run(words);
        Assert.Equal((0, ""), (status, error));
        Assert.Contains(line, output, StringComparison.Ordinal);
        Assert.DoesNotContain(DemoOptions.InsideOption, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("demo", false)]
    [InlineData("demo -v", true)]
    [InlineData("demo --verbose", true)]
    public async Task DemoTakesTheLog(string words, bool verbose)
    {
        DemoOptions? seen = null;
        var (status, _, _) = await Run(words, demo: options => seen = options);
        Assert.Equal((0, new DemoOptions { Verbose = verbose }), (status, seen));
    }

    private static async Task<UpOptions> ParseUp(string words)
    {
        return Assert.Single(await ParseDevices(words));
    }

    private static async Task<IReadOnlyList<UpOptions>> ParseDevices(string words)
    {
        IReadOnlyList<UpOptions>? seen = null;
        var (status, _, error) = await Run(words, up: options => seen = options);
        Assert.Equal((0, ""), (status, error));
        return seen!;
    }

    private static async Task<CableOptions> ParseLink(string words)
    {
        CableOptions? seen = null;
        var (status, _, error) = await Run(words, link: options => seen = options);
        Assert.Equal((0, ""), (status, error));
        return seen!;
    }

    private static async Task<(int Status, string Output, string Error)> Run(string words, Action<IReadOnlyList<UpOptions>>? up = null, Action<DemoOptions>? demo = null, Action<CableOptions>? link = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var commandLine = new SharpTcpCommandLine(Take(up), Take(demo), Take(link), (options, command, cancellation) => Take(up)([options], cancellation));
        var status = await commandLine.RunAsync(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, error);
        return (status, output.ToString(), error.ToString());
    }

    private static Func<T, CancellationToken, Task<int>> Take<T>(Action<T>? seen) => (options, _) =>
    {
        seen?.Invoke(options);
        return Task.FromResult(seen is null ? 99 : 0);
    };
}
