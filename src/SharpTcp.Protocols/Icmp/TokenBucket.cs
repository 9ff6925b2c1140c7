using System;

namespace SharpTcp.Protocols;

/// <summary>
/// A limit on how much is sent, that lets short bursts pass. What it takes for one message varies by chance, so that nobody can count the tokens that others have left and
/// use the limit as a side channel (CVE-2016-5696, CVE-2020-25705).
/// </summary>
internal sealed class TokenBucket
{
    private readonly IEntropy _entropy;
    private readonly long _interval;
    private readonly long _capacity;
    private long _credit;
    private Instant _last;

    /// <param name="entropy">Where chance comes from.</param>
    /// <param name="rate">Messages a second, at most.</param>
    /// <param name="burst">Messages at once, at most.</param>
    /// <param name="now">The time.</param>
    public TokenBucket(IEntropy entropy, int rate, int burst, Instant now)
    {
        _entropy = entropy;
        _interval = TimeSpan.TicksPerSecond / Math.Max(1, rate);
        _capacity = rate <= 0 ? 0 : _interval * burst;
        _credit = _capacity;
        _last = now;
    }

    /// <summary>Whether a message may be sent now; if so it is paid for.</summary>
    public bool TryTake(Instant now)
    {
        _credit = Math.Min(_capacity, _credit + (now - _last).Ticks);
        _last = now;
        if (_credit < _interval)
        {
            return false;
        }

        // One token, and one more in one case out of eight.
        _credit -= _entropy.NextBelow(8) == 0 ? Math.Min(_credit, 2 * _interval) : _interval;
        return true;
    }
}
