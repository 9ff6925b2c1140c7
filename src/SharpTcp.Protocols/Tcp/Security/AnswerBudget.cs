using System;

namespace SharpTcp.Protocols.Tcp;

/// <summary>
/// Bounds the answers that records without state of their own give to strangers a second (exam row 42). The bound is changed at random every second, so that
/// counting answers tells nothing (RFC 5961 §7 as amended after CVE-2016-5696).
/// </summary>
internal sealed class AnswerBudget(IEntropy entropy)
{
    private const uint Base = 1000;

    private long _second = -1;
    private uint _left;

    public bool Take(Instant now)
    {
        var second = now.Ticks / TimeSpan.TicksPerSecond;
        if (second != _second)
        {
            _second = second;
            _left = Base / 2 + entropy.NextBelow(Base);
        }

        if (_left == 0)
        {
            return false;
        }

        _left--;
        return true;
    }
}
