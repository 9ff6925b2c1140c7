using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>ICMP errors about a connection (RFC 9293 §3.9.2.2, MUST-54) with the checks of RFC 5927.</summary>
internal static class IcmpErrors
{
    /// <summary>The smallest link that RFC 1191 §7.1 has found in use: to believe less would let a forger multiply our packets (RFC 5927 §7).</summary>
    private const int SmallestBelievedMtu = 296;

    public static void Process(TcpConnection connection, in IcmpErrorReport error, Instant now)
    {
        // RFC 5927 §4.1: it quotes something that is in flight, or it is forged or stale.
        if (connection.State is TcpState.Closed || error.Sequence < connection.SndUna || error.Sequence >= connection.SndNxt)
        {
            return;
        }

        if (error.Kind is IcmpErrorKind.PacketTooBig)
        {
            if (connection.Layer.Ip.ReducePathMtu(connection.Path, BelievedMtu(connection.Path, error.Mtu), now))
            {
                OnPacketTooBig(connection, now);
            }

            return;
        }

        if (connection.State is TcpState.SynReceived && connection.Has(TcpConnectionFlags.Passive) && EndsHalfOpen(connection.Layer.Settings, error.Kind))
        {
            connection.Fail(error.ToSocketError(), now);
            return;
        }

        var hard = error.Kind is IcmpErrorKind.PortUnreachable or IcmpErrorKind.ProtocolUnreachable or IcmpErrorKind.AdministrativelyProhibited;
        if (hard && connection.State is TcpState.SynSent)
        {
            // SHLD-26, as far as RFC 5927 §5.2 goes: a hard error ends a connection only before it is synchronized.
            connection.Fail(error.ToSocketError(), now);
            return;
        }

        // MUST-56: soft errors never end a connection; SHLD-25: the user hears of them.
        connection.ReportSoftError(error.ToSocketError());
    }

    /// <summary>Whether an error ends a connection of a listener that is not synchronized: a hard one always (SHLD-26), another where the settings say so.</summary>
    public static bool EndsHalfOpen(TcpSettings settings, IcmpErrorKind kind) =>
        kind is IcmpErrorKind.PortUnreachable or IcmpErrorKind.ProtocolUnreachable
        || (settings.UnreachableEndsHalfOpen && kind is IcmpErrorKind.HostUnreachable or IcmpErrorKind.NetworkUnreachable or IcmpErrorKind.TimeExceeded);

    /// <summary>RFC 1191 §5: an old IPv4 router does not say its MTU; then it is the next smaller one of those in use.</summary>
    private static int BelievedMtu(Destination path, int mtu)
    {
        if (mtu > 0 || path.Address.IsIPv6)
        {
            return Math.Max(mtu, SmallestBelievedMtu);
        }

        return path.PathMtu switch
        {
            > 1492 => 1492,
            > 1006 => 1006,
            > 508 => 508,
            _ => SmallestBelievedMtu,
        };
    }

    /// <summary>The path MTU is lower now: what is in flight and too big is sent again in smaller segments (RFC 1191 §6.4).</summary>
    private static void OnPacketTooBig(TcpConnection connection, Instant now)
    {
        if (connection.State is TcpState.SynSent)
        {
            FastOpenClient.OnPacketTooBig(connection, now);
            return;
        }

        if (connection.Send is not { } send)
        {
            return;
        }

        // What is larger than a segment is now cannot have passed. The window is not reduced, for the network is not congested.
        var mss = (uint)SegmentSizes.EffectiveSend(connection);
        for (var i = 0; i < send.Sent.Count; i++)
        {
            if (send.Sent[i].Length > mss && !send.Sent[i].Has(SentFlags.Sacked | SentFlags.Lost))
            {
                send.Sent.MarkLost(i);
            }
        }

        connection.Touch();
        connection.Reschedule();
    }
}
