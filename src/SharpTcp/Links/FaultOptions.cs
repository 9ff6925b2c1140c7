using System;
using System.Diagnostics.CodeAnalysis;

namespace SharpTcp.Links;

/// <summary>Which packets a <see cref="FaultyLink"/> mistreats.</summary>
[Flags]
public enum FaultDirections : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Those that the stack receives.</summary>
    Inbound = 1,

    /// <summary>Those that the stack sends.</summary>
    Outbound = 2,

    /// <summary>All.</summary>
    Both = Inbound | Outbound,
}

/// <summary>
/// What a <see cref="FaultyLink"/> does to packets. As text: <c>loss=1%,burst=0.1%:10,delay=20ms,jitter=5ms,reorder=2%,dup=0.1%,corrupt=0.01%,rate=100mbit,queue=100,seed=7,
/// direction=both</c>, each part optional. A burst is told by the share of packets that begin one and its mean length in packets.
/// </summary>
public sealed record FaultOptions : ISpanParsable<FaultOptions>
{
    /// <summary>The share of packets that are lost, 0 to 1.</summary>
    public double Loss { get; init => field = CheckShare(value, nameof(Loss)); }

    /// <summary>Loss that comes in bursts, besides <see cref="Loss"/>; null for none.</summary>
    public BurstLoss? Bursts { get; init; }

    /// <summary>The share of packets that arrive twice, 0 to 1.</summary>
    public double Duplication { get; init => field = CheckShare(value, nameof(Duplication)); }

    /// <summary>The share of packets that one to three later ones overtake (or that come 10 ms late, if no later ones do), 0 to 1.</summary>
    public double Reordering { get; init => field = CheckShare(value, nameof(Reordering)); }

    /// <summary>
    /// The share of packets that arrive with one flipped bit behind the IP header, 0 to 1. What is not IP stays whole: it has no checksum, and real
    /// links have one of their own.
    /// </summary>
    public double Corruption { get; init => field = CheckShare(value, nameof(Corruption)); }

    /// <summary>How long every packet is under way, 0 to 1 hour.</summary>
    public TimeSpan Delay { get; init => field = CheckTime(value, nameof(Delay)); }

    /// <summary>Up to how much longer a packet may be under way, evenly spread. Alone it does not reorder. 0 to 1 hour.</summary>
    public TimeSpan Jitter { get; init => field = CheckTime(value, nameof(Jitter)); }

    /// <summary>Bits of frames a second that pass; 0 for no limit.</summary>
    public long BitsPerSecond
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(BitsPerSecond), value, "A rate is not negative.");
    }

    /// <summary>How many packets wait for the rate before more are lost, at least 1. Default 1,000.</summary>
    public int QueuePackets
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(QueuePackets), value, "A queue holds at least 1 packet.");
    }
    = 1000;

    /// <summary>Where the random numbers start: the same seed and packets meet the same faults. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Which packets are mistreated. Default: both ways, each with random numbers, rate and queue of its own.</summary>
    public FaultDirections Directions { get; init; } = FaultDirections.Both;

    /// <summary>Reads options such as <c>loss=1%,delay=20ms</c>.</summary>
    /// <param name="s">Parts of the form <c>name=value</c> with commas between them; nothing for no faults.</param>
    /// <param name="provider">Ignored: numbers are written with a point.</param>
    /// <exception cref="FormatException">A part is wrong; the message names it and says what is expected.</exception>
    public static FaultOptions Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        FaultOptionsParser.Parse(s, out var error) ?? throw new FormatException(error);

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static FaultOptions Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, [MaybeNullWhen(false)] out FaultOptions result)
    {
        result = FaultOptionsParser.Parse(s, out _);
        return result is not null;
    }

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out FaultOptions result)
    {
        result = null;
        return s is not null && TryParse(s.AsSpan(), provider, out result);
    }

    internal static double CheckShare(double value, string name) =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "A share is from 0 to 1.");

    private static TimeSpan CheckTime(TimeSpan value, string name) =>
        value >= TimeSpan.Zero && value <= TimeSpan.FromHours(1)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "A time under way is from 0 to 1 hour.");
}
