using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Second: check the RST bit (RFC 9293 §3.10.7.4 with RFC 5961 §3.2).</summary>
internal static class ResetCheck
{
    public static bool Passes(TcpConnection connection, in TcpView segment, Instant now)
    {
        if (!segment.Has(TcpFlags.Rst))
        {
            return true;
        }

        // Only a reset at exactly the next sequence number is believed; one elsewhere in the window is asked about.
        if (segment.Sequence != connection.RcvNxt)
        {
            AckThrottle.Challenge(connection, now);
            return false;
        }

        connection.Layer.Counters.ResetsReceived++;
        switch (connection.State)
        {
            case TcpState.SynReceived when connection.Has(TcpConnectionFlags.Passive):
                // RFC 7413: the application has it already, and perhaps data.
                FastOpenServer.Leave(connection, byReset: true, now);
                connection.Fail(SocketError.ConnectionReset, now);
                break;
            case TcpState.SynReceived:
                // MUST-11: an active opener is refused; a passive one is a connection here only by Fast Open.
                connection.Fail(SocketError.ConnectionRefused, now);
                break;
            case TcpState.Closing or TcpState.LastAck when connection.IsSendBufferEmpty:
                connection.Layer.Remove(connection, TcpEvents.Closed, now);
                break;
            default:
                connection.Fail(SocketError.ConnectionReset, now);
                break;
        }

        return false;
    }
}
