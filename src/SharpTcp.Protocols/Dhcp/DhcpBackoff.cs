using System;

namespace SharpTcp.Protocols;

/// <summary>How long a DHCP client waits for an answer (RFC 2131 §4.1): 4, 8, 16, 32, 64 seconds and no longer, each by chance up to a second less or more.</summary>
internal static class DhcpBackoff
{
    private const int Doublings = 4;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(1);

    /// <summary>The wait after a message that was sent <paramref name="tries"/> times before.</summary>
    public static TimeSpan Wait(IEntropy entropy, int tries)
    {
        var mean = First * (1 << Math.Min(tries, Doublings));
        return entropy.NextBetween(mean - Spread, mean + Spread);
    }
}
