using System;

namespace SharpTcp.Simulation;

/// <summary>Checks that a receiver sees every byte of a <see cref="StreamPattern"/> once and in order.</summary>
/// <param name="name">What the stream is, for people.</param>
/// <param name="pattern">The bytes it should have.</param>
public sealed class StreamChecker(string name, StreamPattern pattern)
{
    /// <summary>How many bytes came, all of them right.</summary>
    public long Position { get; private set; }

    /// <summary>Takes what came next.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <exception cref="SimulationException">A byte is wrong: lost, doubled, out of order or altered.</exception>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        var wrong = pattern.FindDifference(Position, bytes);
        if (wrong >= 0)
        {
            throw new SimulationException(
                $"{name}: the byte at {Position + wrong} is 0x{bytes[wrong]:x2} and should be 0x{pattern[Position + wrong]:x2}.");
        }

        Position += bytes.Length;
    }

    /// <summary>The stream ended here.</summary>
    /// <param name="length">How many bytes were sent.</param>
    /// <exception cref="SimulationException">More or fewer came.</exception>
    public void End(long length)
    {
        if (Position != length)
        {
            throw new SimulationException($"{name}: ended after {Position} bytes, {length} were sent.");
        }
    }
}
