namespace SharpTcp.Links;

/// <summary>
/// Loss that comes in bursts, after Gilbert and Elliott: the link is good or bad and changes between the two by chance, once a packet.
/// </summary>
public sealed record BurstLoss
{
    /// <summary>The probability that a packet finds a good link turned bad, 0 to 1.</summary>
    public required double Begin { get; init => field = FaultOptions.CheckShare(value, nameof(Begin)); }

    /// <summary>The probability that a packet finds a bad link turned good, 0 to 1. Bursts are 1 / End packets long on average.</summary>
    public required double End { get; init => field = FaultOptions.CheckShare(value, nameof(End)); }

    /// <summary>The share of packets that a bad link loses, 0 to 1. Default: all.</summary>
    public double Loss { get; init => field = FaultOptions.CheckShare(value, nameof(Loss)); } = 1;
}
