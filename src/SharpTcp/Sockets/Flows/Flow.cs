using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Sockets;

/// <summary>
/// A TCP connection or a row of UDP datagrams that somebody has begun with any address, and that waits for a decision: <see cref="AcceptAsync"/>, <see cref="Refuse"/> or <see cref="Drop"/>. The
/// SYN of a TCP flow is not answered before.
/// </summary>
public sealed class Flow
{
    private readonly FlowListener? _listener;
    private readonly NetworkStack _stack;
    private readonly TcpFlow? _tcp;
    private readonly UdpSocketCore? _udp;
    private readonly TaskCompletionSource<Socket> _opened = new();

    internal Flow(FlowListener listener, NetworkStack stack, TcpFlow tcp)
    {
        _listener = listener;
        _stack = stack;
        _tcp = tcp;
        Family = FamilyOf(tcp.Source);
        Source = EndPoints.ToIPEndPoint(tcp.Source, Family);
        Destination = EndPoints.ToIPEndPoint(tcp.Destination, Family);
    }

    internal Flow(NetworkStack stack, UdpSocketCore udp, TransportEndpoint source, TransportEndpoint destination)
    {
        _stack = stack;
        _udp = udp;
        Family = FamilyOf(source);
        Source = EndPoints.ToIPEndPoint(source, Family);
        Destination = EndPoints.ToIPEndPoint(destination, Family);
    }

    /// <summary>Tcp or Udp.</summary>
    public ProtocolType ProtocolType => _tcp is null ? ProtocolType.Udp : ProtocolType.Tcp;

    /// <summary>Who has begun it.</summary>
    public IPEndPoint Source { get; }

    /// <summary>Whom it is for: the address and port that its sender has used.</summary>
    public IPEndPoint Destination { get; }

    internal AddressFamily Family { get; }

    internal TcpSocketCore? Accepted { get; private set; }

    /// <summary>Takes the flow. The SYN of a TCP flow is answered now; for UDP the datagrams that came so far wait in the socket.</summary>
    /// <returns>
    /// The socket, when the handshake is complete: its local endpoint is <see cref="Destination"/>, its peer <see cref="Source"/>. Whoever takes UDP flows must close them.
    /// </returns>
    /// <exception cref="SocketException"><see cref="SocketError.OperationAborted"/>: it was decided already, or given up; <see cref="SocketError.ConnectionAborted"/>: the handshake came to nothing.</exception>
    public async ValueTask<Socket> AcceptAsync()
    {
        if (_udp is not null)
        {
            return new Socket(_udp);
        }

        var now = _stack.Shard.Enter();
        Accepted = new TcpSocketCore(_stack, Family);
        var error = _tcp!.Accept(Accepted, now);
        if (error == SocketError.Success)
        {
            _listener!.Accepting.Add(this);
        }

        _stack.Shard.Exit(now);
        SocketErrors.ThrowIfFailed(error);
        return await _opened.Task.ConfigureAwait(false);
    }

    /// <summary>Answers a SYN with a reset, as a closed port does. A UDP flow is dropped.</summary>
    public void Refuse()
    {
        if (_tcp is null)
        {
            Drop();
            return;
        }

        var now = _stack.Shard.Enter();
        _tcp.Refuse(now);
        _stack.Shard.Exit(now);
    }

    /// <summary>Says nothing, as a host that is not there. What its sender sends again is a new flow.</summary>
    public void Drop()
    {
        var now = _stack.Shard.Enter();
        _tcp?.Drop();
        _stack.Shard.Exit(now);
        _udp?.Close(0, abortsWaiting: true);
    }

    /// <summary>The handshake is complete. Under the lock.</summary>
    internal void Open(TcpConnection connection)
    {
        Accepted!.Adopt(connection);
        _stack.Register(Accepted);
        _stack.Shard.Complete(new Opened(_opened, Accepted));
    }

    /// <summary>The handshake came to nothing. Under the lock.</summary>
    internal void Lose() => _stack.Shard.Complete(new Opened(_opened, null));

    private static AddressFamily FamilyOf(TransportEndpoint endpoint) => endpoint.Address.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

    private sealed class Opened(TaskCompletionSource<Socket> opened, TcpSocketCore? core) : Completion
    {
        public override void Execute()
        {
            if (core is not null)
            {
                opened.TrySetResult(new Socket(core));
            }
            else
            {
                opened.TrySetException(SocketErrors.Create(SocketError.ConnectionAborted));
            }
        }
    }
}
