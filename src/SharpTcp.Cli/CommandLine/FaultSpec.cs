using System;
using System.Globalization;

namespace SharpTcp.Cli;

/// <summary>What <c>--fault</c> does to the frames of both directions.</summary>
internal sealed record FaultSpec
{
    /// <summary>The part of the frames that is lost, 0 to 1.</summary>
    public double Loss { get; private init; }

    /// <summary>The part that arrives twice.</summary>
    public double Duplicate { get; private init; }

    /// <summary>The part that is overtaken by those behind it.</summary>
    public double Reorder { get; private init; }

    /// <summary>The part in which a bit is turned over.</summary>
    public double Corrupt { get; private init; }

    /// <summary>How much later every frame comes.</summary>
    public TimeSpan Delay { get; private init; }

    /// <summary>Bits a second; 0 for no limit.</summary>
    public long Rate { get; private init; }

    /// <summary>Reads <c>loss=1%,delay=20ms,reorder=2%,duplicate=1%,corrupt=0.1%,rate=100mbit</c>.</summary>
    public static FaultSpec Parse(string option, string text)
    {
        var spec = new FaultSpec();
        foreach (var part in text.Split(','))
        {
            var (name, value) = part.Split('=') is [var first, var second] ? (first, second) : (part, "");
            spec = name switch
            {
                "loss" => spec with { Loss = Part(option, part, value) },
                "duplicate" => spec with { Duplicate = Part(option, part, value) },
                "reorder" => spec with { Reorder = Part(option, part, value) },
                "corrupt" => spec with { Corrupt = Part(option, part, value) },
                "delay" => spec with { Delay = Time(option, part, value) },
                "rate" => spec with { Rate = BitsPerSecond(option, part, value) },
                _ => throw new CliException(
                    $"{option} \"{part}\" is not a fault: choose from loss=1%, duplicate=1%, reorder=2%, corrupt=1%, delay=20ms and rate=100mbit, with commas between them."),
            };
        }
        return spec;
    }

    private static double Part(string option, string part, string value) =>
        value.EndsWith('%') && TryNumber(value[..^1], out var percent) && percent <= 100
            ? percent / 100
            : throw new CliException($"{option} \"{part}\" needs a percentage from 0% to 100%.");

    private static TimeSpan Time(string option, string part, string value)
    {
        var (number, unit) = value.EndsWith("us", StringComparison.Ordinal) ? (value[..^2], 0.001)
            : value.EndsWith("ms", StringComparison.Ordinal) ? (value[..^2], 1.0)
            : value.EndsWith('s') ? (value[..^1], 1000.0)
            : ("", 0.0);
        return TryNumber(number, out var amount) && amount * unit <= 60_000
            ? TimeSpan.FromMilliseconds(amount * unit)
            : throw new CliException($"{option} \"{part}\" needs a time of at most a minute, such as 20ms, 500us or 1s.");
    }

    private static long BitsPerSecond(string option, string part, string value)
    {
        var (number, unit) = value.EndsWith("kbit", StringComparison.Ordinal) ? (value[..^4], 1e3)
            : value.EndsWith("mbit", StringComparison.Ordinal) ? (value[..^4], 1e6)
            : value.EndsWith("gbit", StringComparison.Ordinal) ? (value[..^4], 1e9)
            : ("", 0.0);
        return TryNumber(number, out var amount) && amount * unit is >= 1000 and <= 1e12
            ? (long)(amount * unit)
            : throw new CliException($"{option} \"{part}\" needs a rate of at least 1kbit, such as 500kbit, 100mbit or 1gbit.");
    }

    // Neither signs nor exponents nor "infinity": only what a person would write.
    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
}
