using System;
using System.Linq;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests;

/// <summary>What is remembered, for how long, and how much.</summary>
public sealed class DnsCacheTests
{
    private static readonly Instant Now = new(5_000_000);

    [Fact]
    public void An_answer_is_remembered_as_long_as_it_says()
    {
        var cache = new DnsCache(new ResolverOptions());
        cache.Add(Name("a.example"), DnsType.A, Found(60), Now);
        Assert.NotNull(cache.Find(Name("A.Example."), DnsType.A, Now + TimeSpan.FromSeconds(59.9)));
        Assert.Null(cache.Find(Name("a.example"), DnsType.Aaaa, Now));
        Assert.Null(cache.Find(Name("b.example"), DnsType.A, Now));
        Assert.Null(cache.Find(Name("a.example"), DnsType.A, Now + TimeSpan.FromSeconds(60)));
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void Nothing_is_remembered_longer_than_the_limits()
    {
        var cache = new DnsCache(new ResolverOptions { LongestTime = TimeSpan.FromSeconds(10), LongestNegativeTime = TimeSpan.FromSeconds(5) });
        cache.Add(Name("a.example"), DnsType.A, Found(int.MaxValue), Now);
        cache.Add(Name("b.example"), DnsType.A, DnsAnswer.Nothing(DnsOutcome.NoData, TimeSpan.FromDays(10)), Now);
        Assert.NotNull(cache.Find(Name("a.example"), DnsType.A, Now + TimeSpan.FromSeconds(9)));
        Assert.Null(cache.Find(Name("a.example"), DnsType.A, Now + TimeSpan.FromSeconds(10)));
        Assert.NotNull(cache.Find(Name("b.example"), DnsType.A, Now + TimeSpan.FromSeconds(4)));
        Assert.Null(cache.Find(Name("b.example"), DnsType.A, Now + TimeSpan.FromSeconds(5)));
    }

    [Fact]
    [Rfc("2308", "5")]
    public void A_name_that_does_not_exist_has_no_records_of_any_type()
    {
        var cache = new DnsCache(new ResolverOptions());
        cache.Add(Name("a.example"), DnsType.A, DnsAnswer.Nothing(DnsOutcome.NoName, TimeSpan.FromSeconds(60)), Now);
        cache.Add(Name("b.example"), DnsType.A, DnsAnswer.Nothing(DnsOutcome.NoData, TimeSpan.FromSeconds(60)), Now);
        Assert.Equal(DnsOutcome.NoName, cache.Find(Name("a.example"), DnsType.Aaaa, Now)!.Outcome);
        Assert.Null(cache.Find(Name("b.example"), DnsType.Aaaa, Now));
        Assert.Equal(DnsOutcome.NoData, cache.Find(Name("b.example"), DnsType.A, Now)!.Outcome);
    }

    [Fact]
    public void Answers_without_time_and_failures_are_not_remembered()
    {
        var cache = new DnsCache(new ResolverOptions());
        cache.Add(Name("a.example"), DnsType.A, Found(0), Now);
        cache.Add(Name("b.example"), DnsType.A, DnsAnswer.Failure, Now);
        Assert.Equal(0, cache.Count);
        var none = new DnsCache(new ResolverOptions { CacheEntries = 0 });
        none.Add(Name("a.example"), DnsType.A, Found(60), Now);
        Assert.Equal(0, none.Count);
    }

    [Fact]
    public void The_least_used_goes_when_it_is_full()
    {
        var cache = new DnsCache(new ResolverOptions { CacheEntries = 3 });
        foreach (var name in (string[])["a", "b", "c"])
            cache.Add(Name(name), DnsType.A, Found(60), Now);
        Assert.NotNull(cache.Find(Name("a"), DnsType.A, Now));
        cache.Add(Name("d"), DnsType.A, Found(60), Now);
        cache.Add(Name("d"), DnsType.A, Found(60), Now);
        Assert.Equal(3, cache.Count);
        Assert.Equal([true, false, true, true], ((string[])["a", "b", "c", "d"]).Select(name => cache.Find(Name(name), DnsType.A, Now) is not null));
        cache.Clear();
        Assert.Null(cache.Find(Name("a"), DnsType.A, Now));
    }

    [Theory]
    [InlineData("www", "www.one.example www.two.example www")]
    [InlineData("www.sub", "www.sub www.sub.one.example www.sub.two.example")]
    [InlineData("www.", "www")]
    [InlineData("a b", "")]
    public void Short_names_are_looked_for_in_the_search_domains(string text, string names) =>
        Assert.Equal(names, string.Join(' ', SearchNames.Of(text, ["one.example", "no name", "two.example."], 1)));

    private static DnsAnswer Found(int seconds) => new(DnsOutcome.Found, [IpAddress.Parse("10.0.0.1")], [], null, TimeSpan.FromSeconds(seconds));

    private static DnsName Name(string text) => DnsName.TryParse(text, out var name) ? name : throw new FormatException(text);
}
