using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>One attachment of the host to a link (RFC 1122 §1.1.3: a logical interface).</summary>
public sealed partial class NetworkInterface
{
    internal NetworkInterface(int index, InterfaceOptions options, IFrameSink sink)
    {
        Index = index;
        Name = options.Name;
        HardwareAddress = options.HardwareAddress;
        Capabilities = options.Capabilities;
        Sink = sink;
    }

    /// <summary>The number of the interface in its host, from 1.</summary>
    public int Index { get; }

    /// <summary>Its name, for people.</summary>
    public string Name { get; }

    /// <summary>Its MAC address; unspecified on a link without Ethernet.</summary>
    public MacAddress HardwareAddress { get; }

    /// <summary>What its link can do.</summary>
    public LinkCapabilities Capabilities { get; }

    /// <summary>Largest IP packet that leaves by it, in bytes.</summary>
    public int Mtu => Capabilities.Mtu;

    internal IFrameSink Sink { get; }
}

/// <summary>How an interface is set up.</summary>
public sealed class InterfaceOptions
{
    /// <summary>Its name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>Its MAC address; needed on Ethernet.</summary>
    public MacAddress HardwareAddress { get; init; }

    /// <summary>What its link can do.</summary>
    public required LinkCapabilities Capabilities { get; init; }

    /// <summary>Whether IPv6 makes itself a link-local address (RFC 4862 §5.3). Default: yes, on Ethernet.</summary>
    public bool IPv6LinkLocal { get; init; } = true;

    /// <summary>How often an IPv6 address is asked for before it is used (RFC 4862 §5.1, DupAddrDetectTransmits); 0 switches detection off. Default 1.</summary>
    public int DuplicateAddressDetectTransmits { get; init; } = 1;

    /// <summary>Whether this is the host's loopback interface: packets from and to 127.0.0.0/8 and ::1 are in place there and nowhere else.</summary>
    public bool IsLoopback { get; init; }
}
