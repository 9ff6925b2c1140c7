using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace SharpTcp.Architecture.Tests;

/// <summary>What Wire and Protocols may not name (DESIGN §1.1 and §2): clocks, threads, locks, randomness, input and output, and orders that are not fixed.</summary>
internal static class BannedNames
{
    private static readonly HashSet<string> Types =
    [
        "System.DateTime",
        "System.DateTimeOffset",
        "System.DateOnly",
        "System.TimeOnly",
        "System.TimeProvider",
        "System.Diagnostics.Stopwatch",
        "System.Environment",
        "System.Console",
        "System.Random",
        "System.HashCode",
        "System.ThreadStaticAttribute",
        "System.Security.Cryptography.RandomNumberGenerator",
        "System.Net.Sockets.Socket",
    ];

    private static readonly string[] Namespaces = ["System.Threading", "System.IO", "System.Linq", "System.Reflection.Emit", "System.Timers"];

    private static readonly HashSet<(string Type, string Member)> Members =
    [
        ("System.Guid", "NewGuid"),
        ("System.Diagnostics.Process", "GetCurrentProcess"),
    ];

    // Their order is not fixed, so nothing may come out of them in their order.
    private static readonly HashSet<string> Unordered =
    [
        "System.Collections.Generic.Dictionary`2",
        "System.Collections.Generic.HashSet`1",
        "System.Collections.Generic.IDictionary`2",
        "System.Collections.Generic.IReadOnlyDictionary`2",
        "System.Collections.Generic.ISet`1",
        "System.Collections.Generic.IReadOnlySet`1",
        "System.Collections.Concurrent.ConcurrentDictionary`2",
        "System.Collections.Frozen.FrozenDictionary`2",
        "System.Collections.Frozen.FrozenSet`1",
        "System.Collections.Hashtable",
    ];

    private static readonly HashSet<string> Enumerating = ["GetEnumerator", "get_Keys", "get_Values", "CopyTo", "ToArray", "get_Items"];

    /// <summary>The banned uses in a type, each told once.</summary>
    public static IReadOnlyList<string> In(TypeDefinition type) =>
        [.. Uses.Of(type).Where(IsBanned).Select(use => use.ToString()).Distinct().Order(StringComparer.Ordinal)];

    private static bool IsBanned(Use use) =>
        Types.Contains(use.Type)
        || Array.Exists(Namespaces, name => use.Type.StartsWith(name + ".", StringComparison.Ordinal))
        || Members.Contains((use.Type, use.Member))
        || (Unordered.Contains(use.Type) && Enumerating.Contains(use.Member));
}
