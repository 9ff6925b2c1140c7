using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>The retransmission timeout of RFC 6298, and the smallest round-trip time seen (RFC 8985 §6.2 step 1).</summary>
internal struct RttEstimator
{
    // Microseconds, to keep the record small; 0: no sample yet.
    private uint _smoothed;
    private uint _variation;
    private uint _minimum;
    private uint _rto;

    /// <summary>How often the timeout was doubled since the last sample.</summary>
    public byte Backoff { get; private set; }

    public readonly bool HasSample => _smoothed != 0;

    public readonly TimeSpan Smoothed => TimeSpan.FromMicroseconds(_smoothed);

    public readonly TimeSpan Variation => TimeSpan.FromMicroseconds(_variation);

    public readonly TimeSpan Minimum => TimeSpan.FromMicroseconds(_minimum);

    /// <summary>The timeout without its backoff.</summary>
    public readonly TimeSpan BaseTimeout => TimeSpan.FromMicroseconds(_rto);

    /// <summary>The timeout with its backoff (RFC 6298 §5.5), up to the maximum.</summary>
    public readonly TimeSpan Timeout(TcpSettings settings)
    {
        var ticks = BaseTimeout.Ticks << Math.Min((int)Backoff, 20);
        return new TimeSpan(Math.Min(ticks, settings.MaximumRto.Ticks));
    }

    public void Reset(TcpSettings settings)
    {
        this = default;
        _rto = (uint)settings.InitialRto.TotalMicroseconds;
    }

    /// <summary>RFC 6298 §5.7: a SYN that was retransmitted leaves a timeout of 3 s for the data.</summary>
    public void OnHandshakeRetransmitted() => _rto = Math.Max(_rto, 3_000_000);

    /// <summary>Takes a round-trip time (RFC 6298 §2.2 and §2.3).</summary>
    public void Sample(TimeSpan rtt, TcpSettings settings)
    {
        var r = (uint)Math.Clamp(rtt.Ticks / TimeSpan.TicksPerMicrosecond, 1, 1u << 30);
        _minimum = _minimum == 0 ? r : Math.Min(_minimum, r);
        if (_smoothed == 0)
        {
            _smoothed = r;
            _variation = r / 2;
        }
        else
        {
            var difference = (uint)Math.Abs((long)_smoothed - r);
            _variation = (uint)((3L * _variation + difference) / 4);
            _smoothed = Math.Max(1, (uint)((7L * _smoothed + r) / 8));
        }

        var floor = (long)settings.MinimumRto.TotalMicroseconds;
        var ceiling = (long)settings.MaximumRto.TotalMicroseconds;
        _rto = (uint)Math.Clamp(_smoothed + Math.Max((long)settings.MinimumRtoVariation.TotalMicroseconds, 4L * _variation), floor, ceiling);
        Backoff = 0;
    }

    public void BackOff() => Backoff = (byte)Math.Min(Backoff + 1, 255);

    /// <summary>An acknowledgment of new data ends the backoff even where it gives no sample: the path works.</summary>
    public void ResetBackoff() => Backoff = 0;
}
