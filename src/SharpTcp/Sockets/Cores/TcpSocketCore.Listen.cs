using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Sockets;

/// <summary>Listening and accepting.</summary>
internal sealed partial class TcpSocketCore
{
    public override SocketError Listen(int backlog)
    {
        var now = Shard.Enter();
        var error = ListenLocked(backlog, now);
        Shard.Exit(now);
        return error;
    }

    public override ValueTask<Socket> AcceptAsync(CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Socket>(cancellation);
        }

        var operation = default(AcceptOperation);
        if (!Shard.TryEnter(out var now))
        {
            operation = new AcceptOperation(this);
            var submitted = operation.ToTask();
            Submit(operation);
            operation.CancelBy(cancellation);
            return submitted;
        }

        Collect(now);
        var error = TryAccept(out var accepted);
        if (error != SocketError.WouldBlock)
        {
            Shard.Exit(now);
            return error == SocketError.Success
                ? new ValueTask<Socket>(accepted!)
                : ValueTask.FromException<Socket>(SocketErrors.Create(error));
        }

        operation = new AcceptOperation(this);
        var task = operation.ToTask();
        Park(operation);
        Shard.Exit(now);
        operation.CancelBy(cancellation);
        return task;
    }

    public override SocketError Accept(int timeout, out Socket? accepted)
    {
        var now = Shard.Enter();
        Collect(now);
        var error = TryAccept(out accepted);
        if (error != SocketError.WouldBlock || timeout == 0)
        {
            Shard.Exit(now);
            return error;
        }

        var operation = new AcceptOperation(this);
        operation.PrepareToBlock();
        Park(operation);
        Shard.Exit(now);
        error = Wait(operation, timeout);
        accepted = operation.Accepted;
        return error;
    }

    /// <summary>Whether a connection waits to be accepted. Under the lock.</summary>
    public bool IsAcceptable => _listener is { IsAcceptable: true };

    private SocketError ListenLocked(int backlog, Instant now)
    {
        if (IsClosed)
        {
            return SocketError.OperationAborted;
        }

        if (_listener is not null)
        {
            return SocketError.Success;
        }

        if (_connection is not null)
        {
            return SocketError.InvalidArgument;
        }

        if (_binding is null)
        {
            var error = BindLocked(new TransportEndpoint(EndPoints.Any(Family), 0));
            if (error != SocketError.Success)
            {
                return error;
            }
        }

        var request = new TcpListenRequest { Binding = _binding!, Backlog = backlog, Options = _ownOptions, FastOpenLimit = _fastOpenQueue };
        var failed = Shard.Host.Tcp.Listen(request, this, now, out _listener);
        WasListening |= failed == SocketError.Success;
        return failed;
    }

    /// <summary>Takes a connection that waits, unless others wait for one already. Under the lock.</summary>
    private SocketError TryAccept(out Socket? accepted)
    {
        accepted = null;
        if (_listener is null)
        {
            return IsClosed ? SocketError.OperationAborted : SocketError.InvalidArgument;
        }

        return Readers.IsEmpty && TryTake(out accepted) ? SocketError.Success : SocketError.WouldBlock;
    }

    private bool TryTake([NotNullWhen(true)] out Socket? accepted)
    {
        accepted = null;
        if (!_listener!.IsAcceptable)
        {
            return false;
        }

        var core = new TcpSocketCore(Stack, Family) { DualMode = DualMode };
        if (!_listener.TryAccept(core, out var connection))
        {
            return false;
        }

        core._connection = connection;
        core.IsConnected = true;
        core.Linger = Linger;
        Stack.Register(core);
        accepted = new Socket(core);
        return true;
    }

    private void ProgressAccept()
    {
        while (Readers.First is AcceptOperation operation && TryTake(out var accepted))
        {
            operation.Accepted = accepted;
            FinishParked(operation, SocketError.Success);
        }
    }
}
