using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;

namespace SharpTcp.Sockets;

/// <summary>
/// What is behind a socket: TCP's or UDP's behaviour, and the calls that wait. Calls of a direction are served in the order of their arrival.
/// </summary>
internal abstract partial class SocketCore(NetworkStack stack, AddressFamily family) : ShardWork
{
    private static readonly LingerOption NoLinger = new(false, 0);

    /// <summary>Calls that wait to receive or accept. Under the lock.</summary>
    protected CompletionList Readers;

    /// <summary>Calls that wait to send or connect. Under the lock.</summary>
    protected CompletionList Writers;

    /// <summary>Its neighbours in the <see cref="SocketList"/> that it is in.</summary>
    internal SocketCore? NextSocket;

    /// <inheritdoc cref="NextSocket"/>
    internal SocketCore? PreviousSocket;

    /// <summary>The stack.</summary>
    public NetworkStack Stack { get; } = stack;

    /// <summary>The shard that owns the socket.</summary>
    public Shard Shard { get; } = stack.Shard;

    /// <summary>The family of its endpoints.</summary>
    public AddressFamily Family { get; } = family;

    /// <summary>Whether its user has closed it.</summary>
    public bool IsClosed { get; protected set; }

    /// <summary>Whether a call waits to receive or accept. Under the lock.</summary>
    public bool HasWaitingReader => !Readers.IsEmpty;

    /// <summary>Whether an IPv6 socket also speaks IPv4. Until it is bound.</summary>
    public bool DualMode { get; set; }

    /// <summary>Whether it shares its address and port with others that say so too.</summary>
    public bool ReuseAddress { get; set; }

    /// <summary>The index of the only interface that it uses, or 0. Until it is bound.</summary>
    public int InterfaceIndex { get; set; }

    /// <summary>Whether closing waits for what is queued, and how long.</summary>
    public LingerOption Linger { get; set; } = NoLinger;

    /// <summary>Whether a packet may be fragmented on its way.</summary>
    public virtual bool DontFragment { get; set; }

    /// <summary>Whether it may send to broadcast addresses.</summary>
    public virtual bool Broadcast { get; set; }

    /// <summary>Whether an idle connection is probed.</summary>
    public virtual bool KeepAlive { get; set; }

    /// <summary>Kept for who set it; a route is always asked for.</summary>
    public bool DontRoute { get; set; }

    /// <summary>Kept for who set it.</summary>
    public bool Debug { get; set; }

    /// <summary>Kept for who set it; what is known of a datagram is always told to who asks for it.</summary>
    public bool PacketInformation { get; set; }

    /// <summary>DSCP and ECN of what is sent.</summary>
    public virtual byte TrafficClass { get; set; }

    /// <summary>The kind of socket.</summary>
    public abstract SocketType SocketType { get; }

    /// <summary>Where it is bound, or null.</summary>
    public abstract TransportEndpoint? Local { get; }

    /// <summary>Its peer, or null.</summary>
    public abstract TransportEndpoint? Remote { get; }

    /// <summary>Whether it had a peer when its last call ended.</summary>
    public bool IsConnected { get; protected set; }

    /// <summary>Whether it had a peer and has none any more: by a half close, a disconnect or an error.</summary>
    public bool IsDisconnected { get; protected set; }

    /// <summary>Bytes that can be received at once.</summary>
    public abstract int Available { get; }

    /// <summary>Time to live or hop limit; 0 for the stack's default.</summary>
    public abstract byte HopLimit { get; set; }

    /// <summary>Bytes of the send buffer.</summary>
    public abstract int SendBufferSize { get; set; }

    /// <summary>Bytes of the receive buffer.</summary>
    public abstract int ReceiveBufferSize { get; set; }

    /// <summary>Binds to an address and port.</summary>
    public abstract void Bind(TransportEndpoint local);

    /// <summary>Connects to a peer.</summary>
    public abstract ValueTask ConnectAsync(TransportEndpoint remote, CancellationToken cancellation);

    /// <summary>Connects to a peer and blocks meanwhile.</summary>
    public abstract SocketError Connect(TransportEndpoint remote, bool blocks);

    /// <summary>Forgets the peer: ends both directions.</summary>
    public abstract SocketError Disconnect();

    /// <summary>Sends to the peer.</summary>
    public abstract ValueTask<int> SendAsync(ReadOnlyMemory<byte> data, SocketFlags flags, CancellationToken cancellation);

