using System;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace SharpTcp.Sockets;

/// <summary>A waiting accept.</summary>
internal sealed class AcceptOperation : SocketOperation, IValueTaskSource<Socket>
{
    private ManualResetValueTaskSourceCore<Socket> _source;

    public AcceptOperation(SocketCore owner)
        : base(owner) => Kind = OperationKind.Accept;

    /// <summary>The accepted connection.</summary>
    public Socket? Accepted { get; set; }

    /// <summary>The awaitable of this call.</summary>
    public ValueTask<Socket> ToTask() => new(this, _source.Version);

    /// <inheritdoc/>
    public override void Execute()
    {
        if (Failure() is { } failure)
        {
            _source.SetException(failure);
        }
        else
        {
            _source.SetResult(Accepted!);
        }
    }

    Socket IValueTaskSource<Socket>.GetResult(short token)
    {
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            // An accept allocates a socket anyway: its operation is not used again.
            TryForget();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<Socket>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<Socket>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
