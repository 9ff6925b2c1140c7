namespace SharpTcp.Simulation;

/// <summary>What links connect: a host, a switch, a station.</summary>
public abstract class SimulatedNode
{
    private protected SimulatedNode(SimulatedNetwork network, string name)
    {
        Network = network;
        Name = name;
    }

    /// <summary>The network it is part of.</summary>
    public SimulatedNetwork Network { get; }

    /// <summary>Its name, for people.</summary>
    public string Name { get; }

    /// <summary>The segment that all links of this node belong to, if it joins them.</summary>
    internal virtual Segment? SharedSegment
    {
        get => null;
        set { }
    }

    /// <summary>Makes an end for one more link.</summary>
    internal abstract ILinkEnd CreateEnd(LinkSetup setup, Segment segment);

    /// <summary>The link of an end can be used.</summary>
    internal virtual void OnConnected(ILinkEnd end, LinkSetup setup, Segment segment)
    {
    }
}
