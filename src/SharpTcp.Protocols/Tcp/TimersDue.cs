using System;
using System.Net.Sockets;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What happens when a connection's timers are due (RFC 9293 §3.10.8).</summary>
internal static class TimersDue
{
    public static void Run(TcpConnection connection, Instant now)
    {
        if (connection.Deadlines.Ack <= now)
        {
            connection.Deadlines.Ack = Instant.Never;
            if (connection.Acks.Delayed)
            {
                AckPolicy.AtOnce(connection);
            }
        }

        if (connection.Deadlines.Pacing <= now)
        {
            connection.Deadlines.Pacing = Instant.Never;
            connection.Touch();
        }

        if (connection.Deadlines.Retransmit <= now)
        {
            RetransmitDue(connection, now);
        }

        if (connection.Deadlines.Idle <= now && connection.State is not TcpState.Closed)
        {
            IdleDue(connection, now);
        }

        if (connection.State is not TcpState.Closed)
        {
            connection.Reschedule();
        }
    }

    private static void RetransmitDue(TcpConnection connection, Instant now)
    {
        var reason = connection.Deadlines.RetransmitReason;
        connection.Deadlines.ClearRetransmit();
        switch (reason)
        {
            case RetransmitReason.Reordering when connection.Send is { } send:
                RecoveryFlow.OnReorderingTimeout(connection, send, now);
                connection.Touch();
                break;
            case RetransmitReason.TailProbe when connection.Send is { } send:
                TailLossProbe.OnTimeout(connection, send, now);
                break;
            case RetransmitReason.ZeroWindow:
                ProbeWindow(connection, now);
                break;
            case RetransmitReason.SillyWindow:
                connection.Set(TcpConnectionFlags.SillyWindowOverride);
                connection.Touch();
                break;
            case RetransmitReason.Timeout:
                Timeout(connection, now);
                break;
        }
    }

    private static void Timeout(TcpConnection connection, Instant now)
    {
        if (connection.State is TcpState.SynSent or TcpState.SynReceived)
        {
            SynTimeout(connection, now);
            return;
        }

        if (GivesUp(connection, Stalled(connection, now), now))
        {
            return;
        }

        ReportR1(connection, connection.Rtt.Backoff, now);
        connection.Layer.Counters.Timeouts++;
        connection.Statistics.Timeouts++;
        if (connection.Send is { } send && connection.FlightSize > 0)
        {
            RecoveryFlow.OnRetransmissionTimeout(connection, send, now);
        }
        else
        {
            connection.Rtt.BackOff();
            connection.ArmRetransmission(now);
        }

        connection.Touch();
    }

    private static void SynTimeout(TcpConnection connection, Instant now)
    {
        // MUST-22 and MUST-23: the same R1 and R2 for SYN, at least three minutes.
        if (now - connection.ProgressAt >= SynLimit(connection))
        {
            FastOpenClient.OnGivenUp(connection, now);
            connection.Fail(connection.SoftError is SocketError.Success ? SocketError.TimedOut : connection.SoftError, now);
            return;
        }

        connection.Rtt.BackOff();
        connection.Set(TcpConnectionFlags.SynDue | TcpConnectionFlags.SynRetransmitted);
        connection.Layer.Counters.SegmentsRetransmitted++;
        ReportR1(connection, connection.Rtt.Backoff, now);
        connection.ArmRetransmission(now);
        connection.Touch();
    }

    private static TimeSpan SynLimit(TcpConnection connection)
    {
        var options = connection.EffectiveOptions;
        var settings = connection.Layer.Settings;
        return options.UserTimeout > TimeSpan.Zero ? options.UserTimeout
            : connection.Has(TcpConnectionFlags.Passive) ? TcpSettings.RetryTime(settings.SynAckRetries, settings.InitialRto)
            : options.SynRetries > 0 ? TcpSettings.RetryTime(options.SynRetries, settings.InitialRto)
            : settings.R2Syn;
    }

