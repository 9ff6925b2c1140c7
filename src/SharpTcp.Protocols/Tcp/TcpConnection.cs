using System;
using System.Net.Sockets;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// A TCP connection as its user sees it: the calls of RFC 9293 §3.9.1. All of them are made under the lock of the shard; what they cause to be sent leaves at the
/// next <see cref="HostCore.Poll"/>. Only the copying into <see cref="ReserveSend"/> and out of <see cref="PeekReceived"/> may happen outside the lock.
/// </summary>
public sealed partial class TcpConnection
{
    /// <summary>Its state.</summary>
    public TcpState State { get; }

    /// <summary>Our address and port.</summary>
    public TransportEndpoint Local { get; }

    /// <summary>The peer's address and port.</summary>
    public TransportEndpoint Remote { get; }

    /// <summary>Why the connection ended, after <see cref="TcpEvents.Failed"/>.</summary>
    public SocketError Error { get; }

    /// <summary>The last hint at trouble (ICMP error, R1 reached), or <see cref="SocketError.Success"/>.</summary>
    public SocketError SoftError { get; }

    /// <summary>Its options; changes take effect at once after <see cref="OnOptionsChanged"/>.</summary>
    public TcpSocketOptions Options { get; } = new();

    /// <summary>Applies changed options.</summary>
    public void OnOptionsChanged(Instant now) => throw new NotImplementedException();

    /// <summary>Bytes that can be read.</summary>
    public int Available { get; }

    /// <summary>Whether the peer's FIN was reached: nothing more will come after <see cref="Available"/> bytes.</summary>
    public bool IsPeerClosed { get; }

    /// <summary>The first bytes that can be read, as far as they lie in one piece. Valid until <see cref="ConsumeReceived"/>, also outside the lock.</summary>
    public ReadOnlySpan<byte> PeekReceived() => throw new NotImplementedException();

    /// <summary>Ends a <see cref="PeekReceived"/>: <paramref name="count"/> bytes were read (0 to give the span back), which may open the window.</summary>
    public void ConsumeReceived(int count, Instant now) => throw new NotImplementedException();

    /// <summary>Copies the bytes at <paramref name="offset"/> without consuming them; returns how many.</summary>
    public int CopyReceived(int offset, Span<byte> destination) => throw new NotImplementedException();

    /// <summary>Room in the send buffer; 0 also while sending is not possible yet or any more.</summary>
    public int SendRoom { get; }

    /// <summary>Whether data may be queued: the state allows it and no <see cref="ShutdownSend"/> was called.</summary>
    public bool CanSend { get; }

    /// <summary>Whether everything queued was acknowledged.</summary>
    public bool IsSendBufferEmpty { get; }

    /// <summary>
    /// Lends a piece of the send buffer of at most <paramref name="wanted"/> bytes to be written outside the lock; empty if there is no room. One at a time, each ended by
    /// <see cref="CommitSend"/>.
    /// </summary>
    public Span<byte> ReserveSend(int wanted) => throw new NotImplementedException();

    /// <summary>Ends a <see cref="ReserveSend"/>: <paramref name="count"/> bytes were written. <paramref name="push"/> marks the end of a write (PSH, RFC 9293 §3.9.1.2).</summary>
    public void CommitSend(int count, bool push, Instant now) => throw new NotImplementedException();

    /// <summary>Sends FIN after all that is queued (half close).</summary>
    public void ShutdownSend(Instant now) => throw new NotImplementedException();

    /// <summary>
    /// CLOSE: the user is gone. What is queued is still delivered, then FIN; bytes that were not read, or come later, reset the connection (SHLD-3). No event comes any more.
    /// </summary>
    public void Close(Instant now) => throw new NotImplementedException();

    /// <summary>ABORT: RST to the peer, and the connection is gone.</summary>
    public void Abort(Instant now) => throw new NotImplementedException();
}
