using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What happened to a connection.</summary>
[Flags]
public enum TcpEvents : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The handshake is complete.</summary>
    Connected = 1,

    /// <summary>Bytes arrived.</summary>
    Readable = 2,

    /// <summary>There is room in the send buffer again.</summary>
    Writable = 4,

    /// <summary>The peer will send no more (its FIN is in order).</summary>
    PeerClosed = 8,

    /// <summary>The connection ended by an error: <see cref="TcpConnection.Error"/>.</summary>
    Failed = 16,

    /// <summary>The connection is over and its record gone; no further event comes.</summary>
    Closed = 32,

    /// <summary>An ICMP error or a row of retransmissions hints at trouble: <see cref="TcpConnection.SoftError"/> (RFC 9293 §3.9.1.8, MUST-47).</summary>
    SoftError = 64,

    /// <summary>Urgent data was announced (RFC 9293 §3.8.5, MUST-32).</summary>
    Urgent = 128,
}

/// <summary>
/// Who uses a connection. Called while the host is being driven: it takes note and returns; it never calls back into the connection.
/// </summary>
public interface ITcpUser
{
    /// <summary>Something happened to <paramref name="connection"/>.</summary>
    void OnTcpEvents(TcpConnection connection, TcpEvents events);

    /// <summary>
    /// The next bytes of the stream arrived and none wait before them. A reader that waits takes what it wants of them here and now, which saves the way through the receive buffer;
    /// what it leaves is queued. <see cref="TcpEvents.Readable"/> follows.
    /// </summary>
    /// <returns>How many bytes were taken.</returns>
    int TakeReceived(TcpConnection connection, ReadOnlySpan<byte> data) => 0;
}

/// <summary>Who accepts connections. The same rule as for <see cref="ITcpUser"/>.</summary>
public interface ITcpListenUser
{
    /// <summary>A connection waits to be taken by <see cref="TcpListenPoint.TryAccept"/>.</summary>
    void OnAcceptable(TcpListenPoint listener);
}
