using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Seventh and eighth: process the segment text and the FIN bit (RFC 9293 §3.10.7.4).</summary>
internal static class SegmentText
{
    public static void Process(TcpConnection connection, in TcpView segment, in IpMeta meta, Instant now)
    {
        if (connection.State is not (TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2) || connection.IsPeerClosed)
        {
            return;
        }

        var start = segment.Has(TcpFlags.Syn) ? segment.Sequence + 1u : segment.Sequence;
        var data = segment.Payload;
        var fin = segment.Has(TcpFlags.Fin);
        if (!TrimToWindow(connection, ref start, ref data, ref fin, now))
        {
            return;
        }

        if (data.Length > 0 && connection.Has(TcpConnectionFlags.Orphaned))
        {
            // SHLD-3: data for nobody. The peer must learn that it is lost, by a reset at the place where it is now: our FIN may not have arrived (RFC 5961 §3.2).
            connection.Layer.Counters.AbortsOnData++;
            ControlSegments.Reset(connection.Layer, segment, meta, now);
            connection.Layer.Remove(connection, TcpEvents.None, now);
            return;
        }

        var before = connection.RcvNxt;
        if (data.Length > 0)
        {
            connection.DataReceivedAt = now;
            Reassembly.Insert(connection, start, data, meta.SegmentSize, segment.Has(TcpFlags.Psh), now);
        }

        if (fin)
        {
            RememberFin(connection, start + (uint)data.Length);
        }

        if (connection.RcvNxt != before)
        {
            connection.Layer.Ip.ConfirmReachable(connection.Path, now);
        }

        DeliverFin(connection, now);
    }

    /// <summary>Cuts what lies outside of the window; false if nothing is left.</summary>
    private static bool TrimToWindow(TcpConnection connection, ref SequenceNumber start, ref ReadOnlySpan<byte> data, ref bool fin, Instant now)
    {
        if (start < connection.RcvNxt)
        {
            var old = connection.RcvNxt - start;
            if (old > data.Length)
            {
                // Only a FIN can lie further: it is old too.
                fin = false;
                data = default;
                return false;
            }

            if (data.Length > 0 && connection.Has(TcpConnectionFlags.Sack))
            {
                AckPolicy.ReportDuplicate(connection, new SackBlock(start, start + (uint)old), now);
            }

            data = data[old..];
            start = connection.RcvNxt;
            AckPolicy.AtOnce(connection);
        }

        var room = connection.RcvNxt + ReceiveWindow.Promised(connection) - start;
        if (data.Length > room)
        {
            data = data[..Math.Max(0, room)];
            fin = false;
            AckPolicy.AtOnce(connection);
        }

        return data.Length > 0 || fin;
    }

    private static void RememberFin(TcpConnection connection, SequenceNumber at)
    {
        if (at == connection.RcvNxt)
        {
            connection.RentReceive().FinAhead = at;
        }
        else
        {
            connection.RentReceive().FinAhead ??= at;
            AckPolicy.AtOnce(connection);
        }
    }

    /// <summary>Eighth: the FIN counts when everything before it is there.</summary>
    private static void DeliverFin(TcpConnection connection, Instant now)
    {
        if (connection.Receive is not { FinAhead: { } fin } receive || fin != connection.RcvNxt)
        {
            return;
        }

        receive.FinAhead = null;
        connection.RcvNxt = fin + 1u;
        connection.RcvAdv = SequenceNumber.Max(connection.RcvAdv, connection.RcvNxt);
        connection.Set(TcpConnectionFlags.FinReceived);
        AckPolicy.AtOnce(connection);
        connection.Notify(TcpEvents.PeerClosed);
        ClosingStates.OnFinReceived(connection, now);
    }
}
