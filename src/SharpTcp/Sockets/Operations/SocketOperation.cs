using System;
using System.Diagnostics;
using System.Net.Sockets;
using System.Threading;

namespace SharpTcp.Sockets;

/// <summary>
/// A socket call that waits: parked in a queue of its socket, over when <see cref="Finish"/> says so, told after the release of the lock. One object serves call after call.
/// </summary>
internal abstract class SocketOperation(SocketCore owner) : Completion
{
    private CancellationTokenRegistration _registration;
    private ManualResetEventSlim? _event;
    private bool _isBlocking;

    /// <summary>The socket.</summary>
    public SocketCore Owner { get; } = owner;

    /// <summary>What it waits for.</summary>
    public OperationKind Kind { get; set; }

    /// <summary>Whether it waits among the writers (send, connect), not the readers (receive, accept).</summary>
    public bool IsWriter => Kind is OperationKind.Send or OperationKind.WaitWritable or OperationKind.Connect;

    /// <summary>Whether it is in a queue of its socket. Under the lock.</summary>
    public bool IsParked { get; set; }

    /// <summary>How it ended.</summary>
    public SocketError Error { get; private set; }

    /// <summary>The exception to throw instead of one made of <see cref="Error"/>.</summary>
    public Exception? Exception { get; private set; }

    /// <summary>The token that can cancel it.</summary>
    protected CancellationToken Token { get; private set; }

    /// <summary>It is over. Under the lock; it is in no queue any more.</summary>
    public void Finish(SocketError error, Exception? exception = null)
    {
        Debug.Assert(!IsParked, "an operation leaves its queue before it ends");
        Error = error;
        Exception = exception;
        Owner.Shard.Complete(this);
    }

    /// <summary>Makes the token cancel this. Without the lock, before the call returns to its caller.</summary>
    public void CancelBy(CancellationToken token)
    {
        if (token.CanBeCanceled)
        {
            Token = token;
            _registration = token.UnsafeRegister(static state => ((SocketOperation)state!).OnCanceled(), this);
        }
    }

    /// <summary>Whether a thread waits for this.</summary>
    public bool IsBlocking => _isBlocking;

    /// <summary>Makes a thread wait for this, not a continuation. Before it is parked.</summary>
    public void PrepareToBlock()
    {
        _isBlocking = true;
        _event ??= new ManualResetEventSlim(false, spinCount: 20);
        _event.Reset();
    }

    /// <summary>Blocks until it is over; false if <paramref name="milliseconds"/> pass before (-1: never).</summary>
    public bool Block(int milliseconds) => _event!.Wait(milliseconds);

    /// <inheritdoc/>
    internal override void Deliver(CompletionScheduler scheduler)
    {
        // A blocked thread is woken from here: in the thread pool's queue it might wait behind those that wait for it.
        if (_isBlocking)
        {
            _event!.Set();
        }
        else
        {
            scheduler.Schedule(this);
        }
    }

    /// <summary>The exception that says how it ended, or null.</summary>
    public Exception? Failure() =>
        Exception ?? (Error == SocketError.Success ? null : SocketErrors.Create(Error));

    /// <summary>Forgets the call; false if this must not be used again, because a cancellation may still be on its way to it.</summary>
    protected bool TryForget()
    {
        var reusable = !Token.CanBeCanceled || _registration.Unregister();
        _registration = default;
        Token = default;
        Error = default;
        Exception = null;
        _isBlocking = false;
        return reusable;
    }

    private void OnCanceled() => Owner.Cancel(this, new OperationCanceledException(Token));
}

/// <summary>What a waiting call waits for.</summary>
internal enum OperationKind : byte
{
    /// <summary>Bytes or a datagram.</summary>
    Receive,

    /// <summary>Something to receive, without taking it.</summary>
    WaitReadable,

    /// <summary>A connection from a listener.</summary>
    Accept,

    /// <summary>Room for what it sends.</summary>
    Send,

    /// <summary>Room to send, without sending.</summary>
    WaitWritable,

    /// <summary>The end of the handshake.</summary>
    Connect,
}
