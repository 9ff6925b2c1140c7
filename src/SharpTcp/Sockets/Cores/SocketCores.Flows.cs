using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Sockets;

/// <content>A connection that a flow has brought.</content>
internal sealed partial class TcpSocketCore
{
    /// <summary>Takes a connection. Under the lock, before the socket has a user.</summary>
    public void Adopt(TcpConnection connection)
    {
        _connection = connection;
        IsConnected = true;
    }
}

/// <content>A port that a flow has opened.</content>
internal partial class UdpSocketCore
{
    /// <summary>Takes a port. Under the lock, before the socket has a user.</summary>
    public void Adopt(UdpPort port)
    {
        _port = port;
        IsConnected = true;
    }
}
