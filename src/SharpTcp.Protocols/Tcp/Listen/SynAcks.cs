using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What a half-open connection sends: everything that it needs is in the SYN's offer, the listener and our initial sequence number.</summary>
internal static class SynAcks
{
    /// <summary>Sends a SYN-ACK, with a Fast Open cookie if one is given.</summary>
    public static void Send(TcpListenPoint listener, in FourTuple tuple, in SynOffer offer, SequenceNumber iss, int interfaceIndex, uint timestamp, bool givesCookie, Instant now)
    {
        // RFC 3168 §6.1.1: ECE alone agrees to ECN.
        var header = Header(tuple, iss, offer.RcvNxt, TcpFlags.Syn | TcpFlags.Ack | (offer.Has(SynFlags.Ecn) ? TcpFlags.Ece : 0), listener.SynWindow);
        var options = Options(offer, timestamp);
        options.HasMaximumSegmentSize = true;
        options.MaximumSegmentSize = listener.Layer.AnnouncedMss(tuple, interfaceIndex, listener.Options, now);
        options.HasWindowScale = offer.Has(SynFlags.WindowScale);
        options.WindowScale = listener.WindowScale;
        options.SackPermitted = offer.Has(SynFlags.Sack);
        if (givesCookie)
        {
            FastOpenServer.GiveCookie(listener, tuple, offer.Has(SynFlags.Experimental), ref options, now);
        }

        ControlSegments.Send(listener.Layer, tuple.LocalAddress, tuple.RemoteAddress, interfaceIndex, header, options, now);
    }

    /// <summary>Sends an acknowledgment of the SYN.</summary>
    public static void SendAck(TcpListenPoint listener, in FourTuple tuple, in SynOffer offer, SequenceNumber sequence, int interfaceIndex, uint timestamp, Instant now)
    {
        var window = offer.Has(SynFlags.WindowScale) ? (ushort)(listener.SynWindow >> listener.WindowScale) : listener.SynWindow;
        var header = Header(tuple, sequence, offer.RcvNxt, TcpFlags.Ack, window);
        ControlSegments.Send(listener.Layer, tuple.LocalAddress, tuple.RemoteAddress, interfaceIndex, header, Options(offer, timestamp), now);
    }

    /// <summary>Answers a SYN by a cookie and keeps nothing. What the timestamp cannot bring back is not offered.</summary>
    public static void SendCookie(TcpListenPoint listener, in FourTuple tuple, SynOffer offer, int interfaceIndex, Instant now)
    {
        var layer = listener.Layer;
        if (!offer.Has(SynFlags.Timestamps))
        {
            offer.Flags &= ~(SynFlags.WindowScale | SynFlags.Sack | SynFlags.Ecn);
        }

        layer.Counters.SynCookiesSent++;
        var timestamp = SynCookies.Timestamp(offer, layer.Secrets.TimestampOffset(tuple), now);
        Send(listener, tuple, offer, layer.SynCookies.Make(tuple, offer, now), interfaceIndex, timestamp, givesCookie: false, now);
    }

    private static TcpHeader Header(in FourTuple tuple, SequenceNumber sequence, SequenceNumber acknowledgment, TcpFlags flags, ushort window) => new()
    {
        SourcePort = tuple.LocalPort,
        DestinationPort = tuple.RemotePort,
        Sequence = sequence,
        Acknowledgment = acknowledgment,
        Flags = flags,
        Window = window,
    };

    private static TcpOptionSet Options(in SynOffer offer, uint timestamp) =>
        new() { HasTimestamps = offer.Has(SynFlags.Timestamps), TimestampValue = timestamp, TimestampEcho = offer.TsRecent };
}
