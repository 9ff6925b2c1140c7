using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace SharpTcp.Cli.Tests;

/// <summary>A program that a test runs to its end.</summary>
internal sealed record ProgramRun(int Status, string Output, string Error)
{
    // A build may be part of it, on a machine that builds other things too.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Whether a program is on the PATH.</summary>
    public static bool Has(string program) => Find(program) is not null;

    /// <summary>Where a program on the PATH is.</summary>
    public static string? Find(string program) =>
        Array.Find(Array.ConvertAll((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), folder => Path.Combine(folder, program)), File.Exists);

    /// <summary>Runs a program without terminal and input.</summary>
    public static Task<ProgramRun> RunAsync(string folder, string file, params string[] arguments) => RunAsync(folder, null, file, arguments);

    /// <summary>Runs a program without terminal and input, in a changed environment.</summary>
    public static async Task<ProgramRun> RunAsync(string folder, IReadOnlyDictionary<string, string>? environment, string file, string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new ProgramRun(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SharpTcp.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests must run from inside the repository: SharpTcp.slnx was not found above them.");
    }
}
