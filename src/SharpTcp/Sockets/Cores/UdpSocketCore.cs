using System;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;

namespace SharpTcp.Sockets;

/// <summary>A datagram socket. This file: what it is, its options, how it makes progress.</summary>
internal sealed partial class UdpSocketCore : SocketCore, IUdpUser
{
    private UdpPort? _port;
    private bool _receiveShutdown;
    private bool _sendShutdown;
    private byte _hopLimit;
    private bool _broadcast;
    private int _receiveBufferSize;

    public UdpSocketCore(NetworkStack stack, AddressFamily family)
        : base(stack, family)
    {
    }

    public override SocketType SocketType => SocketType.Dgram;

    public override TransportEndpoint? Local => _port?.Local;

    public override TransportEndpoint? Remote => _port?.Remote;

    public override bool IsConnected => _port is { Remote: not null };

    public override int Available => _port?.NextLength ?? 0;

    public bool Broadcast
    {
        get => _broadcast;
        set => Change(() => _broadcast = value);
    }

    public override byte HopLimit
    {
        get => _hopLimit;
        set => Change(() => _hopLimit = value);
    }

    public override int ReceiveBufferSize
    {
        get => _port?.ReceiveBufferSize ?? (_receiveBufferSize == 0 ? 256 * 1024 : _receiveBufferSize);
        set => Change(() => _receiveBufferSize = value);
    }

    /// <summary>A datagram goes to the link at once: there is no send buffer, the value is only kept.</summary>
    public override int SendBufferSize { get; set; } = 256 * 1024;

    public override void Bind(TransportEndpoint local)
    {
        var now = Shard.Enter();
        var error = IsClosed ? SocketError.OperationAborted : _port is not null ? SocketError.InvalidArgument : BindLocked(local);
        Shard.Exit(now);
        SocketErrors.ThrowIfFailed(error);
    }

    public override ValueTask ConnectAsync(TransportEndpoint remote, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellation);
        }

        var error = ConnectNow(remote);
        return error == SocketError.Success ? ValueTask.CompletedTask : ValueTask.FromException(SocketErrors.Create(error));
    }

    public override void Connect(TransportEndpoint remote) => SocketErrors.ThrowIfFailed(ConnectNow(remote));

    public override void Shutdown(SocketShutdown how)
    {
        var now = Shard.Enter();
        var isConnected = IsConnected;
        if (isConnected)
        {
            _receiveShutdown |= how is SocketShutdown.Receive or SocketShutdown.Both;
            _sendShutdown |= how is SocketShutdown.Send or SocketShutdown.Both;
            Shard.Touch(this);
        }

        Shard.Exit(now);
        SocketErrors.ThrowIfFailed(isConnected ? SocketError.Success : SocketError.NotConnected);
    }

    public override void Close(int? lingerSeconds)
    {
        var now = Shard.Enter();
        if (IsClosed)
        {
            Shard.ExitUnchanged();
            return;
        }

        IsClosed = true;
        FailAll(SocketError.OperationAborted);
        Stack.Forget(this);
        _port?.Close();
        _memberships?.Clear(now);
        Shard.Exit(now);
    }

    public override void Abort(Instant now)
    {
        _port?.Close();
        _memberships?.Clear(now);
    }

    /// <inheritdoc/>
    void IUdpUser.OnUdpEvents(UdpPort port, UdpEvents events) => Shard.Touch(this);

    /// <inheritdoc/>
    internal override void Progress(Instant now)
    {
        CollectIncoming();
        ProgressReceive(now);
        ProgressSend(now);
    }

    private SocketError ConnectNow(TransportEndpoint remote)
    {
        var now = Shard.Enter();
        var error = IsClosed ? SocketError.OperationAborted : EnsureBound();
        if (error == SocketError.Success)
        {
            error = _port!.Connect(remote, now);
        }

        Shard.Exit(now);
        return error;
    }

    private SocketError EnsureBound() =>
        _port is not null ? SocketError.Success : BindLocked(new TransportEndpoint(EndPoints.Any(Family), 0));

    private SocketError BindLocked(TransportEndpoint local)
    {
        var error = Shard.Host.Udp.Bind(local, DualMode, ReuseAddress, this, out _port);
        Apply();
        return error;
    }

    private void Change(Action change)
    {
        var now = Shard.Enter();
        change();
        Apply();
        Shard.Exit(now);
    }

    private void Apply()
    {
        if (_port is not { } port || IsClosed)
        {
            return;
        }

        port.Broadcast = _broadcast;
        port.HopLimit = _hopLimit;
        port.Memberships = _memberships;
        port.MulticastHopLimit = _multicastHopLimit;
        port.MulticastInterface = _multicastInterface;
        port.MulticastLoopback = _multicastLoopback;
        if (_receiveBufferSize > 0)
        {
            port.ReceiveBufferSize = _receiveBufferSize;
        }
    }
}
