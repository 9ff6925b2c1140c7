using System;
using System.CommandLine;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Cli;

/// <summary><c>sharptcp bench</c>: SharpTCP beside the Linux kernel, in one run.</summary>
internal sealed class BenchCommand : Command
{
    private readonly Option<int> _runs = new("--runs") { Description = "Rounds that count.", HelpName = "N", DefaultValueFactory = _ => 5 };
    private readonly Option<double> _seconds = new("--seconds") { Description = "Seconds of a bulk transfer.", HelpName = "S", DefaultValueFactory = _ => 2 };
    private readonly Option<string?> _only = new("--only") { Description = "Only this work, as in in1,out1,in8,out8,echo,connect,udp.", HelpName = "NAMES" };
    private readonly Option<string?> _json = new("--json") { Description = "Writes every figure to a file.", HelpName = "FILE" };

    public BenchCommand()
        : base("bench", "Measures SharpTCP on a TAP beside the Linux kernel over veth, in turn, and prints a table. Needs root, ip, taskset and a C compiler.")
    {
        Options.Add(_runs);
        Options.Add(_seconds);
        Options.Add(_only);
        Options.Add(_json);
        SetAction(RunAsync);
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = new BenchOptions
        {
            Runs = parsed.GetValue(_runs) is >= 1 and <= 1000 and var runs ? runs : throw new CliException("--runs takes a number from 1 to 1000."),
            Seconds = parsed.GetValue(_seconds) is > 0.1 and <= 600 and var seconds ? seconds : throw new CliException("--seconds takes a number from 0.1 to 600."),
            Only = parsed.GetValue(_only)?.Split(',', StringSplitOptions.RemoveEmptyEntries).ToArray() ?? [],
            Json = parsed.GetValue(_json),
        };
        return Environment.IsPrivilegedProcess
            ? new BenchRunner(options, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error).RunAsync(cancellation)
            : throw new CliException("the bench makes network namespaces and devices, which needs root.");
    }
}
