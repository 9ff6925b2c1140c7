using System;

namespace SharpTcp.Cli;

/// <summary>Something that the caller of the program can mend: told in one sentence on standard error, with exit status 2.</summary>
internal sealed class CliException : Exception
{
    public CliException(string message)
        : base(message)
    {
    }

    public CliException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
