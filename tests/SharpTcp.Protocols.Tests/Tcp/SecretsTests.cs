using System;
using System.Collections.Generic;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Testing;
using SharpTcp.Wire;
using Xunit;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>What an outsider must not predict: RFC 6528, RFC 7323 §7.1, RFC 6056.</summary>
public sealed class SecretsTests
{
    [Fact, Rfc("9293", "MUST-8"), Rfc("9293", "SHLD-1"), Rfc("exam", "36")]
    public void TheInitialNumberOfOneTupleFollowsAClockOfFourMicroseconds()
    {
        var secrets = new TcpSecrets(new TestEntropy(1));
        var tuple = Tuple(1);
        var first = secrets.InitialSequence(tuple, Instant.Zero);
        Assert.Equal(250_000, secrets.InitialSequence(tuple, new Instant(TimeSpan.TicksPerSecond)) - first);
        Assert.Equal(1, secrets.InitialSequence(tuple, new Instant(40)) - first);
    }

    [Fact, Rfc("9293", "MUST-9"), Rfc("exam", "36")]
    public void AcrossTuplesItLooksRandom()
    {
        var secrets = new TcpSecrets(new TestEntropy(1));
        var other = new TcpSecrets(new TestEntropy(2));
        var buckets = new int[256];
        var low = new int[256];
        var differences = new HashSet<uint>();
        uint previous = 0;
        const int count = 100_000;
        for (var i = 0; i < count; i++)
        {
            var value = secrets.InitialSequence(Tuple(i), Instant.Zero).Value;
            Assert.NotEqual(value, other.InitialSequence(Tuple(i), Instant.Zero).Value);
            buckets[value >> 24]++;
            low[value & 0xFF]++;
            differences.Add(value - previous);
            previous = value;
        }

        Assert.True(ChiSquare(buckets, count) < 350, "the high bits are not uniform");
        Assert.True(ChiSquare(low, count) < 350, "the low bits are not uniform");
        Assert.InRange(differences.Count, count - 10, count);
    }

    [Fact, Rfc("exam", "37")]
    public void TimestampsBeginAnywhere()
    {
        var secrets = new TcpSecrets(new TestEntropy(1));
        var seen = new HashSet<uint>();
        for (var i = 0; i < 1000; i++)
        {
            seen.Add(secrets.TimestampOffset(Tuple(i)));
        }

        Assert.Equal(1000, seen.Count);
    }

    [Fact, Rfc("exam", "38")]
    public void EphemeralPortsAreSpreadAndTellNothingOfOneAnother()
    {
        var t = new TcpFixture();
        var ports = new HashSet<ushort>();
        var ordered = 0;
        ushort previous = 0;
        for (var i = 0; i < 2000; i++)
        {
            var request = new TcpConnectRequest { Remote = new TransportEndpoint(new IPv4Address(0x0A00_0100u + (uint)i), 80) };
            Assert.Equal(System.Net.Sockets.SocketError.Success, t.Host.Layer.Connect(request, t.User, t.Now, out var connection));
            ports.Add(connection!.Local.Port);
            ordered += connection.Local.Port == previous + 1 ? 1 : 0;
            previous = connection.Local.Port;
        }

        Assert.True(ports.Count > 1850, $"{ports.Count} different ports");
        Assert.InRange(ordered, 0, 5);
    }

    [Fact]
    public void PortsRunOutWithAnErrorAndNotBefore()
    {
        var t = new TcpFixture(new TcpSettings { EphemeralPorts = (50_000, 50_009) });
        var request = new TcpConnectRequest { Remote = new TransportEndpoint(t.Peer, 80) };
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(System.Net.Sockets.SocketError.Success, t.Host.Layer.Connect(request, t.User, t.Now, out _));
        }

        Assert.Equal(System.Net.Sockets.SocketError.AddressNotAvailable, t.Host.Layer.Connect(request, t.User, t.Now, out _));
    }

    private static FourTuple Tuple(int i) => new(IPv4Address.Parse("10.0.0.7"), new IPv4Address(0x0A01_0000u + (uint)(i >> 8)), 80, (ushort)(1000 + (i & 0xFF)));

    private static double ChiSquare(int[] counts, int total)
    {
        var expected = (double)total / counts.Length;
        var sum = 0.0;
        foreach (var count in counts)
        {
            sum += (count - expected) * (count - expected) / expected;
        }

        return sum;
    }
}
