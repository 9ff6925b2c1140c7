using System;
using SharpTcp.Protocols;

namespace SharpTcp.Tests.Sockets;

/// <summary>Random numbers that come again with their seed.</summary>
public sealed class SeededEntropy(int seed) : IEntropy
{
    private readonly Random _random = new(seed);

    public void Fill(Span<byte> destination) => _random.NextBytes(destination);
}
