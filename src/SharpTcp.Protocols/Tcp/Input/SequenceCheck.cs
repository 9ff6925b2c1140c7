using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>First: check the sequence number (RFC 9293 §3.10.7.4, the four cases of table 6).</summary>
internal static class SequenceCheck
{
    public static bool Passes(TcpConnection connection, in TcpView segment, Instant now)
    {
        if (IsAcceptable(connection, segment) || RepeatsSyn(connection, segment))
        {
            return true;
        }

        // An unacceptable segment is answered with an acknowledgment, unless it is a reset. A duplicate is reported by D-SACK (RFC 2883).
        if (!segment.Has(TcpFlags.Rst))
        {
            ReportDuplicate(connection, segment, now);
            if (AckThrottle.Allows(connection, segment, now))
            {
                AckPolicy.AtOnce(connection);
            }
        }

        return false;
    }

    /// <summary>Simultaneous open (RFC 9293 §3.5, figure 8): the SYN that is known already comes again with the acknowledgment of ours.</summary>
    private static bool RepeatsSyn(TcpConnection connection, in TcpView segment) =>
        connection.State is TcpState.SynReceived && segment.Has(TcpFlags.Syn) && segment.Sequence == connection.Irs;

    private static bool IsAcceptable(TcpConnection connection, in TcpView segment)
    {
        var window = ReceiveWindow.Promised(connection);
        var length = segment.SegmentLength;
        var start = segment.Sequence;
        if (window == 0)
        {
            // MUST-66: at zero window acknowledgments, resets and urgent pointers are still heard.
            return start == connection.RcvNxt;
        }

        if (length == 0)
        {
            return start.IsInWindow(connection.RcvNxt, window) || start == connection.RcvNxt + window;
        }

        return start.IsInWindow(connection.RcvNxt, window) || (start + (length - 1)).IsInWindow(connection.RcvNxt, window);
    }

    private static void ReportDuplicate(TcpConnection connection, in TcpView segment, Instant now)
    {
        var end = segment.Sequence + (uint)segment.Payload.Length;
        if (segment.Payload.Length > 0 && end <= connection.RcvNxt && connection.Has(TcpConnectionFlags.Sack)
            && connection.RcvNxt - segment.Sequence < 1 << 30)
        {
            AckPolicy.ReportDuplicate(connection, new SackBlock(segment.Sequence, end), now);
        }
    }
}
