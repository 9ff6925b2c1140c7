using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;

namespace SharpTcp.Cli;

/// <summary>Runs <c>up</c>: a host on one or more TAPs, until a signal ends it.</summary>
internal sealed class UpRunner(TextWriter output, TextWriter error)
{
    // Together below the second in which the program must have ended.
    private static readonly TimeSpan GraceForServices = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan GraceForStack = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan GraceForLeases = TimeSpan.FromMilliseconds(200);

    // What an address that cannot be had may cost.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>Runs until SIGINT, SIGTERM or <paramref name="cancellation"/>.</summary>
    /// <param name="options">What each TAP was asked for.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The exit status.</returns>
    public async Task<int> RunAsync(IReadOnlyList<UpOptions> options, CancellationToken cancellation)
    {
        using var signal = new ShutdownSignal();
        using var log = new ErrorLog(error);
        var (folder, secret) = OpenState(log);
        // The services never block, so their continuations may run on the thread that has the data.
        using var stack = new NetworkStack(new NetworkStackOptions { LoggerFactory = log, InlineCompletions = true, Host = new HostOptions { IdentifierSecret = secret } });
        List<UpInterface> interfaces = [];
        try
        {
            foreach (var one in options)
                interfaces.Add(UpInterface.Open(stack, one, folder, error, log));
            stack.LeaseChanged += lease => interfaces.Find(one => one.Attached == lease.Interface)?.OnLeaseChanged(lease);
            stack.Start();
            var ended = Task.WhenAny(signal.Asked, Task.Delay(Timeout.Infinite, cancellation));
            await Task.WhenAny(WaitForAddressesAsync(stack), ended);
            await ServeAsync(stack, interfaces, log, ended);
            await stack.ShutdownAsync(GraceForStack);
            await stack.ReleaseLeasesAsync(GraceForLeases);
            // That continues on the stack's own thread, which cannot wait for its own end.
            await Task.Yield();
            return ExitStatus.Success;
        }
        finally
        {
            interfaces.ForEach(one => one.Dispose());
        }
    }

    private async Task ServeAsync(NetworkStack stack, List<UpInterface> interfaces, ErrorLog log, Task ended)
    {
        if (ended.IsCompleted)
            return;
        var services = new ServiceHost((family, type) => new Socket(stack, family, type, ProtocolType.Unspecified), TimeProvider.System, log.Write);
        var wanted = interfaces.Aggregate(Services.None, (all, one) => all | one.Options.Services);
        services.Start(wanted, []);
        TellWhatIsMissing(stack, interfaces, log);
        using (new NetworkReport(stack, [.. interfaces.Select(one => one.Attached)], output, (address, isThere) => Serve(services, wanted, address, isThere, log)))
        {
            foreach (var one in interfaces)
                output.WriteLine($"ready {one.Attached.Name} {one.Attached.HardwareAddress}");
            output.Flush();
            await ended;
        }
        await services.StopAsync(GraceForServices);
    }

    /// <summary>The folder of what is kept, and the secret in it; without them the host is a new one each time.</summary>
    internal static (string? Folder, (ulong First, ulong Second)? Secret) OpenState(ErrorLog log)
    {
        try
        {
            return StateFolder.Open() is { } folder ? (folder, StateFolder.ReadSecret(folder)) : default;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            log.Write($"nothing can be kept for the next run: {exception.Message.ReplaceLineEndings(" ")}");
            return default;
        }
    }

    internal static async Task WaitForAddressesAsync(NetworkStack stack)
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

    private static void TellWhatIsMissing(NetworkStack stack, List<UpInterface> interfaces, ErrorLog log)
    {
        foreach (var address in stack.GetAddresses().Where(address => !address.IsUsable))
            log.Write($"the address {address.Prefix} cannot be had: {(address.State == AddressState.Duplicate ? "another host on the link has it" : "it is still being asked for")}.");
        foreach (var one in interfaces.Where(one => one.Options.HasDhcp && stack.GetLease(one.Attached) is null))
            log.Write($"no DHCP server gave {one.Attached.Name} an address yet; they are asked again and again.");
    }

    private static void Serve(ServiceHost services, Services wanted, StackAddress address, bool isThere, ErrorLog log)
    {
        try
        {
            if (isThere)
                services.Add(wanted, EndPointAddress(address));
            else
                services.Remove(EndPointAddress(address));
        }
        catch (SocketException exception)
        {
            log.Write($"{address.Prefix} cannot be served over UDP: {exception.Message}");
        }
    }

    // A link-local address means one link only: its scope says which.
    private static IPAddress EndPointAddress(StackAddress address)
    {
        var plain = address.Prefix.Address.ToIPAddress();
        return plain.IsIPv6LinkLocal ? new IPAddress(plain.GetAddressBytes(), address.Interface.Index) : plain;
    }
}
