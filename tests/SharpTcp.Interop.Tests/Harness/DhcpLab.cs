using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;
using Xunit;
using Xunit.Sdk;

namespace SharpTcp.Interop.Tests;

/// <summary>A TAP in a namespace of its own, where the kernel has 10.77.0.1/24, a DHCP server program listens and stacks come and go. The server lives no longer than the lab.</summary>
internal sealed class DhcpLab : IAsyncDisposable
{
    public static readonly MacAddress StackMac = new(0x0200_5E10_0002);

    private const string Tap = "tap0";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("sharptcp-dhcp-").FullName;
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _server;

    private DhcpLab(NetNamespace near) => Near = near;

    /// <summary>The namespace of the server.</summary>
    public NetNamespace Near { get; }

    /// <summary>What the server said so far.</summary>
    public IReadOnlyCollection<string> Log => _log;

    /// <summary>The words of the server's log that name DHCP messages, in their order.</summary>
    public string Messages => string.Join(' ', _log.SelectMany(line => line.Split(' ', '(')).Where(word => word.Length > 5 && word.StartsWith("DHCP", StringComparison.Ordinal) && word.All(char.IsAsciiLetterUpper)));

    /// <summary>Makes namespace and TAP; the server is started by one of the other methods.</summary>
    public static async Task<DhcpLab> CreateAsync()
    {
        var near = await NetNamespace.CreateAsync("near");
        await near.IpAsync($"tuntap add dev {Tap} mode tap", $"addr add 10.77.0.1/24 dev {Tap}", $"link set {Tap} up");
        return new DhcpLab(near);
    }

    /// <summary>Starts dnsmasq with a range of addresses, and whatever else.</summary>
    public Task StartDnsmasqAsync(params string[] arguments)
    {
        Requirements.SkipUnlessProgram("dnsmasq", "dnsmasq-base");
        return StartAsync(
            "dnsmasq",
            [
                "--no-daemon", "--conf-file=/dev/null", "--pid-file", "--port=0", "--no-ping", "--log-dhcp", $"--interface={Tap}", "--bind-interfaces",
                $"--dhcp-leasefile={Path.Combine(_folder, "leases")}", "--user=root", .. arguments,
            ],
            "sockets bound");
    }

    /// <summary>Starts udhcpd, which leases for less than dnsmasq's two minutes.</summary>
    public async Task StartUdhcpdAsync(int leaseSeconds)
    {
        Requirements.SkipUnlessProgram("udhcpd", "udhcpd");
        var (configuration, leases) = (Path.Combine(_folder, "udhcpd.conf"), Path.Combine(_folder, "udhcpd.leases"));
        await File.WriteAllTextAsync(leases, "");
        await File.WriteAllTextAsync(
            configuration,
            $"""
             start 10.77.0.50
             end 10.77.0.60
             interface {Tap}
             min_lease 10
             lease_file {leases}
             pidfile {Path.Combine(_folder, "udhcpd.pid")}
             option subnet 255.255.255.0
             option router 10.77.0.1
             option lease {leaseSeconds}

             """);
        await StartAsync("udhcpd", ["-f", configuration], "started");
    }

    /// <summary>Ends the server.</summary>
    public void StopServer()
    {
        if (_server is { HasExited: false })
            _server.Kill(entireProcessTree: true);
        _server?.Dispose();
        _server = null;
    }

    /// <summary>Starts a stack on the TAP that configures IPv4 itself, and waits until it has done so.</summary>
    public async Task<NetworkStack> StartStackAsync(DhcpOptions? options = null, bool conflictDetection = false)
    {
        var link = await Near.InvokeAsync<ILink>(() => TapLink.Open(Tap, new TapOptions { HardwareAddress = StackMac }));
        var stack = new NetworkStack();
        stack.AddInterface(link, new InterfaceSettings { Dhcp = options ?? new DhcpOptions(), AddressConflictDetection = conflictDetection, IPv6LinkLocal = false });
        stack.Start();
        await stack.WaitReadyAsync(TestContext.Current.CancellationToken);
        return stack;
    }

    /// <summary>The lease of a stack.</summary>
    public static StackLease? LeaseOf(NetworkStack stack)
    {
        var link = stack.GetAddresses().Select(address => address.Interface).FirstOrDefault(link => !link.IsLoopback);
        return link is null ? null : stack.GetLease(link);
    }

    /// <summary>Waits until something holds.</summary>
    public async Task EventuallyAsync(Func<bool> condition, string what, TimeSpan? limit = null)
    {
        for (var left = limit ?? Patience; !condition(); left -= TimeSpan.FromMilliseconds(10))
        {
            if (left < TimeSpan.Zero)
                throw new XunitException($"It never came true that {what}. The server said:\n{string.Join('\n', _log)}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        StopServer();
        Near.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task StartAsync(string program, IReadOnlyList<string> arguments, string readyWord)
    {
        // Ended by coreutils even if this process is killed.
        _server = await Near.InvokeAsync(() => Process.Start(new ProcessStartInfo("timeout", ["--kill-after=1", "300", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
        foreach (var stream in (StreamReader[])[_server.StandardOutput, _server.StandardError])
            _ = ReadAsync(stream);
        await EventuallyAsync(() => _log.Any(line => line.Contains(readyWord, StringComparison.Ordinal)), $"{program} said \"{readyWord}\"", TimeSpan.FromSeconds(10));
    }

    private async Task ReadAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync(CancellationToken.None) is { } line)
            _log.Enqueue(line);
    }
}
