using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What a SYN offers, and what comes of the peer's (RFC 9293 §3.7.1, RFC 7323 §2.2 and §3.2, RFC 2018 §2).</summary>
internal static class SynOptions
{
    private const byte LargestWindowScale = 14;

    /// <summary>Fills the options of our SYN; in a SYN-ACK only what the peer offered (RFC 7323 §1.3).</summary>
    public static void Offer(TcpConnection connection, bool answer, ref TcpOptionSet options, Instant now)
    {
        var settings = connection.Layer.Settings;
        options.HasMaximumSegmentSize = true;
        options.MaximumSegmentSize = SegmentSizes.Announce(connection);
        options.HasWindowScale = answer ? connection.Has(TcpConnectionFlags.WindowScaling) : settings.WindowScaling;
        options.WindowScale = answer ? connection.RcvWindShift : WindowScale(connection);
        options.SackPermitted = answer ? connection.Has(TcpConnectionFlags.Sack) : settings.SelectiveAcks;
        options.HasTimestamps = answer ? connection.Has(TcpConnectionFlags.Timestamps) : settings.Timestamps;
        if (answer)
        {
            FastOpenServer.Offer(connection, ref options, now);
        }
        else
        {
            FastOpenClient.Offer(connection, ref options);
        }
    }

    /// <summary>Takes what the peer's SYN or SYN-ACK offers.</summary>
    public static void Accept(TcpConnection connection, in TcpOptionSet options, Instant now)
    {
        var settings = connection.Layer.Settings;
        if (options.HasMaximumSegmentSize)
        {
            // A floor: an announced size of nothing would multiply our packets (CVE-2019-11479).
            connection.PeerMss = (ushort)Math.Max(options.MaximumSegmentSize, settings.MinimumSendMss);
        }

        if (options.HasWindowScale && settings.WindowScaling)
        {
            connection.Set(TcpConnectionFlags.WindowScaling);
            connection.SndWindShift = Math.Min(options.WindowScale, LargestWindowScale);
            connection.RcvWindShift = WindowScale(connection);
        }
        else
        {
            connection.SndWindShift = 0;
            connection.RcvWindShift = 0;
        }

        if (options.SackPermitted && settings.SelectiveAcks)
        {
            connection.Set(TcpConnectionFlags.Sack);
        }

        if (options.HasTimestamps && settings.Timestamps)
        {
            connection.Set(TcpConnectionFlags.Timestamps);
            connection.TsRecent = options.TimestampValue;
            connection.TsRecentAt = now;
        }

        connection.RcvMss = (ushort)SegmentSizes.EffectiveSend(connection);
    }

    /// <summary>The smallest shift with which the largest receive buffer fits the window field.</summary>
    public static byte WindowScale(int maximumBuffer)
    {
        byte shift = 0;
        while (shift < LargestWindowScale && maximumBuffer >> shift > ushort.MaxValue)
        {
            shift++;
        }

        return shift;
    }

    private static byte WindowScale(TcpConnection connection) =>
        WindowScale(Math.Max(connection.ReceiveBufferLimit, connection.EffectiveOptions.ReceiveBufferSize > 0 ? 0 : connection.Layer.Settings.ReceiveBuffer.Maximum));
}
