using System;
using System.Net.Sockets;

namespace SharpTcp.Protocols.Tcp;

/// <summary>TCP of a host (RFC 9293): its connections, listeners and ports.</summary>
public sealed partial class TcpLayer
{
    internal TcpLayer(TcpSettings settings, IIpOutput ip, TimerWheel timers, BufferPool buffers, IEntropy entropy, Instant now)
    {
        _ = (settings, ip, timers, buffers, entropy, now);
    }

    /// <summary>Reserves a local port; port 0 takes an ephemeral one.</summary>
    /// <param name="local">The address (or the unspecified one of the family) and port.</param>
    /// <param name="dualStack">For the IPv6 unspecified address: also takes IPv4.</param>
    /// <param name="reuseAddress">Allows what <c>SO_REUSEADDR</c> allows: binding while old connections linger in TIME-WAIT.</param>
    /// <param name="binding">The reservation; give it back by <see cref="TcpBinding.Release"/>.</param>
    public SocketError Bind(TransportEndpoint local, bool dualStack, bool reuseAddress, out TcpBinding? binding) => throw new NotImplementedException();

    /// <summary>Active OPEN (RFC 9293 §3.9.1.1). The SYN leaves at the next poll.</summary>
    /// <returns>
    /// <see cref="SocketError.Success"/>; <see cref="SocketError.NetworkUnreachable"/>, <see cref="SocketError.AddressNotAvailable"/> (also: no port free),
    /// <see cref="SocketError.AddressAlreadyInUse"/>, <see cref="SocketError.AccessDenied"/> (broadcast or multicast, MUST-46).
    /// </returns>
    public SocketError Connect(in TcpConnectRequest request, ITcpUser user, Instant now, out TcpConnection? connection) => throw new NotImplementedException();

    /// <summary>Passive OPEN.</summary>
    public SocketError Listen(in TcpListenRequest request, ITcpListenUser user, Instant now, out TcpListenPoint? listener) => throw new NotImplementedException();

    /// <summary>Takes an ICMP error about a segment of ours (RFC 9293 §3.9.2.2, RFC 5927).</summary>
    public void OnIcmpError(in IcmpErrorReport error, Instant now) => throw new NotImplementedException();

    /// <summary>Sends what touched connections have to send; true if more could be sent at once.</summary>
    public bool Poll(Instant now) => false;

    /// <summary>A link has room again.</summary>
    public void OnWritable(Instant now)
    {
    }
}

/// <summary>A reserved local port.</summary>
public sealed partial class TcpBinding
{
    /// <summary>Address and port.</summary>
    public TransportEndpoint Local { get; }

    /// <summary>Gives the port back, if neither a listener nor a connection uses it.</summary>
    public void Release() => throw new NotImplementedException();
}

/// <summary>A listener (LISTEN state): its half-open and its waiting connections.</summary>
public sealed partial class TcpListenPoint
{
    /// <summary>Where it listens.</summary>
    public TransportEndpoint Local { get; }

    /// <summary>Whether a connection waits to be taken.</summary>
    public bool IsAcceptable { get; }

    /// <summary>Takes the first connection that waits; it is established (maybe already closed by its peer).</summary>
    public bool TryAccept(ITcpUser user, out TcpConnection? connection) => throw new NotImplementedException();

    /// <summary>Stops listening; connections that wait are reset (RFC 9293 §3.10.4).</summary>
    public void Close(Instant now) => throw new NotImplementedException();
}
