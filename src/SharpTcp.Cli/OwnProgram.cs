using System;
using System.IO;

namespace SharpTcp.Cli;

/// <summary>This program, to be started again.</summary>
internal static class OwnProgram
{
    /// <summary>Its words: the program itself, or the runtime and what it runs.</summary>
    public static string[] Command { get; } = Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet"
        ? [Environment.ProcessPath!, Path.GetFullPath(Environment.GetCommandLineArgs()[0])]
        : [Environment.ProcessPath!];
}
