using System;
using System.Net.Sockets;

namespace SharpTcp.Protocols;

/// <summary>What a socket of datagrams has below it: a UDP port, raw IP, or an identifier of ICMP echo.</summary>
public interface IDatagramPort
{
    /// <summary>Its address and port.</summary>
    TransportEndpoint Local { get; }

    /// <summary>The only peer, if connected.</summary>
    TransportEndpoint? Remote { get; }

    /// <summary>Most payload bytes (with their bookkeeping) that wait to be received; what comes beyond is dropped.</summary>
    int ReceiveBufferSize { get; set; }

    /// <summary>Whether a datagram waits.</summary>
    bool IsReadable { get; }

    /// <summary>Whether an error waits to be told.</summary>
    bool HasError { get; }

    /// <summary>Bytes of the first datagram that waits, or 0.</summary>
    int NextLength { get; }

    /// <summary>Allows sending to broadcast addresses.</summary>
    bool Broadcast { get; set; }

    /// <summary>Time to live or hop limit for unicast; 0 takes the host's default.</summary>
    byte HopLimit { get; set; }

    /// <summary>DSCP and ECN.</summary>
    byte TrafficClass { get; set; }

    /// <summary>Sends IPv4 datagrams that may not be fragmented.</summary>
    bool DontFragment { get; set; }

    /// <summary>Sets the only peer.</summary>
    SocketError Connect(TransportEndpoint remote, Instant now);

    /// <summary>Sends one datagram.</summary>
    SocketError Send(ReadOnlySpan<byte> payload, TransportEndpoint destination, in UdpSendOptions options, Instant now);

    /// <summary>Takes the first datagram that waits.</summary>
    bool TryReceive(Span<byte> buffer, out UdpDatagram datagram, bool peek = false);

    /// <summary>Takes the pending error, or <see cref="SocketError.Success"/>.</summary>
    SocketError TakeError();

    /// <summary>Gives up the port.</summary>
    void Close();
}

/// <summary>Who uses a raw port. Called while the host is being driven: it takes note and returns; it never calls back.</summary>
public interface IRawUser
{
    /// <summary>Something came, or went wrong.</summary>
    void OnRawEvent();
}
