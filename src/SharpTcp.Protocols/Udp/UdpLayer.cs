using System;
using System.Net.Sockets;

namespace SharpTcp.Protocols;

/// <summary>UDP (RFC 768, RFC 1122 §4.1): the ports of a host.</summary>
public sealed partial class UdpLayer
{
    /// <summary>Binds a port; port 0 in <paramref name="local"/> takes an ephemeral one (RFC 6056).</summary>
    /// <param name="local">The address (or the unspecified one of the family) and port.</param>
    /// <param name="dualStack">For the IPv6 unspecified address: also receives IPv4.</param>
    /// <param name="reuseAddress">Shares address and port with others that say so too.</param>
    /// <param name="user">Who is told.</param>
    /// <param name="port">The port.</param>
    /// <returns><see cref="SocketError.Success"/>, <see cref="SocketError.AddressAlreadyInUse"/> or <see cref="SocketError.AddressNotAvailable"/>.</returns>
    public SocketError Bind(TransportEndpoint local, bool dualStack, bool reuseAddress, IUdpUser user, out UdpPort? port) => throw new NotImplementedException();
}

/// <summary>A bound UDP port, maybe connected to a peer.</summary>
public sealed partial class UdpPort
{
    /// <summary>Its address and port.</summary>
    public TransportEndpoint Local { get; }

    /// <summary>The only peer, if connected.</summary>
    public TransportEndpoint? Remote { get; }

    /// <summary>Most payload bytes (with their bookkeeping) that wait to be received; what comes beyond is dropped and counted. Default 256 KiB.</summary>
    public int ReceiveBufferSize { get; set; }

    /// <summary>Datagrams dropped because the receive buffer was full.</summary>
    public long Dropped { get; }

    /// <summary>Whether a datagram waits.</summary>
    public bool IsReadable { get; }

    /// <summary>Payload bytes of the first datagram that waits, or 0.</summary>
    public int NextLength { get; }

    /// <summary>Allows sending to broadcast addresses. Default: no.</summary>
    public bool Broadcast { get; set; }

    /// <summary>Time to live or hop limit for unicast; 0 takes the host's default.</summary>
    public byte HopLimit { get; set; }

    /// <summary>Time to live or hop limit for multicast; default 1.</summary>
    public byte MulticastHopLimit { get; set; }

    /// <summary>DSCP and ECN.</summary>
    public byte TrafficClass { get; set; }

    /// <summary>Sets the only peer, and the local address by the way to it.</summary>
    public SocketError Connect(TransportEndpoint remote, Instant now) => throw new NotImplementedException();

    /// <summary>Forgets the peer.</summary>
    public void Disconnect() => throw new NotImplementedException();

    /// <summary>
    /// Sends one datagram (fragmented where it must be).
    /// </summary>
    /// <returns>
    /// <see cref="SocketError.Success"/>, <see cref="SocketError.WouldBlock"/> (link full; <see cref="UdpEvents.Writable"/> follows), or why not:
    /// <see cref="SocketError.MessageSize"/>, <see cref="SocketError.NetworkUnreachable"/>, <see cref="SocketError.AccessDenied"/> (broadcast not allowed), a pending error …
    /// </returns>
    public SocketError Send(ReadOnlySpan<byte> payload, TransportEndpoint destination, in UdpSendOptions options, Instant now) => throw new NotImplementedException();

    /// <summary>Takes the first datagram that waits; what does not fit <paramref name="buffer"/> is lost. With <paramref name="peek"/> it stays.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryReceive(Span<byte> buffer, out UdpDatagram datagram, bool peek = false) => throw new NotImplementedException();

    /// <summary>Takes the pending error, or <see cref="SocketError.Success"/>.</summary>
    public SocketError TakeError() => throw new NotImplementedException();

    /// <summary>Gives up the port.</summary>
    public void Close() => throw new NotImplementedException();
}
