using System;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// Hybrid slow start as Ha and Rhee first described it, which Linux still has: slow start ends where acknowledgments that follow each other closely span half of the smallest round-trip
/// time, or where the smallest round-trip time of a round is an eighth above that. RFC 9406 succeeds it.
/// </summary>
internal struct ClassicHyStart
{
    private const int Samples = 8;
    private const uint LeastWindow = 16;
    private static readonly TimeSpan TrainGap = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LeastGrowth = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan MostGrowth = TimeSpan.FromMilliseconds(16);

    /// <summary>After a reduction round-trip times still tell of the queue that it emptied.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private Instant _roundBegan;
    private Instant _lastAck;
    private TimeSpan _roundMinimum;
    private SequenceNumber _roundEnd;
    private byte _samples;
    private bool _found;

    public TimeSpan MinimumRtt { get; private set; }

    public void BeginRound(TcpConnection connection, Instant now)
    {
        _roundBegan = now;
        _lastAck = now;
        _roundEnd = connection.SndNxt;
        _roundMinimum = TimeSpan.MaxValue;
        _samples = 0;
    }

    /// <summary>After a timeout slow start begins again, and what was known of the path is forgotten.</summary>
    public void Restart(TcpConnection connection, Instant now)
    {
        this = default;
        BeginRound(connection, now);
    }

    public void End() => _found = true;

    public void OnAcknowledged(TcpConnection connection, in DeliverySample sample, bool slowStart)
    {
        ref var state = ref connection.Congestion;
        if (!sample.HasRtt || (state.Cubic.HasEpoch && sample.Now - state.Cubic.Epoch < Settling))
        {
            return;
        }

        MinimumRtt = MinimumRtt == TimeSpan.Zero || sample.Rtt < MinimumRtt ? sample.Rtt : MinimumRtt;
        if (_found || !slowStart || state.Cwnd / (uint)sample.Mss < LeastWindow)
        {
            return;
        }

        if (connection.SndUna > _roundEnd)
        {
            BeginRound(connection, sample.Now);
        }

        if (IsTrainLong(sample.Now) || IsRoundSlow(sample.Rtt))
        {
            _found = true;
            state.Ssthresh = state.Cwnd;
        }
    }

    private bool IsTrainLong(Instant now)
    {
        if (now - _lastAck > TrainGap)
        {
            return false;
        }

        _lastAck = now;
        return now - _roundBegan > MinimumRtt / 2;
    }

    private bool IsRoundSlow(TimeSpan rtt)
    {
        _roundMinimum = rtt < _roundMinimum ? rtt : _roundMinimum;
        if (_samples < Samples)
        {
            _samples++;
            return false;
        }

        var growth = MinimumRtt / 8;
        growth = growth < LeastGrowth ? LeastGrowth : growth > MostGrowth ? MostGrowth : growth;
        return _roundMinimum > MinimumRtt + growth;
    }
}
