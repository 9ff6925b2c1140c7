using System.Diagnostics;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <content>SYN and SYN-ACK.</content>
internal static partial class SegmentBuilder
{
    /// <summary>Sends a SYN or SYN-ACK, with the first bytes of the send buffer where Fast Open lets them go along (RFC 7413 §4.2.1).</summary>
    public static SendStatus SendSyn(TcpConnection connection, TcpFlags flags, int dataLength, Instant now)
    {
        var packet = default(TransportPacket);
        if (dataLength > 0)
        {
            var taken = Slice(connection.Send!.Data, 0, dataLength, ref packet.First);
            taken += Slice(connection.Send.Data, taken, dataLength - taken, ref packet.Second);
            Debug.Assert(taken == dataLength, "a segment's worth lies in two chunks at most");
        }

        return Send(connection, connection.Iss, flags | Ecn.OfSyn(connection, flags), ref packet, now);
    }
}
