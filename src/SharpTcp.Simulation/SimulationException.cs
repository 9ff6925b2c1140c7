using System;

namespace SharpTcp.Simulation;

/// <summary>A simulation found what must not be: a wrong byte, a program that hangs, a fault in a host.</summary>
public sealed class SimulationException : Exception
{
    /// <summary>Makes one that says nothing.</summary>
    public SimulationException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What was wrong.</param>
    public SimulationException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What was wrong.</param>
    /// <param name="innerException">What caused it.</param>
    public SimulationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
