using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Mono.Cecil;

namespace SharpTcp.Architecture.Tests;

/// <summary>The rooms of the house and the built assemblies of them.</summary>
internal static class House
{
    /// <summary>Each project under src/, which of ours it may import, and the namespaces that its types live in.</summary>
    public static readonly IReadOnlyList<Room> Rooms =
    [
        new("SharpTcp.Wire", [], ["SharpTcp.Wire"]),
        new("SharpTcp.Protocols", ["SharpTcp.Wire"], ["SharpTcp.Protocols", "SharpTcp.Protocols.Tcp"]),
        new(
            "SharpTcp",
            ["SharpTcp.Wire", "SharpTcp.Protocols"],
            ["SharpTcp", "SharpTcp.Links", "SharpTcp.Linux", "SharpTcp.Shards", "SharpTcp.Sockets", "SharpTcp.Http", "SharpTcp.Names", "SharpTcp.Diagnostics"]),
        new("SharpTcp.Simulation", ["SharpTcp.Wire", "SharpTcp.Protocols", "SharpTcp"], ["SharpTcp.Simulation"]),
        new("SharpTcp.Posix", ["SharpTcp.Wire", "SharpTcp.Protocols", "SharpTcp"], ["SharpTcp.Posix"]),
        new("SharpTcp.AspNetCore", ["SharpTcp.Wire", "SharpTcp.Protocols", "SharpTcp"], ["SharpTcp.AspNetCore"]),
        new("SharpTcp.Exec", ["SharpTcp.Wire", "SharpTcp.Protocols", "SharpTcp", "SharpTcp.Posix"], ["SharpTcp.Exec"]),
        new("SharpTcp.Cli", ["SharpTcp.Wire", "SharpTcp.Protocols", "SharpTcp", "SharpTcp.Simulation", "SharpTcp.Posix", "SharpTcp.Exec"], ["SharpTcp.Cli"]),
    ];

    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Reads the built assembly of a room.</summary>
    public static ModuleDefinition Read(string name) => ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, name + ".dll"));

    /// <summary>The types that somebody wrote: without those that compiler and source generators make for themselves.</summary>
    public static IEnumerable<TypeDefinition> WrittenTypes(ModuleDefinition module) =>
        module.Types.Where(type => type.Namespace.StartsWith("SharpTcp", StringComparison.Ordinal) || (type.Namespace.Length == 0 && !type.Name.StartsWith('<')));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SharpTcp.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests must run from inside the repository: SharpTcp.slnx was not found above them.");
    }
}

/// <summary>One project under src/.</summary>
internal sealed record Room(string Name, string[] MayImport, string[] Namespaces);
