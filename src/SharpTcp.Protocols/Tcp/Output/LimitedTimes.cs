using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What keeps a sender from sending more.</summary>
internal enum SendLimit : byte
{
    /// <summary>It has nothing to send and nothing in flight.</summary>
    Idle,

    /// <summary>The network: the congestion window, or the acknowledgments that are under way.</summary>
    Network,

    /// <summary>The peer's window.</summary>
    PeerWindow,

    /// <summary>The send buffer: everything in it is in flight, and the user waits to write more.</summary>
    SendBuffer,
}

/// <summary>For how long what has kept a sender from sending (RFC 4898, tcpEStatsPerfSndLimTime*).</summary>
internal struct LimitedTimes
{
    private Instant _since;
    private TimeSpan _network;
    private TimeSpan _peerWindow;
    private TimeSpan _sendBuffer;
    private SendLimit _limit;

    /// <summary>After anything that may have changed it: acknowledgments and transmissions.</summary>
    public void Update(TcpConnection connection, Instant now)
    {
        var limit = Judge(connection);
        if (limit == _limit)
        {
            return;
        }

        var elapsed = now - _since;
        switch (_limit)
        {
            case SendLimit.Network:
                _network += elapsed;
                break;
            case SendLimit.PeerWindow:
                _peerWindow += elapsed;
                break;
            case SendLimit.SendBuffer:
                _sendBuffer += elapsed;
                break;
        }

        _limit = limit;
        _since = now;
    }

    /// <summary>Time with something to send or in flight.</summary>
    public readonly TimeSpan Busy(Instant now) => _network + _peerWindow + _sendBuffer + (_limit == SendLimit.Idle ? TimeSpan.Zero : now - _since);

    public readonly TimeSpan ByPeerWindow(Instant now) => _peerWindow + Running(SendLimit.PeerWindow, now);

    public readonly TimeSpan BySendBuffer(Instant now) => _sendBuffer + Running(SendLimit.SendBuffer, now);

    private readonly TimeSpan Running(SendLimit limit, Instant now) => _limit == limit ? now - _since : TimeSpan.Zero;

    private static SendLimit Judge(TcpConnection connection)
    {
        if (!connection.IsSynchronized || (connection.FlightSize == 0 && connection.Unsent == 0))
        {
            return SendLimit.Idle;
        }

        if (connection.Unsent > 0)
        {
            return NewData.IsHeldByPeerWindow(connection) ? SendLimit.PeerWindow : SendLimit.Network;
        }

        return connection.Has(TcpConnectionFlags.WantsRoom) ? SendLimit.SendBuffer : SendLimit.Network;
    }
}
