using System;
using System.CommandLine;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Links;

namespace SharpTcp.Cli;

/// <summary>The command <c>link</c>: its options as text, and their values.</summary>
internal sealed class CableCommand : Command
{
    private readonly Option<string[]> _between = new("--between")
    {
        HelpName = "[NETNS:]TAP [NETNS:]TAP",
        Description = "The two TAP devices, each in a network namespace (a name or a path) or in this one; a device that is not there is made.",
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
        Required = true,
    };

    // Each with the name by which FaultOptions knows it.
    private readonly (Option<string> Option, string Fault)[] _faults =
    [
        (Text("--delay", "TIME", "How long every frame is under way: 20ms, 500us, 1s."), "delay"),
        (Text("--jitter", "TIME", "Up to how much longer; alone it does not reorder."), "jitter"),
        (Text("--rate", "RATE", "Bits of frames a second that pass: 100mbit, 1gbit; no limit if left out."), "rate"),
        (Text("--queue", "FRAMES", "How many frames wait for the rate before more are dropped; 1000 if left out."), "queue"),
        (Text("--loss", "SHARE", "Frames that are lost, each for itself: 1% or 0.01."), "loss"),
        (Text("--burst", "SHARE:FRAMES", "Loss in bursts: the share of frames that begin one and its mean length, such as 0.1%:10."), "burst"),
        (Text("--reorder", "SHARE", "Frames that one to three later ones overtake."), "reorder"),
        (Text("--duplicate", "SHARE", "Frames that arrive twice."), "dup"),
        (Text("--corrupt", "SHARE", "Frames with a flipped bit behind the IP header."), "corrupt"),
    ];

    private readonly Option<string> _seed = Text("--seed", "NUMBER", "Where the random numbers start: the same seed and frames meet the same faults; 1 if left out.");

    public CableCommand(Func<CableOptions, CancellationToken, Task<int>> run)
        : base("link", "Is a cable with faults between two TAP devices until SIGINT or SIGTERM. A value THERE/BACK holds for one direction each.")
    {
        Options.Add(_between);
        foreach (var (option, _) in _faults)
            Options.Add(option);
        Options.Add(_seed);
        SetAction((parsed, cancellation) => run(Read(parsed), cancellation));
    }

    private static Option<string> Text(string name, string value, string description) => new(name) { HelpName = value, Description = description };

    private CableOptions Read(ParseResult parsed)
    {
        var ends = parsed.GetValue(_between)!.Select(End).ToArray();
        if (ends[0] == ends[1])
            throw new CliException($"--between names {ends[0]} twice: a cable has two ends.");
        return new CableOptions { First = ends[0], Second = ends[1], There = Direction(parsed, 0), Back = Direction(parsed, 1) };
    }

    private static CableEnd End(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0)
            return new CableEnd(null, OptionText.Device("--between", text));
        var space = text[..colon];
        return space is not ("" or "." or "..") && (space[0] == '/' || !space.Contains('/', StringComparison.Ordinal))
            ? new CableEnd(space, OptionText.Device("--between", text[(colon + 1)..]))
            : throw new CliException($"--between \"{text}\" does not begin with a network namespace: give its name or the path of its file before the colon.");
    }

    // 0 for there, 1 for back.
    private FaultOptions Direction(ParseResult parsed, int direction)
    {
        var options = new FaultOptions();
        foreach (var (option, fault) in _faults)
        {
            if (parsed.GetValue(option) is { } text)
                Apply(ref options, option.Name, fault, text, Part(option.Name, text, direction));
        }
        if (parsed.GetValue(_seed) is { } seed)
            Apply(ref options, _seed.Name, "seed", seed, seed);
        return options;
    }

    private static string Part(string option, string text, int direction)
    {
        var parts = text.Split('/');
        return parts.Length <= 2
            ? parts[Math.Min(direction, parts.Length - 1)]
            : throw new CliException($"{option} \"{text}\" has more than two parts: one for there and one for back.");
    }

    private static void Apply(ref FaultOptions options, string option, string fault, string text, string part)
    {
        if (FaultOptionsParser.Apply(ref options, fault, part) is { } expected)
            throw new CliException($"{option} \"{text}\" is not understood: {expected} is expected.");
    }
}
