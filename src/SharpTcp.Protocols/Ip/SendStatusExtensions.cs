using System.Net.Sockets;

namespace SharpTcp.Protocols;

/// <summary>How a socket says what became of a packet.</summary>
internal static class SendStatusExtensions
{
    public static SocketError ToSocketError(this SendStatus status) => status switch
    {
        SendStatus.Sent or SendStatus.NeighborPending => SocketError.Success,
        SendStatus.LinkFull => SocketError.WouldBlock,
        SendStatus.TooBig => SocketError.MessageSize,
        SendStatus.Unavailable => SocketError.AddressNotAvailable,
        _ => SocketError.HostUnreachable,
    };
}
