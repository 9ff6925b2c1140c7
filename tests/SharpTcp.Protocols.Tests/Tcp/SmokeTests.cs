using System;
using SharpTcp.Protocols.Tcp;
using Xunit;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Whole connections between two of our own stacks.</summary>
public sealed class SmokeTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AConnectionOpensEchoesAndCloses(bool ipv6)
    {
        var pair = new TcpPair();
        var client = new StreamApp(100_000);
        pair.Connect(client, new StreamApp(0) { Echo = true }, ipv6);
        pair.RunToEnd();
        Assert.Equal(100_000, client.Received);
        Assert.True(client.SawEnd);
        Assert.False(client.HasFailed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TenMegabytesArriveBothWays(bool superSegments)
    {
        const int size = 10 << 20;
        var pair = new TcpPair(new WireOptions { Delay = TimeSpan.FromMilliseconds(1), SuperSegments = superSegments });
        var client = new StreamApp(size);
        var server = new StreamApp(size);
        pair.Connect(client, server);
        pair.RunToEnd();
        Assert.Equal(size, client.Received);
        Assert.Equal(size, server.Received);
    }

    [Theory]
    [InlineData(1, true, true)]
    [InlineData(2, true, true)]
    [InlineData(3, false, true)]
    [InlineData(4, true, false)]
    [InlineData(5, false, false)]
    public void ALossyWireLosesNothing(ulong seed, bool sack, bool timestamps)
    {
        const int size = 2 << 20;
        var settings = new TcpSettings { SelectiveAcks = sack, Timestamps = timestamps };
        var wire = new WireOptions { Loss = 0.02, Jitter = TimeSpan.FromMilliseconds(3), Duplication = 0.01, Corruption = 0.005, Rate = 12_500_000 };
        var pair = new TcpPair(wire, seed, settings, settings);
        var client = new StreamApp(size, new TestEntropy(seed));
        var server = new StreamApp(size, new TestEntropy(seed + 1));
        pair.Connect(client, server);
        pair.RunToEnd();
        Assert.Equal(size, client.Received);
        Assert.Equal(size, server.Received);
    }
}
