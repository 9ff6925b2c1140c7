using System.Net.Sockets;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Posix;

/// <summary>A stream socket: unconnected, a listener, or a connection.</summary>
internal sealed partial class TcpFile(PosixStack stack, int family) : PosixSocket(stack, family), ITcpUser, ITcpListenUser
{
    private const PollEvents Readable = PollEvents.In | PollEvents.ReadNormal;
    private const PollEvents Writable = PollEvents.Out | PollEvents.WriteNormal;

    private TcpBinding? _binding;
    private TcpListenPoint? _listener;
    private TcpConnection? _connection;
    private TransportEndpoint _remote;

    /// <summary>connect(2) has begun, and nobody was told yet how it ended.</summary>
    private bool _isConnecting;
    private bool _isReceiveShut;
    private bool _isSendShut;

    public override TransportEndpoint? Local => _connection is { } connection ? connection.Local : _binding?.Local;

    public override TransportEndpoint? Peer => _connection is { State: not (TcpState.Closed or TcpState.SynSent) } connection ? connection.Remote : null;

    /// <summary>Whom it was opened to or by; accept(2) tells it of a connection that is over too.</summary>
    public TransportEndpoint Remote => _remote;

    protected override int SocketType => LinuxSocket.Stream;

    protected override int Protocol => OptionLevel.Tcp;

    private TcpState State => _listener is not null ? TcpState.Listen : _connection?.State ?? TcpState.Closed;

    /// <inheritdoc/>
    void ITcpUser.OnTcpEvents(TcpConnection connection, TcpEvents events)
    {
        if ((events & TcpEvents.Failed) != 0)
        {
            RememberFailure(connection);
        }

        var told = PollEvents.None;
        if ((events & (TcpEvents.Connected | TcpEvents.PeerClosed | TcpEvents.Failed | TcpEvents.Closed)) == 0)
        {
            told |= (events & TcpEvents.Readable) != 0 ? Readable | PollEvents.Priority : PollEvents.None;
            told |= (events & TcpEvents.Writable) != 0 ? Writable : PollEvents.None;
            told |= (events & TcpEvents.Urgent) != 0 ? PollEvents.Priority : PollEvents.None;
            if (told == PollEvents.None)
            {
                return;
            }
        }

        Notify(told);
    }

    /// <inheritdoc/>
    void ITcpListenUser.OnAcceptable(TcpListenPoint listener) => Notify(Readable);

    public override PollEvents Poll()
    {
        if (_listener is not null)
        {
            return _listener.IsAcceptable ? Readable : PollEvents.None;
        }

        if (_deferred is not null)
        {
            return Writable;
        }

        var state = State;
        var events = PollEvents.None;
        var receiveEnded = IsReceiveEnded;
        if ((receiveEnded && IsSendEnded) || state == TcpState.Closed)
        {
            events |= PollEvents.HangUp;
        }

        if (receiveEnded)
        {
            events |= Readable | PollEvents.ReadHangUp;
        }

        if (_connection is not { IsOpening: true })
        {
            events |= _connection is { Readable: > 0 } ? Readable : PollEvents.None;
            events |= IsSendEnded || HasRoom() ? Writable : PollEvents.None;
            events |= _connection is { IsUrgentByteThere: true } ? PollEvents.Priority : PollEvents.None;
        }

        return PendingError != 0 ? events | PollEvents.Error : events;
    }

    public override int Control(uint request, ref int value)
    {
        if (request is not (LinuxSocket.BytesReadable or LinuxSocket.BytesUnacknowledged or LinuxSocket.BytesNotSent or LinuxSocket.AtMark))
        {
            return -Errno.NotTerminal;
        }

        if (_listener is not null && request != LinuxSocket.AtMark)
        {
            return -Errno.Invalid;
        }

        value = request switch
        {
            LinuxSocket.BytesReadable => BytesToRead,
            LinuxSocket.AtMark => _connection is { IsAtUrgentMark: true } ? 1 : 0,
            LinuxSocket.BytesUnacknowledged => _connection is { IsSynchronized: true } ? _connection.SendEnd - _connection.SendFront : 0,
            LinuxSocket.BytesNotSent => _connection is { IsSynchronized: true } ? _connection.Unsent : 0,
            _ => 0,
        };
        return 0;
    }

    /// <summary>SIOCINQ counts up to the urgent byte only, unless that is inline or did not arrive yet.</summary>
    private int BytesToRead => _connection is not { } connection ? 0
        : connection.UrgentBytes is > 0 and var urgent && urgent <= connection.Available && !Options.UrgentInline ? urgent - 1
        : connection.Available;

    /// <summary>Nothing more will be received: the peer's FIN, shutdown(2), or the end of the connection.</summary>
    private bool IsReceiveEnded => _isReceiveShut || _connection is { IsPeerClosed: true } || IsOver;

    private bool IsSendEnded => _isSendShut || IsOver || _connection is null;

    /// <summary>There was a connection, and it is gone.</summary>
    private bool IsOver => _connection is { State: TcpState.Closed };

    /// <summary>
    /// Linux calls a socket writable while at least a third of its send buffer is free, so that a writer is not woken for every segment. The stack tells once there is room again
    /// if it was asked.
    /// </summary>
    private bool HasRoom()
    {
        if (_connection is not { } connection)
        {
            return true;
        }

        if (connection.HasUsefulRoom)
        {
            return true;
        }

        connection.Set(TcpConnectionFlags.WantsRoom);
        return false;
    }

    /// <summary>What is left of a connection that failed is its error; a reset after the peer's FIN is EPIPE, as nobody reads any more.</summary>
    private void RememberFailure(TcpConnection connection)
    {
        var error = ErrnoMap.Of(connection.Error);
        PendingError = error == Errno.ConnectionReset && connection.IsPeerClosed && !_isSendShut ? Errno.Pipe : error;
    }

    private static int Negated(SocketError error) => -ErrnoMap.Of(error);
}
