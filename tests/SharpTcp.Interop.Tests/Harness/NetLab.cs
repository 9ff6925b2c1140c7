using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Cli;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;
using Xunit;
using Xunit.Sdk;

namespace SharpTcp.Interop.Tests;

/// <summary>
/// A stack in this process, on a TAP in a network namespace of its own, with the Linux kernel as its peer: at the other end of the TAP, behind a router, or at the far end of a cable with faults. Whatever
/// happens, the test ends at its limit and the namespaces go with it. What the stack sent is dissected afterwards.
/// </summary>
internal sealed class NetLab
{
    private const string Tap = "tap0";
    private static readonly MacAddress StackMac = new(0x0200_5E10_0002);
    private static readonly TimeSpan DissectionLimit = TimeSpan.FromSeconds(120);

    // For whoever looks for a fault: captures of both directions that stay in the folder for temporary files.
    private static readonly bool KeepsCaptures = Environment.GetEnvironmentVariable("SHARPTCP_KEEP_CAPTURES") is not null;

    private readonly LabOptions _options;
    private readonly List<NetNamespace> _namespaces = [];
    private readonly string _capture = Path.Combine(Path.GetTempPath(), $"sharptcp-interop-{Guid.NewGuid():N}.pcapng");
    private ServiceHost? _services;
    private CapturingLink? _capturing;
    private NetworkStack? _stack;
    private LabCable? _cable;

    private NetLab(LabOptions options, CancellationToken cancellation)
    {
        _options = options;
        Cancellation = cancellation;
    }

    /// <summary>The stack, up and with its services.</summary>
    public NetworkStack Stack => _stack!;

    /// <summary>The namespace of the peer.</summary>
    public NetNamespace Peer => _namespaces[^1];

    /// <summary>The namespace at the other end of the TAP: the peer's, or the router's.</summary>
    public NetNamespace Near => _namespaces[0];

    /// <summary>The cable between stack and peer, if there is one.</summary>
    public LabCable? Cable => _cable;

    /// <summary>Ends at the limit of the test.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>Runs a test in a lab.</summary>
    public static Task RunAsync(Func<NetLab, Task> test) => RunAsync(new LabOptions(), test);

