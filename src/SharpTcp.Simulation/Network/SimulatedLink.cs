namespace SharpTcp.Simulation;

/// <summary>A link between two nodes of a <see cref="SimulatedNetwork"/>.</summary>
public sealed class SimulatedLink
{
    internal SimulatedLink(LinkSetup setup, LinkPath forward, LinkPath backward)
    {
        Setup = setup;
        Forward = forward;
        Backward = backward;
    }

    /// <summary>What the link is.</summary>
    public LinkSetup Setup { get; }

    /// <summary>From the first node to the second.</summary>
    public LinkPath Forward { get; }

    /// <summary>From the second node to the first.</summary>
    public LinkPath Backward { get; }

    /// <summary>What befalls packets in both directions from now on. Reads the forward direction's.</summary>
    public LinkConditions Conditions
    {
        get => Forward.Conditions;
        set
        {
            Forward.Conditions = value;
            Backward.Conditions = value;
        }
    }

    /// <summary>Whether packets pass, in both directions. False makes a partition; true heals it.</summary>
    public bool IsUp
    {
        get => Forward.IsUp && Backward.IsUp;
        set
        {
            Forward.IsUp = value;
            Backward.IsUp = value;
        }
    }
}
