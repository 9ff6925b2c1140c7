using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Protection against wrapped sequence numbers, and what is echoed to the peer (RFC 7323 §4.3, §5).</summary>
internal static class TimestampCheck
{
    /// <summary>RFC 7323 §5.5: after so long without a segment the saved timestamp means nothing any more.</summary>
    private static readonly TimeSpan Outdated = TimeSpan.FromDays(24);

    public static bool Passes(TcpConnection connection, in TcpView segment, in TcpOptionSet options, Instant now)
    {
        if (!connection.Has(TcpConnectionFlags.Timestamps) || segment.Has(TcpFlags.Rst))
        {
            return true;
        }

        if (!options.HasTimestamps)
        {
            // RFC 7323 §3.2: without the option that both agreed on it is silently dropped.
            connection.Layer.Counters.MissingTimestamps++;
            return false;
        }

        var older = (int)(options.TimestampValue - connection.TsRecent) < 0;
        if (!older || now - connection.TsRecentAt > Outdated)
        {
            return true;
        }

        connection.Layer.Counters.OldTimestamps++;
        if (AckThrottle.Allows(connection, segment, now))
        {
            AckPolicy.AtOnce(connection);
        }

        return false;
    }

    /// <summary>RFC 7323 §4.3 (2): the timestamp of the segment that the next acknowledgment is about.</summary>
    public static void Update(TcpConnection connection, in TcpView segment, in TcpOptionSet options, Instant now)
    {
        if (connection.Has(TcpConnectionFlags.Timestamps) && options.HasTimestamps
            && (int)(options.TimestampValue - connection.TsRecent) >= 0 && segment.Sequence <= connection.LastAckSent)
        {
            connection.TsRecent = options.TimestampValue;
            connection.TsRecentAt = now;
        }
    }
}
