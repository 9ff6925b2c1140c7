using System;
using System.Linq;
using Xunit;

namespace SharpTcp.Architecture.Tests;

/// <summary>The protocols do no I/O (DESIGN §1.1): Wire and Protocols name nothing that would bring the outside in.</summary>
public sealed class BannedNamesTests
{
    [Theory]
    [InlineData("SharpTcp.Wire")]
    [InlineData("SharpTcp.Protocols")]
    public void AnIoFreeRoomNamesNothingBanned(string room)
    {
        using var module = House.Read(room);
        var types = House.WrittenTypes(module).ToList();
        Assert.NotEmpty(types);
        Assert.Empty(types.SelectMany(BannedNames.In));
    }

    [Theory]
    [InlineData(nameof(Samples.ReadsTheClock), "System.DateTime")]
    [InlineData(nameof(Samples.ReadsTheClockWithOffset), "System.DateTimeOffset")]
    [InlineData(nameof(Samples.Measures), "System.Diagnostics.Stopwatch")]
    [InlineData(nameof(Samples.AsksTheEnvironment), "System.Environment")]
    [InlineData(nameof(Samples.Starts), "System.Threading.Thread")]
    [InlineData(nameof(Samples.Awaits), "System.Threading.Tasks.Task")]
    [InlineData(nameof(Samples.Locks), "System.Threading.Monitor")]
    [InlineData(nameof(Samples.LocksALock), "System.Threading.Lock")]
    [InlineData(nameof(Samples.Interlocks), "System.Threading.Interlocked")]
    [InlineData(nameof(Samples.ReadsVolatile), "System.Threading.Volatile")]
    [InlineData(nameof(Samples.Prints), "System.Console")]
    [InlineData(nameof(Samples.Guesses), "System.Random")]
    [InlineData(nameof(Samples.GuessesWell), "System.Security.Cryptography.RandomNumberGenerator")]
    [InlineData(nameof(Samples.Hashes), "System.HashCode")]
    [InlineData(nameof(Samples.MakesGuid), "System.Guid.NewGuid")]
    [InlineData(nameof(Samples.HoldsDates), "System.DateTime")]
    [InlineData(nameof(Samples.HoldsPerThread), "System.ThreadStaticAttribute")]
    [InlineData(nameof(Samples.HidesInALambda), "System.Environment")]
    [InlineData(nameof(Samples.WalksADictionary), "System.Collections.Generic.Dictionary`2.GetEnumerator")]
    [InlineData(nameof(Samples.WalksKeys), "System.Collections.Generic.Dictionary`2.get_Keys")]
    [InlineData(nameof(Samples.WalksValues), "System.Collections.Generic.Dictionary`2.get_Values")]
    [InlineData(nameof(Samples.WalksASet), "System.Collections.Generic.HashSet`1.GetEnumerator")]
    [InlineData(nameof(Samples.Queries), "System.Linq.Enumerable")]
    public void ABannedNameIsFound(string sample, string name) =>
        Assert.Contains(Found(sample), use => use.EndsWith(name, StringComparison.Ordinal) || use.Contains(name + ".", StringComparison.Ordinal));

    [Fact]
    public void LookingUpIsAllowed() => Assert.Empty(Found(nameof(Samples.LooksUp)));

    private static System.Collections.Generic.IReadOnlyList<string> Found(string sample)
    {
        using var module = House.Read("SharpTcp.Architecture.Tests");
        return BannedNames.In(module.GetType($"{typeof(Samples).FullName}/{sample}"));
    }
}
