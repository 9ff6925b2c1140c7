using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// SEGMENT ARRIVES for a connection (RFC 9293 §3.10.7.3 and §3.10.7.4): the checks in the RFC's order, each in a file of its own. A check that answers
/// false has dealt with the segment.
/// </summary>
internal static class SegmentArrives
{
    public static void Process(TcpConnection connection, in TcpView segment, in IpMeta meta, Instant now)
    {
        switch (connection.State)
        {
            case TcpState.Closed:
                return;
            case TcpState.SynSent:
                SynSentState.Process(connection, segment, meta, now);
                return;
        }

        var options = TcpOptionSet.Parse(segment.Options);
        if (!TimestampCheck.Passes(connection, segment, options, now)
            || !SequenceCheck.Passes(connection, segment, now)
            || !ResetCheck.Passes(connection, segment, now)
            || !SynCheck.Passes(connection, segment, now))
        {
            connection.Reschedule();
            return;
        }

        if (AckCheck.Passes(connection, segment, options, now))
        {
            // Only now it is certain that the segment is the peer's: what it says of time and life is believed (exam row 47).
            TimestampCheck.Update(connection, segment, options, now);
            connection.HeardAt = now;
            connection.Acks.KeepAliveProbes = 0;
            if (segment.Payload.Length >= connection.RcvMss)
            {
                connection.Tuning.OnData(connection, options, now);
            }

            Ecn.OnSegment(connection, segment, meta.TrafficClass);
            UrgentCheck.Process(connection, segment, now);
            SegmentText.Process(connection, segment, meta, now);
        }

        if (connection.State is not TcpState.Closed)
        {
            connection.ReleaseIdle();
            connection.Reschedule();
        }
    }
}
