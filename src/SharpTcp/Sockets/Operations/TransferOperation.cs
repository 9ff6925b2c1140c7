using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using SharpTcp.Protocols;

namespace SharpTcp.Sockets;

/// <summary>A waiting call whose result is a number of bytes, or nothing.</summary>
internal sealed class TransferOperation(SocketCore owner) : SocketOperation(owner), IValueTaskSource<int>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<int> _source;

    /// <summary>Where received bytes go.</summary>
    public Memory<byte> Buffer { get; set; }

    /// <summary>What is to be sent.</summary>
    public ReadOnlyMemory<byte> Data { get; set; }

    /// <summary>Bytes of <see cref="Data"/> that were accepted, or of <see cref="Buffer"/> that were filled.</summary>
    public int Done { get; set; }

    /// <summary>The flags of the call.</summary>
    public SocketFlags Flags { get; set; }

    /// <summary>To whom a datagram is to be sent, or from whom it came.</summary>
    public TransportEndpoint? Peer { get; set; }

    /// <summary>Where the sender of a received datagram is written to.</summary>
    public SocketAddress? PeerAddress { get; set; }

    /// <summary>Where all that is known of a received datagram is written to.</summary>
    public MessageHolder? Holder { get; set; }

    /// <summary>The awaitable of this call with its result. Taken before the operation is parked.</summary>
    public ValueTask<int> ToResultTask() => new(this, _source.Version);

    /// <summary>The awaitable of this call without a result.</summary>
    public ValueTask ToTask() => new(this, _source.Version);

    /// <inheritdoc/>
    public override void Execute()
    {
        if (Failure() is { } failure)
        {
            _source.SetException(failure);
        }
        else
        {
            _source.SetResult(Done);
        }
    }

    /// <summary>Forgets the call and goes back to its socket.</summary>
    public void Recycle()
    {
        Buffer = default;
        Data = default;
        Done = 0;
        Flags = SocketFlags.None;
        Peer = null;
        PeerAddress = null;
        Holder = null;
        _source.Reset();
        if (TryForget())
        {
            Owner.Return(this);
        }
    }

    int IValueTaskSource<int>.GetResult(short token)
    {
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            RecycleIfCurrent(token);
        }
    }

    void IValueTaskSource.GetResult(short token) => ((IValueTaskSource<int>)this).GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    // A second look at a ValueTask that was consumed already must not end the call that this object serves now.
    private void RecycleIfCurrent(short token)
    {
        if (token == _source.Version && _source.GetStatus(token) != ValueTaskSourceStatus.Pending)
        {
            Recycle();
        }
    }
}
