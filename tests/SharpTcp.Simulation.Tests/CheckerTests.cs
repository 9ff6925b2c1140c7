using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using CsCheck;
using SharpTcp.Protocols;
using Xunit;
using UdpClient = SharpTcp.Sockets.UdpClient;

namespace SharpTcp.Simulation.Tests;

/// <summary>A checker that finds nothing is worse than none: each is shown what it must find.</summary>
public sealed class CheckerTests
{
    [Fact]
    public void APatternIsTheSameHoweverItIsCut() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 100], Gen.Int[0, 600], Gen.Int[0, 600]).Sample((key, start, first, second) =>
        {
            var pattern = new StreamPattern(key);
            var whole = new byte[first + second];
            var parts = new byte[first + second];
            pattern.Fill(start, whole);
            pattern.Fill(start, parts.AsSpan(0, first));
            pattern.Fill(start + first, parts.AsSpan(first));
            Assert.Equal(whole, parts);
            Assert.Equal(-1, pattern.FindDifference(start, whole));
            if (whole.Length > 0)
            {
                whole[first % whole.Length] ^= 1;
                Assert.Equal(first % whole.Length, pattern.FindDifference(start, whole));
            }
        });

    [Fact]
    public void AStreamWithAByteTooManyTooFewOrWrongIsFound()
    {
        var bytes = new byte[100];
        var pattern = new StreamPattern(5);
        pattern.Fill(0, bytes);

        var twice = new StreamChecker("twice", pattern);
        twice.Take(bytes.AsSpan(0, 50));
        Assert.Contains("twice: the byte at 50", Assert.Throws<SimulationException>(() => twice.Take(bytes.AsSpan(49, 20))).Message, StringComparison.Ordinal);

        var lost = new StreamChecker("lost", pattern);
        lost.Take(bytes);
        lost.End(100);
        Assert.Throws<SimulationException>(() => lost.End(101));
        Assert.Throws<SimulationException>(() => lost.End(99));
    }

    [Fact]
    public void WhatDoesNotCompleteIsFound()
    {
        var time = new VirtualTime();
        var liveness = new LivenessChecker(time);
        liveness.Watch("quick", time.Delay(TimeSpan.FromSeconds(1)), TimeSpan.FromSeconds(2));
        time.Run(TimeSpan.FromSeconds(3));
        liveness.Watch("slow", time.Delay(TimeSpan.FromSeconds(3)), TimeSpan.FromSeconds(2));
        Assert.Contains("slow", Assert.Throws<SimulationException>(() => time.Run(TimeSpan.FromSeconds(9))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoiseIsFound()
    {
        using var network = new SimulatedNetwork(1);
        var (alice, bob) = (network.AddHost("alice"), network.AddHost("bob"));
        network.Connect(alice, bob);
        var quiet = new QuietChecker(network);
        quiet.CheckSilence(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
        using var noisy = new UdpClient(alice.Stack, AddressFamily.InterNetwork);
        network.Time.Schedule(
            TimeSpan.FromMinutes(30), () => _ = noisy.SendAsync(new byte[1], new IPEndPoint(bob.Address(useIPv6: false), 9)).AsTask());
        Assert.Throws<SimulationException>(() => quiet.CheckSilence(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)));
    }

    [Fact]
    public void WhatAHostStillHoldsIsFound()
    {
        using var network = new SimulatedNetwork(1);
        var (alice, bob) = (network.AddHost("alice"), network.AddHost("bob"));
        network.Connect(alice, bob);
        using var listener = bob.Stack.Listen(80);
        var quiet = new QuietChecker(network);
        var stream = network.Run(async () => await alice.Stack.ConnectAsync(bob.IPv4, 80));
        Assert.Contains("alice", Assert.Throws<SimulationException>(quiet.CheckResources).Message, StringComparison.Ordinal);
        stream.Dispose();
        network.Run(async () => (await listener.AcceptSocketAsync()).Dispose());
        network.Run(TimeSpan.FromMinutes(2));
        quiet.CheckResources();
    }

    [Fact]
    public void ASeedThatFailsIsNamedWithTheWayToRunItAgain()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("SHARPTCP_SEED") is not null, "one seed is run alone");
        var failure = Assert.Throws<SimulationException>(() => SeedRun.ForEach("Name", 5, seed =>
        {
            if (seed.Seed == 3)
            {
                throw new InvalidDataException("broken");
            }
        }));
        Assert.Contains("seed 3: broken", failure.Message, StringComparison.Ordinal);
        Assert.Contains("SHARPTCP_SEED=3 ./test --filter Name", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EntropyFollowsFromItsSeedAlone()
    {
        var numbers = new HashSet<ulong>();
        for (var part = 0UL; part < 100; part++)
        {
            var entropy = new SeededEntropy(1).Fork(part);
            Assert.True(numbers.Add(entropy.Next()));
            Assert.Equal(new SeededEntropy(1).Fork(part).NextUInt64(), new SeededEntropy(entropy.Seed).NextUInt64());
        }

        var bytes = new byte[11];
        new SeededEntropy(1).Fill(bytes);
        Assert.Equal("72d7c2dd", Convert.ToHexStringLower(bytes.AsSpan(0, 4)));
    }

    [Fact]
    public void ATaskOfAProgramThatFailsIsNotForgotten()
    {
        using var network = new SimulatedNetwork(1);
        Assert.Throws<InvalidDataException>(() => network.Run(async () =>
        {
            await Task.Yield();
            throw new InvalidDataException();
        }));
    }
}
