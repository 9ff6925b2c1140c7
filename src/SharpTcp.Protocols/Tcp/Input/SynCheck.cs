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

        if (connection.State is TcpState.SynReceived && segment.Sequence == connection.Irs)
        {
            return OnRepeated(connection, segment, now);
        }

        // In synchronized states a SYN anywhere draws a challenge acknowledgment: a peer that lost its state answers it with a reset.
        AckThrottle.Challenge(connection, now);
        return false;
    }

    /// <summary>The SYN that we have comes again.</summary>
    private static bool OnRepeated(TcpConnection connection, in TcpView segment, Instant now)
    {
        if (!segment.Has(TcpFlags.Ack))
        {
            // Our SYN-ACK was lost (or, in a simultaneous open, crossed it).
            connection.Set(TcpConnectionFlags.SynDue);
            connection.Touch();
            return false;
        }

        // Simultaneous open: the peer's SYN-ACK repeats its SYN; what counts is its acknowledgment. What arrives twice is answered and reported (RFC 9293 §3.10.7.4, RFC 2883 §4).
        if (connection.Has(TcpConnectionFlags.Sack))
        {
            AckPolicy.ReportDuplicate(connection, new SackBlock(segment.Sequence, connection.RcvNxt), now);
        }
        else
        {
            AckPolicy.AtOnce(connection);
        }

        return true;
    }
}
