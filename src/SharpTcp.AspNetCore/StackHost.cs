using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SharpTcp.Links;
using SharpTcp.Names;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.AspNetCore;

/// <summary>The stack of a host: opened before the first hosted service starts, shut down after the last has stopped.</summary>
internal sealed class StackHost : IHostedLifecycleService, IAsyncDisposable, IDisposable
{
    private readonly SharpTcpOptions _options;
    private readonly ILogger<StackHost> _logger;
    private readonly Lazy<NetworkStack> _stack;
    private readonly SemaphoreSlim _starting = new(1);
    private readonly bool _isOwner;

    /// <summary>Makes a host whose stack the options describe.</summary>
    public StackHost(IOptions<SharpTcpOptions> options, ILoggerFactory loggers)
        : this(options, loggers, null)
    {
    }

    /// <summary>Makes a host around a stack that somebody else made.</summary>
    public StackHost(IOptions<SharpTcpOptions> options, ILoggerFactory loggers, NetworkStack? stack)
    {
        _options = options.Value;
        _logger = loggers.CreateLogger<StackHost>();
        _isOwner = stack is null;
        _stack = stack is null ? new Lazy<NetworkStack>(() => Make(loggers)) : new Lazy<NetworkStack>(stack);
    }

    /// <summary>The stack.</summary>
    public NetworkStack Stack => _stack.Value;

    /// <summary>Starts the stack if nobody has, and waits for its addresses.</summary>
    public async Task EnsureStartedAsync(CancellationToken cancellation)
    {
        await _starting.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!_isOwner || Stack.IsRunning)
            {
                return;
            }

            Stack.Start();
            await WaitReadyAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => EnsureStartedAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (!_isOwner || !_stack.IsValueCreated || !Stack.IsRunning)
        {
            return;
        }

        await Stack.ShutdownAsync(_options.ShutdownTimeout).WaitAsync(cancellationToken).ConfigureAwait(false);
        // That may continue on the stack's own thread, which cannot wait for its own end.
        await Task.Yield();
        Stack.Dispose();
        Log.Stopped(_logger);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _starting.Dispose();
        if (_isOwner && _stack.IsValueCreated)
        {
            await Stack.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _starting.Dispose();
        if (_isOwner && _stack.IsValueCreated)
        {
            Stack.Dispose();
        }
    }

    private NetworkStack Make(ILoggerFactory loggers)
    {
        var stack = new NetworkStack(new NetworkStackOptions
        {
            LoggerFactory = loggers,
            Dns = new DnsSettings { Servers = [.. _options.DnsServers], SearchDomains = [.. _options.SearchDomains] },
        });
        try
        {
            foreach (var described in _options.Interfaces)
            {
                stack.AddInterface(Open(described), Settings(described));
            }

            foreach (var (open, settings) in _options.Links)
            {
                stack.AddInterface(open(), settings);
            }

            return stack;
        }
        catch
        {
            stack.Dispose();
            throw;
        }
    }

    private async Task WaitReadyAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.ReadyTimeout);
        try
        {
            await Stack.WaitReadyAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // What is not usable yet is named below.
        }

        foreach (var address in Stack.GetAddresses())
        {
            if (address.IsUsable)
            {
                Log.Usable(_logger, address);
            }
            else
            {
                Log.NotUsable(_logger, address, _options.ReadyTimeout);
            }
        }
    }

    private static ILink Open(SharpTcpInterfaceOptions described)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("TAP and TUN devices are Linux's: on another system give the stack a link of its own by SharpTcpOptions.AddInterface.");
        }

        return described.Tap is { Length: > 0 } tap
            ? TapLink.Open(tap, new TapOptions { HardwareAddress = described.Mac is { } mac ? MacAddress.Parse(mac) : null })
            : TunLink.Open(described.Tun!);
    }

    private static InterfaceSettings Settings(SharpTcpInterfaceOptions described) => new()
    {
        Addresses = new List<string>(described.Addresses),
        Gateways = new List<string>(described.Gateways),
        Mtu = described.Mtu,
        Dhcp = described.Dhcp ? new DhcpOptions() : null,
        RouterDiscovery = described.RouterDiscovery,
        AddressConflictDetection = described.AddressConflictDetection,
    };
}
