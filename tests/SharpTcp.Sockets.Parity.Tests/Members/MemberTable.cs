using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text;

namespace SharpTcp.Sockets.Parity.Tests;

/// <summary>Every public and protected member of the classes of System.Net.Sockets, and what SharpTcp.Sockets has for it.</summary>
internal static class MemberTable
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The classes and their namesakes; null where there is none.</summary>
    public static IReadOnlyList<(Type Theirs, Type? Ours)> Classes { get; } =
    [
        (typeof(System.Net.Sockets.Socket), typeof(Socket)),
        (typeof(System.Net.Sockets.TcpListener), typeof(TcpListener)),
        (typeof(System.Net.Sockets.TcpClient), typeof(TcpClient)),
        (typeof(System.Net.Sockets.UdpClient), typeof(UdpClient)),
        (typeof(System.Net.Sockets.NetworkStream), typeof(NetworkStream)),
    ];

    /// <summary>Members that are there and refuse, with what.</summary>
    public static IReadOnlyDictionary<string, string> Refused { get; } = new Dictionary<string, string>
    {
        ["Socket.Handle"] = "`PlatformNotSupportedException`: it is no descriptor of the kernel",
        ["Socket.SafeHandle"] = "`PlatformNotSupportedException`: it is no descriptor of the kernel",
        ["Socket.DuplicateAndClose(int)"] = "`PlatformNotSupportedException`, as on Linux",
        ["Socket.SetIPProtectionLevel(IPProtectionLevel)"] = "`PlatformNotSupportedException`, as on Linux",
        ["TcpListener.AllowNatTraversal(bool)"] = "`PlatformNotSupportedException`, as on Linux",
        ["UdpClient.AllowNatTraversal(bool)"] = "`PlatformNotSupportedException`, as on Linux",
        ["NetworkStream.Seek(long, SeekOrigin)"] = "`NotSupportedException`, as everywhere",
        ["NetworkStream.SetLength(long)"] = "`NotSupportedException`, as everywhere",
        ["NetworkStream.Length"] = "`NotSupportedException`, as everywhere",
        ["NetworkStream.Position"] = "`NotSupportedException`, as everywhere",
    };

    /// <summary>The whole page.</summary>
    public static string ToMarkdown()
    {
        var page = new StringBuilder();
        page.Append("""
            # Sockets: every member

            Made by `eng/sockets` from the members of `System.Net.Sockets`, so that none is forgotten. Where a constructor or a static method makes a socket, ours takes the
            stack as its first argument. What the members say in which state is held to what the kernel says by `tests/SharpTcp.Sockets.Parity.Tests`.


            """);
        foreach (var (theirs, ours) in Classes)
        {
            var rows = Rows(theirs, ours).ToList();
            page.Append($"## {theirs.Name}\n\n{rows.Count(row => row.Fate == Supported)} of {rows.Count} members are supported.\n\n| member | |\n|--|--|\n");
            foreach (var (member, fate) in rows)
            {
                page.Append($"| `{member}` | {fate} |\n");
            }

            page.Append('\n');
        }

        return page.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>Members with neither an equal of ours nor a reason.</summary>
    public static IEnumerable<string> Forgotten() =>
        from pair in Classes
        from row in Rows(pair.Theirs, pair.Ours)
        where row.Fate == Missing
        select $"{pair.Theirs.Name}.{row.Member}";

    private const string Supported = "supported";
    private const string Missing = "MISSING";

    private static IEnumerable<(string Member, string Fate)> Rows(Type theirs, Type? ours)
    {
        var own = ours is null ? [] : Members(ours).Select(member => Describe(member, dropStack: true)).ToHashSet(StringComparer.Ordinal);
        return Members(theirs)
            .Select(member => (Text: Describe(member, dropStack: false), Member: member))
            .OrderBy(one => one.Text, StringComparer.Ordinal)
            .Select(one => (one.Text, Fate(theirs, one.Text, one.Member, own)));
    }

    private static string Fate(Type theirs, string text, MemberInfo member, HashSet<string> own)
    {
        if (Refused.TryGetValue($"{theirs.Name}.{text}", out var refusal))
        {
            return own.Contains(text) ? "refused: " + refusal : Missing;
        }

        return own.Contains(text) ? Supported
            : text.Contains("SocketAsyncEventArgs", StringComparison.Ordinal) ? "absent: the awaitable forms do the same, sending and receiving without allocation"
            : text.Contains("SafeSocketHandle", StringComparison.Ordinal) || text.Contains("SocketInformation", StringComparison.Ordinal) ? "absent: a socket of a stack is no handle of the kernel"
            : IsProtected(member) ? "absent: the class is sealed"
            : Missing;
    }

    private static IEnumerable<MemberInfo> Members(Type type) => type.GetMembers(Declared).Where(member => member switch
    {
        MethodInfo { IsSpecialName: true } => false,
        MethodBase method => (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly) && method.Name != "Finalize" && !method.Name.Contains('<', StringComparison.Ordinal),
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(one => one.IsPublic || one.IsFamily),
        _ => false,
    });

    private static bool IsProtected(MemberInfo member) => member switch
    {
        MethodBase method => !method.IsPublic,
        PropertyInfo property => property.GetAccessors(nonPublic: true).All(one => !one.IsPublic),
        _ => false,
    };

    private static string Describe(MemberInfo member, bool dropStack) => member switch
    {
        ConstructorInfo constructor => $"new({Parameters(constructor, dropStack)})",
        MethodInfo method => $"{method.Name}({Parameters(method, dropStack)})",
        _ => member.Name,
    };

    private static string Parameters(MethodBase method, bool dropStack) => string.Join(
        ", ", method.GetParameters().Where(one => !dropStack || one.ParameterType != typeof(NetworkStack)).Select(one => (one.ParameterType.IsByRef ? one.IsOut ? "out " : "ref " : "") + Name(one.ParameterType)));

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        if (type.IsGenericType)
        {
            return $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
        }

        return type == typeof(byte) ? "byte" : type == typeof(int) ? "int" : type == typeof(long) ? "long" : type == typeof(short) ? "short"
            : type == typeof(bool) ? "bool" : type == typeof(string) ? "string" : type == typeof(object) ? "object" : type.Name;
    }
}
