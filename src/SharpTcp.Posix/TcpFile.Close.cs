using System;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Posix;

/// <content>shutdown and close.</content>
internal sealed partial class TcpFile
{
    public override int Shutdown(int how, Instant now)
    {
        var receive = how is LinuxSocket.ShutdownRead or LinuxSocket.ShutdownBoth;
        if (_listener is not null)
        {
            if (receive)
            {
                _listener.Close(now);
                _listener = null;
                Notify(PollEvents.None);
            }

            return 0;
        }

        if (State == TcpState.SynSent)
        {
            return Disconnect(now);
        }

        if (_connection is null || IsOver)
        {
            return -Errno.NotConnected;
        }

        _isReceiveShut |= receive;
        if (how is LinuxSocket.ShutdownWrite or LinuxSocket.ShutdownBoth)
        {
            _isSendShut = true;
            _connection.ShutdownSend(now);
        }

        Notify(PollEvents.None);
        return 0;
    }

    protected override int OnClose(ref Instant now)
    {
        _listener?.Close(now);
        if (_connection is { } connection)
        {
            if (Linger == TimeSpan.Zero)
            {
                connection.Abort(now);
            }
            else
            {
                AwaitDelivery(connection, ref now);
                connection.Close(now);
            }
        }

        _binding?.Release();
        _listener = null;
        _binding = null;
        return 0;
    }

    /// <summary>SO_LINGER: close waits until the peer has acknowledged everything, or for so long.</summary>
    private void AwaitDelivery(TcpConnection connection, ref Instant now)
    {
        if (Linger is not { } time || connection.Available > 0 || !connection.IsSynchronized)
        {
            return;
        }

        connection.ShutdownSend(now);
        var deadline = now + time;
        while (connection.State is TcpState.FinWait1 or TcpState.Closing or TcpState.LastAck && deadline > now)
        {
            now = Stack.Sleep(deadline);
        }
    }
}
