using System;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Protocols;

/// <summary>How a host is set up. The defaults are the RFCs'.</summary>
public sealed class HostOptions
{
    /// <summary>Settings of TCP.</summary>
    public TcpSettings Tcp { get; init; } = new();

    /// <summary>Most bytes of all buffers together. Default 256 MiB.</summary>
    public long MemoryLimit { get; init; } = 256L * 1024 * 1024;

    /// <summary>
    /// Told of an exception in a handler, which cost the packet or the connection that it belongs to, with a word on where it happened. In a simulation it fails the seed.
    /// </summary>
    public Action<Exception, string>? OnFault { get; init; }
}
