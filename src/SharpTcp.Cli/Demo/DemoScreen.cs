using System;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;
using Spectre.Console;

namespace SharpTcp.Cli;

/// <summary>What the demo shows: colours and a moving bar on a terminal, plain lines off it.</summary>
internal sealed class DemoScreen(TextWriter output, IAnsiConsole? terminal)
{
    private const int NameWidth = 38;
    private const int PlainSteps = 4;

    /// <summary>The screen that fits where the output goes.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="isShared">Whether a packet log runs along, which a moving bar would disturb.</param>
    public static DemoScreen For(TextWriter output, bool isShared) =>
        new(output, Console.IsOutputRedirected || isShared ? null : AnsiConsole.Create(new AnsiConsoleSettings()));

    /// <summary>Writes a line.</summary>
    public void Line(string text) => output.WriteLine(text);

    /// <summary>A step passed.</summary>
    public void Passed(int number, int count, string name, string detail) => Result(number, count, name, "ok", "green", detail);

    /// <summary>A step did not pass.</summary>
    public void Failed(int number, int count, string name, string reason) => Result(number, count, name, "FAILED", "red", reason);

    /// <summary>Shows how far something has come while it runs.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="total">Bytes in all.</param>
    /// <param name="work">Does it, and tells how many bytes are done.</param>
    public Task<T> WithProgressAsync<T>(string name, long total, Func<Action<long>, Task<T>> work) =>
        terminal is null ? WithLinesAsync(name, total, work) : WithBarAsync(terminal, name, total, work);

    private static Task<T> WithBarAsync<T>(IAnsiConsole terminal, string name, long total, Func<Action<long>, Task<T>> work) =>
        terminal.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new TransferSpeedColumn())
            .StartAsync(context =>
            {
                var bar = context.AddTask(Markup.Escape(name), maxValue: total);
                return work(done => bar.Value = done);
            });

    private Task<T> WithLinesAsync<T>(string name, long total, Func<Action<long>, Task<T>> work)
    {
        var next = total / PlainSteps;
        return work(done =>
        {
            while (done >= next && next < total)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"      {name}: {100 * next / total} %"));
                next += total / PlainSteps;
            }
        });
    }

    private void Result(int number, int count, string name, string verdict, string colour, string detail)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"{number,2}/{count} {name.PadRight(NameWidth, '.')} ");
        output.Write(head);
        if (terminal is null)
            output.Write(verdict);
        else
            terminal.Markup($"[{colour}]{verdict}[/]");
        // Not by the terminal's own writer, which would break the line.
        output.WriteLine($": {detail}");
    }
}
