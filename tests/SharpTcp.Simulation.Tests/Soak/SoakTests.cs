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
        var refused = 0;
        SeedRun.ForEach(nameof(Soak), Seeds, seed =>
        {
            var scenario = SoakScenario.Run(seed);
            Interlocked.Add(ref connections, scenario.Connections);
            Interlocked.Add(ref refused, scenario.Refused);
        });

        // What a bad link refuses is rare, so that a stack which connects nothing does not pass.
        Assert.True(connections < 100 || refused * 10 <= connections, $"{refused} of {connections} connections could not be made.");
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
