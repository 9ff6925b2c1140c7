using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Cli;

/// <summary>Runs <c>up</c>: a host on a TAP, until a signal ends it.</summary>
internal sealed class UpRunner(TextWriter output, TextWriter error)
{
    // Together below the second in which the program must have ended.
    private static readonly TimeSpan GraceForServices = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan GraceForStack = TimeSpan.FromMilliseconds(200);

    // What an address that cannot be had may cost.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>Runs until SIGINT, SIGTERM or <paramref name="cancellation"/>.</summary>
    /// <returns>The exit status.</returns>
    public async Task<int> RunAsync(UpOptions options, CancellationToken cancellation)
    {
        using var signal = new ShutdownSignal();
        using var log = new ErrorLog(error);
        // The services never block, so their continuations may run on the thread that has the data.
        using var stack = new NetworkStack(new NetworkStackOptions { LoggerFactory = log, InlineCompletions = true });
        var attached = stack.AddInterface(LinkAssembly.Open(options, error), Settings(options));
        stack.Start();

        var ended = Task.WhenAny(signal.Asked, Task.Delay(Timeout.Infinite, cancellation));
        await Task.WhenAny(WaitForAddressesAsync(stack), ended);
        var services = new ServiceHost((family, type) => new Socket(stack, family, type, System.Net.Sockets.ProtocolType.Unspecified), TimeProvider.System, log.Write);
        if (!ended.IsCompleted)
        {
            IPAddress[] addresses = [.. Report(stack, attached, log)];
            services.Start(options.Services, addresses);
            output.WriteLine($"ready {attached.Name} {attached.HardwareAddress}");
            output.Flush();
            using var later = new LaterAddresses(stack, attached, addresses, address => OnLaterAddress(address, options, services));
            await ended;
        }
        await services.StopAsync(GraceForServices);
        await stack.ShutdownAsync(GraceForStack);
        // That continues on the stack's own thread, which cannot wait for its own end.
        await Task.Yield();
        return ExitStatus.Success;
    }

    private static InterfaceSettings Settings(UpOptions options) => new()
    {
        Mac = options.Mac,
        Addresses = [.. options.IPv4.Concat(options.IPv6).Select(prefix => prefix.ToString())],
        Gateways = [.. new[] { options.GatewayV4, options.GatewayV6 }.OfType<IpAddress>().Select(gateway => gateway.ToString())],
        DuplicateAddressDetection = !options.NoDad,
        AddressConflictDetection = !options.NoConflictDetection,
        IPv6LinkLocal = options.HasIPv6,
        RouterDiscovery = options.HasIPv6 && options.IPv6.Count == 0,
        IdentifierMode = options.Identifiers,
    };

    private static async Task WaitForAddressesAsync(NetworkStack stack)
    {
        using var limit = new CancellationTokenSource(LongestWait);
        try
        {
            await stack.WaitReadyAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // The addresses that are missing are named below.
        }
    }

    /// <summary>Tells of each address, and gives those that are usable.</summary>
    private IEnumerable<IPAddress> Report(NetworkStack stack, NetworkInterface attached, ErrorLog log)
    {
        foreach (var address in stack.GetAddresses().Where(address => address.Interface == attached))
        {
            if (!address.IsUsable)
            {
                log.Write($"the address {address.Prefix} cannot be had: {(address.State == AddressState.Duplicate ? "another host on the link has it" : "it is still being asked for")}.");
                continue;
            }
            output.WriteLine($"address {address.Prefix} {attached.Name} {OriginName(address.Origin)}");
            yield return EndPointAddress(address);
        }
    }

    private void OnLaterAddress(StackAddress address, UpOptions options, ServiceHost services)
    {
        output.WriteLine($"address {address.Prefix} {address.Interface.Name} {OriginName(address.Origin)}");
        output.Flush();
        services.Add(options.Services, EndPointAddress(address));
    }

    private static string OriginName(AddressOrigin origin) => origin switch
    {
        AddressOrigin.Static => "static",
        AddressOrigin.LinkLocal => "link-local",
        AddressOrigin.Slaac => "slaac",
        AddressOrigin.Dhcp => "dhcp",
        _ => throw new NotSupportedException($"The origin {origin} has no name yet."),
    };

    // A link-local address means one link only: its scope says which.
    private static IPAddress EndPointAddress(StackAddress address)
    {
        var plain = address.Prefix.Address.ToIPAddress();
        return plain.IsIPv6LinkLocal ? new IPAddress(plain.GetAddressBytes(), address.Interface.Index) : plain;
    }
}
