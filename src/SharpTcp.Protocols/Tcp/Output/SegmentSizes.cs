using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Maximum segment sizes (RFC 9293 §3.7.1).</summary>
internal static class SegmentSizes
{
    /// <summary>MUST-15: assumed where the peer's SYN has no MSS option.</summary>
    public const int DefaultMssIPv4 = 536;

    /// <summary>MUST-15.</summary>
    public const int DefaultMssIPv6 = 1220;

    private const int TcpHeader = 20;
    private const int TimestampOption = 12;

    /// <summary>Round-trip time for which a burst is halved once.</summary>
    private static readonly TimeSpan ShortPath = TimeSpan.FromMicroseconds(512);

    /// <summary>What we announce: what fits the interface (MUST-67, RFC 6691).</summary>
    public static ushort Announce(Destination path) =>
        (ushort)Math.Min(path.Interface.MtuFor(path.Address) - NetworkHeader(path) - TcpHeader, ushort.MaxValue);

    /// <summary>What a connection announces: no more than its user wants.</summary>
    public static ushort Announce(TcpConnection connection)
    {
        var mss = Announce(connection.Path, connection.EffectiveOptions);
        return connection.Layer.Settings.AnnouncePathMtu ? (ushort)Math.Min(mss, Fitting(connection)) : mss;
    }

    /// <inheritdoc cref="Announce(TcpConnection)"/>
    public static ushort Announce(Destination path, TcpSocketOptions? options) =>
        options is { MaximumSegment: > 0 } ? (ushort)Math.Min(options.MaximumSegment, Announce(path)) : Announce(path);

    /// <summary>Payload bytes of a full segment: MUST-16, Eff.snd.MSS.</summary>
    public static int EffectiveSend(TcpConnection connection) => Math.Max(1, Full(connection) - SackBlocks.OptionLength(connection));

    /// <summary>Payload bytes of a full segment while it need not carry SACK blocks: the unit in which segments are counted.</summary>
    public static int Full(TcpConnection connection)
    {
        var mss = connection.Mtu.Limit is > 0 and var passes ? Math.Min(passes, Largest(connection)) : Largest(connection);
        mss -= connection.Has(TcpConnectionFlags.Timestamps) ? TimestampOption : 0;
        return Math.Max(1, mss);
    }

    /// <summary>The largest segment, options included, that the peer, the path and the user allow.</summary>
    public static int Largest(TcpConnection connection) =>
        Math.Max(Math.Min(connection.PeerMss, Fitting(connection)), connection.Layer.Settings.MinimumSendMss);

    /// <summary>Bytes of options that a segment with data carries now.</summary>
    public static int OptionsOf(TcpConnection connection) =>
        (connection.Has(TcpConnectionFlags.Timestamps) ? TimestampOption : 0) + SackBlocks.OptionLength(connection);

    /// <summary>The MSS, options included, that the path and the user allow.</summary>
    public static int Fitting(TcpConnection connection)
    {
        var fits = connection.Path.PathMtu - NetworkHeader(connection.Path) - TcpHeader;
        return connection.EffectiveOptions.MaximumSegment is > 0 and var wanted ? Math.Min(wanted, fits) : fits;
    }

    /// <summary>Payload bytes of the largest super-segment, a whole number of full segments.</summary>
    public static int LargestSuperSegment(Destination path, int mss)
    {
        var room = LinkCapabilities.LargestSuperPacket - NetworkHeader(path) - TcpHeader - IIpOutput.TransportHeaderCapacity / 2;
        return Math.Max(mss, room / mss * mss);
    }

    /// <summary>
    /// Payload bytes of the largest super-segment that should leave at once: where the stack limits the time that one takes (<see cref="TcpSettings.SuperSegmentTime"/>), as many
    /// segments as the path carries in it, but no less than a few, and more on paths so short that bursts do no harm.
    /// </summary>
    public static int LargestBurst(TcpConnection connection, int mss)
    {
        if (IsUrgent(connection, connection.SndNxt))
        {
            return mss;
        }

        var largest = LargestSuperSegment(connection.Path, mss);
        var settings = connection.Layer.Settings;
        if (settings.SuperSegmentTime == TimeSpan.Zero || !connection.Rtt.HasSample)
        {
            return largest;
        }

        // Twice the rate in slow start, a fifth more later: the window may have grown by then.
        var window = (long)Math.Max(connection.Congestion.Cwnd, connection.FlightSize);
        var ahead = connection.Congestion.Cwnd < connection.Congestion.Ssthresh / 2 ? window * 2 : window * 6 / 5;
        var bytes = ahead * settings.SuperSegmentTime.Ticks / connection.Rtt.Smoothed.Ticks;
        var halvings = connection.Rtt.Minimum.Ticks / ShortPath.Ticks;
        bytes += halvings < 32 ? largest >> (int)halvings : 0;
        return (int)Math.Clamp(bytes / mss * mss, Math.Min(largest, settings.SmallestSuperSegment * mss), largest);
    }

    /// <summary>How many segments carry so many bytes.</summary>
    public static int Count(uint bytes, int mss) => (int)((bytes + (uint)mss - 1) / (uint)mss);

    /// <summary>Whether urgent data ends after <paramref name="sequence"/>: the packets of a super-segment could not each point there.</summary>
    public static bool IsUrgent(TcpConnection connection, SequenceNumber sequence) => connection.Send is { UrgentEnd: { } end } && end > sequence;

    private static int NetworkHeader(Destination path) => path.Address.IsIPv4 ? 20 : 40;
}
