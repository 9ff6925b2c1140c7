using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Sixth: check the URG bit (RFC 9293 §3.10.7.4, §3.8.5). Urgent data stays in the stream (RFC 6093); the user learns where it ends.</summary>
internal static class UrgentCheck
{
    public static void Process(TcpConnection connection, in TcpView segment, Instant now)
    {
        if (!segment.Has(TcpFlags.Urg) || segment.UrgentPointer == 0 || connection.IsPeerClosed)
        {
            return;
        }

        // MUST-62: the octet after the urgent data. A pointer that goes back is ignored (exam row 11).
        var urgent = segment.Sequence + (uint)segment.UrgentPointer;
        var beyond = connection.Has(TcpConnectionFlags.UrgentPending) && connection.RcvUrgent > connection.RcvNxt ? connection.RcvUrgent : connection.RcvNxt;
        if (urgent > beyond)
        {
            connection.OnUrgent(urgent, now);
        }
    }
}
