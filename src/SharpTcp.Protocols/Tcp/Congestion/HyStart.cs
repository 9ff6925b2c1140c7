using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>Where the first slow start is.</summary>
internal enum SlowStartPhase : byte
{
    /// <summary>Slow start.</summary>
    Initial,

    /// <summary>Conservative slow start (CSS): the round-trip time grew; if it stays so, the path is full.</summary>
    Conservative,

    /// <summary>Over: what slow start there is from now on, after a timeout, has a threshold.</summary>
    Ended,
}

/// <summary>The variables of HyStart++ (RFC 9406 §4.2); times in microseconds, 0 for none.</summary>
internal struct HyStartState
{
    public SequenceNumber WindowEnd;
    public uint LastRoundMinimum;
    public uint CurrentRoundMinimum;

    /// <summary>The smallest round-trip time of the round in which CSS began.</summary>
    public uint CssBaseline;
    public byte Samples;
    public byte CssRounds;
    public SlowStartPhase Phase;
    public bool InRound;
}

/// <summary>HyStart++ (RFC 9406): the first slow start ends when the round-trip time grows, before it overflows the queue.</summary>
internal static class HyStart
{
    private const uint MinimumRttThreshold = 4_000;
    private const uint MaximumRttThreshold = 16_000;
    private const int MinimumRttDivisor = 8;
    private const int RttSamples = 8;
    private const uint CssGrowthDivisor = 4;
    private const int CssRounds = 5;

    /// <summary>How much the window grows for so many acknowledged bytes.</summary>
    public static uint Growth(in HyStartState state, uint bytes) =>
        state.Phase == SlowStartPhase.Conservative ? bytes / CssGrowthDivisor : bytes;

    /// <summary>An acknowledgment in slow start: takes its round-trip time, and sets ssthresh to the window where slow start is over.</summary>
    public static void OnAcknowledged(TcpConnection connection, in DeliverySample sample)
    {
        ref var state = ref connection.Congestion.HyStart;
        if (state.Phase == SlowStartPhase.Ended)
        {
            return;
        }

        if (!state.InRound)
        {
            BeginRound(ref state, connection.SndNxt);
        }

        if (sample.HasRtt)
        {
            var rtt = (uint)Math.Clamp(sample.Rtt.Ticks / TimeSpan.TicksPerMicrosecond, 1, uint.MaxValue - 1);
            state.CurrentRoundMinimum = state.CurrentRoundMinimum == 0 ? rtt : Math.Min(state.CurrentRoundMinimum, rtt);
            state.Samples += (byte)(state.Samples < byte.MaxValue ? 1 : 0);
            Judge(ref state);
        }

        if (connection.SndUna < state.WindowEnd)
        {
            return;
        }

        if (state.Phase == SlowStartPhase.Conservative && ++state.CssRounds >= CssRounds)
        {
            // The growth of the round-trip time lasted: congestion avoidance.
            connection.Congestion.Ssthresh = connection.Congestion.Cwnd;
            End(ref state);
            return;
        }

        BeginRound(ref state, connection.SndNxt);
    }

    /// <summary>Loss or congestion was seen: what follows is not the first slow start any more.</summary>
    public static void End(ref HyStartState state) => state.Phase = SlowStartPhase.Ended;

    private static void Judge(ref HyStartState state)
    {
        if (state.Samples < RttSamples)
        {
            return;
        }

        if (state.Phase == SlowStartPhase.Conservative)
        {
            if (state.CurrentRoundMinimum < state.CssBaseline)
            {
                // It was only jitter: back to slow start.
                state.Phase = SlowStartPhase.Initial;
                state.CssBaseline = 0;
            }

            return;
        }

        if (state.LastRoundMinimum == 0)
        {
            return;
        }

        var threshold = Math.Clamp(state.LastRoundMinimum / MinimumRttDivisor, MinimumRttThreshold, MaximumRttThreshold);
        if (state.CurrentRoundMinimum >= state.LastRoundMinimum + threshold)
        {
            state.CssBaseline = state.CurrentRoundMinimum;
            state.Phase = SlowStartPhase.Conservative;
            state.CssRounds = 0;
        }
    }

    private static void BeginRound(ref HyStartState state, SequenceNumber sndNxt)
    {
        state.InRound = true;
        state.LastRoundMinimum = state.CurrentRoundMinimum;
        state.CurrentRoundMinimum = 0;
        state.Samples = 0;
        state.WindowEnd = sndNxt;
    }
}
