using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Cli;

/// <summary>The command line of the program: from its words to an exit status, with one sentence on standard error for what is wrong.</summary>
internal sealed class SharpTcpCommandLine
{
    private const string UpExamples =
        """
        Examples:
          sharptcp up --tap tap7 --serve echo                      addresses by DHCP and by routers' advertisements
          sharptcp up --tap tap7 --ip4 10.0.0.7/24 --serve echo
          sharptcp up --tap tap7 --ip4 10.0.0.7/24 --tap tap8 --no-ip6 --serve echo
          sharptcp up --tap tap7 --ip6 2001:db8::7/64 --gateway6 2001:db8::1 --serve echo,chargen -v
          sharptcp up --tap tap7 --ip4 10.0.0.7/24 --fault loss=1%,delay=20ms --capture out.pcapng

        On the other side of the TAP, as root:
          ip address add 10.0.0.1/24 dev tap7 && ip link set tap7 up && ping 10.0.0.7
        """;

    private const string LinkExamples =
        """
        Examples:
          sharptcp link --between tap7 tap8 --delay 20ms --rate 100mbit --loss 1% --queue 100 --reorder 1% --seed 7
          sharptcp link --between left:tap0 right:tap0 --rate 100mbit/10mbit --burst 0.1%:10

        With the kernel at both ends, as root:
          ip netns add left && ip netns add right
          sharptcp link --between left:tap0 right:tap0 --delay 20ms &
          ip -n left address add 10.0.0.1/24 dev tap0 && ip -n right address add 10.0.0.2/24 dev tap0
          ip netns exec left ping 10.0.0.2
        """;

    private const string ExecExamples =
        """
        Examples:
          sharptcp exec --tap tap7 --ip4 10.0.0.7/24 --gateway4 10.0.0.1 -- curl http://10.0.0.1/
          sharptcp exec --tap tap7 --ip4 10.0.0.7/24 -- python3 -m http.server 80
        """;

    private const string DemoExamples =
        """
        Examples:
          sharptcp demo       the tour, with the Linux kernel as the peer where the machine allows it
          sharptcp demo -v    the same, with every packet in one line
          sharptcp up --help  how to run a host on a TAP device
        """;

    private readonly Command _root;
    private readonly UpCommand _up;

    public SharpTcpCommandLine(
        Func<IReadOnlyList<UpOptions>, CancellationToken, Task<int>> up, Func<DemoOptions, CancellationToken, Task<int>> demo, Func<CableOptions, CancellationToken, Task<int>> link,
        Func<UpOptions, IReadOnlyList<string>, CancellationToken, Task<int>> exec)
    {
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Logs every packet in one line on standard error." };
        var inside = new Option<bool>(DemoOptions.InsideOption) { Hidden = true };
        var demoCommand = new Command("demo", "Shows the stack at work: the Linux kernel pings, connects to and downloads from it, in a network of its own.") { inside, verbose };
        demoCommand.SetAction((parsed, cancellation) =>
            demo(new DemoOptions { Inside = parsed.GetValue(inside), Verbose = parsed.GetValue(verbose) }, cancellation));
        _up = new UpCommand(verbose, up);
        var linkCommand = new CableCommand(link);
        var execCommand = new ExecCommand(_up, exec);

        var help = new HelpOption();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, command => command == _up ? UpExamples : command == linkCommand ? LinkExamples : command == execCommand ? ExecExamples : DemoExamples);
        // A RootCommand would be called after the file that holds it, not after what is typed.
        _root = new Command("sharptcp", "SharpTCP: a TCP/IP stack in user space.")
        {
            _up,
            demoCommand,
            linkCommand,
            execCommand,
            new BenchCommand(),
            help,
            new VersionOption { Action = new ShowVersion() },
        };
    }

    /// <summary>The version of the program.</summary>
    public static string Version => typeof(SharpTcpCommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Runs a command.</summary>
    /// <returns>The exit status.</returns>
    public async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        // Several devices are as many command lines of "up", of which the first is run and takes the values of the others.
        IReadOnlyList<string[]> commands = arguments is ["up", .. var words] ? [.. UpCommand.Split(words).Select(group => (string[])["up", .. group])] : [arguments];
        ParseResult[] all = [.. commands.Select(words => _root.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null }))];
        var parsed = Array.Find(all, one => one.Action is ParseErrorAction) ?? Array.Find(all, one => one.Action is SynchronousCommandLineAction) ?? all[0];
        if (parsed.Action is ParseErrorAction)
        {
            Refuse(error, $"{FirstSentence(parsed)} \"sharptcp {string.Join("", CommandPath(parsed))}--help\" says more.");
            return StatusOfRefusal(parsed);
        }
        try
        {
            _up.Others = parsed == all[0] ? [.. all.Skip(1).Select(_up.Read)] : [];
            // Signals are the commands' own: the default handling would end the process before they have said goodbye to their peers.
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (CliException refused)
        {
            Refuse(error, refused.Message);
            return StatusOfRefusal(parsed);
        }
    }

    private static void Refuse(TextWriter error, string sentence) => error.WriteLine($"sharptcp: {sentence}");

    private static int StatusOfRefusal(ParseResult parsed) => parsed.CommandResult.Command is ExecCommand ? ExitStatus.NoProgram : ExitStatus.Refused;

    private static string FirstSentence(ParseResult parsed)
    {
        // A word that is no command leaves two errors; the word is what the caller wants to hear of.
        var message = (parsed.Errors.FirstOrDefault(found => found.Message.Contains('\'', StringComparison.Ordinal)) ?? parsed.Errors[0]).Message.ReplaceLineEndings(" ");
        return message.EndsWith('.') ? message : message + ".";
    }

    private string[] CommandPath(ParseResult parsed) => parsed.CommandResult.Command == _root ? [] : [parsed.CommandResult.Command.Name, " "];

    /// <summary>The generated help, then what one would type.</summary>
    private sealed class HelpWithExamples(HelpAction help, Func<Command, string> examples) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            help.Invoke(parseResult);
            parseResult.InvocationConfiguration.Output.WriteLine(examples(parseResult.CommandResult.Command));
            return ExitStatus.Success;
        }
    }

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"sharptcp {Version}");
            return ExitStatus.Success;
        }
    }
}
