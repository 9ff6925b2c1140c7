using System;
using System.IO;
using System.Linq;
using Xunit;

namespace SharpTcp.Architecture.Tests;

/// <summary>docs/conformance.md says what the tests show, no more and no less.</summary>
public sealed class ConformanceDocumentTests
{
    /// <summary>Set by eng/conformance: write the page and do not compare it.</summary>
    private const string WriteSwitch = "SHARPTCP_WRITE_CONFORMANCE";

    private static readonly string Lists = Path.Combine(House.Root, "tests", "conformance");

    [Fact]
    public void ThePageIsWhatTheGeneratorMakes()
    {
        var path = Path.Combine(House.Root, "docs", "conformance.md");
        var page = new ConformanceDocument(Lists, TestSources.All).Write();
        if (Environment.GetEnvironmentVariable(WriteSwitch) is not null)
            File.WriteAllText(path, page);
        Assert.True(File.ReadAllText(path) == page, "docs/conformance.md is not what the tests and lists say now: run eng/conformance and commit what it writes.");
    }

    [Fact]
    public void EveryAttributeNamesARequirementOfAList() => Assert.Empty(new ConformanceDocument(Lists, TestSources.All).Mistakes());

    [Fact]
    public void NoAttributeIsOverlooked() => Assert.Empty(TestSources.Misplaced());

    [Fact]
    public void AnUnknownIdIsFound()
    {
        var document = new ConformanceDocument(Lists, [Sample("9293", "MUST-70"), Sample("9392", "3.1"), Sample("6298", "five"), Sample("9293", "MUST-1"), Sample("6298", "5.7")]);
        Assert.Equal(["MUST-70", "3.1", "five"], document.Mistakes().Select(mistake => mistake.Split('"')[3]));
    }

    [Fact]
    public void WhatATestShowsIsNotOpenAndStandsOnThePage()
    {
        var without = new ConformanceDocument(Lists, []);
        var with = new ConformanceDocument(Lists, [Sample("9293", "MUST-1")]);
        Assert.Equal([new RequirementId("9293", "MUST-1")], without.Open().Except(with.Open()));
        Assert.DoesNotContain("`Some.Test`", without.Write(), StringComparison.Ordinal);
        Assert.Contains("| MUST-1 | MUST | 3.1 | Window is unsigned | `Some.Test` |\n", with.Write(), StringComparison.Ordinal);
        Assert.Contains("1 of 119 shown by tests", with.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public void AttributesOfClassesAndMethodsAreRead()
    {
        const string Source =
            "namespace A.B;\n[Rfc(\"9293\", \"MUST-1\")]\npublic sealed class CTests\n{\n    [Fact, Rfc(\"exam\", \"7\")]\n    public async Task D()\n    {\n    }\n\n"
            + "    [Theory]\n    [InlineData(1)]\n    public void E(int value) => F();\n\n    public static void F()\n    {\n    }\n}\n";
        var tests = TestSources.Read(Source);
        Assert.Equal(["A.B.CTests.D", "A.B.CTests.E"], tests.Select(test => test.FullName));
        Assert.Equal([new RequirementId("9293", "MUST-1"), new RequirementId("exam", "7")], tests[0].Shows);
        Assert.Equal([new RequirementId("9293", "MUST-1")], tests[1].Shows);
    }

    [Fact]
    public void ARequirementOnWhatIsNoTestIsFound()
    {
        const string Attribute = "Rfc(\"9293\", \"MUST-1\")";
        Assert.Throws<InvalidDataException>(() => TestSources.Read($"namespace A;\npublic class B\n{{\n    [{Attribute}]\n    public void C()\n"));
        Assert.Throws<InvalidDataException>(() => TestSources.Read($"namespace A;\npublic class B\n{{\n    [{Attribute}]\n"));
        Assert.True(TestSources.IsMisplaced($"    public void C([{Attribute}] int x)"));
        Assert.False(TestSources.IsMisplaced($"    /// <c>[{Attribute}]</c>"));
    }

    private static TestMethod Sample(string document, string id) => new("A.Some.Test", [new RequirementId(document, id)]);
}
