using System;
using Microsoft.Extensions.Logging.Abstractions;
using SharpTcp.Links;
using SharpTcp.Names;
using SharpTcp.Protocols;

namespace SharpTcp;

/// <summary>
/// A TCP/IP stack in this process: interfaces on links, addresses, routes, and the sockets of <see cref="SharpTcp.Sockets"/>. A process may have any number. Every
/// member may be called from any thread.
/// </summary>
/// <remarks>
/// <see cref="Start"/> gives it a thread of its own. Without it the stack is pumped by hand with <see cref="Pump"/>, which with a clock, entropy and a completion scheduler of the caller's
/// own makes everything that it does repeatable.
/// </remarks>
public sealed partial class NetworkStack : IAsyncDisposable, IDisposable
{
    private readonly NetworkStackOptions _options;
    private readonly ShardFaults _faults;
    private int _disposed;

    /// <summary>Makes a stack with a loopback interface and no other.</summary>
    /// <param name="options">How it is set up; null takes the defaults.</param>
    /// <exception cref="FormatException">A DNS server or host of the options cannot be read.</exception>
    public NetworkStack(NetworkStackOptions? options = null)
    {
        _options = options ?? new NetworkStackOptions();
        var logger = _options.LoggerFactory?.CreateLogger("SharpTcp.NetworkStack") ?? NullLogger.Instance;
        _faults = new ShardFaults(logger, _options.Host.OnFault);
        Shard = new Shard(
            _options.Host with { OnFault = _faults.Report },
            _options.Entropy ?? new SystemEntropy(),
            _options.TimeProvider,
            _options.Scheduler,
            _faults);
        Shard.Host.Observer = this;
        Dns = new StackDns(this, _options.Dns);
        if (_options.Loopback)
        {
            AddLoopback();
        }
    }

    /// <summary>Whether the stack has its thread: from <see cref="Start"/> until it is disposed.</summary>
    public bool IsRunning => _disposed == 0 && Shard.IsRunning;

    /// <summary>Exceptions that were contained: each cost a packet or a connection and is a defect to be reported.</summary>
    public long Faults => _faults.Count;

    /// <summary>The names of the stack's network.</summary>
    public StackDns Dns { get; }

    internal Shard Shard { get; }

    /// <summary>Starts the stack's thread.</summary>
    /// <exception cref="InvalidOperationException">It is started already.</exception>
    /// <exception cref="ObjectDisposedException">The stack is disposed.</exception>
    public void Start()
    {
        ThrowIfDisposed();
        if (Shard.IsRunning)
        {
            throw new InvalidOperationException("The stack is started already.");
        }

        Shard.StartLoop("sharptcp-shard-0", _options.TimeProvider == TimeProvider.System);
    }

    /// <summary>
    /// Does everything that is due at the clock's time, on the calling thread, instead of a thread of the stack's own. Continuations run in the completion scheduler.
    /// </summary>
    /// <returns>How long until there is something to do again, unless a frame or a call comes before; null if nothing is pending.</returns>
    /// <exception cref="InvalidOperationException">The stack has a thread.</exception>
    public TimeSpan? Pump()
    {
        if (Shard.IsRunning)
        {
            throw new InvalidOperationException("The stack is started and runs by itself: pump one that is not.");
        }

        var deadline = Shard.Pump();
        if (deadline.IsNever)
        {
            return null;
        }

        var left = deadline - Shard.Now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>What the stack has counted so far.</summary>
    public StackCounters GetCounters()
    {
        Shard.Enter();
        var counters = new StackCounters(Shard.Host, _faults.Count);
        Shard.ExitUnchanged();
        return counters;
    }

    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed != 0, this);

    private void AddLoopback()
    {
        var link = new LoopbackLink();
        var now = Shard.Enter();
        var added = Shard.AddLink(
            link, new InterfaceOptions { Name = link.Name, Capabilities = link.Capabilities, IsLoopback = true, IPv6LinkLocal = false }, now);
        System.Diagnostics.Debug.Assert(added.IsLoopback, "the loopback interface knows what it is");
        Shard.Exit(now);
    }
}
