namespace SharpTcp.Cli;

/// <summary>What <c>demo</c> was asked for.</summary>
internal sealed record DemoOptions
{
    /// <summary>The option by which the program tells itself that it runs inside the network namespace that it made.</summary>
    public const string InsideOption = "--inside-namespace";

    /// <summary>Whether this process was started by the demo inside its namespace.</summary>
    public bool Inside { get; init; }

    /// <summary>Logs every packet.</summary>
    public bool Verbose { get; init; }
}
