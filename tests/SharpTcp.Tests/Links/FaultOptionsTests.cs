using System;
using SharpTcp.Links;
using Xunit;

namespace SharpTcp.Tests.Links;

public sealed class FaultOptionsTests
{
    [Fact]
    public void Every_part_is_read()
    {
        var expected = new FaultOptions
        {
            Loss = 0.01,
            Delay = TimeSpan.FromMilliseconds(20),
            Jitter = TimeSpan.FromMicroseconds(500),
            Bursts = new BurstLoss { Begin = 0.001, End = 0.1 },
            Reordering = 0.02,
            Duplication = 0.001,
            Corruption = 0.25,
            BitsPerSecond = 100_000_000,
            QueuePackets = 100,
            Seed = 7,
            Directions = FaultDirections.Outbound,
        };
        Assert.Equal(
            expected,
            FaultOptions.Parse("loss=1%, delay=20ms ,jitter=500us,burst=0.1%:10,reorder=2%,dup=0.1%,corrupt=0.25,rate=100mbit,queue=100,seed = 7,direction=out"));
        Assert.Equal(new FaultOptions(), FaultOptions.Parse(" "));
        Assert.Equal(new FaultOptions { Delay = TimeSpan.FromSeconds(1.5), BitsPerSecond = 9600 }, FaultOptions.Parse("delay=1.5s,rate=9.6kbit"));
    }

    [Theory]
    [InlineData("loss=1%,los=2%", "'los=2%'", "one of the names loss, burst, dup")]
    [InlineData("loss", "'loss'", "name=value")]
    [InlineData("loss=1%,", "''", "name=value")]
    [InlineData("loss=101%", "'loss=101%'", "from 0% to 100%")]
    [InlineData("loss=-1%", "'loss=-1%'", "from 0% to 100%")]
    [InlineData("corrupt=NaN", "'corrupt=NaN'", "from 0% to 100%")]
    [InlineData("burst=1%", "'burst=1%'", "mean length")]
    [InlineData("burst=1%:0", "'burst=1%:0'", "mean length")]
    [InlineData("burst=200%:2", "'burst=200%:2'", "mean length")]
    [InlineData("delay=20", "'delay=20'", "with its unit")]
    [InlineData("delay=-1ms", "'delay=-1ms'", "with its unit")]
    [InlineData("jitter=2h", "'jitter=2h'", "with its unit")]
    [InlineData("jitter=3601s", "'jitter=3601s'", "from 0 to 1 h")]
    [InlineData("rate=0mbit", "'rate=0mbit'", "100mbit")]
    [InlineData("rate=fast", "'rate=fast'", "100mbit")]
    [InlineData("queue=0", "'queue=0'", "from 1")]
    [InlineData("seed=-1", "'seed=-1'", "whole number")]
    [InlineData("direction=up", "'direction=up'", "in, out or both")]
    public void A_wrong_part_is_named_with_what_is_expected(string text, string part, string expected)
    {
        var message = Assert.Throws<FormatException>(() => FaultOptions.Parse(text)).Message;
        Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.False(FaultOptions.TryParse(text, null, out _));
    }

    [Fact]
    public void Values_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaultOptions { Loss = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaultOptions { Delay = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaultOptions { BitsPerSecond = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaultOptions { QueuePackets = 0 });
    }
}
