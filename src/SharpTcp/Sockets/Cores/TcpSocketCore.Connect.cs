using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Sockets;

/// <summary>Connecting.</summary>
internal sealed partial class TcpSocketCore
{
    public override ValueTask ConnectAsync(TransportEndpoint remote, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellation);
        }

        var now = Shard.Enter();
        var error = BeginConnect(remote, fastOpen: false, now);
        if (error != SocketError.Success)
        {
            Shard.Exit(now);
            return ValueTask.FromException(SocketErrors.Create(error));
        }

        return ExitAndConnect(cancellation, now);
    }

    public override SocketError Connect(TransportEndpoint remote, bool blocks)
    {
        var now = Shard.Enter();
        var error = BeginConnect(remote, fastOpen: false, now);
        if (error != SocketError.Success)
        {
            Shard.Exit(now);
            return error;
        }

        return ExitAndWait(OperationKind.Connect, blocks ? Timeout.Infinite : 0, now);
    }

    protected override void OnGivenUp(SocketOperation operation, Instant now)
    {
        if (operation.Kind == OperationKind.Connect && _isConnecting)
        {
            _connection?.Abort(now);
            ForgetConnection();
        }
    }

    /// <summary>Releases the lock and waits for the end of the handshake.</summary>
    private ValueTask ExitAndConnect(CancellationToken cancellation, Instant now)
    {
        var operation = Rent(OperationKind.Connect);
        var task = operation.ToTask();
        Park(operation);
        Shard.Exit(now);
        operation.CancelBy(cancellation);
        return task;
    }

    private SocketError BeginConnect(TransportEndpoint remote, bool fastOpen, Instant now)
    {
        var error = IsClosed ? SocketError.OperationAborted
            : _listener is not null ? SocketError.InvalidArgument
            : _isConnecting ? SocketError.AlreadyInProgress
            : _connection is not null ? SocketError.IsConnected
            : remote.Port == 0 ? SocketError.ConnectionRefused
            : remote.Address.IsIPv4 && Family == AddressFamily.InterNetworkV6 && !DualMode ? SocketError.NetworkUnreachable
            : SocketError.Success;
        if (error != SocketError.Success)
        {
            return error;
        }

        _connectError = SocketError.Success;
        remote = EndPoints.AnyToLoopback(remote);
        var request = new TcpConnectRequest
        {
            Remote = remote,
            Local = new TransportEndpoint(EndPoints.Any(remote.Address.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6), 0, InterfaceIndex),
            Binding = _binding,
            Options = _ownOptions,
            FastOpen = fastOpen,
        };
        error = Shard.Host.Tcp.Connect(request, this, now, out _connection);
        if (error != SocketError.Success)
        {
            _connection = null;
            return error;
        }

        _isConnecting = true;
        return SocketError.Success;
    }

    private void ForgetConnection()
    {
        _connection = null;
        _isConnecting = false;
    }

    private void ProgressConnect()
    {
        if (!_isConnecting || _connection is not { } connection || connection.State is TcpState.SynSent or TcpState.SynReceived)
        {
            return;
        }

        var error = connection.Error;
        if (error == SocketError.Success && connection.State == TcpState.Closed)
        {
            error = SocketError.ConnectionRefused;
        }

        if (error == SocketError.Success)
        {
            _isConnecting = false;
            IsConnected = true;
        }
        else
        {
            // As on other systems, a socket whose attempt failed can try again.
            ForgetConnection();
        }

        if (Writers.First is SocketOperation { Kind: OperationKind.Connect } operation)
        {
            FinishParked(operation, error);
        }
        else
        {
            _connectError = error;
        }
    }
}
