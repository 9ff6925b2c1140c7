using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>The client's side of Fast Open (RFC 7413 §4.2.1): what its SYN asks for and carries, and what the answer says of it.</summary>
internal static class FastOpenClient
{
    /// <summary>Left free beside the data of a SYN: middleboxes add options of their own.</summary>
    private const int OptionRoom = TcpView.MaxHeaderLength - TcpView.MinHeaderLength;

    /// <summary>What a connection whose user asks for Fast Open may do.</summary>
    public static FastOpenSteps Begin(TcpLayer layer, in FourTuple tuple, TcpSocketOptions options, Instant now)
    {
        if ((layer.Settings.FastOpen & FastOpenUse.Client) == 0)
        {
            return FastOpenSteps.None;
        }

        var server = layer.FastOpenServers.Find(tuple);
        if (server is not null && server.Rests(now))
        {
            return FastOpenSteps.None;
        }

        return server is { HasCookie: true } || NeedsNoCookie(layer, options) ? FastOpenSteps.Asked | FastOpenSteps.MayCarry : FastOpenSteps.Asked;
    }

    /// <summary>Bytes that the SYN has room for. §4.2.1: the MSS that the server announced last, or the default one; the other side of a network without cookies is known to have ours.</summary>
    public static int Room(TcpConnection connection)
    {
        if ((connection.FastOpen & FastOpenSteps.MayCarry) == 0)
        {
            return 0;
        }

        var known = connection.Layer.FastOpenServers.Find(connection.Tuple)?.Mss ?? 0;
        var mss = known > 0 ? known : NeedsNoCookie(connection) ? ushort.MaxValue : connection.PeerMss;
        return Math.Max(0, Math.Min(mss, SegmentSizes.Fitting(connection)) - OptionRoom);
    }

    /// <summary>Bytes that go with the SYN now: only with the first one (§4.2.1, §7.1).</summary>
    public static int DataLength(TcpConnection connection) =>
        IsFirst(connection) && connection.Send is { } send ? Math.Min(send.Data.Length, Room(connection)) : 0;

    /// <summary>The option of a SYN: the cookie, or the request for one. A SYN that is sent again has none.</summary>
    public static void Offer(TcpConnection connection, ref TcpOptionSet options)
    {
        if (!IsFirst(connection) || (connection.FastOpen & FastOpenSteps.Asked) == 0 || NeedsNoCookie(connection))
        {
            return;
        }

        connection.FastOpen |= FastOpenSteps.OptionSent;
        var server = connection.Layer.FastOpenServers.Find(connection.Tuple);
        if (server is { HasCookie: true })
        {
            options.SetFastOpenCookie(server.Cookie, server.IsExperimental);
        }
        else
        {
            options.SetFastOpenCookie(default, server is { Refusals: 1 } && connection.Layer.Settings.FastOpenExperimental);
        }

        if (options.IsFastOpenExperimental)
        {
            connection.FastOpen |= FastOpenSteps.Experimental;
        }
    }

    /// <summary>The SYN left with <paramref name="length"/> bytes: they are in flight like others.</summary>
    public static void OnSynSent(TcpConnection connection, int length, Instant now)
    {
        if (length > 0)
        {
            var start = connection.Iss + 1u;
            connection.SndNxt = start + (uint)length;
            connection.FastOpen |= FastOpenSteps.DataSent;
            var send = connection.Send!;
            send.Sent.Append(start, connection.SndNxt, pushed: true, now);
            DeliveryRate.OnSent(connection, send, ref send.Sent[0], now);
        }
    }

    /// <summary>
    /// The SYN-ACK came, and SND.UNA is at the first byte of data: takes what it acknowledges, sends the rest again at once (§4.2.1, step 3), and remembers what it says.
    /// </summary>
    public static void OnSynAck(TcpConnection connection, in TcpView segment, in TcpOptionSet options, Instant now)
    {
        if ((connection.FastOpen & (FastOpenSteps.OptionSent | FastOpenSteps.DataSent)) == 0)
        {
            return;
        }

        var unacknowledged = TakeAcknowledged(connection, segment.Acknowledgment, now);
        Remember(connection, options, unacknowledged, now);
        if ((connection.FastOpen & FastOpenSteps.DataSent) != 0 && !unacknowledged)
        {
            connection.FastOpen |= FastOpenSteps.DataTaken;
        }
    }

