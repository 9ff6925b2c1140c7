using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Tasks;
using Xunit.Sdk;

namespace SharpTcp.Interop.Tests;

/// <summary>A program with its arguments, what it reads, and how long it may take: coreutils' <c>timeout</c> ends it even if this process is killed.</summary>
internal sealed record Command(string Program, params IReadOnlyList<string> Arguments)
{
    private const int EndedByTimeout = 124;

    /// <summary>What the program reads from its standard input, which then ends.</summary>
    public byte[] Input { get; init; } = [];

    /// <summary>How long it may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Runs it to its end.</summary>
    /// <param name="where">The network namespace; null is that of this process.</param>
    public async Task<CommandResult> RunAsync(NetNamespace? where)
    {
        using var process = where is null ? Start() : await where.InvokeAsync(Start);
        var output = ReadAsync(process.StandardOutput.BaseStream);
        var errors = ReadAsync(process.StandardError.BaseStream);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(Input);
            process.StandardInput.Close();
        }
        catch (System.IO.IOException)
        {
            // It ended without reading all of it, which its status tells better.
        }
        await process.WaitForExitAsync();
        var result = new CommandResult(this, process.ExitCode, await output, Encoding.UTF8.GetString(await errors));
        return process.ExitCode == EndedByTimeout ? throw new XunitException($"Not done after {Limit}: {result}") : result;
    }

    /// <summary>The command line, for people.</summary>
    public override string ToString() => $"{Program} {string.Join(' ', Arguments)}";

    private Process Start()
    {
        var seconds = Limit.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return Process.Start(new ProcessStartInfo("timeout", ["--kill-after=1", seconds, Program, .. Arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static async Task<byte[]> ReadAsync(System.IO.Stream stream)
    {
        using var memory = new System.IO.MemoryStream();
        await stream.CopyToAsync(memory);
        return memory.ToArray();
    }
}

/// <summary>How a program ended and what it wrote.</summary>
internal sealed record CommandResult(Command Command, int ExitCode, byte[] Output, string Errors)
{
    /// <summary>The output as text.</summary>
    public string Text => Encoding.UTF8.GetString(Output);

    /// <summary>Fails the test unless the program ended with status 0.</summary>
    public CommandResult MustSucceed() => ExitCode == 0 ? this : throw new XunitException(ToString());

    /// <summary>Everything of it, for the message of a failed test.</summary>
    public override string ToString() => $"`{Command}` ended with status {ExitCode}.\n{(Output.Length < 10_000 ? Text : "")}\n{Errors}";
}
