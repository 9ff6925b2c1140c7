using System;

namespace SharpTcp.Protocols;

/// <summary>The version that groups are reported in. MLD has no first: its version 1 is IGMP's version 2, and its version 2 is IGMP's version 3.</summary>
internal enum GroupVersion : byte
{
    /// <summary>IGMPv1 (RFC 1112).</summary>
    First = 1,

    /// <summary>IGMPv2 (RFC 2236) or MLDv1 (RFC 2710).</summary>
    Second = 2,

    /// <summary>IGMPv3 (RFC 3376) or MLDv2 (RFC 3810).</summary>
    Third = 3,
}

/// <summary>What an interface knows of the queriers of one family: which version they speak (RFC 3376 §7.2.1, RFC 3810 §8.2.1), and how much the link loses.</summary>
internal sealed class GroupQuerier
{
    private const int DefaultRobustness = 2; // RFC 3376 §8.1, RFC 3810 §9.1
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(125); // §8.2, §9.2

    private TimeSpan _interval = DefaultInterval;
    private Instant _firstUntil = Instant.Zero;
    private Instant _secondUntil = Instant.Zero;

    /// <summary>How often a change is said.</summary>
    public int Robustness { get; private set; } = DefaultRobustness;

    /// <summary>The version to speak: the oldest that was heard lately.</summary>
    public GroupVersion Version(Instant now) => now < _firstUntil ? GroupVersion.First : now < _secondUntil ? GroupVersion.Second : GroupVersion.Third;

    /// <summary>A query of an older version (RFC 3376 §8.12, RFC 3810 §9.12: Older Version Querier Present Timeout).</summary>
    public void HearOlder(GroupVersion version, TimeSpan maxResponseDelay, Instant now)
    {
        var until = now + (_interval * Robustness) + maxResponseDelay;
        if (version == GroupVersion.First)
        {
            _firstUntil = until;
        }
        else
        {
            _secondUntil = until;
        }
    }

    /// <summary>A query of the newest version tells what the querier counts on; 0 tells nothing.</summary>
    public void HearNewest(int robustness, int intervalSeconds)
    {
        Robustness = robustness == 0 ? DefaultRobustness : robustness;
        _interval = intervalSeconds == 0 ? DefaultInterval : TimeSpan.FromSeconds(intervalSeconds);
    }
}
