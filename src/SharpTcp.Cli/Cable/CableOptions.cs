using SharpTcp.Links;

namespace SharpTcp.Cli;

/// <summary>What <c>link</c> was asked for, checked.</summary>
internal sealed record CableOptions
{
    /// <summary>The end that was named first.</summary>
    public required CableEnd First { get; init; }

    /// <summary>The end that was named second.</summary>
    public required CableEnd Second { get; init; }

    /// <summary>What befalls packets from the first end to the second.</summary>
    public required FaultOptions There { get; init; }

    /// <summary>What befalls packets from the second end to the first.</summary>
    public required FaultOptions Back { get; init; }
}
