using System;

namespace SharpTcp.Exec;

/// <summary>A program could not be supervised; the message says why and what to do.</summary>
public sealed class SupervisionException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">Why, in a sentence.</param>
    public SupervisionException(string message)
        : base(message)
    {
    }
}

/// <summary>The exit status for errors of our own, as that of <c>timeout</c> and <c>env</c>.</summary>
internal static class SupervisionError
{
    public const int Status = 125;
}
