using System;
using SharpTcp.Links;

namespace SharpTcp.Simulation;

/// <summary>What befalls packets in one direction of a link. The default is a perfect link: no time passes and nothing is lost.</summary>
public sealed record LinkConditions
{
    /// <summary>A link on which no time passes and nothing is lost.</summary>
    public static LinkConditions Perfect { get; } = new();

    /// <summary>How long every packet is under way. From 0 to 1 hour.</summary>
    public TimeSpan Delay { get; init => field = CheckTime(value, nameof(Delay)); }

    /// <summary>Up to how much longer a packet may be under way, evenly spread; alone it does not reorder. From 0 to 1 hour.</summary>
    public TimeSpan Jitter { get; init => field = CheckTime(value, nameof(Jitter)); }

    /// <summary>Bits of frames a second that pass; 0 for no limit.</summary>
    public long BitsPerSecond
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(BitsPerSecond), value, "A rate is not negative.");
    }

    /// <summary>How many packets wait for the rate before more are dropped, at least 1. Default: 1,000.</summary>
    public int QueuePackets
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(QueuePackets), value, "A queue holds at least 1 packet.");
    }
    = 1000;

    /// <summary>How many bytes wait for the rate before more are dropped. A packet that finds the queue empty always passes. Default: no limit.</summary>
    public long QueueBytes
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(QueueBytes), value, "A queue holds at least 1 byte.");
    }
    = long.MaxValue;

    /// <summary>
    /// Lets a full queue tell its host to wait, as a device with flow control does, instead of dropping what comes. Between two switches or from one there is nobody to wait: there it drops. Default: no.
    /// </summary>
    public bool Backpressure { get; init; }

    /// <summary>The share of packets that are lost, each for itself, 0 to 1.</summary>
    public double Loss { get; init => field = CheckShare(value, nameof(Loss)); }

    /// <summary>Loss that comes in bursts, besides <see cref="Loss"/>; null for none.</summary>
    public BurstLoss? Bursts { get; init; }

    /// <summary>The share of packets that arrive twice, 0 to 1.</summary>
    public double Duplication { get; init => field = CheckShare(value, nameof(Duplication)); }

    /// <summary>The share of packets that come late, so that others overtake them, 0 to 1.</summary>
    public double Reordering { get; init => field = CheckShare(value, nameof(Reordering)); }

    /// <summary>Up to how late those come, evenly spread. From 0 to 1 hour. Default: 10 ms.</summary>
    public TimeSpan ReorderingDelay { get; init => field = CheckTime(value, nameof(ReorderingDelay)); } = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// The share of packets that arrive with one flipped bit behind the link header, 0 to 1. What has no checksum on the wire (ARP; frames that leave their sum to the link) is lost instead, as real links
    /// have a checksum of their own.
    /// </summary>
    public double Corruption { get; init => field = CheckShare(value, nameof(Corruption)); }

    private static double CheckShare(double value, string name) =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "A share is from 0 to 1.");

    private static TimeSpan CheckTime(TimeSpan value, string name) =>
        value >= TimeSpan.Zero && value <= TimeSpan.FromHours(1)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "A time under way is from 0 to 1 hour.");
}
