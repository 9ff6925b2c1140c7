using System;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>The server's side of Fast Open (RFC 7413 §4.2.2): a SYN with the right cookie begins a whole connection, whose data the application gets before the handshake is complete.</summary>
internal static class FastOpenServer
{
    /// <summary>
    /// Looks at a SYN. With the right cookie the connection is opened and waits to be accepted; else <paramref name="offer"/> says whether the SYN-ACK gives a cookie, and what
    /// follows is the usual handshake, without the data.
    /// </summary>
    /// <returns>Whether the connection was opened.</returns>
    public static bool TryOpen(
        TcpListenPoint listener, in FourTuple tuple, in TcpView syn, in IpMeta meta, in TcpOptionSet options, ref SynOffer offer, SequenceNumber iss, Instant now)
    {
        var settings = listener.Layer.Settings;
        var asks = options.HasFastOpen && (!options.IsFastOpenExperimental || settings.FastOpenExperimental);
        if ((settings.FastOpen & FastOpenUse.Server) == 0 || !(asks || syn.Payload.Length > 0) || !listener.FastOpenQueue.HasRoom(listener.EffectiveFastOpenLimit, now))
        {
            return false;
        }

        if ((settings.FastOpen & FastOpenUse.ServerWithoutCookie) != 0 || listener.Options is { FastOpenWithoutCookie: true })
        {
            return Open(listener, tuple, syn, meta, offer, iss, now);
        }

        if (!asks)
        {
            return false;
        }

        var verdict = listener.FastOpenCookies.Check(options.FastOpenCookie, tuple.RemoteAddress, tuple.LocalAddress, settings, now);
        if (verdict != FastOpenVerdict.Right)
        {
            offer.Flags |= SynFlags.GivesCookie | (options.IsFastOpenExperimental ? SynFlags.Experimental : 0);
            listener.Layer.Counters.FastOpenCookiesRefused += options.FastOpenCookie.Length > 0 && verdict == FastOpenVerdict.Wrong ? 1 : 0;
        }

        return verdict != FastOpenVerdict.Wrong && Open(listener, tuple, syn, meta, offer, iss, now);
    }

    /// <summary>Puts the cookie of a client into the SYN-ACK.</summary>
    public static void GiveCookie(TcpListenPoint listener, in FourTuple tuple, bool isExperimental, ref TcpOptionSet options, Instant now)
    {
        Span<byte> cookie = stackalloc byte[FastOpenCookies.Length];
        listener.FastOpenCookies.Make(tuple.RemoteAddress, tuple.LocalAddress, listener.Layer.Settings, now, cookie);
        options.SetFastOpenCookie(cookie, isExperimental);
    }

    /// <summary>The same for a connection that was opened by an old cookie.</summary>
    public static void Offer(TcpConnection connection, ref TcpOptionSet options, Instant now)
    {
        if (connection.FastOpenListener is { } listener && (connection.FastOpen & FastOpenSteps.OptionSent) != 0 && !connection.Has(TcpConnectionFlags.SynRetransmitted))
        {
            GiveCookie(listener, connection.Tuple, (connection.FastOpen & FastOpenSteps.Experimental) != 0, ref options, now);
        }
    }

    /// <summary>The handshake of a connection that was opened by its SYN is over, one way or the other: it no longer counts as pending (§5.1).</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="byReset">A reset ended it: whoever forges addresses could have sent that too, so its place stays taken for a while.</param>
    /// <param name="now">The time.</param>
    public static void Leave(TcpConnection connection, bool byReset, Instant now)
    {
        if (connection.FastOpenListener is { } listener)
        {
            connection.FastOpenListener = null;
            listener.FastOpenQueue.Leave(byReset, now);
        }
    }

    private static bool Open(TcpListenPoint listener, in FourTuple tuple, in TcpView syn, in IpMeta meta, in SynOffer offer, SequenceNumber iss, Instant now)
    {
        var layer = listener.Layer;
        var scope = tuple.RemoteAddress.IsLinkLocal ? meta.Interface.Index : 0;
        if (layer.Ip.Resolve(tuple.LocalAddress, tuple.RemoteAddress, scope, now, out var path) != SocketError.Success || path is null || !layer.MayOpen(now))
        {
            return false;
        }

        var connection = new TcpConnection(layer, tuple, path, listener.Options) { State = TcpState.SynReceived, FastOpenListener = listener };
        offer.Restore(connection, iss, listener.SynWindow, now);
        connection.SndNxt = iss;
        connection.SndWnd = syn.Window;
        connection.MaxSndWnd = syn.Window;
        connection.FastOpen = FastOpenSteps.Early
            | (offer.Has(SynFlags.GivesCookie) ? FastOpenSteps.OptionSent : 0)
            | (offer.Has(SynFlags.Experimental) ? FastOpenSteps.Experimental : 0);
        connection.Set(TcpConnectionFlags.SynDue);
        connection.Control.OnEstablished(connection);
        layer.Table.Add(connection);
        layer.Counters.PassiveOpens++;
        listener.FastOpenQueue.Enter();
        TakeData(connection, syn, now);
        listener.Enqueue(connection);
        connection.Touch();
        return true;
    }

    /// <summary>Step 3: the data is the application's, and is acknowledged with the SYN.</summary>
    private static void TakeData(TcpConnection connection, in TcpView syn, Instant now)
    {
        var room = (int)ReceiveWindow.Promised(connection);
        var data = syn.Payload[..Math.Min(syn.Payload.Length, room)];
        if (data.Length > 0)
        {
            Reassembly.Insert(connection, connection.RcvNxt, data, 0, pushed: true, now);
        }

        if (connection.RcvNxt - connection.Irs > 1)
        {
            connection.FastOpen |= FastOpenSteps.DataTaken;
            connection.Layer.Counters.FastOpensTaken++;
        }
    }
}
