using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace SharpTcp.Architecture.Tests;

/// <summary>The tests of the house and the requirements that they name, read from the sources: so no other project has to be built first.</summary>
internal static partial class TestSources
{
    /// <summary>Every test method below tests/, by name.</summary>
    public static IReadOnlyList<TestMethod> All { get; } =
        [.. Files().SelectMany(path => Read(File.ReadAllText(path))).OrderBy(test => test.FullName, StringComparer.Ordinal)];

    /// <summary>Reads one source file: a file-scoped namespace, types at the margin, members indented once, as all files here are.</summary>
    /// <exception cref="InvalidDataException">A requirement stands on something that is neither a test nor a class.</exception>
    public static IReadOnlyList<TestMethod> Read(string source)
    {
        var tests = new List<TestMethod>();
        var (space, type, isTest) = ("", "", false);
        var (ofType, pending) = (new List<RequirementId>(), new List<RequirementId>());
        foreach (var line in source.Split('\n'))
        {
            if (AttributeLine().IsMatch(line))
            {
                pending.AddRange(Requirement().Matches(line).Select(match => new RequirementId(match.Groups[1].Value, match.Groups[2].Value)));
                isTest |= TestAttribute().IsMatch(line);
            }
            else if (NamespaceLine().Match(line) is { Success: true } ofNamespace)
            {
                space = ofNamespace.Groups[1].Value;
            }
            else if (TypeLine().Match(line) is { Success: true } ofClass)
            {
                (type, ofType, pending, isTest) = (ofClass.Groups[1].Value, pending, [], false);
            }
            else if (MethodLine().Match(line) is { Success: true } method)
            {
                var name = $"{space}.{type}.{method.Groups[1].Value}";
                if (isTest)
                    tests.Add(new TestMethod(name, [.. ofType, .. pending]));
                else if (pending.Count > 0)
                    throw new InvalidDataException($"{pending[0]} stands on {name}, which is no test.");
                (pending, isTest) = ([], false);
            }
        }

        return pending.Count == 0 ? tests : throw new InvalidDataException($"{pending[0]} stands on nothing, at the end of {space}.{type}.");
    }

    /// <summary>Lines that name a requirement where <see cref="Read"/> does not look for one.</summary>
    public static IEnumerable<string> Misplaced() =>
        Files().SelectMany(path => File.ReadLines(path).Where(IsMisplaced).Select(line => $"{Path.GetFileName(path)}: {line.Trim()}"));

    /// <summary>Whether a line names a requirement and is neither a line of attributes nor a comment.</summary>
    public static bool IsMisplaced(string line) =>
        Requirement().IsMatch(line) && !AttributeLine().IsMatch(line) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal);

    private static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Path.Combine(House.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal));

    [GeneratedRegex(@"^\s*\[[A-Z]")]
    private static partial Regex AttributeLine();

    [GeneratedRegex(@"\b(?:Fact|Theory)\b")]
    private static partial Regex TestAttribute();

    [GeneratedRegex(@"\bRfc\(""([^""]+)"", ""([^""]+)""\)")]
    private static partial Regex Requirement();

    [GeneratedRegex(@"^namespace ([\w.]+);")]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^(?:public |internal |sealed |static |abstract |partial )*(?:class|record|struct) (\w+)")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^    public (?:async |static |virtual |override )*[\w<>\[\], ?]+ (\w+)\(")]
    private static partial Regex MethodLine();
}

/// <summary>A test by its full name, and what it shows.</summary>
internal sealed record TestMethod(string FullName, IReadOnlyList<RequirementId> Shows)
{
    /// <summary>Its class and its method.</summary>
    public string Name => string.Join('.', FullName.Split('.')[^2..]);
}

/// <summary>What an <c>Rfc</c> attribute names.</summary>
internal sealed record RequirementId(string Document, string Id)
{
    public override string ToString() => $"Rfc(\"{Document}\", \"{Id}\")";
}
