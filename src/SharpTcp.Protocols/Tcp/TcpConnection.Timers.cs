using System;

namespace SharpTcp.Protocols.Tcp;

public sealed partial class TcpConnection
{
    /// <summary>Corked data goes out so long after the peer could have acknowledged it.</summary>
    private static readonly TimeSpan LongestCork = TimeSpan.FromMilliseconds(200);

    /// <summary>Starts the retransmission timer anew for what there is to wait for now: a probe of the tail, the RTO, or the peer's window.</summary>
    internal void ArmRetransmission(Instant now)
    {
        var settings = Layer.Settings;
        if (FlightSize == 0)
        {
            if (Send is not null && NewData.IsBlockedByWindow(this))
            {
                // SHLD-29 and SHLD-30: first after an RTO, then with growing intervals.
                var silly = SndWnd > 0;
                Deadlines.SetRetransmit(silly ? RetransmitReason.SillyWindow : RetransmitReason.ZeroWindow, now + UpToUserTimeout(Rtt.Timeout(settings), now));
            }
            else if (NewData.IsCorked(this))
            {
                Deadlines.SetRetransmit(RetransmitReason.SillyWindow, now + Rtt.Smoothed + LongestCork);
            }
            else if ((Unsent > 0 && Deadlines.Pacing.IsNever) || Has(TcpConnectionFlags.SynDue) || (Has(TcpConnectionFlags.SendShutdown) && !Has(TcpConnectionFlags.FinSent)))
            {
                // Something waits to be sent and could not be: a neighbour, a route, Nagle's rule without anything in flight cannot be.
                Deadlines.SetRetransmit(RetransmitReason.Timeout, now + Rtt.Timeout(settings));
            }
            else
            {
                Deadlines.ClearRetransmit();
            }

            return;
        }

        var probe = Send is { } send && IsSynchronized ? TailLossProbe.Timeout(this, send) : TimeSpan.Zero;
        if (probe > TimeSpan.Zero)
        {
            Deadlines.SetRetransmit(RetransmitReason.TailProbe, now + probe);
        }
        else
        {
            Deadlines.SetRetransmit(RetransmitReason.Timeout, now + UpToUserTimeout(Rtt.Timeout(settings), now));
        }
    }

    /// <summary>What the user set as the limit (MUST-21) ends the connection when it is over, not when the next retransmission would be due.</summary>
    private TimeSpan UpToUserTimeout(TimeSpan timeout, Instant now)
    {
        var limit = EffectiveOptions.UserTimeout;
        var left = ProgressAt + limit - now;
        return limit > TimeSpan.Zero && left > TimeSpan.Zero && left < timeout ? left : timeout;
    }

    /// <summary>Something is queued where nothing was: R2 counts from here (RFC 9293 §3.8.3).</summary>
    internal void StartStallClock(Instant now)
    {
        if (IsSynchronized && FlightSize == 0 && Unsent == 0)
        {
            ProgressAt = now;
        }
    }

    /// <summary>Tells the wheel of the earliest deadline. One that became later is left: the wheel calls early and we look again.</summary>
    internal void Reschedule()
    {
        var earliest = Deadlines.Earliest;
        if (earliest < ScheduledFor)
        {
            Layer.Timers.Schedule(this, earliest);
        }
    }

    /// <summary>Keep-alive runs from the last sign of life (MUST-26); an orphan in FIN-WAIT-2 waits only so long.</summary>
    internal void ArmIdle(Instant now)
    {
        if (_state is TcpState.FinWait2 && Has(TcpConnectionFlags.Orphaned))
        {
            if (Deadlines.IdleReason is not IdleReason.FinWait2)
            {
                Deadlines.SetIdle(IdleReason.FinWait2, now + Layer.Settings.FinWait2Timeout);
            }
        }
        else if (EffectiveOptions.KeepAlive && IsSynchronized)
        {
            if (Deadlines.IdleReason is not IdleReason.KeepAlive)
            {
                Deadlines.SetIdle(IdleReason.KeepAlive, HeardAt + EffectiveOptions.KeepAliveTime);
            }
        }
        else
        {
            Deadlines.ClearIdle();
        }
    }
}
