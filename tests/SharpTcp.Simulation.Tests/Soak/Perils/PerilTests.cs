using System.Threading;
using Xunit;

namespace SharpTcp.Simulation.Tests;

public sealed class PerilTests
{
    private const int Seeds = 300;

    [Fact]
    public void Perils()
    {
        var gate = new Lock();
        var sum = default(PerilCounts);
        SeedRun.ForEach(nameof(Perils), Seeds, seed =>
        {
            var counts = PerilScenario.Run(seed).Counts;
            lock (gate)
            {
                sum += counts;
            }
        });

        // What is not met is not survived.
        TestContext.Current.TestOutputHelper!.WriteLine($"{sum}");
        Assert.True(sum.Failures * 50 <= sum.Connections, $"{sum}");
        Assert.True(sum.Connections < 100 || (sum is { Strikes: > 1000, WindowsChanged: > 1000, PacketsTooLong: > 50 } && sum.Outlasted * 3 > sum.Connections), $"{sum}");
    }

    [Fact]
    public void TheSameSeedMeetsTheSamePerils()
    {
        for (var seed = 1UL; seed <= 3; seed++)
        {
            Assert.Equal(PerilScenario.Run(new SeedContext(seed)).Counts, PerilScenario.Run(new SeedContext(seed)).Counts);
        }
    }
}
