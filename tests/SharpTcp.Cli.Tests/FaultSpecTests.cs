using System;
using Xunit;

namespace SharpTcp.Cli.Tests;

public sealed class FaultSpecTests
{
    [Fact]
    public void EveryFaultIsRead()
    {
        var spec = FaultSpec.Parse("--fault", "loss=1%,duplicate=0.5%,reorder=2%,corrupt=100%,delay=20ms,rate=100mbit");
        Assert.Equal((0.01, 0.005, 0.02, 1.0), (spec.Loss, spec.Duplicate, spec.Reorder, spec.Corrupt));
        Assert.Equal(TimeSpan.FromMilliseconds(20), spec.Delay);
        Assert.Equal(100_000_000, spec.Rate);
    }

    [Theory]
    [InlineData("delay=500us", 5_000)]
    [InlineData("delay=20ms", 200_000)]
    [InlineData("delay=1.5s", 15_000_000)]
    public void TimesHaveUnits(string text, long ticks) => Assert.Equal(ticks, FaultSpec.Parse("--fault", text).Delay.Ticks);

    [Theory]
    [InlineData("rate=500kbit", 500_000)]
    [InlineData("rate=1.5gbit", 1_500_000_000)]
    public void RatesHaveUnits(string text, long rate) => Assert.Equal(rate, FaultSpec.Parse("--fault", text).Rate);

    [Theory]
    [InlineData("rate=0mbit")]
    [InlineData("rate=10")]
    [InlineData("loss=NaN%")]
    [InlineData("loss=∞%")]
    [InlineData("delay=-1ms")]
    [InlineData("loss=1%,")]
    [InlineData("loss=1=2")]
    public void NonsenseIsRefused(string text) => Assert.Throws<CliException>(() => FaultSpec.Parse("--fault", text));
}
