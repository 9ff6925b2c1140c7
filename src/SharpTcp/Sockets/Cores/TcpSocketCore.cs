using System;
using System.Net.Sockets;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Sockets;

/// <summary>A stream socket: unbound, bound, listening, connecting or connected. This file: what it is, its options, how it makes progress.</summary>
internal sealed partial class TcpSocketCore : SocketCore, ITcpUser, ITcpListenUser
{
    /// <summary>Up to so many bytes a copy is shorter than releasing the lock and taking it again.</summary>
    private const int CopyUnderLock = 8 * 1024;

    private TcpSocketOptions? _ownOptions;
    private TcpBinding? _binding;
    private TcpListenPoint? _listener;
    private TcpConnection? _connection;
    private bool _isConnecting;
    private bool _receiveShutdown;
    private bool _errorTold;
    private SocketError _connectError;

    public TcpSocketCore(NetworkStack stack, AddressFamily family)
        : base(stack, family)
    {
    }

    public override SocketType SocketType => SocketType.Stream;

    public override TransportEndpoint? Local => _connection?.Local ?? _listener?.Local ?? _binding?.Local;

    public override TransportEndpoint? Remote => _isConnecting || _forgetPeer ? null : _connection?.Remote;

    public override int Available => _isConnecting ? 0 : _connection?.Available ?? 0;

    /// <summary>Whether it listens, or did.</summary>
    public bool WasListening { get; private set; }

    public override byte HopLimit
    {
        get => Options.HopLimit;
        set => Change(static (options, value) => options.HopLimit = (byte)value, value);
    }

    public bool NoDelay
    {
        get => Options.NoDelay;
        set
        {
            var now = Shard.Enter();
            Options.NoDelay = value;
            ApplyOptions(now);
            if (value)
            {
                // As in Linux, also what is corked leaves.
                _connection?.PushQueued();
            }

            Shard.Exit(now);
        }
    }

    public override bool KeepAlive
    {
        get => Options.KeepAlive;
        set => Change(static (options, value) => options.KeepAlive = value != 0, value ? 1 : 0);
    }

    /// <summary>The name of the congestion control.</summary>
    public string CongestionControl
    {
        get => Options.CongestionControl ?? Shard.Host.Tcp.Settings.CongestionControl;
        set
        {
            var now = Shard.Enter();
            try
            {
                Options.CongestionControl = value;
                ApplyOptions(now);
            }
            finally
            {
                Shard.Exit(now);
            }
        }
    }

    public override byte TrafficClass
    {
        get => Options.TrafficClass;
        set => Change(static (options, value) => options.TrafficClass = (byte)value, value);
    }

    /// <summary>Whether it listens.</summary>
    public bool IsListening => _listener is not null;

    public override int SendBufferSize
    {
        get => Options.SendBufferSize is var own and not 0 ? own : Shard.Host.Options.Tcp.SendBuffer.Initial;
        set => Change(static (options, value) => options.SendBufferSize = value, value);
    }

    public override int ReceiveBufferSize
    {
        get => Options.ReceiveBufferSize is var own and not 0 ? own : Shard.Host.Options.Tcp.ReceiveBuffer.Initial;
        set => Change(static (options, value) => options.ReceiveBufferSize = value, value);
    }

    /// <summary>The connection's own options, or, before there is one, those that it or the listener will begin with.</summary>
    private TcpSocketOptions Options => _connection?.Options ?? (_ownOptions ??= new TcpSocketOptions());

    /// <summary>What there is to know of its connection.</summary>
    public TcpInfo GetInfo()
    {
        var now = Shard.Enter();
        var info = _isConnecting ? null : _connection?.GetInfo(now);
        Shard.Exit(now);
        return info ?? throw SocketErrors.Create(SocketError.NotConnected, "There is no connection to tell of.");
    }

    public override void Bind(TransportEndpoint local)
    {
        var now = Shard.Enter();
        var error = IsClosed ? SocketError.OperationAborted : BindLocked(local);
        Shard.Exit(now);
        SocketErrors.ThrowIfFailed(error);
    }

    /// <inheritdoc/>
    void ITcpUser.OnTcpEvents(TcpConnection connection, TcpEvents events) => Shard.Touch(this);

