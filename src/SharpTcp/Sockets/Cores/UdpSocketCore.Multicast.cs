using System;
using System.Net.Sockets;
using SharpTcp.Protocols;

namespace SharpTcp.Sockets;

/// <summary>Groups: what the socket listens to, and how it sends to them.</summary>
internal partial class UdpSocketCore
{
    private UdpMemberships? _memberships;
    private byte _multicastHopLimit = 1;
    private int _multicastInterface;
    private bool _multicastLoopback = true;

    public byte MulticastHopLimit
    {
        get => _multicastHopLimit;
        set => Change(() => _multicastHopLimit = value);
    }

    public int MulticastInterface
    {
        get => _multicastInterface;
        set => Change(() => _multicastInterface = value);
    }

    public bool MulticastLoopback
    {
        get => _multicastLoopback;
        set => Change(() => _multicastLoopback = value);
    }

    /// <summary>Changes what the socket listens to; it need not be bound yet.</summary>
    public void ChangeMemberships(Func<UdpMemberships, Instant, SocketError> change)
    {
        var now = Shard.Enter();
        var error = SocketError.OperationAborted;
        if (!IsClosed)
        {
            _memberships ??= new UdpMemberships(Shard.Host);
            error = change(_memberships, now);
            Apply();
        }

        Shard.Exit(now);
        SocketErrors.ThrowIfFailed(error);
    }
}
