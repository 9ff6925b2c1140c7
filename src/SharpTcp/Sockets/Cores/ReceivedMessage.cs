using System.Net.Sockets;
using SharpTcp.Protocols;
using SharpTcp.Wire;

namespace SharpTcp.Sockets;

/// <summary>What is known of a received datagram, or of bytes of a stream, beside the bytes.</summary>
/// <param name="Peer">Who sent it.</param>
/// <param name="Destination">To which address.</param>
/// <param name="Interface">The index of the interface that it came in on, or 0.</param>
/// <param name="Flags">Whether some of it did not fit.</param>
internal readonly record struct ReceivedMessage(TransportEndpoint Peer, IpAddress Destination, int Interface, SocketFlags Flags);

/// <summary>Takes it to a call that is not over at once.</summary>
internal sealed class MessageHolder
{
    /// <summary>Set before the call is over.</summary>
    public ReceivedMessage Message { get; set; }
}
