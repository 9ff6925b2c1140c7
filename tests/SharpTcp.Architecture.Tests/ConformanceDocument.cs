using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace SharpTcp.Architecture.Tests;

/// <summary>
/// Makes docs/conformance.md of the lists in tests/conformance and the <c>Rfc</c> attributes of the tests. <c>eng/conformance</c> writes the page; a test compares it.
/// </summary>
internal sealed partial class ConformanceDocument
{
    private const string Head =
        """
        # Conformance

        Requirement by requirement: which tests show it, what the stack deliberately does not do and why, what is open. `eng/conformance` makes this page of the `[Rfc]` attributes of the
        tests and of the lists in `tests/conformance`; do not edit it. What a test is called tells what it shows; every name is one of a class and a method below `tests/`.

        """;

    /// <summary>Lists in the order of the page, each with the documents in it.</summary>
    private static readonly (string File, (string Document, string Title)[] Documents)[] Lists =
    [
        ("rfc9293.tsv", [("9293", "TCP, RFC 9293")]),
        ("hosts.tsv",
        [
            ("1122", "Hosts, RFC 1122: link, IP, ICMP, UDP"), ("8504", "IPv6 nodes, RFC 8504"), ("8200", "IPv6, RFC 8200"), ("4443", "ICMPv6, RFC 4443"),
            ("4861", "Neighbour Discovery, RFC 4861"), ("4862", "SLAAC, RFC 4862"), ("3810", "MLDv2, RFC 3810"), ("3376", "IGMPv3, RFC 3376"), ("5227", "IPv4 address conflicts, RFC 5227"),
            ("2131", "DHCP, RFC 2131"),
        ]),
        ("exam.tsv", [("exam", "Security exam: what is sent, what must happen")]),
        ("defects.tsv", [("defect", "Defects seen in another stack, and not here")]),
    ];

    private readonly List<Requirement> _requirements = [];
    private readonly Dictionary<RequirementId, string> _reasons = [];
    private readonly List<(string Document, string Title)> _others;
    private readonly List<string[]> _scripts;
    private readonly List<string[]> _broken;
    private readonly IReadOnlyList<TestMethod> _tests;
    private readonly ILookup<RequirementId, string> _shownBy;

    /// <summary>Reads the lists.</summary>
    /// <param name="folder">Where they are: tests/conformance.</param>
    /// <param name="tests">The tests that may show something.</param>
    public ConformanceDocument(string folder, IReadOnlyList<TestMethod> tests)
    {
        _tests = tests;
        _shownBy = tests.SelectMany(test => test.Shows.Distinct(), (test, id) => (test.Name, id)).ToLookup(pair => pair.id, pair => pair.Name);
        foreach (var (file, documents) in Lists)
        {
            foreach (var cells in ReadTable(folder, file, 5))
            {
                var requirement = new Requirement(new RequirementId(cells[0], cells[1]), cells[2], cells[3], cells[4]);
                if (!documents.Any(document => document.Document == cells[0]) || _requirements.Any(other => other.Id == requirement.Id))
                    throw new InvalidDataException($"{file}: {requirement.Id} is there twice, or of a document that belongs elsewhere.");
                _requirements.Add(requirement);
            }
        }

        _others = [.. ReadTable(folder, "other.tsv", 2).Select(cells => (cells[0], cells[1]))];
        _scripts = [.. ReadTable(folder, "scripts.tsv", 3)];
        _broken = [.. ReadTable(folder, "broken.tsv", 3)];
        foreach (var cells in ReadTable(folder, "reasons.tsv", 3))
            _reasons.Add(new RequirementId(cells[0], cells[1]), cells[2]);
    }

    /// <summary>What is wrong with the attributes and the reasons: ids that no list has.</summary>
    public IEnumerable<string> Mistakes()
    {
        foreach (var test in _tests)
        {
            foreach (var id in test.Shows.Where(id => !IsListed(id) && !IsSection(id)))
                yield return $"{test.FullName} shows {id}, which is in no list: use an id of tests/conformance/*.tsv; of a document in other.tsv the number of a section.";
        }

        foreach (var id in _reasons.Keys.Where(id => !IsListed(id)))
            yield return $"reasons.tsv has {id}, which is in no list.";
    }

    /// <summary>The requirements with neither a test nor a reason.</summary>
    public IEnumerable<RequirementId> Open() => _requirements.Select(requirement => requirement.Id).Where(id => StatusOf(id) == Status.Open);

