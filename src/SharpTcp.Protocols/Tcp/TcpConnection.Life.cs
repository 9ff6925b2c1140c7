using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

public sealed partial class TcpConnection
{
    /// <summary>Ends the connection by an error that the user is told; with <paramref name="reset"/> the peer gets a RST.</summary>
    internal void Fail(SocketError error, Instant now, bool reset = false)
    {
        if (_state is TcpState.Closed)
        {
            return;
        }

        if (reset)
        {
            SendReset(now);
        }

        Error = error;
        Layer.Remove(this, TcpEvents.Failed | TcpEvents.Closed, now);
    }

    /// <summary>MUST-47: what hints at trouble is reported and ends nothing (MUST-56).</summary>
    internal void ReportSoftError(SocketError error)
    {
        SoftError = error;
        Notify(TcpEvents.SoftError);
    }

    /// <summary>RST with the sequence number that the peer expects next.</summary>
    internal void SendReset(Instant now)
    {
        if (_state is TcpState.SynSent or TcpState.Closed)
        {
            return;
        }

        var packetStatus = SegmentBuilder.SendBare(this, SndNxt, TcpFlags.Rst | TcpFlags.Ack, now);
        if (packetStatus == SendStatus.Sent)
        {
            Layer.Counters.ResetsSent++;
        }
    }

    /// <summary>Tells a writer that was refused of the room that acknowledgments and transmissions have made.</summary>
    internal void OfferRoom()
    {
        if (!Has(TcpConnectionFlags.WantsRoom))
        {
            return;
        }

        if (Layer.Settings.WholeBuffers && Send is { } send && RecoveryFlow.InFlight(this, send) < Congestion.Cwnd)
        {
            WholeBuffers.Grow(this);
        }

        if (HasUsefulRoom)
        {
            Clear(TcpConnectionFlags.WantsRoom);
            Notify(TcpEvents.Writable);
        }
    }

    /// <summary>Gives back what was rented, except what the user still copies from or to, or may still read.</summary>
    internal void ReleaseBuffers()
    {
        if (Send is { } send && !Has(TcpConnectionFlags.SendLent))
        {
            Send = null;
            Layer.SendStates.Return(send);
        }

        if (Receive is { } receive && !Has(TcpConnectionFlags.ReceiveLent) && (Has(TcpConnectionFlags.Orphaned) || receive.Data.Length == 0))
        {
            Receive = null;
            Layer.ReturnReceive(receive);
        }
    }

    /// <summary>Gives back what an idle connection does not need.</summary>
    internal void ReleaseIdle()
    {
        var finPending = Has(TcpConnectionFlags.SendShutdown) && !Has(TcpConnectionFlags.FinSent);
        if (Send is { } send && send.Data.Length == 0 && send.Sent.Count == 0 && send.Phase == RecoveryPhase.Open
            && !finPending && !Has(TcpConnectionFlags.SendLent))
        {
            Send = null;
            Layer.SendStates.Return(send);
        }

        if (Receive is { IsEmpty: true } receive && !Has(TcpConnectionFlags.ReceiveLent))
        {
            Receive = null;
            Layer.ReturnReceive(receive);
        }
    }
}
