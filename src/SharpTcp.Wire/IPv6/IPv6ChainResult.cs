namespace SharpTcp.Wire;

/// <summary>What a host does with a packet after its extension headers have been looked at.</summary>
public enum IPv6ChainVerdict : byte
{
    /// <summary>Drop it in silence.</summary>
    Drop,

    /// <summary>Drop it and send an ICMPv6 Parameter Problem (RFC 4443 §3.4). The exceptions for multicast are already applied.</summary>
    ParameterProblem,

    /// <summary>It is a piece of a larger packet: it goes to reassembly, and the whole packet is looked at again afterwards.</summary>
    Fragment,

    /// <summary>The upper layer is reached.</summary>
    Deliver,
}

/// <summary>The code of an ICMPv6 Parameter Problem.</summary>
public enum Icmpv6ParameterProblemCode : byte
{
    /// <summary>Erroneous header field encountered.</summary>
    ErroneousHeaderField = 0,

    /// <summary>Unrecognized Next Header type encountered.</summary>
    UnrecognizedNextHeader = 1,

    /// <summary>Unrecognized IPv6 option encountered.</summary>
    UnrecognizedOption = 2,

    /// <summary>The first fragment has an incomplete header chain (RFC 7112).</summary>
    IncompleteHeaderChain = 3,
}
