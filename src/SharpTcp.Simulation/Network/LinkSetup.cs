using SharpTcp.Protocols;

namespace SharpTcp.Simulation;

/// <summary>What a link of a <see cref="SimulatedNetwork"/> is, whatever befalls its packets.</summary>
public sealed record LinkSetup
{
    /// <summary>What its frames begin with. A switch needs Ethernet. Default: Ethernet.</summary>
    public LinkMedium Medium { get; init; } = LinkMedium.Ethernet;

    /// <summary>Largest IP packet that crosses it, in bytes, 68 to 65,535. Default: 1,500.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>What the devices at its ends do for the hosts. Default: nothing.</summary>
    public LinkOffloads Offloads { get; init; }

    /// <summary>
    /// Whether super-frames cross whole and unsummed, as between a host and its guest, so that what is lost is a super-frame. Otherwise the device cuts them first. Default: no.
    /// </summary>
    public bool CarriesSuperFrames { get; init; }

    /// <summary>
    /// Whether hosts ask for their addresses on the link before they use them, which takes seconds (RFC 4862 §5.4, RFC 5227); await <see cref="NetworkStack.WaitReadyAsync"/> then. Default: no.
    /// </summary>
    public bool DuplicateAddressDetection { get; init; }
}
