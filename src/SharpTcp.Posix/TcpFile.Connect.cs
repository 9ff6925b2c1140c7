using System;
using System.Net.Sockets;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Posix;

/// <content>bind, connect, listen, accept.</content>
internal sealed partial class TcpFile
{
    public override int Bind(ReadOnlySpan<byte> address, Instant now)
    {
        var error = Read(address, out var endpoint);
        if (error != 0)
        {
            return error;
        }

        if (_binding is not null || _connection is not null)
        {
            return -Errno.Invalid;
        }

        var ours = endpoint.Address.IsUnspecified || Stack.Host.AddressTable.FindOwn(endpoint.Address, endpoint.Scope) is { IsUsable: true };
        return ours ? Negated(Stack.Host.Tcp.Bind(endpoint, IsDualStack, ReuseAddress, out _binding)) : -Errno.AddressNotAvailable;
    }

    public int Listen(int backlog, Instant now)
    {
        if (_connection is not null)
        {
            return -Errno.Invalid;
        }

        if (_listener is not null)
        {
            return 0;
        }

        if (_binding is null)
        {
            var bound = Stack.Host.Tcp.Bind(new TransportEndpoint(Any, 0), IsDualStack, ReuseAddress, out _binding);
            if (bound != SocketError.Success)
            {
                return Negated(bound);
            }
        }

        // Linux takes one more than it was asked for.
        var request = new TcpListenRequest { Binding = _binding!, Backlog = Math.Max(0, Math.Min(backlog, MaximumBacklog)) + 1, Options = _options, FastOpenLimit = _fastOpenLimit, DeferAccept = _deferAccept };
        var error = Stack.Host.Tcp.Listen(request, this, now, out _listener);
        ApplyFastOpenKey();
        return Negated(error);
    }

    /// <summary>accept(2): the descriptor, or a negated error number.</summary>
    public int Accept(ref Instant now, out TcpFile? file)
    {
        file = null;
        if (_listener is null)
        {
            return -Errno.Invalid;
        }

        var deadline = Deadline(MessageFlags.None, ReceiveTimeout, now);
        while (_listener is { IsAcceptable: false })
        {
            if (deadline <= now)
            {
                return -Errno.Again;
            }

            now = Stack.Sleep(deadline);
        }

        if (_listener is null)
        {
            return -Errno.Invalid;
        }

        var accepted = new TcpFile(Stack, Family);
        var number = Stack.Register(accepted);
        if (number < 0)
        {
            return number;
        }

        accepted.Adopt(_listener, this);
        file = accepted;
        return number;
    }

    public override int Connect(ReadOnlySpan<byte> address, ref Instant now)
    {
        if (SocketAddresses.Family(address) == LinuxSocket.AfUnspec)
        {
            return Disconnect(now);
        }

        var error = Read(address, out var endpoint);
        if (error != 0)
        {
            return error;
        }

        var deadline = Deadline(MessageFlags.None, SendTimeout, now);
        if (_isConnecting)
        {
            return State == TcpState.SynSent && deadline <= now ? -Errno.Already : FinishConnect(deadline, ref now);
        }

        if (_listener is not null || _deferred is not null || _connection is { State: not TcpState.Closed })
        {
            return -Errno.IsConnected;
        }

        if (_fastOpenConnect && Stack.Host.Tcp.CanFastOpen(ConnectRequest(endpoint, fastOpen: true), now))
        {
            _deferred = endpoint;
            return 0;
        }

        error = BeginConnect(endpoint, _fastOpenConnect, now);
        return error != 0 ? error : FinishConnect(deadline, ref now);
    }

    private const int MaximumBacklog = 4096; // net.core.somaxconn

    private void Adopt(TcpListenPoint listener, TcpFile parent)
    {
        listener.TryAccept(this, out _connection);
        _remote = _connection!.Remote;
        Inherit(parent);
        if (_connection is { State: TcpState.Closed, Error: not SocketError.Success })
        {
            RememberFailure(_connection);
        }
    }

    private TcpConnectRequest ConnectRequest(TransportEndpoint endpoint, bool fastOpen) =>
        new() { Remote = endpoint, Binding = _binding, Local = new TransportEndpoint(Any, 0), Options = _options, FastOpen = fastOpen };

    private int BeginConnect(TransportEndpoint endpoint, bool fastOpen, Instant now)
    {
        var error = Stack.Host.Tcp.Connect(ConnectRequest(endpoint, fastOpen), this, now, out var connection);
        if (error != SocketError.Success)
        {
            return Negated(error);
        }

        _connection = connection;
        _remote = endpoint;
        _isConnecting = true;
        _isReceiveShut = false;
        _isSendShut = false;
        PendingError = 0;
        return 0;
    }

    private int FinishConnect(Instant deadline, ref Instant now)
    {
        while (State is TcpState.SynSent or TcpState.SynReceived)
        {
            if (deadline <= now)
            {
                return -Errno.InProgress;
            }

            now = Stack.Sleep(deadline);
        }

        _isConnecting = false;
        if (State != TcpState.Closed)
        {
            return 0;
        }

        var error = TakeError();
        _connection = null;
        return -(error != 0 ? error : Errno.ConnectionAborted);
    }

    /// <summary>connect(2) to AF_UNSPEC: the socket is as new.</summary>
    private int Disconnect(Instant now)
    {
        _listener?.Close(now);
        _listener = null;
        _deferred = null;
        _connection?.Abort(now);
        _connection = null;
        _isConnecting = false;
        PendingError = 0;
        return 0;
    }
}
