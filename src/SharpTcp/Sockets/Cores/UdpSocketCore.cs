using System;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;

namespace SharpTcp.Sockets;

/// <summary>A datagram socket: of UDP, or of what derives from this. This file: what it is, its options, how it makes progress.</summary>
internal partial class UdpSocketCore : SocketCore, IUdpUser
{
    private IDatagramPort? _port;
    private bool _receiveShutdown;
    private bool _sendShutdown;
    private byte _hopLimit;
    private bool _broadcast;
    private bool _dontFragment;
    private byte _trafficClass;
    private int _receiveBufferSize;

    public UdpSocketCore(NetworkStack stack, AddressFamily family)
        : base(stack, family)
    {
    }

    public override SocketType SocketType => SocketType.Dgram;

    public override TransportEndpoint? Local => _port?.Local;

    public override TransportEndpoint? Remote => _port?.Remote;

    public override int Available => _port?.NextLength ?? 0;

    public override bool Broadcast
    {
        get => _broadcast;
        set => Change(() => _broadcast = value);
    }

    public override byte HopLimit
    {
        get => _hopLimit;
        set => Change(() => _hopLimit = value);
    }

    public override bool DontFragment
    {
        get => _dontFragment;
        set => Change(() => _dontFragment = value);
    }

    public override byte TrafficClass
    {
        get => _trafficClass;
        set => Change(() => _trafficClass = value);
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

    public override SocketError Connect(TransportEndpoint remote, bool blocks) => ConnectNow(remote);

    public override SocketError Shutdown(SocketShutdown how)
    {
        var now = Shard.Enter();
        var error = IsClosed ? SocketError.OperationAborted
            : how is < SocketShutdown.Receive or > SocketShutdown.Both ? SocketError.InvalidArgument
            : IsConnected || IsDisconnected ? SocketError.Success
            : SocketError.NotConnected;
        if (error == SocketError.Success)
        {
            _receiveShutdown |= how is SocketShutdown.Receive or SocketShutdown.Both;
            _sendShutdown |= how is SocketShutdown.Send or SocketShutdown.Both;
            SetDisconnected();
            Shard.Touch(this);
        }

        Shard.Exit(now);
        return error;
    }

    public override SocketError Disconnect() => Shutdown(SocketShutdown.Both);

    /// <inheritdoc/>
    public override bool IsReady(SelectMode mode) => mode switch
    {
        SelectMode.SelectRead => _receiveShutdown || _port is { IsReadable: true },
        SelectMode.SelectWrite => true,
        SelectMode.SelectError => _port is { HasError: true },
        _ => false,
    };

    /// <summary>Takes the error that waits to be told.</summary>
    public override SocketError TakeError() => _port?.TakeError() ?? SocketError.Success;

    public override void Close(int? lingerSeconds, bool abortsWaiting)
    {
        var now = Shard.Enter();
        if (IsClosed)
        {
            Shard.ExitUnchanged();
            return;
        }

        IsClosed = true;
        FailAllAsClosed();
        IsConnected = false;
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
        ProgressPolls();
    }

    /// <inheritdoc/>
    protected override void Collect(Instant now) => CollectIncoming();

    private SocketError ConnectNow(TransportEndpoint remote)
    {
        var now = Shard.Enter();
        var error = IsClosed ? SocketError.OperationAborted : EnsureBound();
        if (error == SocketError.Success)
        {
            error = remote.Address.IsIPv4 && Family == AddressFamily.InterNetworkV6 && !DualMode
                ? SocketError.NetworkUnreachable
                : _port!.Connect(EndPoints.AnyToLoopback(remote), now);
        }

        IsConnected |= error == SocketError.Success;

        Shard.Exit(now);
        return error;
    }

    private SocketError EnsureBound() =>
        _port is not null ? SocketError.Success : BindLocked(new TransportEndpoint(EndPoints.Any(Family), 0));

    private SocketError BindLocked(TransportEndpoint local)
    {
        local = InterfaceIndex == 0 ? local : local with { Scope = InterfaceIndex };
        var error = OpenPort(local, out _port);
        Apply();
        return error;
    }

    /// <summary>Opens what is below the socket. Under the lock.</summary>
    protected virtual SocketError OpenPort(TransportEndpoint local, out IDatagramPort? port)
    {
        var error = Shard.Host.Udp.Bind(local, DualMode, reuseAddress: false, reusePort: ReuseAddress, this, out var opened);
        port = opened;
        return error;
    }

    /// <summary>Whether a destination must name a port.</summary>
    protected virtual bool HasPorts => true;

    protected void Change(Action change)
    {
        var now = Shard.Enter();
        change();
        Apply();
        Shard.Exit(now);
    }

    protected virtual void Apply()
    {
        if (_port is not { } port || IsClosed)
        {
            return;
        }

        port.Broadcast = _broadcast;
        port.HopLimit = _hopLimit;
        if (port is UdpPort udp)
        {
            udp.Memberships = _memberships;
            udp.MulticastHopLimit = _multicastHopLimit;
            udp.MulticastInterface = _multicastInterface;
            udp.MulticastLoopback = _multicastLoopback;
        }

        port.DontFragment = _dontFragment;
        port.TrafficClass = _trafficClass;
        if (_receiveBufferSize > 0)
        {
            port.ReceiveBufferSize = _receiveBufferSize;
        }
    }
}
