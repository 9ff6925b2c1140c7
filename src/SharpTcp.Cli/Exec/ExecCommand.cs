using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Cli;

/// <summary>The command <c>exec</c>: the options of <c>up</c> for the stack, then the program.</summary>
internal sealed class ExecCommand : Command
{
    private readonly Argument<string[]> _command = new("PROGRAM")
    {
        HelpName = "-- PROGRAM ARGS",
        Description = "The program and its arguments, behind \"--\".",
        Arity = ArgumentArity.OneOrMore,
    };

    public ExecCommand(UpCommand up, Func<UpOptions, IReadOnlyList<string>, CancellationToken, Task<int>> run)
        : base("exec", "Runs a program that knows nothing of SharpTCP with its TCP and UDP on a host of its own; ends with its status, or 125.")
    {
        foreach (var option in up.Options.Where(option => option.Name != UpCommand.ServeOption))
            Options.Add(option);
        Arguments.Add(_command);
        SetAction((parsed, cancellation) => run(up.Read(parsed), parsed.GetValue(_command)!, cancellation));
    }
}
