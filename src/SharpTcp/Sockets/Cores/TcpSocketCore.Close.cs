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

    public override void Shutdown(SocketShutdown how)
    {
        var now = Shard.Enter();
        Collect(now);
        var error = IsClosed ? SocketError.OperationAborted
            : _isConnecting || _connection is not { State: not TcpState.Closed } ? SocketError.NotConnected
            : SocketError.Success;
        if (error == SocketError.Success)
        {
            ShutdownLocked(how, now);
        }

        Shard.Exit(now);
        SocketErrors.ThrowIfFailed(error);
    }

    public override void Close(int? lingerSeconds)
    {
        var now = Shard.Enter();
        if (IsClosed)
        {
            Shard.ExitUnchanged();
            return;
        }

        Collect(now);
        IsClosed = true;
        _lingerSeconds = lingerSeconds;
        FailAll(SocketError.OperationAborted);
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
            _receiveShutdown = true;
            _connection!.ShutdownReceive(now);
        }

        if (how is SocketShutdown.Send or SocketShutdown.Both)
        {
            _connection!.ShutdownSend(now);
        }

        Shard.Touch(this);
    }

    /// <summary>A lent piece of a buffer came back. Under the lock.</summary>
    private void OnReturned(Instant now)
    {
        if (_closeWhenReturned && !_sendLent && !_receiveLent)
        {
            _closeWhenReturned = false;
            CloseConnection(now);
        }
        else if (!Readers.IsEmpty || !Writers.IsEmpty)
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