    /// <summary>Runs a test in a lab.</summary>
    public static async Task RunAsync(LabOptions options, Func<NetLab, Task> test)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var watch = CancelAfterAsync(limit, options.Limit);
        var lab = new NetLab(options, limit.Token);
        try
        {
            await lab.SetUpAsync();
            await test(lab).WaitAsync(limit.Token);
            await lab.ShutDownAsync();
            if (!options.Offloads)
                await WireCheck.AssertCleanAsync(lab._capture, StackMac, DissectionLimit);
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested)
        {
            throw new XunitException($"Not done after {options.Limit}; {lab.Describe()}", exception);
        }
        finally
        {
            lab.TearDown();
            await limit.CancelAsync();
            await watch;
        }
    }

    /// <summary>Runs a test in a lab in one family after the other; the output of a failed test says in which it was.</summary>
    public static Task RunInBothFamiliesAsync(LabOptions options, Func<NetLab, AddressFamily, Task> test) => RunAsync(options, async lab =>
    {
        foreach (var family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            try
            {
                await test(lab, family);
            }
            catch
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"The test failed in {family}.");
                throw;
            }
        }
    });

    /// <summary>The stack's address in a family.</summary>
    public static IPAddress StackAddress(AddressFamily family) => Address(family, 0x77, 2);

    /// <summary>The peer's address in a family.</summary>
    public IPAddress PeerAddress(AddressFamily family) => _options.Router ? Address(family, 0x78, 2) : Address(family, 0x77, 1);

    /// <summary>An address on the TAP's network that nobody has.</summary>
    public static IPAddress NobodysAddress(AddressFamily family) => Address(family, 0x77, 0x99);

    /// <summary>A socket of the peer's kernel.</summary>
    public Task<KernelSocket> PeerSocketAsync(AddressFamily family, SocketType type) =>
        Peer.SocketAsync(family, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);

    /// <summary>A connection from the peer's kernel to a port of the stack.</summary>
    public async Task<KernelSocket> ConnectFromPeerAsync(AddressFamily family, int port)
    {
        var socket = await PeerSocketAsync(family, SocketType.Stream);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(StackAddress(family), port), Cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A listener of the peer's kernel, on a port that it chooses.</summary>
    public async Task<KernelSocket> ListenAtPeerAsync(AddressFamily family, int backlog = 128)
    {
        var socket = await PeerSocketAsync(family, SocketType.Stream);
        socket.Bind(new IPEndPoint(PeerAddress(family), 0));
        socket.Listen(backlog);
        return socket;
    }

    /// <summary>A connection from the stack to the peer's listener.</summary>
    public async Task<StackSocket> ConnectFromStackAsync(EndPoint peer)
    {
        var socket = new StackSocket(Stack, peer.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(peer, Cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Reads something of the stack's inside, under its lock.</summary>
    public T Read<T>(Func<HostCore, T> read)
    {
        Stack.Shard.Enter();
        try
        {
            return read(Stack.Shard.Host);
        }
        finally
        {
            Stack.Shard.ExitUnchanged();
        }
    }

    /// <summary>Waits until something holds that the kernel or another thread brings about; fails at the limit of the test.</summary>
    public async Task EventuallyAsync(Func<bool> condition, string what)
    {
        while (!condition())
        {
            if (Cancellation.IsCancellationRequested)
                throw new XunitException($"It never came true that {what}; {Describe()}");
            await Task.Delay(2, CancellationToken.None);
        }
    }

    /// <summary>Waits until the stack keeps nothing of connections that are over but TIME-WAIT records.</summary>
    public Task NothingIsLeftAsync() => EventuallyAsync(
        () => Read(static host => host.Tcp.ConnectionCount - host.Tcp.TimeWaitCount == 0 && host.Buffers.Used == 0), "nothing is left of the connections");

    // Counts its steps and not the time: a machine that stood still for half a minute, as virtual ones do, is no hanging test.
    private static async Task CancelAfterAsync(CancellationTokenSource source, TimeSpan limit)
    {
        var step = TimeSpan.FromMilliseconds(100);
        for (var left = limit; left > TimeSpan.Zero && !source.IsCancellationRequested; left -= step)
            await Task.Delay(step, source.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await source.CancelAsync();
    }

    private static IPAddress Address(AddressFamily family, int network, int host) => family == AddressFamily.InterNetwork
        ? new IPAddress([10, (byte)network, 0, (byte)host])
        : IPAddress.Parse($"2001:db8:{network:x}::{host:x}");

    private async Task SetUpAsync()
    {
        _namespaces.Add(await NetNamespace.CreateAsync("near"));
        await Near.SysctlAsync("net.ipv6.conf.default.accept_dad", 0);
        var link = await Near.InvokeAsync<ILink>(() => TapLink.Open(Tap, new TapOptions { Offloads = _options.Offloads, HardwareAddress = StackMac }));
        if (_options.Cable is { } faults)
            await AddPeerBehindCableAsync(faults);
        else
            await Near.IpAsync($"addr add {Address(AddressFamily.InterNetwork, 0x77, 1)}/24 dev {Tap}", $"addr add {Address(AddressFamily.InterNetworkV6, 0x77, 1)}/64 dev {Tap} nodad");
        if (_options.AddressesTaken)
            await Near.IpAsync($"addr add {StackAddress(AddressFamily.InterNetwork)}/24 dev {Tap}", $"addr add {StackAddress(AddressFamily.InterNetworkV6)}/64 dev {Tap} nodad");
        if (_options.Router)
            await AddPeerBehindRouterAsync();
        if (!_options.Offloads)
        {
            _capturing = new CapturingLink(link, _capture, new CaptureOptions { WriteBehind = false });
            link = KeepsCaptures ? _capturing : new OutboundCapture(link, _capturing);
        }
        await StartStackAsync(_options.Around?.Invoke(link) ?? link);
    }

    private async Task AddPeerBehindRouterAsync()
    {
        var far = await NetNamespace.CreateAsync("far");
        _namespaces.Add(far);
        await Near.SysctlAsync("net.ipv4.ip_forward", 1);
        await Near.SysctlAsync("net.ipv6.conf.all.forwarding", 1);
        await Near.IpAsync(
            $"link add far0 mtu {_options.FarMtu} type veth peer name far1 mtu {_options.FarMtu} netns {far.ThreadId}",
            $"addr add {Address(AddressFamily.InterNetwork, 0x78, 1)}/24 dev far0", $"addr add {Address(AddressFamily.InterNetworkV6, 0x78, 1)}/64 dev far0 nodad",
            "link set far0 up");
        await far.IpAsync(
            $"addr add {Address(AddressFamily.InterNetwork, 0x78, 2)}/24 dev far1", $"addr add {Address(AddressFamily.InterNetworkV6, 0x78, 2)}/64 dev far1 nodad",
            "link set far1 up",
            $"route add default via {Address(AddressFamily.InterNetwork, 0x78, 1)}", $"route add ::/0 via {Address(AddressFamily.InterNetworkV6, 0x78, 1)}");
    }

    // The TAP and the near end of the cable are ports of a bridge, so that the near kernel can use the same cable.
    private async Task AddPeerBehindCableAsync(FaultOptions faults)
    {
        var far = await NetNamespace.CreateAsync("far");
        _namespaces.Add(far);
        await far.SysctlAsync("net.ipv6.conf.default.accept_dad", 0);
        _cable = await LabCable.PlugInAsync(Near, far, faults);
        await Near.IpAsync("link add br0 type bridge mcast_snooping 0", $"link set {Tap} master br0", "link set near0 master br0", "link set br0 up");
        await far.IpAsync($"addr add {Address(AddressFamily.InterNetwork, 0x77, 1)}/24 dev far0", $"addr add {Address(AddressFamily.InterNetworkV6, 0x77, 1)}/64 dev far0 nodad");
    }

    private async Task StartStackAsync(ILink link)
    {
        _stack = new NetworkStack(new NetworkStackOptions { Host = _options.Host, Dns = _options.Dns });
        var (ip4, ip6) = (AddressFamily.InterNetwork, AddressFamily.InterNetworkV6);
        _stack.AddInterface(link, new InterfaceSettings
        {
            Addresses = [$"{StackAddress(ip4)}/24", $"{StackAddress(ip6)}/64"],
            Gateways = _options.Router ? [$"{Address(ip4, 0x77, 1)}", $"{Address(ip6, 0x77, 1)}"] : [],
            DuplicateAddressDetection = _options.DuplicateAddressDetection,
        });
        _stack.Start();
        await _stack.WaitReadyAsync(Cancellation);
        if (_options.Services == Services.None)
            return;
        _services = new ServiceHost(
            (family, type) => new StackSocket(_stack, family, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp),
            TimeProvider.System,
            message => TestContext.Current.TestOutputHelper?.WriteLine(message));
        _services.Start(_options.Services, [StackAddress(ip4), StackAddress(ip6)]);
    }

    private async Task ShutDownAsync()
    {
        if (_services is not null)
            await _services.StopAsync(TimeSpan.FromSeconds(1)).WaitAsync(Cancellation);
        var faults = Stack.Faults;
        await Stack.DisposeAsync().AsTask().WaitAsync(Cancellation);
        Assert.Equal(0, faults);
        Assert.True(_capturing is null or { Missed: 0, Failure: null }, $"Not all frames were captured: {_capturing?.Failure}");
    }

    private void TearDown()
    {
        _stack?.Dispose();
        _cable?.Dispose();
        foreach (var space in _namespaces)
            space.Dispose();
        if (!KeepsCaptures)
            File.Delete(_capture);
    }

    private string Describe() => _stack is null
        ? "the stack was not up yet"
        : Read(static host => $"the stack has {host.Tcp.ConnectionCount} connections ({host.Tcp.TimeWaitCount} in TIME-WAIT), {host.Buffers.Used} bytes in buffers; "
            + $"{host.Tcp.Counters.SegmentsReceived} segments came, {host.Tcp.Counters.SegmentsSent} left ({host.Tcp.Counters.SegmentsRetransmitted} again)");
}