    /// <summary>Sends to the peer and blocks meanwhile, at most <paramref name="timeout"/> milliseconds (-1: no limit, 0: not at all).</summary>
    public abstract SocketError Send(ReadOnlySpan<byte> data, SocketFlags flags, int timeout, out int done);

    /// <summary>Receives from the peer.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketFlags flags, CancellationToken cancellation);

    /// <summary>Receives from the peer and blocks meanwhile, at most <paramref name="timeout"/> milliseconds (-1: no limit, 0: not at all).</summary>
    public abstract SocketError Receive(Span<byte> buffer, SocketFlags flags, int timeout, out int done);

    /// <summary>Takes the error that waits to be told. Under the lock.</summary>
    public abstract SocketError TakeError();

    /// <summary>Takes the error that waits to be told.</summary>
    public SocketError TakePendingError()
    {
        Shard.Enter();
        var error = Ended(TakeError());
        Shard.ExitUnchanged();
        return error;
    }

    /// <summary>Ends sending, receiving or both.</summary>
    public abstract SocketError Shutdown(SocketShutdown how);

    /// <summary>Closes it: gracefully in the background; with a limit of seconds, after which the rest is cut off; or, if that is 0, at once.</summary>
    /// <param name="lingerSeconds">The limit, if there is one.</param>
    /// <param name="abortsWaiting">Whether a call that waits is reason enough to cut the connection off, as it is to a kernel's socket.</param>
    public abstract void Close(int? lingerSeconds, bool abortsWaiting = false);

    /// <summary>Listens for connections.</summary>
    public virtual SocketError Listen(int backlog) => SocketError.OperationNotSupported;

    /// <summary>Accepts a connection.</summary>
    public virtual ValueTask<Socket> AcceptAsync(CancellationToken cancellation) =>
        ValueTask.FromException<Socket>(SocketErrors.Create(SocketError.OperationNotSupported));

    /// <summary>Accepts a connection and blocks meanwhile.</summary>
    public virtual SocketError Accept(int timeout, out Socket? accepted)
    {
        accepted = null;
        return SocketError.OperationNotSupported;
    }

    /// <summary>Sends a datagram; on a stream, to its peer, whatever the address.</summary>
    public abstract ValueTask<int> SendToAsync(ReadOnlyMemory<byte> data, SocketFlags flags, TransportEndpoint peer, CancellationToken cancellation);

    /// <summary>Sends a datagram and blocks meanwhile; on a stream, to its peer, whatever the address.</summary>
    public abstract SocketError SendTo(ReadOnlySpan<byte> data, SocketFlags flags, TransportEndpoint peer, int timeout, out int done);

    /// <summary>Receives, the sender into <paramref name="peer"/>, all that is known into <paramref name="holder"/>.</summary>
    public abstract ValueTask<int> ReceiveMessageAsync(
        Memory<byte> buffer, SocketFlags flags, SocketAddress? peer, MessageHolder? holder, CancellationToken cancellation);

    /// <summary>Receives and blocks meanwhile.</summary>
    public abstract SocketError ReceiveMessage(Span<byte> buffer, SocketFlags flags, int timeout, out int done, out ReceivedMessage message);

    /// <summary>Whether nothing of it needs the stack any more, once it is closed. Under the lock.</summary>
    public virtual bool IsGone => true;

    /// <summary>Cuts off what is left of it. Under the lock.</summary>
    public abstract void Abort(Instant now);

    /// <summary>Takes note of how a call ended: after most errors there is no peer any more.</summary>
    protected SocketError Ended(SocketError error)
    {
        if (error is not (SocketError.Success or SocketError.WouldBlock or SocketError.TimedOut or SocketError.IOPending
            or SocketError.NoBufferSpaceAvailable or SocketError.OperationAborted))
        {
            SetDisconnected();
        }

        return error;
    }

    /// <summary>The same for a call that blocks: if the socket was closed under it, it says so in its own way.</summary>
    protected SocketError EndedBlocked(SocketError error) => Ended(error == SocketError.OperationAborted ? SocketError.ConnectionAborted : error);

    /// <summary>There is no peer any more.</summary>
    protected void SetDisconnected()
    {
        IsDisconnected |= IsConnected;
        IsConnected = false;
    }

    /// <inheritdoc/>
    internal override void Abandon(Exception cause, Instant now)
    {
        FailAll(SocketError.SocketError, cause);
        Abort(now);
    }
}
