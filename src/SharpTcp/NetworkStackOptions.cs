using System;
using Microsoft.Extensions.Logging;
using SharpTcp.Names;
using SharpTcp.Protocols;

namespace SharpTcp;

/// <summary>How a <see cref="NetworkStack"/> is set up.</summary>
public sealed class NetworkStackOptions
{
    /// <summary>The clock. Default: the system's. With another one the stack wakes for its timers only as exactly as a managed wait does, or is pumped by hand.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where random numbers come from. Default: the operating system's generator. A simulation gives a seeded one.</summary>
    public IEntropy? Entropy { get; init; }

    /// <summary>Where the log goes. Default: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>
    /// Runs the continuations of completed calls at once, on the thread that completed them, instead of on the thread pool. Fast, for continuations that never block. Default: no.
    /// </summary>
    public bool InlineCompletions { get; init; }

    /// <summary>Where the continuations of completed calls run; null lets <see cref="InlineCompletions"/> say so.</summary>
    public CompletionScheduler? CompletionScheduler { get; init; }

    /// <summary>The settings of the protocols. Default: the RFCs'.</summary>
    public HostOptions Host { get; init; } = new();

    /// <summary>Gives the stack a loopback interface with 127.0.0.1 and ::1. Default: yes.</summary>
    public bool Loopback { get; init; } = true;

    /// <summary>How names are resolved. Default: at the servers that DHCP and router advertisements name.</summary>
    public DnsSettings Dns { get; init; } = new();

    internal CompletionScheduler Scheduler =>
        CompletionScheduler ?? (InlineCompletions ? SharpTcp.CompletionScheduler.Inline : SharpTcp.CompletionScheduler.ThreadPool);
}
