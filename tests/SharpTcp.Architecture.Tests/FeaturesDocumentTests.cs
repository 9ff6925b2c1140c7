using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace SharpTcp.Architecture.Tests;

/// <summary>docs/features.md names tests that exist, for rows that exist, and leaves no row out.</summary>
public sealed partial class FeaturesDocumentTests
{
    private const string Sample =
        "## Done\n\n| # | feature | shown by |\n|--|--|--|\n| 1 | Ethernet II frames | `EthernetTests.What_is_written_parses_back` |\n\n"
        + "## In part\n\n| 2 | LLC | Nothing (`EthernetTests.What_is_written_parses_back`). |\n\n## Not yet\n\nRows 3–5, 7.\n";

    [Fact]
    public void ThePageHolds() => Assert.Empty(Mistakes(File.ReadAllText(Path.Combine(House.Root, "docs", "features.md")), Goals(), TestSources.All));

    [Fact]
    public void ARightPageIsRight() => Assert.Empty(MistakesOf(Sample));

    [Theory]
    [InlineData("`EthernetTests.What", "`EthernetTests.Was", "no test")]
    [InlineData("`EthernetTests.What_is_written_parses_back` |", "nothing |", "names no test")]
    [InlineData("| 1 |", "| 300 |", "no such row")]
    [InlineData("| 1 | Ethernet II", "| 1 | Ethernet", "is called")]
    [InlineData("| 2 |", "| 1 |", "stands twice")]
    [InlineData("3–5", "2–5", "stands twice")]
    [InlineData("3–5", "3, 5", "row 4 is missing")]
    public void AWrongPageIsFound(string right, string wrong, string mistake) =>
        Assert.Contains(MistakesOf(Sample.Replace(right, wrong, StringComparison.Ordinal)), found => found.Contains(mistake, StringComparison.Ordinal));

    [Fact]
    public void ANameThatTwoTestsHaveIsFound() =>
        Assert.Contains("2 tests", Assert.Single(Mistakes(Sample[..Sample.IndexOf("\n\n##", StringComparison.Ordinal)], [new Goal(1, "now", "Ethernet II frames")], [Test("A"), Test("B")])), StringComparison.Ordinal);

    private static IEnumerable<string> MistakesOf(string page) => Mistakes(
        page,
        [
            new Goal(1, "now", "Ethernet II frames"), new Goal(2, "now", "LLC"), new Goal(3, "now", "c"), new Goal(4, "now", "d"), new Goal(5, "now", "e"),
            new Goal(6, "later", "f"), new Goal(7, "now", "g"),
        ],
        [Test("A")]);

    private static TestMethod Test(string space) => new($"{space}.EthernetTests.What_is_written_parses_back", []);

    private static IReadOnlyList<Goal> Goals() =>
    [
        .. ConformanceDocument.ReadTable(Path.Combine(House.Root, "tests", "conformance"), "features.tsv", 4)
            .Select(cells => new Goal(int.Parse(cells[0], System.Globalization.CultureInfo.InvariantCulture), cells[1], cells[3])),
    ];

    private static List<string> Mistakes(string page, IReadOnlyList<Goal> goals, IReadOnlyList<TestMethod> tests)
    {
        var mistakes = new List<string>();
        var seen = new HashSet<int>();
        foreach (var line in page.Split('\n'))
        {
            if (RowLine().Match(line) is { Success: true } row)
            {
                var number = Number(row.Groups[1]);
                See(number);
                if (goals.FirstOrDefault(goal => goal.Number == number) is { } goal && goal.Feature != row.Groups[2].Value)
                    mistakes.Add($"Row {number} is called \"{goal.Feature}\", not \"{row.Groups[2].Value}\".");
                CheckTests(number, row.Groups[3].Value);
            }
            else if (line.StartsWith("Rows ", StringComparison.Ordinal))
            {
                foreach (Match range in RangeOfRows().Matches(line))
                {
                    for (var number = Number(range.Groups[1]); number <= Number(range.Groups[2].Success ? range.Groups[2] : range.Groups[1]); number++)
                        See(number);
                }
            }
        }

        mistakes.AddRange(goals.Where(goal => goal.When == "now" && !seen.Contains(goal.Number)).Select(goal => $"The row {goal.Number} is missing."));
        return mistakes;

        void See(int number)
        {
            if (!goals.Any(goal => goal.Number == number))
                mistakes.Add($"There is no such row as {number}.");
            if (!seen.Add(number))
                mistakes.Add($"Row {number} stands twice.");
        }

        void CheckTests(int number, string cell)
        {
            var names = TestName().Matches(cell).Select(match => match.Groups[1].Value).ToList();
            if (names.Count == 0)
                mistakes.Add($"Row {number} names no test.");
            foreach (var name in names)
            {
                var count = tests.Count(test => test.FullName.EndsWith("." + name, StringComparison.Ordinal) || test.FullName == name);
                if (count != 1)
                    mistakes.Add($"Row {number} names {name}; {(count == 0 ? "no test is" : $"{count} tests are")} called so.");
            }
        }
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\| (\d+) \| (.+?) \| (.+) \|$")]
    private static partial Regex RowLine();

    [GeneratedRegex(@"(\d+)(?:–(\d+))?")]
    private static partial Regex RangeOfRows();

    [GeneratedRegex(@"`((?:\w+\.)*\w+(?:Tests|Suite)\.\w+)`")]
    private static partial Regex TestName();

    private sealed record Goal(int Number, string When, string Feature);
}