    /// <inheritdoc/>
    int ITcpUser.TakeReceived(TcpConnection connection, ReadOnlySpan<byte> data) => TakeForReader(data);

    /// <inheritdoc/>
    void ITcpListenUser.OnAcceptable(TcpListenPoint listener) => Shard.Touch(this);

    /// <inheritdoc/>
    internal override void Progress(Instant now)
    {
        Collect(now);
        if (_listener is not null)
        {
            ProgressAccept();
            ProgressPolls();
            return;
        }

        ProgressConnect();
        if (_isConnecting)
        {
            return;
        }

        if (_connection is null && _connectError != SocketError.Success)
        {
            ProgressPolls();
            return;
        }

        // Receiving first: what it consumes opens the window, and the poll that follows says so together with what is sent.
        ProgressReceive(now);
        ProgressSend(now);
        ProgressPolls();
    }

    /// <inheritdoc/>
    public override bool IsReady(SelectMode mode)
    {
        if (_listener is not null)
        {
            return mode == SelectMode.SelectRead && IsAcceptable;
        }

        return !_isConnecting && mode switch
        {
            SelectMode.SelectRead => _connection is not { } connection || connection.Available > 0 || connection.IsPeerClosed || _receiveShutdown || IsOver,
            SelectMode.SelectWrite => _connection is not { CanSend: true } || HasRoom,
            SelectMode.SelectError => _connectError != SocketError.Success || (!_errorTold && _connection is { Error: not SocketError.Success }),
            _ => false,
        };
    }

    /// <summary>Takes the error that ended the connection, or the attempt to make one: one call is told of it, the next ones find the stream at its end.</summary>
    public override SocketError TakeError()
    {
        var error = _connectError;
        _connectError = SocketError.Success;
        if (error == SocketError.Success && !_errorTold && _connection is { Error: not SocketError.Success } connection)
        {
            _errorTold = true;
            error = connection.Error;
        }

        return error;
    }

    private bool IsOver => _connection is { State: TcpState.Closed };

    /// <summary>Whether there is room to send; if not, there will be word of it.</summary>
    private bool HasRoom => _connection!.SendRoom > 0 || (!_sendLent && _connection.ReserveSend(1) is { IsEmpty: false } && GiveBack());

    /// <summary>Takes in what came without the lock: calls, and pieces of the buffers that were lent. Under the lock.</summary>
    protected override void Collect(Instant now)
    {
        CollectSent(now);
        CollectReceived(now);
        CollectIncoming();
    }

    private SocketError BindLocked(TransportEndpoint local)
    {
        // As on Linux, a socket that never had a port of its own and whose connection is over is as if it were new.
        if (_binding is not null || _connection is { State: not TcpState.Closed })
        {
            return SocketError.InvalidArgument;
        }

        if (!local.Address.IsUnspecified && Shard.Host.AddressTable.FindOwn(local.Address, local.Scope) is null)
        {
            return SocketError.AddressNotAvailable;
        }

        // As on Unix, a port can be had again while nobody listens on it, and shared by listeners that all say so.
        var request = new TcpBindRequest
        {
            Local = local,
            DualStack = DualMode,
            ReuseAddress = true,
            ReusePort = ReuseAddress,
            InterfaceIndex = InterfaceIndex,
        };
        var error = Shard.Host.Tcp.Bind(request, out var binding);
        _binding = binding;
        return error;
    }

    /// <summary>Ends a loan that was only a question.</summary>
    private bool GiveBack()
    {
        _connection!.CommitSend(0, false, Shard.Now);
        return true;
    }

    /// <summary>Reads an option of TCP.</summary>
    public T GetOption<T>(Func<TcpSocketOptions, T> get) => get(Options);

    /// <summary>Changes an option of TCP.</summary>
    public void Change(Action<TcpSocketOptions, int> change, int value)
    {
        var now = Shard.Enter();
        change(Options, value);
        ApplyOptions(now);
        Shard.Exit(now);
    }

    private void ApplyOptions(Instant now)
    {
        if (_listener is { } listener)
        {
            listener.Options = _ownOptions;
        }

        if (_connection is { State: not TcpState.Closed } connection)
        {
            connection.OnOptionsChanged(now);
        }
    }
}
