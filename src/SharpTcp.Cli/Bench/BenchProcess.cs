using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace SharpTcp.Cli;

/// <summary>Programs that the bench runs.</summary>
internal static class BenchProcess
{
    /// <summary>Runs a program to its end and returns what it printed.</summary>
    /// <exception cref="CliException">It failed or took too long.</exception>
    public static async Task<string> RunAsync(string command, TimeSpan limit, CancellationToken cancellation)
    {
        using var process = Start(command);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return process.ExitCode == 0
                ? await output
                : throw new CliException($"\"{command}\" failed with status {process.ExitCode}: {(await error + await output).Trim()}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new CliException($"\"{command}\" did not end within {limit.TotalSeconds:F0} s.");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Starts a program whose output can be read. Its words are separated by blanks.</summary>
    public static Process Start(string command)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new CliException($"the bench needs \"{words[0]}\", which could not be started: {missing.Message}.", missing);
        }
    }

    /// <summary>Seconds of processor time that a process has used, in user and kernel mode.</summary>
    public static double CpuSeconds(int process)
    {
        // Fields 14 and 15 after the name, which may hold blanks; in ticks of 10 ms.
        var text = File.ReadAllText($"/proc/{process}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], System.Globalization.CultureInfo.InvariantCulture) + long.Parse(fields[12], System.Globalization.CultureInfo.InvariantCulture)) / 100.0;
    }
}
