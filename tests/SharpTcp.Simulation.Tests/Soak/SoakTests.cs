using System.Threading;
using Xunit;

namespace SharpTcp.Simulation.Tests;

public sealed class SoakTests
{
    private const int Seeds = 1000;

    [Fact]
    public void Soak()
    {
        var connections = 0;
        var failures = 0;
        SeedRun.ForEach(nameof(Soak), Seeds, seed =>
        {
            var scenario = SoakScenario.Run(seed);
            Interlocked.Add(ref connections, scenario.Connections);
            Interlocked.Add(ref failures, scenario.Failures);
        });

        // What a bad link makes fail is rare, so that a stack which connects nothing does not pass.
        Assert.True(connections < 100 || failures * 50 <= connections, $"{failures} of {connections} connections failed.");
    }

    [Fact]
    public void TheSameSeedSendsTheSamePackets()
    {
        for (var seed = 1UL; seed <= 5; seed++)
        {
            Assert.Equal(SoakScenario.Run(new SeedContext(seed)).Hash, SoakScenario.Run(new SeedContext(seed)).Hash);
        }

        Assert.NotEqual(SoakScenario.Run(new SeedContext(1)).Hash, SoakScenario.Run(new SeedContext(2)).Hash);
    }
}
