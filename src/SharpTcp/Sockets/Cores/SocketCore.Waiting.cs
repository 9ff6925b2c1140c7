using System;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;

namespace SharpTcp.Sockets;

/// <summary>The calls that wait: how they come in with and without the lock, are cancelled, and are used again.</summary>
internal abstract partial class SocketCore
{
    private Completion? _incoming;
    private TransferOperation? _freeReader;
    private TransferOperation? _freeWriter;

    /// <summary>An operation for a call; the one that is kept for the direction if it is not in use.</summary>
    protected TransferOperation Rent(OperationKind kind)
    {
        var isWriter = kind is OperationKind.Send or OperationKind.WaitWritable or OperationKind.Connect;
        var operation = Interlocked.Exchange(ref isWriter ? ref _freeWriter : ref _freeReader, null) ?? new TransferOperation(this);
        operation.Kind = kind;
        return operation;
    }

    /// <summary>Takes an operation back.</summary>
    public void Return(TransferOperation operation) => Volatile.Write(ref operation.IsWriter ? ref _freeWriter : ref _freeReader, operation);

    /// <summary>Lets a call wait. Under the lock.</summary>
    protected void Park(SocketOperation operation)
    {
        operation.IsParked = true;
        if (operation.IsWriter)
        {
            Writers.Add(operation);
        }
        else
        {
            Readers.Add(operation);
        }
    }

    /// <summary>Lets a call wait, from a thread that found the lock taken: whoever holds it serves the call.</summary>
    protected void Submit(SocketOperation operation)
    {
        Completion? top;
        do
        {
            top = Volatile.Read(ref _incoming);
            operation.Next = top;
        }
        while (Interlocked.CompareExchange(ref _incoming, operation, top) != top);
        Shard.Post(this);
    }

    /// <inheritdoc cref="Submit(SocketOperation)"/>
    protected ValueTask<int> Submit(TransferOperation operation, CancellationToken cancellation)
    {
        var task = operation.ToResultTask();
        Submit(operation);
        operation.CancelBy(cancellation);
        return task;
    }

    /// <summary>Lets a call wait, releases the lock, and gives the awaitable.</summary>
    protected ValueTask<int> ParkAndExit(TransferOperation operation, Instant now, CancellationToken cancellation)
    {
        var task = operation.ToResultTask();
        Park(operation);
        Shard.Exit(now);
        operation.CancelBy(cancellation);
        return task;
    }

    /// <summary>Takes in the calls that came without the lock, in their order. Under the lock.</summary>
    protected void CollectIncoming()
    {
        if (Volatile.Read(ref _incoming) is null)
        {
            return;
        }

        Completion? oldest = null;
        for (var at = Interlocked.Exchange(ref _incoming, null); at is not null;)
        {
            var next = at.Next;
            at.Next = oldest;
            oldest = at;
            at = next;
        }

        while (oldest is not null)
        {
            var next = oldest.Next;
            var operation = (SocketOperation)oldest;
            if (IsClosed)
            {
                operation.Finish(SocketError.OperationAborted);
            }
            else
            {
                Park(operation);
            }

            oldest = next;
        }
    }

    /// <summary>A waiting call is over. Under the lock.</summary>
    protected void FinishParked(SocketOperation operation, SocketError error, Exception? exception = null)
    {
        var removed = operation.IsWriter ? Writers.Remove(operation) : Readers.Remove(operation);
        System.Diagnostics.Debug.Assert(removed, "a parked operation is in its queue");
        operation.IsParked = false;
        operation.Finish(operation.Kind == OperationKind.Accept ? error : Ended(error), exception);
    }

    /// <summary>The socket is closed, and so every waiting call over: a blocked one by the error that a kernel's socket gives, which is not that of the others. Under the lock.</summary>
    protected void FailAllAsClosed()
    {
        CollectIncoming();
        while (Readers.First is SocketOperation reader)
        {
            FinishParked(reader, AsClosed(reader));
        }

        while (Writers.First is SocketOperation writer)
        {
            FinishParked(writer, AsClosed(writer));
        }

        EndPolls();
    }

    /// <summary>Every waiting call is over. Under the lock.</summary>
    protected void FailAll(SocketError error, Exception? exception = null)
    {
        CollectIncoming();
        while (Readers.First is SocketOperation reader)
        {
            FinishParked(reader, error, exception);
        }

        while (Writers.First is SocketOperation writer)
        {
            FinishParked(writer, error, exception);
        }
    }

    /// <summary>A cancellation token ends a call, if it still waits. Without the lock.</summary>
    public void Cancel(SocketOperation operation, OperationCanceledException exception)
    {
        var now = Shard.Enter();
        CollectIncoming();
        TryEnd(operation, SocketError.OperationAborted, exception, now);
        Shard.Exit(now);
    }

    /// <summary>Blocks the calling thread until a call is over that it has prepared and parked; then the operation is free again.</summary>
    /// <returns>How it ended; <see cref="SocketError.TimedOut"/>: the time was up.</returns>
    protected SocketError Wait(SocketOperation operation, int timeout)
    {
        if (!operation.Block(timeout))
        {
            var now = Shard.Enter();
            CollectIncoming();
            TryEnd(operation, SocketError.TimedOut, null, now);
            Shard.Exit(now);

            // Either it has just ended by our hand, or somebody else ends it right now.
            operation.Block(Timeout.Infinite);
        }

        return operation.Exception is null ? operation.Error : throw operation.Exception;
    }

    /// <summary>Blocks until there is something to receive or room to send. Called under the lock, returns without it.</summary>
    protected SocketError ExitAndWait(OperationKind kind, int timeout, Instant now)
    {
        if (timeout == 0)
        {
            Shard.Exit(now);
            return SocketError.WouldBlock;
        }

        var operation = Rent(kind);
        operation.PrepareToBlock();
        Park(operation);
        Shard.Exit(now);
        var error = Wait(operation, timeout);
        operation.Recycle();
        return error;
    }

    /// <summary>What else ends with a call that its caller gave up. Under the lock.</summary>
    protected virtual void OnGivenUp(SocketOperation operation, Instant now)
    {
    }

    /// <summary>What is left of a time limit, in milliseconds.</summary>
    protected static int Remaining(int timeout, long started) =>
        timeout <= 0 ? timeout : (int)Math.Max(1, timeout - (Environment.TickCount64 - started));

    private static SocketError AsClosed(SocketOperation operation) =>
        !operation.IsBlocking ? SocketError.OperationAborted
        : operation.Kind == OperationKind.Accept ? SocketError.Interrupted
        : SocketError.ConnectionAborted;

    private void TryEnd(SocketOperation operation, SocketError error, Exception? exception, Instant now)
    {
        if (operation.IsParked)
        {
            FinishParked(operation, error, exception);
            OnGivenUp(operation, now);
        }
    }
}
