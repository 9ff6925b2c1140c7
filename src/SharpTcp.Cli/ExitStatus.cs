namespace SharpTcp.Cli;

/// <summary>What the program says of itself when it ends.</summary>
internal static class ExitStatus
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>Something did not pass or broke: the demo's steps, or a defect of ours.</summary>
    public const int Failure = 1;

    /// <summary>Wrong arguments, no permission, no such device.</summary>
    public const int Refused = 2;

    /// <summary>What <c>exec</c> says instead, so that it is told from the program's own status.</summary>
    public const int NoProgram = 125;
}
