namespace SharpTcp.Protocols.Tcp;

/// <summary>The states of a connection, RFC 9293 §3.3.2.</summary>
public enum TcpState : byte
{
    /// <summary>No connection at all.</summary>
    Closed,

    /// <summary>Waiting for a connection request from any remote peer.</summary>
    Listen,

    /// <summary>A SYN was sent; its answer is awaited.</summary>
    SynSent,

    /// <summary>A SYN was received and one was sent; its acknowledgment is awaited.</summary>
    SynReceived,

    /// <summary>Open: data flows both ways.</summary>
    Established,

    /// <summary>We closed; our FIN is not yet acknowledged.</summary>
    FinWait1,

    /// <summary>Our FIN is acknowledged; the peer's is awaited.</summary>
    FinWait2,

    /// <summary>The peer closed; our user has not yet.</summary>
    CloseWait,

    /// <summary>Both closed at once; the acknowledgment of our FIN is awaited.</summary>
    Closing,

    /// <summary>The peer closed first, then we; the acknowledgment of our FIN is awaited.</summary>
    LastAck,

    /// <summary>Waiting until no segment of the connection can be in the network any more.</summary>
    TimeWait,
}
