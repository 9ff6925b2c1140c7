namespace SharpTcp.Cli;

/// <summary>Where an end of a cable is plugged in.</summary>
/// <param name="Namespace">The network namespace as <c>ip netns</c> names it, or the path of its file; null for the program's own.</param>
/// <param name="Device">The TAP device in it.</param>
internal sealed record CableEnd(string? Namespace, string Device)
{
    /// <summary>As it is given on the command line.</summary>
    public override string ToString() => Namespace is null ? Device : $"{Namespace}:{Device}";
}
