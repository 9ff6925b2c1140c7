using System.Collections.Generic;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Tests.Sockets;

/// <summary>Where secrets come from: the operating system, unless a simulation brings numbers that repeat.</summary>
public sealed class EntropyTests
{
    private static readonly FourTuple Tuple = new(IPv4Address.Loopback, IPv4Address.Loopback, 1, 2);

    [Fact, Rfc("exam", "90")]
    public void TwoStacksShareNoSecretUnlessTheirEntropyRepeats()
    {
        var seen = new HashSet<(SequenceNumber, uint)>();
        for (var i = 0; i < 10; i++)
        {
            Assert.True(seen.Add(Secrets(null)));
        }

        Assert.Equal(Secrets(new SeededEntropy(1)), Secrets(new SeededEntropy(1)));
        Assert.NotEqual(Secrets(new SeededEntropy(1)), Secrets(new SeededEntropy(2)));
    }

    [Fact, Rfc("exam", "90")]
    public void TheSystemsGeneratorGivesNothingTwice()
    {
        var entropy = new SystemEntropy();
        var seen = new HashSet<ulong>();
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(seen.Add(entropy.NextUInt64()));
        }

        var large = new byte[2000];
        entropy.Fill(large);
        Assert.InRange(new HashSet<byte>(large).Count, 200, 256);
    }

    private static (SequenceNumber Sequence, uint TimestampOffset) Secrets(IEntropy? entropy)
    {
        using var stack = new NetworkStack(new NetworkStackOptions { Entropy = entropy, TimeProvider = new VirtualTime() });
        var secrets = stack.Shard.Host.Tcp.Secrets;
        return (secrets.InitialSequence(Tuple, Instant.Zero), secrets.TimestampOffset(Tuple));
    }
}
