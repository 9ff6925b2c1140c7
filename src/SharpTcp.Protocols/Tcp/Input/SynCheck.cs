using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Fourth: check the SYN bit (RFC 9293 §3.10.7.4 with RFC 5961 §4.2).</summary>
internal static class SynCheck
{
    public static bool Passes(TcpConnection connection, in TcpView segment, Instant now)
    {
        if (!segment.Has(TcpFlags.Syn))
        {
            return true;
        }

        if (connection.State is TcpState.SynReceived && segment.Sequence == connection.Irs && segment.Has(TcpFlags.Ack))
        {
            // Simultaneous open: the peer's SYN-ACK repeats the SYN that we have; what counts is its acknowledgment.
            return true;
        }

        // In synchronized states a SYN anywhere draws a challenge acknowledgment: a peer that lost its state answers it with a reset.
        AckThrottle.Challenge(connection, now);
        return false;
    }
}
