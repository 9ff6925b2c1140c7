using System;
using System.IO;
using System.Linq;
using SharpTcp.Links;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Cli;

/// <summary>One TAP of <c>up</c>: what it was asked for, what is kept of it, and the interface on it.</summary>
internal sealed class UpInterface : IDisposable
{
    private const int LockedByAnother = 11; // EWOULDBLOCK

    private readonly InterfaceState? _state;
    private readonly ErrorLog _log;

    private UpInterface(UpOptions options, NetworkInterface attached, InterfaceState? state, ErrorLog log)
    {
        (Options, Attached, _state, _log) = (options, attached, state, log);
        Keep(() => _state?.Save(attached.HardwareAddress, null, null));
    }

    /// <summary>What it was asked for.</summary>
    public UpOptions Options { get; }

    /// <summary>The interface.</summary>
    public NetworkInterface Attached { get; }

    /// <summary>Opens the device and puts an interface of a stack on it.</summary>
    public static UpInterface Open(NetworkStack stack, UpOptions options, string? folder, TextWriter error, ErrorLog log)
    {
        var state = OpenState(options, folder, log);
        try
        {
            var link = LinkAssembly.Open(options with { Mac = options.Mac ?? state?.Mac }, error);
            var previous = state?.Mac == link.HardwareAddress ? state : null; // to another MAC the server gave nothing
            return new UpInterface(options, stack.AddInterface(link, Settings(options, link, previous)), state, log);
        }
        catch
        {
            state?.Dispose();
            throw;
        }
    }

    /// <summary>Keeps a lease for the next run, or notes its end.</summary>
    public void OnLeaseChanged(StackLease lease) => Keep(() =>
    {
        if (lease.Lease is { } current)
            _state?.Save(Attached.HardwareAddress, current, lease.Expires);
        else if (!Options.KeepLease || _state?.LeaseEnds <= DateTimeOffset.UtcNow)
            _state?.EndLease(DateTimeOffset.UtcNow);
    });

    /// <inheritdoc/>
    public void Dispose() => _state?.Dispose();

    private static InterfaceState? OpenState(UpOptions options, string? folder, ErrorLog log)
    {
        var path = options.LeaseFile ?? (folder is null ? null : Path.Combine(folder, options.Tap));
        try
        {
            return path is null ? null : InterfaceState.Open(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            if (options.LeaseFile is not null)
                throw new CliException($"--lease-file \"{path}\" cannot be used: {exception.Message.ReplaceLineEndings(" ")}", exception);
            // A host of the same name is at work elsewhere: this one is another then, which is nothing to complain of.
            if (exception.HResult != LockedByAnother)
                log.Write($"what is kept of {options.Tap} cannot be used, so it is a new host: {exception.Message.ReplaceLineEndings(" ")}");
            return null;
        }
    }

    private static InterfaceSettings Settings(UpOptions options, ILink link, InterfaceState? previous) => new()
    {
        Mac = link.HardwareAddress,
        Addresses = [.. options.IPv4.Concat(options.IPv6).Select(prefix => options.OwnGateways.TryGetValue(prefix.Address, out var gateway) ? $"{prefix},gw={gateway}" : $"{prefix}")],
        Gateways = [.. new[] { options.GatewayV4, options.GatewayV6 }.OfType<IpAddress>().Select(gateway => gateway.ToString())],
        DuplicateAddressDetection = !options.NoDad,
        OptimisticDuplicateAddressDetection = options.IPv6.Count == 0, // who configures itself is ready at once
        AddressConflictDetection = !options.NoConflictDetection,
        IPv6LinkLocal = options.HasIPv6,
        RouterDiscovery = options.HasIPv6 && options.IPv6.Count == 0,
        IdentifierMode = options.Identifiers,
        DhcpV6 = options.HasIPv6 && options.IPv6.Count == 0 ? new DhcpV6Settings { KeepLease = options.KeepLease } : null,
        IPv4LinkLocal = options.IPv4LinkLocal,
        Dhcp = !options.HasDhcp ? null : new DhcpOptions
        {
            HostName = options.HostName,
            KeepLease = options.KeepLease,
            Previous = previous?.Lease,
            PreviousFor = previous is { LeaseEnds: var end } && end > DateTimeOffset.UtcNow ? end - DateTimeOffset.UtcNow : TimeSpan.Zero,
        },
    };

    private void Keep(Action action)
    {
        try
        {
            action();
        }
        catch (IOException exception)
        {
            _log.Write($"what shall be kept of {Options.Tap} cannot be written: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }
}