    /// <summary>The page.</summary>
    public string Write()
    {
        var page = new StringBuilder(Head).Append("\n| list | requirements | shown by tests | deliberately not | open |\n|--|--|--|--|--|\n");
        foreach (var (document, title) in Lists.SelectMany(list => list.Documents))
        {
            var count = Count(document);
            page.Append($"| {title} | {count.All} | {count.Shown} | {count.Not} | {count.Open} |\n");
        }

        foreach (var (document, title) in Lists.SelectMany(list => list.Documents))
            WriteList(page, document, title);

        page.Append("\n## Sections of other RFCs that tests name\n\n| RFC | title | § | shown by |\n|--|--|--|--|\n");
        foreach (var (document, title) in _others)
        {
            var sections = _shownBy.Select(group => group.Key).Where(id => id.Document == document).OrderBy(id => new Version(id.Id + (id.Id.Contains('.') ? "" : ".0")));
            foreach (var id in sections)
                page.Append($"| {document} | {title} | {id.Id} | {TestsOf(id)} |\n");
        }

        page.Append("\n## Scripts of packetdrill that fail, and why\n\nOf those in `tests/packetdrill/fair.txt`, played as `docs/packetdrill.md` tells; the list is `tests/conformance/scripts.tsv`.\n");
        page.Append("\n| script | over | why it fails |\n|--|--|--|\n");
        foreach (var cells in _scripts)
            page.Append($"| `{cells[0]}` | {cells[1]} | {cells[2]} |\n");

        page.Append("\n### The same on a stack that is broken on purpose\n\nFair scripts and our own together, how many pass (`tests/conformance/broken.tsv`, by hand from `run --break`).\n");
        page.Append("\n| stack | over IPv4 | over IPv6 |\n|--|--|--|\n");
        foreach (var cells in _broken)
            page.Append($"| {cells[0]} | {cells[1]} | {cells[2]} |\n");

        return page.ToString();
    }

    private void WriteList(StringBuilder page, string document, string title)
    {
        var count = Count(document);
        page.Append($"\n## {title}\n\n{count.Shown} of {count.All} shown by tests, {count.Not} deliberately not, {count.Open} open.\n\n");
        page.Append("| id | level | § | requirement | shown by |\n|--|--|--|--|--|\n");
        foreach (var (id, level, section, text) in _requirements.Where(requirement => requirement.Id.Document == document))
        {
            var shown = StatusOf(id) switch
            {
                Status.Shown => TestsOf(id),
                Status.Not => $"**deliberately not**: {_reasons[id]} {TestsOf(id)}".TrimEnd(),
                _ => "open",
            };
            page.Append($"| {id.Id} | {level} | {section} | {text.Replace("|", "\\|", StringComparison.Ordinal)} | {shown} |\n");
        }
    }

    private (int All, int Shown, int Not, int Open) Count(string document)
    {
        var all = _requirements.Where(requirement => requirement.Id.Document == document).Select(requirement => StatusOf(requirement.Id)).ToList();
        return (all.Count, all.Count(status => status == Status.Shown), all.Count(status => status == Status.Not), all.Count(status => status == Status.Open));
    }

    private Status StatusOf(RequirementId id) =>
        _reasons.ContainsKey(id) ? Status.Not : _shownBy.Contains(id) ? Status.Shown : Status.Open;

    private string TestsOf(RequirementId id) => string.Join(", ", _shownBy[id].Select(name => $"`{name}`"));

    private bool IsListed(RequirementId id) => _requirements.Any(requirement => requirement.Id == id);

    private bool IsSection(RequirementId id) => _others.Any(other => other.Document == id.Document) && Section().IsMatch(id.Id);

    /// <summary>Reads a table of tab-separated cells and leaves out its line of headings.</summary>
    public static IEnumerable<string[]> ReadTable(string folder, string file, int columns)
    {
        foreach (var line in File.ReadLines(Path.Combine(folder, file)).Skip(1))
        {
            var cells = line.Split('\t');
            yield return cells.Length == columns && cells.All(cell => cell.Length > 0)
                ? cells
                : throw new InvalidDataException($"{file} needs {columns} cells, none of them empty, separated by tabs: {line}");
        }
    }

    [GeneratedRegex(@"^\d+(\.\d+)*$")]
    private static partial Regex Section();

    private enum Status
    {
        Open,
        Shown,
        Not,
    }

    private sealed record Requirement(RequirementId Id, string Level, string Section, string Text);
}
