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

    /// <summary>Whether it shares its port as <c>SO_REUSEADDR</c> does.</summary>
    public bool ReuseAddress { get; set; }

    /// <summary>The kind of socket.</summary>
    public abstract SocketType SocketType { get; }

    /// <summary>Where it is bound, or null.</summary>
    public abstract TransportEndpoint? Local { get; }

    /// <summary>Its peer, or null.</summary>
    public abstract TransportEndpoint? Remote { get; }

    /// <summary>Whether it has a peer, as far as its calls have found out.</summary>
    public abstract bool IsConnected { get; }

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
    public abstract void Connect(TransportEndpoint remote);

    /// <summary>Sends to the peer.</summary>
    public abstract ValueTask<int> SendAsync(ReadOnlyMemory<byte> data, SocketFlags flags, CancellationToken cancellation);

    /// <summary>Sends to the peer and blocks meanwhile, at most <paramref name="timeout"/> milliseconds (-1: no limit, 0: not at all).</summary>
    public abstract int Send(ReadOnlySpan<byte> data, SocketFlags flags, int timeout);

    /// <summary>Receives from the peer.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketFlags flags, CancellationToken cancellation);

    /// <summary>Receives from the peer and blocks meanwhile, at most <paramref name="timeout"/> milliseconds (-1: no limit, 0: not at all).</summary>
    public abstract int Receive(Span<byte> buffer, SocketFlags flags, int timeout);

    /// <summary>Ends sending, receiving or both.</summary>
    public abstract void Shutdown(SocketShutdown how);

    /// <summary>Closes it: gracefully in the background; with a limit of seconds, after which the rest is cut off; or, if that is 0, at once.</summary>
    public abstract void Close(int? lingerSeconds);

    /// <summary>Listens for connections.</summary>
    public virtual void Listen(int backlog) => throw SocketErrors.NotSupported($"Listen on a socket of type {SocketType}");

    /// <summary>Accepts a connection.</summary>
    public virtual ValueTask<Socket> AcceptAsync(CancellationToken cancellation) => throw SocketErrors.NotSupported($"Accept on a socket of type {SocketType}");

    /// <summary>Accepts a connection and blocks meanwhile.</summary>
    public virtual Socket Accept(int timeout) => throw SocketErrors.NotSupported($"Accept on a socket of type {SocketType}");

    /// <summary>Sends a datagram.</summary>
    public virtual ValueTask<int> SendToAsync(ReadOnlyMemory<byte> data, SocketFlags flags, TransportEndpoint peer, CancellationToken cancellation) =>
        throw SocketErrors.NotSupported($"SendTo on a socket of type {SocketType}");

    /// <summary>Sends a datagram and blocks meanwhile.</summary>
    public virtual int SendTo(ReadOnlySpan<byte> data, SocketFlags flags, TransportEndpoint peer, int timeout) =>
        throw SocketErrors.NotSupported($"SendTo on a socket of type {SocketType}");

    /// <summary>Receives a datagram, and its sender into <paramref name="peer"/>.</summary>
    public virtual ValueTask<int> ReceiveFromAsync(Memory<byte> buffer, SocketFlags flags, SocketAddress peer, CancellationToken cancellation) =>
        throw SocketErrors.NotSupported($"ReceiveFrom on a socket of type {SocketType}");

    /// <summary>Receives a datagram and its sender, and blocks meanwhile.</summary>
    public virtual int ReceiveFrom(Span<byte> buffer, SocketFlags flags, int timeout, out TransportEndpoint peer) =>
        throw SocketErrors.NotSupported($"ReceiveFrom on a socket of type {SocketType}");

    /// <summary>Whether nothing of it needs the stack any more, once it is closed. Under the lock.</summary>
    public virtual bool IsGone => true;

    /// <summary>Cuts off what is left of it. Under the lock.</summary>
    public abstract void Abort(Instant now);

    /// <inheritdoc/>
    internal override void Abandon(Exception cause, Instant now)
    {
        FailAll(SocketError.SocketError, cause);
        Abort(now);
    }
}
