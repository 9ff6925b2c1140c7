using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;
using Xunit;
using Xunit.Sdk;

namespace SharpTcp.Interop.Tests;

/// <summary>A link with a stack and Linux hosts on it: a kernel bridge with a TAP and a port for each host, all in namespaces of their own.</summary>
internal sealed class LinkLab : IAsyncDisposable
{
    public static readonly MacAddress StackMac = new(0x0200_5E10_0002);

    private const string Tap = "tap0";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly string _folder = Directory.CreateTempSubdirectory("sharptcp-link-").FullName;
    private readonly List<IDisposable> _things = [];
    private int _hosts;

    private LinkLab(NetNamespace bridge) => Bridge = bridge;

    /// <summary>The namespace of the bridge <c>br0</c>, whose port to the stack is <c>tap0</c>.</summary>
    public NetNamespace Bridge { get; }

    /// <summary>Makes a bridge with the TAP on it.</summary>
    /// <param name="options">Options of <c>ip link add … type bridge</c>.</param>
    public static async Task<LinkLab> CreateAsync(string options = "mcast_snooping 0")
    {
        var bridge = await NetNamespace.CreateAsync("bridge");
        await bridge.IpAsync(
            $"tuntap add dev {Tap} mode tap", $"link add br0 type bridge {options}", $"link set {Tap} master br0", "link set br0 up", $"link set {Tap} up");
        return new LinkLab(bridge);
    }

    /// <summary>A host on the link, with the device <c>eth0</c> and addresses.</summary>
    public async Task<NetNamespace> AddHostAsync(params string[] addresses)
    {
        var host = await NetNamespace.CreateAsync($"host{++_hosts}");
        _things.Add(host);
        await Bridge.IpAsync($"link add port{_hosts} type veth peer name eth0 netns {host.ThreadId}", $"link set port{_hosts} master br0", $"link set port{_hosts} up");
        await host.SysctlAsync("net.ipv6.conf.eth0.accept_dad", 0);
        await host.IpAsync(["link set eth0 up", .. addresses.Select(address => $"addr add {address} dev {(address.EndsWith("/128", StringComparison.Ordinal) ? "lo" : "eth0")}")]);
        return host;
    }

    /// <summary>Lets a host advertise itself by radvd.</summary>
    public async Task<BackgroundProgram> StartRadvdAsync(NetNamespace host, string configuration)
    {
        Requirements.SkipUnlessProgram("radvd", "radvd");
        await host.SysctlAsync("net.ipv6.conf.all.forwarding", 1);
        var file = RadvdFile(host);
        await File.WriteAllTextAsync(file, $"interface eth0 {{ AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; {configuration} }};\n");
        return Keep(await BackgroundProgram.StartAsync(host, "radvd", "-n", "-m", "stderr", "-C", file, "-p", file + ".pid"));
    }

    /// <summary>Asks radvd to end, so that it says goodbye.</summary>
    public async Task EndRadvdAsync(NetNamespace host)
    {
        // The program holds a lock on the file, which .NET would mind.
        var id = (await host.RunAsync(new Command("cat", RadvdFile(host) + ".pid"))).MustSucceed().Text.Trim();
        (await host.RunAsync(new Command("kill", "-TERM", id))).MustSucceed();
    }

    /// <summary>Lets a host serve DHCPv6 by dnsmasq.</summary>
    public async Task<BackgroundProgram> StartDnsmasqAsync(NetNamespace host, params string[] arguments)
    {
        Requirements.SkipUnlessProgram("dnsmasq", "dnsmasq-base");
        return Keep(await BackgroundProgram.StartAsync(
            host, "dnsmasq",
            [
                "--no-daemon", "--conf-file=/dev/null", "--pid-file", "--port=0", "--enable-ra", "--ra-param=eth0,4", "--interface=eth0", "--user=root",
                $"--dhcp-leasefile={Path.Combine(_folder, "leases")}", .. arguments,
            ]));
    }

    /// <summary>Starts a stack on the link.</summary>
    public async Task<NetworkStack> StartStackAsync(InterfaceSettings settings)
    {
        var link = await Bridge.InvokeAsync<ILink>(() => TapLink.Open(Tap, new TapOptions { HardwareAddress = StackMac }));
        var stack = new NetworkStack();
        stack.AddInterface(link, settings);
        stack.Start();
        await stack.WaitReadyAsync(TestContext.Current.CancellationToken);
        return stack;
    }

    /// <summary>The stack's interface on the link.</summary>
    public static NetworkInterface InterfaceOf(NetworkStack stack) => stack.GetAddresses().Select(address => address.Interface).First(link => !link.IsLoopback);

    /// <summary>Waits until something holds.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> condition, string what)
    {
        for (var end = DateTime.UtcNow + Patience; !await condition();)
        {
            if (DateTime.UtcNow > end)
                throw new XunitException($"It never came true that {what}.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until something holds.</summary>
    public static Task EventuallyAsync(Func<bool> condition, string what) => EventuallyAsync(() => Task.FromResult(condition()), what);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _things.Reverse();
        _things.ForEach(thing => thing.Dispose());
        Bridge.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private string RadvdFile(NetNamespace host) => Path.Combine(_folder, $"radvd-{host.Name}.conf");

    private BackgroundProgram Keep(BackgroundProgram program)
    {
        _things.Add(program);
        return program;
    }
}
