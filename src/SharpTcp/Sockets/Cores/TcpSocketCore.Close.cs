using System;
using System.Net.Sockets;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Sockets;

/// <summary>Half close, close and abort.</summary>
internal sealed partial class TcpSocketCore
{
    private int? _lingerSeconds;
    private bool _closeWhenReturned;
    private bool _forgetPeer;

    public override SocketError Shutdown(SocketShutdown how)
    {
        var now = Shard.Enter();
        Collect(now);
        var error = IsClosed ? SocketError.OperationAborted
            : how is < SocketShutdown.Receive or > SocketShutdown.Both ? SocketError.InvalidArgument
            : _listener is not null ? StopListening(how, now)
            : _connection is { State: not TcpState.Closed } && !_isConnecting ? SocketError.Success
            : IsConnected || IsDisconnected ? SocketError.Success
            : SocketError.NotConnected;
        if (error == SocketError.Success)
        {
            ShutdownLocked(how, now);
        }

        Shard.Exit(now);
        return error;
    }

    public override SocketError Disconnect()
    {
        var error = Shutdown(SocketShutdown.Both);
        _forgetPeer |= error == SocketError.Success;
        return error;
    }

    public override void Close(int? lingerSeconds, bool abortsWaiting)
    {
        var now = Shard.Enter();
        if (IsClosed)
        {
            Shard.ExitUnchanged();
            return;
        }

        Collect(now);
        IsClosed = true;
        _lingerSeconds = abortsWaiting && !(Readers.IsEmpty && Writers.IsEmpty) ? 0 : lingerSeconds;
        FailAllAsClosed();
        IsConnected = false;
        Stack.Forget(this);
        _listener?.Close(now);
        if (_sendLent || _receiveLent)
        {
            _closeWhenReturned = true;
        }
        else
        {
            CloseConnection(now);
        }

        Shard.Exit(now);
    }

    public override void Abort(Instant now)
    {
        _lingerSeconds = 0;
        if (_sendLent || _receiveLent)
        {
            _closeWhenReturned = true;
        }
        else
        {
            CloseConnection(now);
        }
    }

    public override bool IsGone => _connection is null or { State: TcpState.Closed or TcpState.TimeWait };

    private void ShutdownLocked(SocketShutdown how, Instant now)
    {
        if (how is SocketShutdown.Receive or SocketShutdown.Both)
        {
            // What comes all the same can still be read, as on Linux.
            _receiveShutdown = true;
        }

        if (how is SocketShutdown.Send or SocketShutdown.Both)
        {
            _connection?.ShutdownSend(now);
        }

        SetDisconnected();
        Shard.Touch(this);
    }

    /// <summary>As on Linux, ending the receiving half of a listener ends its listening.</summary>
    private SocketError StopListening(SocketShutdown how, Instant now)
    {
        if (how is not SocketShutdown.Send)
        {
            FailAll(SocketError.InvalidArgument);
            _listener!.Close(now);
            _listener = null;
        }

        return SocketError.Success;
    }

    /// <summary>A lent piece of a buffer came back. Under the lock.</summary>
    private void OnReturned(Instant now)
    {
        if (_closeWhenReturned && !_sendLent && !_receiveLent)
        {
            _closeWhenReturned = false;
            CloseConnection(now);
        }
        else if (!Readers.IsEmpty || !Writers.IsEmpty || HasPolls)
        {
            Shard.Touch(this);
        }
    }

    private void CloseConnection(Instant now)
    {
        if (_connection is { } connection)
        {
            if (_lingerSeconds == 0 || _isConnecting)
            {
                connection.Abort(now);
            }
            else
            {
                connection.Close(now);
                if (_lingerSeconds is { } seconds)
                {
                    Shard.Host.Timers.Schedule(new LingerTimer(connection), now + TimeSpan.FromSeconds(seconds));
                }
            }
        }

        _binding?.Release();
    }

    /// <summary>Cuts a closed connection off whose peer takes too long.</summary>
    private sealed class LingerTimer(TcpConnection connection) : TimerEntry
    {
        protected internal override void OnTimer(Instant now)
        {
            if (connection.State is not (TcpState.Closed or TcpState.TimeWait))
            {
                connection.Abort(now);
            }
        }
    }
}