    /// <summary>RFC 9293 §3.8.6.1: probes go on as long as they are answered (MUST-37); R2 counts from the last answer.</summary>
    private static void ProbeWindow(TcpConnection connection, Instant now)
    {
        if (GivesUp(connection, Stalled(connection, now), now))
        {
            return;
        }

        ReportR1(connection, connection.Acks.KeepAliveProbes, now);
        connection.Acks.KeepAliveProbes += (byte)(connection.Acks.KeepAliveProbes < byte.MaxValue ? 1 : 0);
        connection.Set(TcpConnectionFlags.ProbeDue);
        connection.Rtt.BackOff();
        connection.ArmRetransmission(now);
        connection.Touch();
    }

    private static bool GivesUp(TcpConnection connection, TimeSpan stalled, Instant now)
    {
        // MUST-20, MUST-21: R2 as a time; the user may set it.
        var limit = connection.EffectiveOptions.UserTimeout > TimeSpan.Zero ? connection.EffectiveOptions.UserTimeout : connection.Layer.Settings.R2;
        if (stalled >= limit)
        {
            connection.Fail(connection.SoftError is SocketError.Success ? SocketError.TimedOut : connection.SoftError, now);
            return true;
        }

        return false;
    }

    /// <summary>
    /// How long nothing has moved. A peer that keeps its window closed but answers is not stalled (MUST-37, SHLD-17), unless the user is gone, whom no waiting serves (exam rows
    /// 62 and 63), or has said how long to wait (RFC 6429 §4: that is the application's decision).
    /// </summary>
    private static TimeSpan Stalled(TcpConnection connection, Instant now)
    {
        var answersCount = connection.SndWnd == 0 && !connection.Has(TcpConnectionFlags.Orphaned) && connection.EffectiveOptions.UserTimeout == TimeSpan.Zero;
        return now - (answersCount ? Instant.Max(connection.HeardAt, connection.ProgressAt) : connection.ProgressAt);
    }

    /// <summary>MUST-20: after R1 retransmissions IP is asked to look for another way; SHLD-9: the user is told.</summary>
    private static void ReportR1(TcpConnection connection, int unanswered, Instant now)
    {
        if (unanswered < connection.Layer.Settings.R1 || connection.Has(TcpConnectionFlags.R1Reported))
        {
            return;
        }

        connection.Set(TcpConnectionFlags.R1Reported);
        connection.Layer.Ip.AdviseFailure(connection.Path, now);
        connection.ReportSoftError(connection.SoftError is SocketError.Success ? SocketError.TimedOut : connection.SoftError);
    }

    private static void IdleDue(TcpConnection connection, Instant now)
    {
        var reason = connection.Deadlines.IdleReason;
        connection.Deadlines.ClearIdle();
        if (reason is IdleReason.FinWait2)
        {
            connection.Layer.Remove(connection, TcpEvents.Closed, now);
            return;
        }

        var options = connection.EffectiveOptions;
        var idle = now - connection.HeardAt;
        if (!options.KeepAlive || idle < options.KeepAliveTime || connection.FlightSize > 0)
        {
            // Something was heard meanwhile (MUST-26), or retransmission does the probing.
            connection.Acks.KeepAliveProbes = 0;
            connection.ArmIdle(connection.FlightSize > 0 ? now : connection.HeardAt);
            if (connection.FlightSize > 0 && options.KeepAlive)
            {
                connection.Deadlines.SetIdle(IdleReason.KeepAlive, now + options.KeepAliveTime);
            }

            return;
        }

        // MUST-29: a lost probe is not yet death.
        if (connection.Acks.KeepAliveProbes >= options.KeepAliveRetryCount)
        {
            connection.Fail(SocketError.TimedOut, now, reset: true);
            return;
        }

        connection.Acks.KeepAliveProbes++;
        connection.Set(TcpConnectionFlags.ProbeDue);
        connection.Deadlines.SetIdle(IdleReason.KeepAlive, now + options.KeepAliveInterval);
        connection.Touch();
    }
}