    /// <summary>No answer at all: the way may not bear such SYNs (§4.1.3.1).</summary>
    public static void OnGivenUp(TcpConnection connection, Instant now)
    {
        if ((connection.FastOpen & (FastOpenSteps.OptionSent | FastOpenSteps.DataSent)) != 0)
        {
            connection.Layer.FastOpenServers.FindOrAdd(connection.Tuple, connection.Layer.Settings.FastOpenCacheSize).OnLost(now);
        }
    }

    /// <summary>The SYN was too large for the way (RFC 1191): at once again, without data.</summary>
    public static void OnPacketTooBig(TcpConnection connection, Instant now)
    {
        if ((connection.FastOpen & FastOpenSteps.DataSent) != 0 && !connection.Has(TcpConnectionFlags.SynDue))
        {
            // It is no sign of congestion, and the one before gave no round-trip time.
            connection.SentAt = now;
            connection.Set(TcpConnectionFlags.SynDue);
            connection.Layer.Counters.SegmentsRetransmitted++;
            connection.Touch();
        }
    }

    private static bool IsFirst(TcpConnection connection) => connection.State is TcpState.SynSent && connection.SndNxt == connection.Iss;

    private static bool NeedsNoCookie(TcpConnection connection) => NeedsNoCookie(connection.Layer, connection.EffectiveOptions);

    private static bool NeedsNoCookie(TcpLayer layer, TcpSocketOptions options) =>
        (layer.Settings.FastOpen & FastOpenUse.ClientWithoutCookie) != 0 || options.FastOpenWithoutCookie;

    /// <returns>Whether data of the SYN is left.</returns>
    private static bool TakeAcknowledged(TcpConnection connection, SequenceNumber ack, Instant now)
    {
        if ((connection.FastOpen & FastOpenSteps.DataSent) == 0 || connection.Send is not { } send)
        {
            return false;
        }

        // The round-trip time was taken with the SYN itself.
        var sample = new DeliverySample { Now = now, Mss = SegmentSizes.Full(connection) };
        send.Sent.Acknowledge(ack, ref sample);
        send.Data.Consume(Math.Min(ack - connection.SndUna, send.Data.Length));
        connection.SndUna = ack;
        connection.SmallEnd = ack;
        for (var i = 0; i < send.Sent.Count; i++)
        {
            send.Sent.MarkLost(i);
        }

        return send.Sent.Count > 0;
    }

    private static void Remember(TcpConnection connection, in TcpOptionSet options, bool unacknowledged, Instant now)
    {
        var asked = (connection.FastOpen & FastOpenSteps.OptionSent) != 0;
        var experimental = (connection.FastOpen & FastOpenSteps.Experimental) != 0;
        var server = connection.Layer.FastOpenServers.FindOrAdd(connection.Tuple, connection.Layer.Settings.FastOpenCacheSize);
        server.Mss = connection.PeerMss;

        // Whoever did not ask for a cookie takes none.
        if (asked && options.FastOpenCookie.Length > 0)
        {
            server.Take(options.FastOpenCookie, options.IsFastOpenExperimental);
        }
        else if (!connection.Has(TcpConnectionFlags.SynRetransmitted) && (connection.FastOpen & FastOpenSteps.DataSent) == 0)
        {
            server.OnRefused(experimental ? (byte)2 : (byte)1);
        }

        // The SYN without data or option was answered, and not the one before it.
        if (connection.Has(TcpConnectionFlags.SynRetransmitted) && options.FastOpenCookie.Length == 0 && unacknowledged)
        {
            server.OnLost(now);
        }
        else
        {
            server.OnAnswered();
        }
    }
}
