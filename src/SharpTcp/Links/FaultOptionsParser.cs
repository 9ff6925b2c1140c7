using System;
using System.Globalization;

namespace SharpTcp.Links;

/// <summary>Reads the text of <see cref="FaultOptions"/>.</summary>
internal static class FaultOptionsParser
{
    private const string Names = "loss, burst, dup, reorder, corrupt, delay, jitter, rate, queue, seed, direction";
    private const string ShareForm = "a share from 0% to 100%, such as 1% or 0.01";
    private const string BurstForm = "the share of packets that begin a burst and its mean length in packets from 1, such as 0.1%:10";
    private const string TimeForm = "a time from 0 to 1 h with its unit, such as 20ms, 500us or 1.5s";
    private const string RateForm = "bits a second, such as 100mbit, 64kbit or 1gbit";

    /// <summary>Units that are longer and end alike come first.</summary>
    private static readonly (string Name, double Seconds)[] TimeUnits = [("ms", 1e-3), ("us", 1e-6), ("s", 1)];
    private static readonly (string Name, double Bits)[] RateUnits = [("kbit", 1e3), ("mbit", 1e6), ("gbit", 1e9), ("bit", 1)];

    /// <returns>Null if the text is wrong; then <paramref name="error"/> says what is.</returns>
    public static FaultOptions? Parse(ReadOnlySpan<char> text, out string? error)
    {
        error = null;
        var options = new FaultOptions();
        if (text.IsWhiteSpace())
            return options;
        foreach (var range in text.Split(','))
        {
            var part = text[range].Trim();
            var equals = part.IndexOf('=');
            var expected = equals < 0
                ? $"a part name=value with one of the names {Names}"
                : Apply(ref options, part[..equals].TrimEnd(), part[(equals + 1)..].TrimStart());
            if (expected is null)
                continue;
            error = $"The fault '{part}' is not understood: {expected} is expected.";
            return null;
        }
        return options;
    }

    /// <summary>Reads one part.</summary>
    /// <returns>Null if all is well, else what was expected.</returns>
    public static string? Apply(ref FaultOptions options, ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        switch (name)
        {
            case "loss" or "dup" or "reorder" or "corrupt":
                return TryShare(value, out var share) ? Apply(ref options, name, share) : ShareForm;
            case "burst":
                if (!TryBursts(value, out var bursts))
                    return BurstForm;
                options = options with { Bursts = bursts };
                return null;
            case "delay" or "jitter":
                if (!TryTime(value, out var time))
                    return TimeForm;
                options = name is "delay" ? options with { Delay = time } : options with { Jitter = time };
                return null;
            case "rate":
                if (!TryUnits(value, RateUnits, out var bits) || bits is < 1 or > 1e15)
                    return RateForm;
                options = options with { BitsPerSecond = (long)bits };
                return null;
            case "queue":
                if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var queue) || queue == 0)
                    return "a number of packets from 1";
                options = options with { QueuePackets = queue };
                return null;
            case "seed":
                if (!ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
                    return "a whole number from 0 to 2^64-1";
                options = options with { Seed = seed };
                return null;
            case "direction":
                if (!TryDirections(value, out var directions))
                    return "in, out or both";
                options = options with { Directions = directions };
                return null;
            default:
                return $"one of the names {Names}";
        }
    }

    private static string? Apply(ref FaultOptions options, ReadOnlySpan<char> name, double share)
    {
        options = name switch
        {
            "loss" => options with { Loss = share },
            "dup" => options with { Duplication = share },
            "reorder" => options with { Reordering = share },
            _ => options with { Corruption = share },
        };
        return null;
    }

    private static bool TryShare(ReadOnlySpan<char> text, out double share)
    {
        var isPercent = text.EndsWith("%");
        if (!TryNumber(isPercent ? text[..^1] : text, out share))
            return false;
        if (isPercent)
            share /= 100;
        return share is >= 0 and <= 1;
    }

    private static bool TryBursts(ReadOnlySpan<char> text, out BurstLoss? bursts)
    {
        bursts = null;
        var colon = text.IndexOf(':');
        if (colon < 0 || !TryShare(text[..colon], out var begin) || !TryNumber(text[(colon + 1)..], out var length) || length is not (>= 1 and <= 1e9))
            return false;
        bursts = new BurstLoss { Begin = begin, End = 1 / length };
        return true;
    }

    private static bool TryTime(ReadOnlySpan<char> text, out TimeSpan time)
    {
        time = default;
        if (text is "0")
            return true;
        if (!TryUnits(text, TimeUnits, out var seconds) || seconds is not (>= 0 and <= 3600))
            return false;
        time = TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
        return true;
    }

    private static bool TryUnits(ReadOnlySpan<char> text, (string Name, double Value)[] units, out double value)
    {
        value = 0;
        foreach (var unit in units)
        {
            if (!text.EndsWith(unit.Name, StringComparison.OrdinalIgnoreCase))
                continue;
            var isNumber = TryNumber(text[..^unit.Name.Length], out value);
            value *= unit.Value;
            return isNumber;
        }
        return false;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    private static bool TryDirections(ReadOnlySpan<char> text, out FaultDirections directions)
    {
        directions = text switch
        {
            "in" => FaultDirections.Inbound,
            "out" => FaultDirections.Outbound,
            "both" => FaultDirections.Both,
            _ => FaultDirections.None,
        };
        return directions != FaultDirections.None;
    }
}
