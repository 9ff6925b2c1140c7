using System;
using SharpTcp.Protocols.Tcp;
using Xunit;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Many seeds of everything at once: every byte arrives once and in order, nothing hangs, memory returns to where it was.</summary>
public sealed class SoakTests
{
    [Fact]
    public void EverySeedDeliversEverything()
    {
        for (var seed = 1UL; seed <= 200; seed++)
        {
            try
            {
                Run(seed);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}: {exception.Message}", exception);
            }
        }
    }

    private static void Run(ulong seed)
    {
        var random = new TestEntropy(seed);

        // Of a super-segment the device vouches for the checksum: it does not cross a wire that damages it.
        var super = random.Below(3) == 0;
        var wire = new WireOptions
        {
            SuperSegments = super,
            Delay = TimeSpan.FromMilliseconds(random.Below(60)),
            Jitter = TimeSpan.FromMilliseconds(random.Below(20)),
            Loss = random.Below(3) == 0 ? 0 : random.Below(100) / 1000.0,
            Duplication = random.Below(30) / 1000.0,
            Corruption = super ? 0 : random.Below(20) / 1000.0,
            Rate = random.Below(2) == 0 ? 0 : 100_000 + random.Below(10_000_000),
            Queue = 20_000 + random.Below(200_000),
        };
        var pair = new TcpPair(wire, seed, Settings(random), Settings(random), random.Below(2) == 0 ? 1500 : 1280 + random.Below(8000));
        var size = 1 + random.Below(200_000);
        var echo = random.Below(2) == 0;
        var client = new StreamApp(size, random);
        var server = echo ? new StreamApp(0, random) { Echo = true } : new StreamApp(random.Below(200_000), random);
        var options = new TcpSocketOptions
        {
            NoDelay = random.Below(2) == 0,
            ReceiveBufferSize = random.Below(2) == 0 ? 0 : 2_000 + random.Below(100_000),
            SendBufferSize = random.Below(2) == 0 ? 0 : 2_000 + random.Below(100_000),
        };
        pair.Connect(client, server, ipv6: random.Below(2) == 0, clientOptions: options, serverOptions: random.Below(2) == 0 ? options : null);
        pair.RunToEnd(TimeSpan.FromHours(2));
        if (!client.HasFailed && !server.HasFailed)
        {
            Assert.Equal(client.Sent, server.Received);
            Assert.Equal(server.Sent, client.Received);
            Assert.Equal(size, client.Sent);
        }
    }

    private static TcpSettings Settings(TestEntropy random) => new()
    {
        Timestamps = random.Below(2) == 0,
        SelectiveAcks = random.Below(3) != 0,
        WindowScaling = random.Below(2) == 0,
        QuickAcks = random.Below(2) * 16,
        MinimumRto = TimeSpan.FromMilliseconds(random.Below(2) == 0 ? 200 : 1000),
        InitialWindow = 1 + random.Below(10),
    };
}
